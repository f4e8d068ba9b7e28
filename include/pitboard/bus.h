/* pitboard/bus.h - topics: who has something to tell publishes it, who wants to know
 * reads it at a pace of his own.
 *
 * A topic is a bounded run of entries, bytes each, numbered from 1. Publishing never
 * waits. A reader that is slower than the topic is long is put at the oldest entry
 * that is left (or the newest, if only that is of use to it) and told how many it
 * missed. Entries are what a stream server would carry, so that one can stand
 * behind this interface later; today there is "memory": one process.
 *
 * Any thread may publish; a reader belongs to one thread.
 *
 * Floor 2. Uses base. */
#ifndef PITBOARD_BUS_H
#define PITBOARD_BUS_H

#include "pitboard/base.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct pb_bus pb_bus;
typedef struct pb_bus_reader pb_bus_reader;

#define PB_BUS_TOPICS_MAX 64
#define PB_BUS_NAME_MAX   96

typedef struct pb_bus_options {
    size_t topic_bytes;          /* a topic keeps at most so many, 4 MiB; taken as it is used */
} pb_bus_options;
pb_bus_options pb_bus_options_default(void);

/* url: "memory". PB_E_UNSUPPORTED for anything else. Readers end before the bus. */
pb_status pb_bus_open(const char *url, const pb_bus_options *options, pb_bus **out, pb_error *error);
void      pb_bus_close(pb_bus *bus);

/* PB_E_RANGE: the entry is larger than a quarter of what a topic keeps, or a name too
 * long; PB_E_LIMIT: too many topics. */
pb_status pb_bus_publish(pb_bus *bus, const char *topic, pb_span entry);
/* Is there a reader? So that nobody makes entries for nobody. */
bool      pb_bus_wanted(pb_bus *bus, const char *topic);
/* Nothing will come any more: its place is free for another topic. Who reads it still
 * gets what is there. A name that is published again is another topic. */
void      pb_bus_forget(pb_bus *bus, const char *topic);

typedef enum pb_bus_lag {
    PB_BUS_OLDEST,               /* records: go on with the oldest that is left; what is missed is a gap to be told */
    PB_BUS_NEWEST                /* states: only the newest is of use */
} pb_bus_lag;

/* Begins behind what is there now. */
pb_status pb_bus_subscribe(pb_bus *bus, const char *topic, pb_bus_lag lag, pb_bus_reader **out, pb_error *error);
void      pb_bus_unsubscribe(pb_bus_reader *reader);
/* The next entry: a copy in the reader's memory, valid until its next call; waits for
 * one up to wait_ms. *id its number, *missed how many were passed over since the last.
 * PB_E_EMPTY when there is none. */
pb_status pb_bus_next(pb_bus_reader *reader, uint32_t wait_ms, pb_span *entry, uint64_t *id, uint64_t *missed);

#ifdef __cplusplus
}
#endif
#endif
