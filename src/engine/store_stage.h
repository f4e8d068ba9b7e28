/* store_stage.h - what store_stage.c and store_rows.c share. */
#ifndef PB_ENGINE_STORE_STAGE_H
#define PB_ENGINE_STORE_STAGE_H

#include "pitboard/engine_store.h"
#include "store_chunk.h"
#include "store_group.h"

struct pb_stage {
    pb_stage_options options;
    pb_pipeline     *pipeline;
    pb_store        *store; /* NULL: away */
    pb__tables       tables;
    pb__group        group;
    pb__chunks       chunks;
    uint64_t         fed, applied; /* frames; rows of those up to applied are in */
    uint64_t         rows, refused;
    bool             ended; /* pb_stage_finish has added something */
    /* store_rows.c */
    char        session[PB__CHUNK_SESSION_MAX];
    uint32_t    session_number;
    bool        session_told;
    int16_t     own_told;
    int64_t     session_from_us;
    uint16_t    state_lap; /* leader's lap of the state that was kept last */
    uint64_t    last_seq;  /* for gaps */
    uint32_t    n_refused; /* of this frame */
    uint32_t    refusals;  /* rows of live_gaps for them, bounded */
    const char *why;       /* the first */
};

void pb__stage_name_session(pb_stage *stage);
/* Feeds the pipeline; what comes out becomes rows of the group, if it is not in the store yet. */
void pb__stage_rows(pb_stage *stage, const pb_frame *frame);

#endif
