/* pitboard/engine_store.h - frames into a store: the same rows for the same frames,
 * whoever reads them, as often as they are read.
 *
 *     frame --> pipeline --> rows, telemetry columns --> a group in memory --> one commit
 *
 * Every row has a key that follows from the frames alone, so a group that is written
 * again replaces itself. The group and the number of its last frame go in together:
 * after any crash the store has everything up to pb_stage_applied once, and the
 * recording has the rest. A group that could not be committed is kept and tried
 * again; meanwhile feed nothing more.
 *
 * What is stored: docs/engine.md. One thread.
 *
 * Floor 6. Uses store and below. */
#ifndef PITBOARD_ENGINE_STORE_H
#define PITBOARD_ENGINE_STORE_H

#include "pitboard/engine_pipeline.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct pb_stage_options {
    const char *url;                 /* of the store */
    const char *id;                  /* of the recording: sessions are called ID-0, ID-1, ... */
    const char *team;                /* whose sessions they are; NULL: the home team's */
    const char *own_car;             /* NULL: as the feed says */
    uint32_t    chunk_rows;          /* a stretch of telemetry ends with so many rows, 2,048 */
    uint32_t    chunk_s;             /* or after so long, 60 s */
    uint32_t    group_rows;          /* a group is due when it has so many, 20,000 */
} pb_stage_options;                  /* texts are borrowed */
pb_stage_options pb_stage_options_default(void);

typedef struct pb_stage pb_stage;

pb_status pb_stage_create(const pb_stage_options *options, pb_stage **out, pb_error *error);
/* What is not committed is not. */
void      pb_stage_destroy(pb_stage *stage);

/* Opens the store if it is not open and learns what it has; frames must be fed from
 * the first one all the same, for the state. */
pb_status pb_stage_connect(pb_stage *stage, pb_error *error);
void      pb_stage_feed(pb_stage *stage, const pb_frame *frame);
/* Ends what is open, at the end of a file or a recording that is complete. */
void      pb_stage_finish(pb_stage *stage);
/* The group has grown large enough. */
bool      pb_stage_is_due(const pb_stage *stage);
/* There is something to commit. */
bool      pb_stage_has_more(const pb_stage *stage);
/* Writes the group; connects when it has to. PB_E_IO: the store is away or full. */
pb_status pb_stage_commit(pb_stage *stage, pb_error *error);

uint64_t  pb_stage_applied(const pb_stage *stage);     /* last frame that is committed */
uint64_t  pb_stage_rows(const pb_stage *stage);        /* committed by this stage */
uint64_t  pb_stage_refused(const pb_stage *stage);     /* rows that the store did not take */
const pb_pipeline *pb_stage_pipeline(const pb_stage *stage);

#ifdef __cplusplus
}
#endif
#endif
