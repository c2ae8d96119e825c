/* SPDX-License-Identifier: MIT
 * Arithmetic of cells. */
#include "tape/block/column.h"

/* Lists of so many need no memory. */
enum { FEW_CELLS = 16 };

/* Two cores; the order does not matter, so that the same product is made once. */
static column_id product_of(struct columns *columns, size_t extent, column_id a,
                            column_id b)
{
    struct cell pair[] = {cell_of(a < b ? a : b), cell_of(a < b ? b : a)};
    if (a == 0 || b == 0)
        return a + b;
    return column_join(columns, COLUMN_PRODUCT, OP_MULTIPLY, extent, pair, 2);
}

static bool has_product(const struct columns *columns, size_t extent, column_id a,
                        column_id b)
{
    struct cell pair[] = {cell_of(a < b ? a : b), cell_of(a < b ? b : a)};
    struct column like = {.kind = COLUMN_PRODUCT, .op = OP_MULTIPLY, .extent = extent};
    return column_find(columns, &like, pair, 2) != 0;
}

struct cell cell_product(struct columns *columns, size_t extent, struct cell a,
                         struct cell b)
{
    return (struct cell){uniform_product(columns, a.scale, b.scale),
                         product_of(columns, extent, a.core, b.core)};
}

struct cell cell_quotient(struct columns *columns, size_t extent, struct cell a,
                          struct cell b)
{
    uniform_id scale =
        uniform_product(columns, a.scale, uniform_inverse(columns, b.scale));
    if (b.core == 0)
        return (struct cell){scale, a.core};
    struct cell pair[] = {cell_of(a.core), cell_of(b.core)};
    return (struct cell){
        scale, column_join(columns, COLUMN_QUOTIENT, OP_DIVIDE, extent, pair, 2)};
}

static column_id linear_of(struct columns *columns, size_t extent,
                           const struct cell *terms, size_t count)
{
    return column_join(columns, COLUMN_LINEAR, OP_ADD, extent, terms, count);
}

/* Terms of one core are joined, uniform ones stand first. */
struct cell cell_linear(struct columns *columns, size_t extent, const struct cell *terms,
                        size_t count)
{
    struct cell few[FEW_CELLS];
    struct cell *kept =
        count < FEW_CELLS ? few : arena_get(columns->arena, (count + 1) * sizeof *kept);
    size_t used = 1;
    kept[0] = cell_uniform(uniform_zero);
    for (size_t i = 0; i < count; i++) {
        if (terms[i].core == 0)
            kept[0].scale = uniform_sum(columns, kept[0].scale, terms[i].scale);
        else
            kept[used++] = terms[i];
    }
    bool has_constant = !uniform_is(columns, kept[0].scale, 0);
    if (used == 1)
        return kept[0];
    if (used == 2 && !has_constant)
        return kept[1];
    return cell_of(
        linear_of(columns, extent, kept + !has_constant, used - !has_constant));
}

struct cell cell_plain(struct columns *columns, size_t extent, struct cell cell)
{
    if (cell.core == 0 || cell.scale == 0)
        return cell;
    return cell_of(linear_of(columns, extent, &cell, 1));
}

column_id cell_column(struct columns *columns, size_t extent, struct cell cell)
{
    if (cell.core != 0 && cell.scale == 0)
        return cell.core;
    return linear_of(columns, extent, &cell, 1);
}

/* ---- Operations of numbers ---- */

/* Products of more factors go from left to right. */
enum { FEW_FACTORS = 8 };

/* Which two factors are multiplied first: of two columns a pair of which the product is
 * there already, else any. */
static void choose_pair(const struct columns *columns, size_t extent,
                        const struct cell *factors, size_t count, size_t *first,
                        size_t *second)
{
    *first = 0;
    *second = count - 1;
    for (size_t i = count; i-- > 0 && count > 2 && count <= FEW_FACTORS;)
        for (size_t k = count; k-- > i + 1;) {
            column_id a = factors[i].core, b = factors[k].core;
            bool is_pair = a != b && has_product(columns, extent, a, b);
            if (is_pair || (a != b && factors[*first].core == factors[*second].core)) {
                *first = i;
                *second = k;
            }
            if (is_pair)
                return;
        }
}

