/* Frames into a store: see engine_store.h. What the rows are is in store_rows.c. */
#include <stdlib.h>
#include <string.h>

#include "store_stage.h"

pb_stage_options pb_stage_options_default(void)
{
    return (pb_stage_options){.chunk_rows = 2048, .chunk_s = 60, .group_rows = 20000};
}

pb_status pb_stage_create(const pb_stage_options *options, pb_stage **out, pb_error *error)
{
    pb_stage *s = calloc(1, sizeof *s);
    if (!s) return pb_error_set(error, PB_E_NOMEM, "out of memory for the way to the store");
    pb_pipeline_options o = pb_pipeline_options_default();
    o.own_car             = options->own_car;
    s->options            = *options;
    pb_status status      = pb_pipeline_create(&o, &s->pipeline, error);
    if (status != PB_OK) {
        free(s);
        return status;
    }
    pb__group_init(&s->group);
    pb__chunks_init(&s->chunks, options->chunk_rows, (int64_t)options->chunk_s * 1000000);
    pb__stage_name_session(s);
    *out = s;
    return PB_OK;
}

static void disconnect(pb_stage *s)
{
    if (s->store) pb_store_close(s->store);
    s->store  = NULL;
    s->tables = (pb__tables){0};
}

void pb_stage_destroy(pb_stage *stage)
{
    if (!stage) return;
    disconnect(stage);
    pb__chunks_fini(&stage->chunks);
    pb__group_fini(&stage->group);
    pb_pipeline_destroy(stage->pipeline);
    free(stage);
}

pb_status pb_stage_connect(pb_stage *stage, pb_error *error)
{
    uint64_t applied = 0;
    if (stage->store) return PB_OK;
    PB_TRY(pb_store_open(stage->options.url, PB_STORE_CREATE, &stage->store, error));
    pb_status status = pb_store_applied(stage->store, stage->options.id, &applied, error);
    if (status == PB_OK && applied < stage->applied)
        status =
            pb_error_set(error, PB_E_IO,
                         "the store has gone back from record %llu to %llu; start again, and it is filled from there",
                         (unsigned long long)stage->applied, (unsigned long long)applied);
    if (status != PB_OK) {
        disconnect(stage);
        return status;
    }
    if (applied > stage->applied) stage->applied = applied;
    return PB_OK;
}

void pb_stage_feed(pb_stage *stage, const pb_frame *frame)
{
    stage->fed = frame->seq;
    pb__stage_rows(stage, frame);
}

bool pb_stage_is_due(const pb_stage *stage)
{
    return stage->group.n >= stage->options.group_rows ||
           stage->chunks.n_complete_rows >= stage->options.group_rows * 5;
}

bool pb_stage_has_more(const pb_stage *stage)
{
    return stage->fed > stage->applied || stage->ended;
}

/* ---- committing ---- */

/* All rows that are not known to be bad. *at: the row that failed; n: none of them. */
static pb_status write_group(pb_stage *s, uint32_t *at, pb_error *error)
{
    for (*at = 0; *at < s->group.n; ++*at)
        if (!s->group.rows[*at].bad) PB_TRY(pb__group_write(&s->group, *at, s->store, &s->tables, error));
    PB_TRY(pb__chunks_write(&s->chunks, s->store, s->applied, error));
    PB_TRY(pb_store_set_applied(s->store, s->session, s->fed, error));
    return pb_store_set_applied(s->store, s->options.id, s->fed, error);
}

static pb_status try_once(pb_stage *s, uint32_t *at, pb_error *error)
{
    *at              = s->group.n;
    pb_status status = pb_store_begin(s->store, error);
    if (status == PB_OK) status = write_group(s, at, error);
    if (status == PB_OK) status = pb_store_commit(s->store, error);
    if (status != PB_OK) pb_store_rollback(s->store);
    return status;
}

/* A store that tells of a bad row only at the commit does not say which: each is tried
 * alone, and those that fail are marked. */
static pb_status find_bad(pb_stage *s, pb_error *error)
{
    for (uint32_t i = 0; i < s->group.n; i++) {
        if (s->group.rows[i].bad) continue;
        PB_TRY(pb_store_begin(s->store, error));
        pb_status status = pb__group_write(&s->group, i, s->store, &s->tables, error);
        if (status == PB_OK) status = pb_store_commit(s->store, error);
        if (status == PB_OK) continue;
        pb_store_rollback(s->store);
        if (status != PB_E_RANGE) return status;
        s->group.rows[i].bad = true;
        s->refused++;
    }
    return PB_OK;
}

static pb_status write_all(pb_stage *s, pb_error *error)
{
    for (bool alone = false;;) {
        uint32_t  at;
        pb_status status = try_once(s, &at, error);
        if (status != PB_E_RANGE) return status;
        if (at < s->group.n) {
            s->group.rows[at].bad = true;
            s->refused++;
        } else if (alone) {
            return status;
        } else {
            PB_TRY(find_bad(s, error));
            alone = true;
        }
    }
}

static void let_go(pb_stage *s)
{
    s->rows += s->group.n;
    s->ended = false;
    if (s->fed > s->applied) s->applied = s->fed;
    pb__group_clear(&s->group);
    pb__chunks_written(&s->chunks);
}

pb_status pb_stage_commit(pb_stage *stage, pb_error *error)
{
    PB_TRY(pb_stage_connect(stage, error));
    pb_status status = pb_stage_has_more(stage) ? write_all(stage, error) : PB_OK; /* else it is all in */
    if (status == PB_OK)
        let_go(stage);
    else
        disconnect(stage); /* it may be gone; the group is kept */
    return status;
}

uint64_t pb_stage_applied(const pb_stage *stage)
{
    return stage->applied;
}

uint64_t pb_stage_rows(const pb_stage *stage)
{
    return stage->rows;
}

uint64_t pb_stage_refused(const pb_stage *stage)
{
    return stage->refused + stage->group.lost + stage->chunks.lost;
}

const pb_pipeline *pb_stage_pipeline(const pb_stage *stage)
{
    return stage->pipeline;
}
