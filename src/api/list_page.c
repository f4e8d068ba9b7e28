/* A page of a list: filtered, sorted, cut, with the members that were asked for. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core.h"

/* What a member is sorted and compared by. */
typedef struct key {
    enum { NUMBER, TEXT, NOTHING } kind;
    double  number;
    pb_span text; /* as JSON has it, with its quotes */
} key;

typedef struct item {
    pb_span  text;
    uint32_t place; /* in what run wrote: the order of what is alike */
    key      by[PB__LIST_SORT_MAX];
} item;

static key key_of(pb_span value)
{
    key k = {.kind = NOTHING, .text = value};
    if (value.len > 0 && value.at[0] == '"') k.kind = TEXT;
    if (pb_span_equal_text(value, "true") || pb_span_equal_text(value, "false")) {
        k.kind   = NUMBER;
        k.number = value.at[0] == 't';
    } else if (pb_span_to_f64(value, &k.number))
        k.kind = NUMBER;
    return k;
}

static key member_key(pb_span text, const char *name)
{
    pb_span value = {0};
    return pb__item_member(text, name, &value) ? key_of(value) : (key){.kind = NOTHING};
}

/* ---- filters ---- */

typedef struct filter {
    char  *text; /* the value as JSON */
    size_t len;
    key    want;
} filter;

/* As our writer writes it, so that texts are alike when their bytes are. */
static bool read_filter(pb_json_doc *value, filter *out)
{
    FILE *to = open_memstream(&out->text, &out->len);
    if (!to) return false;
    pb_json_writer w;
    pb_json_begin(&w, to, 0);
    pb_json_put_value(&w, NULL, pb_json_at(pb_json_root(value), 0));
    if (fclose(to) != 0) return false;
    out->want = key_of((pb_span){out->text, out->len});
    return true;
}

static bool is_wanted(const pb__list *list, const filter *filters, pb_span text)
{
    for (uint32_t i = 0; i < list->n_filters; i++) {
        pb_span value = {0};
        if (!pb__item_member(text, list->filter[i].name, &value)) return false;
        key is = key_of(value);
        if (is.kind != filters[i].want.kind) return false;
        if (is.kind == NUMBER ? is.number != filters[i].want.number : !pb_span_equal(is.text, filters[i].want.text))
            return false;
    }
    return true;
}

/* ---- sorting ---- */

static int compare_texts(pb_span a, pb_span b)
{
    size_t n     = a.len < b.len ? a.len : b.len;
    int    order = memcmp(a.at, b.at, n);
    return order != 0 ? order : (a.len > b.len) - (a.len < b.len);
}

/* Nothing comes last, whichever way it is sorted; texts without the quote behind them: "C" is before "C3". */
static int compare(const key *a, const key *b, bool down)
{
    int sign = down ? -1 : 1;
    if (a->kind == NOTHING || b->kind == NOTHING) return (a->kind == NOTHING) - (b->kind == NOTHING);
    if (a->kind != b->kind) return sign * ((int)a->kind - (int)b->kind);
    if (a->kind == NUMBER) return sign * ((a->number > b->number) - (a->number < b->number));
    return sign * compare_texts((pb_span){a->text.at, a->text.len - 1}, (pb_span){b->text.at, b->text.len - 1});
}

static int by_sort(const void *left, const void *right, void *of)
{
    const item     *a = left, *b = right;
    const pb__list *list = of;
    for (uint32_t i = 0; i < list->n_sort; i++) {
        int order = compare(&a->by[i], &b->by[i], list->sort[i].down);
        if (order != 0) return order;
    }
    return a->place < b->place ? -1 : 1;
}

/* ---- the page ---- */

static void put_item(const pb__list *list, pb_span text, pb_json_writer *w)
{
    if (list->n_fields == 0) {
        pb_json_put_raw(w, NULL, text);
        return;
    }
    pb_json_object(w, NULL);
    for (uint32_t i = 0; i < list->n_fields; i++) {
        pb_span value = {0};
        if (pb__item_member(text, list->field[i], &value)) pb_json_put_raw(w, list->field[i], value);
    }
    pb_json_object_end(w);
}

static uint64_t window_end(const pb__list *list)
{
    uint64_t end = (uint64_t)list->offset + list->limit;
    return list->offset >= list->total ? list->offset : end < list->total ? end : list->total;
}

static void put_page(const pb__list *list, const item *items, uint32_t n, pb_json_writer *w)
{
    char     next[24];
    uint32_t skipped = list->is_window ? list->offset : 0; /* by run: not among the items */
    if (list->is_window) n = list->total;
    uint32_t from = list->offset < n ? list->offset : n, to = n - from > list->limit ? from + list->limit : n;
    pb_json_object(w, NULL);
    pb_json_array(w, "items");
    for (uint32_t i = from; i < to; i++) put_item(list, items[i - skipped].text, w);
    pb_json_array_end(w);
    (void)snprintf(next, sizeof next, "%08x%08x", to, list->same);
    pb_json_put_text(w, "next", to < n ? next : NULL);
    pb_json_put_i64(w, "total", n);
    pb_json_object_end(w);
}

typedef struct items {
    item    *at;
    uint32_t n, room;
} items;

static bool keep(items *all, const item *one)
{
    if (all->n == all->room) {
        uint32_t room = all->room ? 2 * all->room : 256;
        item    *more = realloc(all->at, room * sizeof *more);
        if (!more) return false;
        all->at   = more;
        all->room = room;
    }
    all->at[all->n++] = *one;
    return true;
}

static pb_status choose(const pb__list *list, const filter *filters, pb_span rest, items *all, pb_error *error)
{
    item one = {.place = 0};
    if (!pb__items_begin(&rest)) return pb_error_set(error, PB_E_SYNTAX, "a list is no array");
    for (; pb__items_next(&rest, &one.text); one.place++) {
        if (!is_wanted(list, filters, one.text)) continue;
        for (uint32_t i = 0; i < list->n_sort; i++) one.by[i] = member_key(one.text, list->sort[i].name);
        if (!keep(all, &one)) return pb_error_set(error, PB_E_NOMEM, "out of memory for a list");
    }
    return pb__items_ended(rest) ? PB_OK : pb_error_set(error, PB_E_SYNTAX, "a list is broken");
}

pb_status pb__list_page(const pb__list *list, pb_span array, pb_json_writer *to, pb_error *error)
{
    filter    filters[PB__LIST_FILTERS_MAX] = {0};
    items     all                           = {0};
    pb_status status                        = PB_OK;
    for (uint32_t i = 0; i < list->n_filters && status == PB_OK; i++)
        if (!read_filter(list->filter[i].value, &filters[i])) status = pb_error_set(error, PB_E_NOMEM, "out of memory");
    if (status == PB_OK) status = choose(list, filters, array, &all, error);
    if (status == PB_OK && list->n_sort > 0) qsort_r(all.at, all.n, sizeof *all.at, by_sort, (void *)(uintptr_t)list);
    if (list->is_window && status == PB_OK && all.n + (uint64_t)list->offset < window_end(list))
        status = pb_error_set(error, PB_E_SYNTAX, "a page of a list is cut short");
    if (status == PB_OK) put_page(list, all.at, all.n, to);
    free(all.at);
    for (uint32_t i = 0; i < list->n_filters; i++) free(filters[i].text);
    return status;
}
