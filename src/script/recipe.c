/* SPDX-License-Identifier: MIT
 * Recipes are trees of bounded depth and size. */
#include "script/recipe.h"

#include "tape/precise.h"

#include <string.h>

enum { MOST_OPERANDS = 3, MOST_DEPTH = 8, MOST_LEAVES = 16, MOST_ELEMENTS = 1 << 14 };

struct ingredient {
    const struct recipe *recipe; /* NULL: as it was written */
    const double *numbers;       /* NULL: it is `number` */
    double number;
    bool lasts; /* a name of the script holds the numbers */
};

struct recipe {
    precise_value *value;
    size_t operand_count, count; /* of numbers */
    unsigned depth, leaves;
    struct ingredient operands[MOST_OPERANDS];
};

static struct ingredient ingredient_of(const struct value *value)
{
    if (value->kind != VALUE_ARRAY)
        return (struct ingredient){.number = value->number};
    return (struct ingredient){.recipe = value->as.array->recipe,
                               .numbers = value->as.array->numbers,
                               .lasts = value->name != 0};
}

const struct recipe *recipe_note(struct arena *arena, enum op op,
                                 const struct value *operands, size_t operand_count,
                                 size_t count)
{
    precise_value *value = precise_op(op);
    if (value == NULL || operand_count > MOST_OPERANDS || count > MOST_ELEMENTS)
        return NULL;
    struct recipe made = {
        .value = value, .operand_count = operand_count, .count = count, .depth = 1};
    for (size_t i = 0; i < operand_count; i++) {
        const struct ingredient own = made.operands[i] = ingredient_of(&operands[i]);
        made.leaves += own.recipe != NULL ? own.recipe->leaves : 1;
        if (own.recipe != NULL && own.recipe->depth >= made.depth)
            made.depth = own.recipe->depth + 1;
    }
    if (made.depth > MOST_DEPTH || made.leaves > MOST_LEAVES)
        return NULL;
    struct recipe *kept = ARENA_NEW(arena, struct recipe);
    *kept = made;
    return kept;
}

/* The recursion is as deep as a recipe, at most MOST_DEPTH. */
const struct recipe *recipe_keep(struct arena *arena, const struct recipe *recipe)
{
    if (recipe == NULL)
        return NULL;
    struct recipe *kept = ARENA_NEW(arena, struct recipe);
    *kept = *recipe;
    for (size_t i = 0; i < kept->operand_count; i++) {
        struct ingredient *own = &kept->operands[i];
        own->recipe = recipe_keep(arena, own->recipe);
        if (own->recipe != NULL || own->numbers == NULL || own->lasts)
            continue;
        double *copy = ARENA_ARRAY(arena, kept->count, double);
        memcpy(copy, own->numbers, kept->count * sizeof *copy);
        own->numbers = copy;
    }
    return kept;
}

struct wide recipe_number(const struct recipe *recipe, size_t index)
{
    struct wide operands[MOST_OPERANDS];
    for (size_t i = 0; i < recipe->operand_count; i++) {
        const struct ingredient *own = &recipe->operands[i];
        operands[i] =
            own->recipe != NULL
                ? recipe_number(own->recipe, index)
                : wide_written(own->numbers != NULL ? own->numbers[index] : own->number);
    }
    return recipe->value(operands, recipe->operand_count);
}
