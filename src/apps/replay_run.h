/* replay_run.h - a recording or a file played again.
 *
 * Used by the replay command only. */
#ifndef PB_APPS_REPLAY_RUN_H
#define PB_APPS_REPLAY_RUN_H

#include "options.h"
#include "pitboard/engine_decide.h"
#include "pitboard/engine_source.h"

typedef struct replay_question {
    const char       *path;
    double            speed; /* 0: as fast as possible */
    pb__list          to;
    uint8_t           only; /* pb_feed_kind that is sent; 0 all */
    bool              remote;
    const char       *car, *calls, *state, *store; /* NULL: none */
    pb_engine_decide *decide;                      /* NULL: no calls */
    void             *decide_user;
} replay_question;

typedef struct replay_answer {
    char                   id[PB_RECORD_ID_MAX];
    bool                   is_record;
    uint64_t               n; /* records played */
    pb_record_reader_stats record;
    uint32_t               rows_refused; /* of a file */
    pb_pipeline_counts     counts;
    pb_race_state          state; /* at the end */
    int16_t                own;
    uint64_t               calls_made, calls_failed;
    char                   call_why[PB_ERROR_TEXT_MAX]; /* the last failure */
    uint64_t               sent, send_failed;
    uint64_t               stored_rows, store_refused;
    double                 elapsed_s;
} replay_answer;

/* *out is filled as far as it went also on error. */
pb_status replay_run(const replay_question *question, replay_answer *out, pb_error *error);

#endif
