/* feed_event_list: see feed_event_list.h. */
#include "feed_event_list.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EVENTS_MAX (1u << 21)
#define NO_NUMBER 1000

pb_status pb__list_create(const char *path, pb_error *error, pb__event_list **out)
{
    pb__event_list *list = calloc(1, sizeof *list);
    if (!list) return pb_error_set(error, PB_E_NOMEM, "%s: out of memory", path);
    list->path    = path;
    list->error   = error;
    list->origin  = PB_ORIGIN_LAP_FILE;
    list->zero_us = PB_US_NONE;
    *out          = list;
    return PB_OK;
}

static bool grow(pb__event_list *list)
{
    uint32_t    cap = list->cap ? 2 * list->cap : 4096;
    pb__listed *at  = cap > EVENTS_MAX ? NULL : realloc(list->at, cap * sizeof *at);
    if (!at) return false;
    list->at  = at;
    list->cap = cap;
    return true;
}

pb_event *pb__list_add(pb__event_list *list, pb_event_kind kind, int64_t due_ms)
{
    if (due_ms <= INT32_MIN && due_ms != PB__AT_FIRST) due_ms = 0;
    if (due_ms > INT32_MAX) due_ms = INT32_MAX;
    if (list->n == list->cap && !grow(list)) list->no_memory = true;
    if (list->no_memory && list->n == list->cap) { /* the last one is spoiled: the list is refused anyway */
        if (list->n == 0 && !(list->at = calloc(1, sizeof *list->at))) abort();
        list->n   = list->n ? list->n - 1 : 0;
        list->cap = list->cap ? list->cap : 1;
    }
    pb__listed *to = &list->at[list->n];
    to->due_ms     = due_ms;
    to->seq        = list->n++;
    to->event = pb_event_make(kind, list->origin, PB_US_NONE, due_ms == PB__AT_FIRST ? PB_MS_NONE : (int32_t)due_ms);
    return &to->event;
}

pb_event *pb__list_add_car(pb__event_list *list, pb_event_kind kind, int64_t due_ms, int16_t key)
{
    pb_event *e = pb__list_add(list, kind, due_ms);
    e->car      = key;
    return e;
}

void pb__list_text(char *to, size_t cap, const char *text)
{
    pb_utf8_copy(pb_span_of(text), to, cap);
}

static bool is_key(const pb__event_list *list, int16_t key)
{
    for (uint32_t i = 0; i < list->n_cars; i++)
        if (list->car[i].key == key) return true;
    return false;
}

static bool is_car(const pb__list_car *car, const char *code, int16_t number)
{
    if (code[0] && car->code[0]) return strcmp(car->code, code) == 0;
    return number > 0 && car->number == number;
}

int16_t pb__list_key(pb__event_list *list, const char *code, int16_t number)
{
    for (uint32_t i = 0; i < list->n_cars; i++) {
        if (!is_car(&list->car[i], code, number)) continue;
        if (!list->car[i].code[0]) (void)snprintf(list->car[i].code, sizeof list->car[i].code, "%.7s", code);
        return list->car[i].key;
    }
    if (list->n_cars == PB_CARS_MAX) return 0;
    pb__list_car *car = &list->car[list->n_cars];
    (void)snprintf(car->code, sizeof car->code, "%.7s", code);
    car->number = number;
    car->key = number > 0 && number < NO_NUMBER && !is_key(list, number) ? number : (int16_t)(NO_NUMBER + list->n_cars);
    list->n_cars++;
    return car->key;
}

static int by_time(const void *a, const void *b)
{
    const pb__listed *x = a, *y = b;
    if (x->due_ms != y->due_ms) return x->due_ms < y->due_ms ? -1 : 1;
    return (x->seq > y->seq) - (x->seq < y->seq);
}

pb_status pb__list_sort(pb__event_list *list)
{
    if (list->no_memory)
        return pb_error_set(list->error, PB_E_NOMEM, "%s: more events than memory (or 2^21)", list->path);
    if (list->n == 0) return pb_error_set(list->error, PB_E_EMPTY, "%s: nothing in it can be replayed", list->path);
    qsort(list->at, list->n, sizeof *list->at, by_time);
    uint32_t first = 0;
    while (first + 1 < list->n && list->at[first].due_ms == PB__AT_FIRST) first++;
    for (uint32_t i = 0; i < list->n; i++) {
        if (list->at[i].due_ms == PB__AT_FIRST)
            list->at[i].due_ms = list->at[first].due_ms == PB__AT_FIRST ? 0 : list->at[first].due_ms;
        if (list->zero_us != PB_US_NONE) list->at[i].event.at_us = list->zero_us + list->at[i].due_ms * 1000;
    }
    return PB_OK;
}

pb_status pb__list_next(void *state, pb_file_record *out, pb_error *error)
{
    pb__event_list *list = state;
    (void)error;
    if (list->next == list->n) return PB_E_EMPTY;
    const pb__listed *one = &list->at[list->next++];
    size_t            n   = pb_event_line_write(&one->event, list->line, sizeof list->line);
    int64_t           us  = one->event.at_us != PB_US_NONE ? one->event.at_us : one->due_ms * 1000;
    PB_ASSERT(n > 0);
    *out = (pb_file_record){PB_FEED_EVENT, us, {list->line, n}};
    return PB_OK;
}

void pb__list_close(void *state)
{
    pb__event_list *list = state;
    free(list->at);
    free(list);
}

uint32_t pb__list_refused(const void *state)
{
    return ((const pb__event_list *)state)->refused;
}