/* The column whose square this is; 0 when it is none. */
static column_id root_of(const struct columns *columns, column_id id)
{
    const struct cell *pair = column_operands(columns, id);
    bool is_square =
        column_at(columns, id)->kind == COLUMN_PRODUCT && pair[0].core == pair[1].core;
    return is_square ? pair[0].core : 0;
}

/* The cores of the operands.  c*r^2 is (c*r)*r: its adjoint is 2*c*r, which is there
 * then. */
static size_t list_factors(const struct columns *columns, const struct cell *operands,
                           size_t count, struct cell *factors)
{
    size_t used = 0, cores = 0;
    for (size_t i = 0; i < count; i++)
        cores += operands[i].core != 0;
    for (size_t i = 0; i < count; i++) {
        column_id core = operands[i].core;
        column_id root = core == 0 || cores < 2 ? 0 : root_of(columns, core);
        if (core != 0)
            factors[used++] = cell_of(root != 0 ? root : core);
        if (root != 0)
            factors[used++] = cell_of(root);
    }
    return used;
}

static struct cell multiply(struct columns *columns, size_t extent,
                            const struct cell *operands, size_t count)
{
    struct cell few[FEW_CELLS], product = {0, 0};
    struct cell *factors = 2 * count <= FEW_CELLS
                               ? few
                               : arena_get(columns->arena, 2 * count * sizeof *factors);
    size_t used = list_factors(columns, operands, count, factors);
    for (size_t i = 0; i < count; i++)
        product.scale = uniform_product(columns, product.scale, operands[i].scale);
    while (used > 1) {
        size_t first, second;
        choose_pair(columns, extent, factors, used, &first, &second);
        factors[first] = cell_product(columns, extent, factors[first], factors[second]);
        factors[second] = factors[--used];
    }
    product.core = used == 1 ? factors[0].core : 0;
    return product;
}

/* Small whole exponents by multiplication, a few roundings instead of one. */
static bool power(struct columns *columns, size_t extent, const struct cell *operands,
                  struct cell *out)
{
    struct cell x = operands[0], square;
    uniform_id exponent = operands[1].scale;
    if (operands[1].core != 0)
        return false;
    square = cell_product(columns, extent, x, x);
    if (uniform_is(columns, exponent, 2))
        *out = square;
    else if (uniform_is(columns, exponent, 3))
        *out = cell_product(columns, extent, square, x);
    else if (uniform_is(columns, exponent, 4))
        *out = cell_product(columns, extent, square, square);
    else if (uniform_is(columns, exponent, -1))
        *out = cell_quotient(columns, extent, cell_uniform(0), x);
    else if (uniform_is(columns, exponent, -2))
        *out = cell_quotient(columns, extent, cell_uniform(0), square);
    else
        return false;
    return true;
}

struct cell cell_operation(struct columns *columns, size_t extent, enum op op,
                           const struct cell *operands, size_t count)
{
    struct cell plain[3], out;
    if (op == OP_ADD)
        return cell_linear(columns, extent, operands, count);
    if (op == OP_MULTIPLY)
        return multiply(columns, extent, operands, count);
    if (op == OP_DIVIDE)
        return cell_quotient(columns, extent, operands[0], operands[1]);
    if (op == OP_NEGATE)
        return (struct cell){
            uniform_product(columns, operands[0].scale, uniform_constant(columns, -1)),
            operands[0].core};
    if (op == OP_POWER && power(columns, extent, operands, &out))
        return out;
    for (size_t i = 0; i < count; i++)
        plain[i] = cell_plain(columns, extent, operands[i]);
    return cell_of(column_join(columns, COLUMN_OPERATION, op, extent, plain, count));
}
