/* SPDX-License-Identifier: MIT
 * The instructions for each kind of column. */
#include "tape/block/code.h"

static uint32_t own_register(struct code *code, column_id id)
{
    struct use *use = &code->uses[id];
    if (use->reg == 0)
        use->reg = code_own_register(code);
    return use->reg;
}

static struct tile_step *add_step(struct code *code, uint32_t kernel, column_id id)
{
    struct tile_step *step = code_add(code, kernel, column_at(code->columns, id)->extent);
    step->out = own_register(code, id);
    return step;
}

static void read_cell(struct code *code, struct tile_step *step, struct cell cell)
{
    step->in[step->reads++] = code_register_of_cell(code, cell);
}

/* ---- Loads ---- */

static bool is_same_array(const struct column *a, const struct column *b)
{
    return b->kind == COLUMN_LOAD && a->b == b->b && a->c == b->c &&
           a->extent == b->extent;
}

/* All that is needed of the rows of one array, in the order in which it stands there. */
static void unpack(struct code *code, column_id first)
{
    const struct column *load = column_at(code->columns, first);
    struct tile_step *step = code_add(code, TILE_UNPACK, load->extent);
    struct tile_term *list = code_list(code, step, code->load_count);
    size_t count = 0;
    step->stride = load->c;
    step->a = code_place(code, load->b);
    for (size_t i = 0; i < code->load_count; i++) {
        const struct column *other = column_at(code->columns, code->loads[i]);
        if (!is_same_array(load, other))
            continue;
        struct tile_term term = {own_register(code, code->loads[i]), (uint32_t)other->a};
        size_t place = count++;
        for (; place > 0 && list[place - 1].scale > term.scale; place--)
            list[place] = list[place - 1];
        list[place] = term;
    }
    step->count = (uint32_t)count;
}

static void load(struct code *code, column_id id)
{
    const struct column *c = column_at(code->columns, id);
    struct pass_register input = {
        .kind = REGISTER_INPUT, .place = c->b, .offset = c->a, .stride = 1};
    if (code->uses[id].reg != 0)
        return;
    if (c->c == 1)
        code->uses[id].reg = code_register(code, &input);
    else
        unpack(code, id);
}

/* ---- Linear combinations ---- */

static bool is_inline(const struct code *code, struct cell term)
{
    return term.core != 0 && code->uses[term.core].is_inline;
}

/* scale*(x*y) and at most one other term, which may be a product too. */
static uint32_t product_plus(struct code *code, struct tile_step *step,
                             const struct cell *terms, size_t count)
{
    size_t which = is_inline(code, terms[0]) ? 0 : 1;
    const struct cell *pair = column_operands(code->columns, terms[which].core);
    read_cell(code, step, pair[0]);
    read_cell(code, step, pair[1]);
    step->scale[0] = code_uniform(code, terms[which].scale);
    step->in[2] = step->in[0];
    step->b = count - 1;
    if (count == 1)
        return TILE_PRODUCT_PLUS;
    struct cell other = terms[1 - which];
    step->scale[2] = code_uniform(code, other.scale);
    if (!is_inline(code, other)) {
        read_cell(code, step, other);
        return TILE_PRODUCT_PLUS;
    }
    pair = column_operands(code->columns, other.core);
    read_cell(code, step, pair[0]);
    read_cell(code, step, pair[1]);
    return TILE_TWO_PRODUCTS;
}

/* Only the total is asked for: then nothing is stored. */
static uint32_t summing(struct code *code, struct tile_step *step, column_id id,
                        uint32_t kernel)
{
    struct use *use = &code->uses[id];
    bool can = kernel == TILE_PRODUCT_PLUS || kernel == TILE_TWO_PRODUCTS;
    if (use->sum == 0 || use->readers != 1 || !can)
        return kernel;
    step->out = use->sum - 1;
    use->is_totalled = true;
    return kernel == TILE_PRODUCT_PLUS ? TILE_SUM_PRODUCT_PLUS : TILE_SUM_TWO_PRODUCTS;
}

static bool is_impulse(const struct code *code, struct cell term)
{
    return code->has_impulses && is_inline(code, term) &&
           column_at(code->columns, term.core)->kind == COLUMN_IMPULSE;
}

