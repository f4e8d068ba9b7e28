/* A model in memory: a bag of named numbers, forests and texts. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "model_bag.h"
#include "pitboard/codec.h"

static void item_fini(pb__model_item *item)
{
    free(item->x);
    free(item->text);
    if (item->forest) pb_forest_destroy(item->forest);
    *item = (pb__model_item){0};
}

static pb_status check_name(const char *name, pb_error *error)
{
    if (name && *name && strlen(name) < PB__MODEL_NAME_MAX && pb_utf8_valid(pb_span_of(name))) return PB_OK;
    return pb_error_set(error, PB_E_RANGE, "'%s' cannot name a part of a model: 1 to %d bytes of text",
                        name ? name : "", PB__MODEL_NAME_MAX - 1);
}

pb_status pb_model_create(const char *kind, pb_model **out, pb_error *error)
{
    PB_TRY(check_name(kind, error));
    pb_model *model = calloc(1, sizeof *model);
    if (!model) return pb_error_set(error, PB_E_NOMEM, "out of memory for a model");
    pb_span_copy(pb_span_of(kind), model->kind, sizeof model->kind);
    *out = model;
    return PB_OK;
}

void pb_model_destroy(pb_model *model)
{
    if (!model) return;
    for (size_t i = 0; i < model->n; i++) item_fini(&model->items[i]);
    free(model->items);
    free(model);
}

const char *pb_model_kind_name(const pb_model *model)
{
    return model->kind;
}

const pb__model_item *pb__model_find(const pb_model *model, pb__item_kind kind, const char *name)
{
    for (size_t i = 0; i < model->n; i++)
        if (model->items[i].kind == kind && strcmp(model->items[i].name, name) == 0) return &model->items[i];
    return NULL;
}

/* Moves *item into the bag, in place of one of its name and kind; on error it stays the caller's. */
static pb_status take_item(pb_model *model, const pb__model_item *item, pb_error *error)
{
    for (size_t i = 0; i < model->n; i++) {
        pb__model_item *old = &model->items[i];
        if (old->kind != item->kind || strcmp(old->name, item->name) != 0) continue;
        item_fini(old);
        *old = *item;
        return PB_OK;
    }
    if (model->n == model->cap) {
        size_t          cap  = model->cap ? model->cap * 2 : 16;
        pb__model_item *more = realloc(model->items, cap * sizeof *more);
        if (!more) return pb_error_set(error, PB_E_NOMEM, "out of memory for '%s' of a model", item->name);
        model->items = more;
        model->cap   = cap;
    }
    model->items[model->n++] = *item;
    return PB_OK;
}

static pb_status check_numbers(const char *name, const double *x, size_t n, pb_error *error)
{
    for (size_t i = 0; i < n; i++)
        if (!isfinite(x[i]))
            return pb_error_set(error, PB_E_RANGE, "'%s' of a model: number %zu is not finite", name, i);
    return PB_OK;
}

pb_status pb_model_put(pb_model *model, const char *name, const double *x, size_t n, pb_error *error)
{
    PB_TRY(check_name(name, error));
    PB_TRY(check_numbers(name, x, n, error));
    pb__model_item item = {.kind = PB__ITEM_NUMBERS, .n = n};
    pb_span_copy(pb_span_of(name), item.name, sizeof item.name);
    item.x = malloc((n ? n : 1) * sizeof *item.x);
    if (!item.x) return pb_error_set(error, PB_E_NOMEM, "out of memory for '%s' of a model", name);
    if (n) memcpy(item.x, x, n * sizeof *x);
    pb_status status = take_item(model, &item, error);
    if (status != PB_OK) item_fini(&item);
    return status;
}

const double *pb_model_view(const pb_model *model, const char *name, size_t *n)
{
    const pb__model_item *item = pb__model_find(model, PB__ITEM_NUMBERS, name);
    if (n) *n = item ? item->n : 0;
    return item ? item->x : NULL;
}

pb_status pb_model_get(const pb_model *model, const char *name, double *x, size_t n, pb_error *error)
{
    const pb__model_item *item = pb__model_find(model, PB__ITEM_NUMBERS, name);
    if (!item)
        return pb_error_set(error, PB_E_MISSING, "the model of kind %s has no '%s' (train it again)", model->kind,
                            name);
    if (item->n != n)
        return pb_error_set(error, PB_E_RANGE, "'%s' of the model of kind %s has %zu numbers, not %zu (train it again)",
                            name, model->kind, item->n, n);
    if (n) memcpy(x, item->x, n * sizeof *x);
    return PB_OK;
}

pb_status pb_model_put_forest(pb_model *model, const char *name, pb_forest *forest, pb_error *error)
{
    pb__model_item item   = {.kind = PB__ITEM_FOREST, .forest = forest};
    pb_status      status = check_name(name, error);
    if (status == PB_OK) {
        pb_span_copy(pb_span_of(name), item.name, sizeof item.name);
        status = take_item(model, &item, error);
    }
    if (status != PB_OK) item_fini(&item);
    return status;
}

const pb_forest *pb_model_forest(const pb_model *model, const char *name)
{
    const pb__model_item *item = pb__model_find(model, PB__ITEM_FOREST, name);
    return item ? item->forest : NULL;
}

static pb_status check_text(const char *name, const char *text, pb_error *error)
{
    if (!text) return pb_error_set(error, PB_E_RANGE, "'%s' of a model: no text", name);
    for (const char *c = text; *c; c++)
        if ((unsigned char)*c < 0x20 || *c == 0x7f)
            return pb_error_set(error, PB_E_RANGE, "'%s' of a model: a text is one line", name);
    if (pb_utf8_valid(pb_span_of(text))) return PB_OK;
    return pb_error_set(error, PB_E_RANGE, "'%s' of a model: the text is not UTF-8", name);
}

pb_status pb_model_put_text(pb_model *model, const char *name, const char *text, pb_error *error)
{
    PB_TRY(check_name(name, error));
    PB_TRY(check_text(name, text, error));
    pb__model_item item = {.kind = PB__ITEM_TEXT, .text = strdup(text)};
    pb_span_copy(pb_span_of(name), item.name, sizeof item.name);
    if (!item.text) return pb_error_set(error, PB_E_NOMEM, "out of memory for '%s' of a model", name);
    pb_status status = take_item(model, &item, error);
    if (status != PB_OK) item_fini(&item);
    return status;
}

const char *pb_model_text(const pb_model *model, const char *name)
{
    const pb__model_item *item = pb__model_find(model, PB__ITEM_TEXT, name);
    return item ? item->text : NULL;
}
