/* store_chunk.h - points of each car gathered into columns.
 *
 * A chunk of a car ends between two frames, when it has enough rows or covers enough
 * time of receipt: that depends on the frames only. An open one may be written, too;
 * the whole one then takes its place under the same key. */
#ifndef PB_ENGINE_STORE_CHUNK_H
#define PB_ENGINE_STORE_CHUNK_H

#include "pitboard/race_event.h"
#include "pitboard/store_live.h"

#define PB__CHUNK_SESSION_MAX 48

typedef struct pb__columns {
    char                session[PB__CHUNK_SESSION_MAX];
    int32_t             car;
    uint64_t            first_seq, last_seq; /* frames */
    int64_t             received_us;         /* of the first */
    int64_t             from_us, to_us;
    uint32_t            n, cap;
    uint32_t            has; /* channels that any row has */
    bool                dirty, has_place;
    int64_t            *time_us, *lap, *lat_e7, *lon_e7;
    float              *ch[PB_CH_N];
    struct pb__columns *next; /* in the list of those that are complete */
} pb__columns;

typedef struct pb__chunks {
    uint32_t     rows_max;
    int64_t      span_us;
    pb__columns *open[256]; /* of cars, by number, probed */
    uint32_t     n_open;
    pb__columns *complete, **last;
    uint32_t     n_complete_rows;
    uint64_t     lost; /* points there was no room for */
} pb__chunks;

void pb__chunks_init(pb__chunks *chunks, uint32_t rows_max, int64_t span_us);
void pb__chunks_fini(pb__chunks *chunks);
void pb__chunks_add(pb__chunks *chunks, const char *session, uint64_t seq, int64_t received_us, const pb_point *point);
/* Completes all. */
void pb__chunks_end(pb__chunks *chunks);
/* Writes complete ones, and open ones that have changed; those of frames up to
 * `applied` are in the store. Inside a transaction. */
pb_status pb__chunks_write(pb__chunks *chunks, pb_store *store, uint64_t applied, pb_error *error);
/* They are committed. */
void pb__chunks_written(pb__chunks *chunks);
bool pb__chunks_dirty(const pb__chunks *chunks);

#endif