/* The terms of a linear combination without its constant, which stands first, and its
 * impulses. */
static const struct cell *columns_of(struct code *code, column_id id, size_t *count)
{
    const struct column *c = column_at(code->columns, id);
    const struct cell *terms = column_operands(code->columns, id);
    size_t first = c->count > 0 && terms[0].core == 0 ? 1 : 0;
    *count = c->count - first;
    if (!code->has_impulses)
        return terms + first;
    struct cell *kept = arena_get(code->arena, c->count * sizeof *kept);
    *count = 0;
    for (size_t k = first; k < c->count; k++)
        if (!is_impulse(code, terms[k]))
            kept[(*count)++] = terms[k];
    return kept;
}

static void add_impulses(struct code *code, column_id id)
{
    const struct column *c = column_at(code->columns, id);
    for (size_t k = 0; k < c->count && code->has_impulses; k++) {
        struct cell term = column_operands(code->columns, id)[k];
        if (!is_impulse(code, term))
            continue;
        struct tile_step *step = add_step(code, TILE_ADD_AT, id);
        step->a = column_at(code->columns, term.core)->a;
        step->scale[0] = code_uniform(code, term.scale);
    }
}

static void sum_squares(struct code *code, column_id id)
{
    const struct column *c = column_at(code->columns, id);
    const struct cell *terms = column_operands(code->columns, id);
    size_t first = terms[0].core == 0 ? 1 : 0;
    struct tile_step *step = code_add(code, TILE_SUM_SQUARES, c->extent);
    struct tile_term *list = code_list(code, step, c->count - first);
    if (first == 1)
        step->scale[4] = code_uniform(code, terms[0].scale);
    for (size_t k = first; k < c->count; k++)
        list[k - first] = (struct tile_term){
            code_register_of(code, column_operands(code->columns, terms[k].core)->core),
            code_uniform(code, terms[k].scale)};
    step->out = code->uses[id].sum - 1;
    code->uses[id].is_totalled = true;
}

static void linear(struct code *code, column_id id)
{
    size_t count;
    if (code->uses[id].is_of_squares) {
        sum_squares(code, id);
        return;
    }
    const struct cell *first = column_operands(code->columns, id);
    const struct cell *terms = columns_of(code, id, &count);
    struct tile_step *step = add_step(code, TILE_LINEAR, id);
    uint32_t kernel = TILE_LINEAR;
    if (first->core == 0)
        step->scale[4] = code_uniform(code, first->scale);
    if (count == 0) {
        kernel = TILE_FILL;
    } else if (count <= 2 &&
               (is_inline(code, terms[0]) || is_inline(code, terms[count - 1]))) {
        kernel = product_plus(code, step, terms, count);
        kernel = summing(code, step, id, kernel);
    } else if (count <= 4) {
        kernel = TILE_LINEAR1 + (uint32_t)count - 1;
        for (size_t k = 0; k < count; k++) {
            step->scale[k] = code_uniform(code, terms[k].scale);
            read_cell(code, step, cell_of(terms[k].core));
        }
    } else {
        struct tile_term *list = code_list(code, step, count);
        for (size_t k = 0; k < count; k++)
            list[k] = (struct tile_term){code_register_of(code, terms[k].core),
                                         code_uniform(code, terms[k].scale)};
    }
    step->kernel = kernel;
    step->run = tile_kernel_of(code->level, kernel);
    add_impulses(code, id);
}

/* ---- The other kinds ---- */

static void plain(struct code *code, column_id id, uint32_t kernel)
{
    const struct column *c = column_at(code->columns, id);
    struct tile_step *step = add_step(code, kernel, id);
    for (size_t k = 0; k < c->count; k++)
        read_cell(code, step, column_operands(code->columns, id)[k]);
    for (size_t k = c->count; k < 3; k++) /* what is not looked at must be there */
        step->in[k] = step->in[0];
    step->a = c->a;
    step->b = c->b;
}

static void range(struct code *code, column_id id)
{
    const struct column *c = column_at(code->columns, id);
    struct tile_step *step = add_step(code, TILE_RANGE, id);
    step->from = code->columns->uniforms[c->a].value;
    step->step = code->columns->uniforms[c->b].value;
}

