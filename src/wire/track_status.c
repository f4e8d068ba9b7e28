/* track_status: the status feed of a race into phases of neutralisation.
 *
 * The feed says what is on from now: 1 clear, 2 yellow, 4 safety car, 5 red,
 * 6 VSC, 7 VSC ending. A phase lasts from its first word to the next of another
 * kind. */
#include "cell.h"
#include "pitboard/codec.h"
#include "pitboard/wire.h"

typedef struct feed {
    const pb_race_outcome *outcome;
    pb_neutral_phase      *out;
    uint32_t               cap, n;
    int                    kind; /* on now; 0 none */
    int32_t                since;
} feed;

static int kind_of(int64_t status)
{
    return status == 4 ? PB_NEUTRAL_SC : status == 5 ? PB_NEUTRAL_RED : status == 6 || status == 7 ? PB_NEUTRAL_VSC : 0;
}

/* The part of a phase that lies in the race; none of it: no phase. */
static void end_phase(feed *f, int32_t now)
{
    pb_neutral_phase phase   = {.kind = (pb_neutral_kind)f->kind, .start_ms = f->since, .end_ms = now, .exact = true};
    const pb_race_outcome *o = f->outcome;
    if (f->kind == 0 || o->start_ms == PB_MS_NONE) return;
    if (phase.start_ms < o->start_ms) phase.start_ms = o->start_ms;
    if (phase.end_ms > o->flag_ms) phase.end_ms = o->flag_ms;
    if (phase.end_ms <= phase.start_ms) return;
    phase.start_progress = pb_leader_progress(o, phase.start_ms);
    phase.end_progress   = pb_leader_progress(o, phase.end_ms);
    if (f->n < f->cap) f->out[f->n] = phase;
    f->n++;
}

static void hear(feed *f, int32_t now, int kind)
{
    if (kind == f->kind) return;
    end_phase(f, now);
    f->kind  = kind;
    f->since = now;
}

static pb_status read_row(const pb_csv *csv, const char *path, int time, int status, int64_t *ms, int64_t *code,
                          pb_error *error)
{
    bool enough = csv->n_fields > (uint32_t)time && csv->n_fields > (uint32_t)status;
    if (!enough || pb__cell_ms(csv->field[time], ms) != PB__CELL_VALUE ||
        pb__cell_whole(csv->field[status], code) != PB__CELL_VALUE)
        return pb_error_set(error, PB_E_SYNTAX, "%s:%u: a status row needs Time_s in seconds and Status as a number",
                            path, (unsigned)csv->line);
    if (*ms >= 0 && *ms <= PB__MS_LIMIT && *code >= 0 && *code <= 9) return PB_OK;
    return pb_error_set(error, PB_E_RANGE, "%s:%u: Time_s must lie in 0 to %d s and Status in 0 to 9", path,
                        (unsigned)csv->line, PB__MS_LIMIT / 1000);
}

static pb_status read_rows(pb_csv *csv, const char *path, int time, int status, feed *f, pb_error *error)
{
    int64_t ms = 0, code = 0, before = 0;
    for (;;) {
        pb_status got = pb_csv_next(csv);
        if (got == PB_E_EMPTY) break;
        if (got != PB_OK) return pb_error_set(error, got, "%s:%u: this row cannot be read", path, (unsigned)csv->line);
        PB_TRY(read_row(csv, path, time, status, &ms, &code, error));
        if (ms < before)
            return pb_error_set(error, PB_E_RANGE, "%s:%u: Time_s goes back; sort the file by time", path,
                                (unsigned)csv->line);
        before = ms;
        hear(f, (int32_t)ms, kind_of(code));
    }
    end_phase(f, PB__MS_LIMIT);
    return PB_OK;
}

pb_status pb_wire_read_track_status(pb_span text, const char *path, const pb_race_outcome *outcome,
                                    pb_neutral_phase *out, uint32_t cap, uint32_t *n, pb_error *error)
{
    pb_csv   csv;
    pb_arena scratch;
    feed     f = {.outcome = outcome, .out = out, .cap = cap};
    pb_arena_init(&scratch, 0);
    pb_csv_init(&csv, text, ',', &scratch);
    bool      header = pb_csv_next(&csv) == PB_OK;
    int       time = header ? pb_csv_column(&csv, "Time_s") : -1, status = header ? pb_csv_column(&csv, "Status") : -1;
    pb_status got =
        time < 0 || status < 0
            ? pb_error_set(error, PB_E_MISSING, "%s:1: a status file needs the columns Time_s and Status", path)
            : read_rows(&csv, path, time, status, &f, error);
    pb_arena_fini(&scratch);
    if (got == PB_OK) *n = f.n;
    return got;
}
