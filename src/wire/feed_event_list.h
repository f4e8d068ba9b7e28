/* feed_event_list: events made from tables, sorted, handed out as event lines. Inside
 * wire only.
 *
 *     tables -> pb__list_add ... -> pb__list_sort -> pb__list_next, one line each */
#ifndef PB_WIRE_FEED_EVENT_LIST_H
#define PB_WIRE_FEED_EVENT_LIST_H

#include "pitboard/wire_feed.h"

#define PB__AT_FIRST INT64_MIN /* known before anything happened: no time of its own */

typedef struct pb__listed {
    int64_t  due_ms; /* session clock, or PB__AT_FIRST */
    uint32_t seq;    /* as added: what happens at the same time keeps its order */
    pb_event event;
} pb__listed;

/* Cars by code or number, to the keys of events. */
typedef struct pb__list_car {
    char    code[8];
    int16_t number, key;
} pb__list_car;

typedef struct pb__event_list {
    const char  *path;
    pb_error    *error;
    pb__listed  *at;
    uint32_t     n, cap, next;
    uint32_t     refused;
    pb_origin    origin;
    int64_t      zero_us; /* UTC of session clock 0; PB_US_NONE unknown */
    pb__list_car car[PB_CARS_MAX];
    uint32_t     n_cars;
    bool         no_memory;
    char         line[PB_EVENT_LINE_MAX];
} pb__event_list;

pb_status pb__list_create(const char *path, pb_error *error, pb__event_list **out);
/* The functions of a part of file_feed_parts.h. */
pb_status pb__list_next(void *list, pb_file_record *out, pb_error *error);
void      pb__list_close(void *list);
uint32_t  pb__list_refused(const void *list);

/* An event at a time of the session clock, to be filled in: valid until the next is
 * added. Out of memory shows when the list is sorted. */
pb_event *pb__list_add(pb__event_list *list, pb_event_kind kind, int64_t due_ms);
pb_event *pb__list_add_car(pb__event_list *list, pb_event_kind kind, int64_t due_ms, int16_t key);
/* A text of a source into a field of an event, cut at a character's end. */
void pb__list_text(char *to, size_t cap, const char *text);
/* Key of a car; made when it is new: its number where that is free, else 1000 and more.
 * 0: one car too many. Either may be unknown ("" or 0). */
int16_t pb__list_key(pb__event_list *list, const char *code, int16_t number);
/* Sorts by time; dates all events where zero_us is known. PB_E_EMPTY, PB_E_NOMEM. */
pb_status pb__list_sort(pb__event_list *list);

#endif