/* The operation `op` of the same operand that is asked for later on; 0 when it is not. */
static column_id partner(const struct code *code, column_id id, enum op op)
{
    struct column like = {.kind = COLUMN_OPERATION,
                          .op = op,
                          .extent = column_at(code->columns, id)->extent};
    column_id other =
        column_find(code->columns, &like, column_operands(code->columns, id), 1);
    return other != 0 && code->uses[other].is_needed && code->uses[other].reg == 0 ? other
                                                                                   : 0;
}

static void softplus_sigmoid(struct code *code, column_id id, column_id other)
{
    bool is_first = column_at(code->columns, id)->op == OP_SOFTPLUS;
    struct tile_step *step =
        code_add(code, TILE_SOFTPLUS_SIGMOID, column_at(code->columns, id)->extent);
    struct tile_term *list = code_list(code, step, 2);
    read_cell(code, step, *column_operands(code->columns, id));
    list[is_first ? 0 : 1].in = own_register(code, id);
    list[is_first ? 1 : 0].in = own_register(code, other);
}

/* Operations that have kernels besides those of their rows in ops.def. */
static uint32_t kernel_of(enum op op)
{
    static const uint32_t kernels[OP_COUNT] = {
        [OP_SIN] = TILE_SINES,         [OP_COS] = TILE_COSINES,
        [OP_EXP] = TILE_EXP,           [OP_MOD] = TILE_MODULO,
        [OP_SOFTPLUS] = TILE_SOFTPLUS, [OP_SIGMOID] = TILE_SIGMOID,
        [OP_LGAMMA] = TILE_LOG_GAMMAS, [OP_DIGAMMA] = TILE_DIGAMMAS};
    return kernels[op] != 0 ? kernels[op] : TILE_OPERATION + (uint32_t)op;
}

static void operation(struct code *code, column_id id)
{
    enum op op = column_at(code->columns, id)->op;
    column_id other = 0;
    if (code->uses[id].reg != 0) /* its partner was first */
        return;
    if (op == OP_SOFTPLUS || op == OP_SIGMOID)
        other = partner(code, id, op == OP_SOFTPLUS ? OP_SIGMOID : OP_SOFTPLUS);
    if (other != 0)
        softplus_sigmoid(code, id, other);
    else
        plain(code, id, kernel_of(op));
}

static void shift(struct code *code, column_id id)
{
    column_id of = column_operands(code->columns, id)->core;
    struct pass_register reg = {.kind = REGISTER_SHIFT,
                                .of = code_register_of(code, of),
                                .offset = column_at(code->columns, id)->a};
    code->pass->registers[reg.of].has_halo = true;
    code->uses[id].reg = code_register(code, &reg);
}

static void when(struct code *code, column_id id)
{
    column_id index = column_operands(code->columns, id)->core;
    if (code->checked != index) {
        struct tile_step *check =
            code_add(code, TILE_CHECK, column_at(code->columns, id)->extent);
        code->pass->checks = true;
        check->b = column_at(code->columns, id)->b;
        read_cell(code, check, cell_of(index));
    }
    code->checked = index;
    plain(code, id, TILE_WHEN);
}

static void logsumexp(struct code *code, column_id id)
{
    size_t count = column_at(code->columns, id)->count;
    struct tile_step *step = add_step(code, TILE_LOGSUMEXP, id);
    struct tile_term *list = code_list(code, step, count);
    for (size_t k = 0; k < count; k++)
        list[k].in = code_register_of(code, column_operands(code->columns, id)[k].core);
}

static void matrix(struct code *code, column_id id)
{
    const struct column *c = column_at(code->columns, id);
    struct pass *pass = code->pass;
    struct tile_step *step = code_add(code, TILE_MATRIX, c->extent);
    struct tile_term *list = code_list(code, step, c->count + c->a);
    for (size_t k = 0; k < c->count; k++)
        list[k].in = code_register_of(code, column_operands(code->columns, id)[k].core);
    for (size_t j = 0; j < c->a; j++) /* its parts stand behind it */
        list[c->count + j].in = own_register(code, id + 1 + (column_id)j);
    step->a = c->count;
    step->b = c->a;
    if (pass->matrix_count == code->matrix_capacity)
        pass->matrices = arena_grow(code->arena, pass->matrices, pass->matrix_count,
                                    &code->matrix_capacity, sizeof *pass->matrices);
    struct pass_matrix *m = &pass->matrices[pass->matrix_count++];
    *m = (struct pass_matrix){c->b, c->count, c->a, c->c, c->d, NULL};
    size_t size = tile_packed_size(m->rows, m->columns);
    m->packed = arena_get(code->arena, size * sizeof *m->packed);
    step->packed = m->packed;
}

/* ---- Totals ---- */

static void sum(struct code *code, column_id id)
{
    struct tile_step *step =
        code_add(code, TILE_SUM, column_at(code->columns, id)->extent);
    step->out = code->uses[id].sum - 1;
    read_cell(code, step, cell_of(id));
}

/* The other factor of a product of which the total is asked for, when `factor` is one and
 * its factors are there; 0 when not. */
static column_id other_factor(const struct code *code, column_id product,
                              column_id factor)
{
    const struct cell *pair = column_operands(code->columns, product);
    if (column_at(code->columns, product)->kind != COLUMN_PRODUCT ||
        !code->uses[product].is_summed || !code->uses[product].is_needed)
        return 0;
    column_id other = pair[0].core == factor   ? pair[1].core
                      : pair[1].core == factor ? pair[0].core
                                               : 0;
    return other != 0 && code->uses[other].reg != 0 && code->uses[factor].reg != 0 ? other
                                                                                   : 0;
}

enum { FURTHEST = 512 };

static size_t last_to_look_at(const struct code *code, column_id id)
{
    return code->columns->count - id < FURTHEST ? code->columns->count : id + FURTHEST;
}

static size_t count_products(const struct code *code, column_id id, column_id factor)
{
    size_t count = 0;
    for (column_id other = id; other < last_to_look_at(code, id); other++)
        count += other_factor(code, other, factor) != 0;
    return count;
}

/* The totals of all products with one factor, in one step. */
static void sum_products(struct code *code, column_id id)
{
    const struct cell *pair = column_operands(code->columns, id);
    size_t first = count_products(code, id, pair[0].core);
    size_t second = count_products(code, id, pair[1].core);
    column_id factor = first >= second ? pair[0].core : pair[1].core;
    struct tile_step *step =
        code_add(code, TILE_SUM_PRODUCTS, column_at(code->columns, id)->extent);
    struct tile_term *list = code_list(code, step, first >= second ? first : second);
    size_t count = 0;
    read_cell(code, step, cell_of(factor));
    for (column_id product = id; product < last_to_look_at(code, id); product++) {
        column_id other = other_factor(code, product, factor);
        if (other == 0 || column_at(code->columns, product)->extent !=
                              column_at(code->columns, id)->extent)
            continue;
        list[count++] = (struct tile_term){code_register_of(code, other),
                                           code->uses[product].sum - 1};
        code->uses[product].is_needed = false;
    }
    step->count = (uint32_t)count;
}

void code_column(struct code *code, column_id id)
{
    const struct column *c = column_at(code->columns, id);
    if (code->uses[id].is_inline)
        return;
    if (code->uses[id].is_summed) {
        sum_products(code, id);
        return;
    }
    switch (c->kind) {
    case COLUMN_LOAD:
        load(code, id);
        break;
    case COLUMN_LINEAR:
        linear(code, id);
        break;
    case COLUMN_PRODUCT:
        plain(code, id, TILE_PRODUCT);
        break;
    case COLUMN_QUOTIENT:
        plain(code, id, TILE_QUOTIENT);
        break;
    case COLUMN_OPERATION:
        operation(code, id);
        break;
    case COLUMN_RANGE:
        range(code, id);
        break;
    case COLUMN_IMPULSE:
        plain(code, id, TILE_IMPULSE);
        break;
    case COLUMN_SHIFT:
        shift(code, id);
        break;
    case COLUMN_WHEN:
        when(code, id);
        break;
    case COLUMN_LOGSUMEXP:
        logsumexp(code, id);
        break;
    case COLUMN_MATRIX:
        matrix(code, id);
        break;
    case COLUMN_PREFIX:
        code->uses[id].reg =
            code_register_of(code, column_operands(code->columns, id)->core);
        break;
    case COLUMN_PART:
        break;
    }
    if (code->uses[id].sum != 0 && !code->uses[id].is_totalled)
        sum(code, id);
}
