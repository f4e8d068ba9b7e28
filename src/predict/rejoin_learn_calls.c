/* rejoin_learn_calls: who stops at the end of a lap; the trees of the pit call. */
#include <stdlib.h>
#include <string.h>

#include "pitboard/num.h"
#include "rejoin_learn.h"

#define STOPS_MIN 200 /* fewer teach no trees: a plain rate is used then */
#define ROUNDS 60     /* a third of the pit call at three times its rate: no worse here, and four forests are grown */
#define RATE 0.15

static pb_status collect(const pb_history *past, pb_pitcall_sight sight, pb__pitcall_sample *out)
{
    for (size_t r = 0; r < past->n; r++)
        if (!past->races[r].log->sprint) PB_TRY(pb__pitcall_sample_add(out, &past->races[r], (uint32_t)r, sight));
    return PB_OK;
}

/* From all races but those of a fold; PB__REJOIN_FOLDS leaves none out. */
static pb_status grow(const pb__pitcall_sample *s, size_t races, uint32_t leave, const pb_learn_options *options,
                      pb_forest **out, pb_error *error)
{
    float    *x = malloc((s->n + 1) * PB__PITCALL_N * sizeof *x), *y = malloc((s->n + 1) * sizeof *y);
    size_t    n      = 0;
    double    stops  = 0;
    pb_status status = x && y ? PB_OK : pb_error_set(error, PB_E_NOMEM, "rejoin: no memory for the car-laps");
    for (size_t i = 0; i < s->n && status == PB_OK; i++) {
        if (s->group[i] * PB__REJOIN_FOLDS / races == leave) continue;
        memcpy(x + n * PB__PITCALL_N, s->x + i * PB__PITCALL_N, PB__PITCALL_N * sizeof *x);
        y[n++] = s->y[i];
        stops += (double)s->y[i];
    }
    if (status == PB_OK && stops >= STOPS_MIN) {
        pb_tree_options o    = pb__pitcall_tree_options(stops / (double)n, options);
        pb_tree_rows    rows = {.x = x, .y = y, .n = n, .k = PB__PITCALL_N};
        if (!options->quick) o.rounds = ROUNDS;
        if (!options->quick) o.rate = RATE;
        status = pb_forest_train(&rows, &o, out, NULL, error);
    }
    free(x);
    free(y);
    return status;
}

pb_status pb__rejoin_learn_calls(const pb_history *past, pb_pitcall_sight sight, const pb_learn_options *options,
                                 pb__rejoin_trees *out, pb_error *error)
{
    pb__pitcall_sample s      = {0};
    pb_status          status = collect(past, sight, &s);
    *out                      = (pb__rejoin_trees){.races = past->n};
    if (status != PB_OK) pb_error_set(error, status, "rejoin: %s", pb_status_text(status));
    if (status == PB_OK) status = grow(&s, past->n, PB__REJOIN_FOLDS, options, &out->all, error);
    for (uint32_t f = 0; f < PB__REJOIN_FOLDS && status == PB_OK; f++)
        status = grow(&s, past->n, f, options, &out->fold[f], error);
    pb__pitcall_sample_fini(&s);
    if (status != PB_OK) pb__rejoin_trees_fini(out);
    return status;
}

const pb_forest *pb__rejoin_unseen(const pb__rejoin_trees *trees, size_t race)
{
    return trees->fold[race * PB__REJOIN_FOLDS / trees->races];
}

void pb__rejoin_trees_fini(pb__rejoin_trees *trees)
{
    pb_forest_destroy(trees->all);
    for (int f = 0; f < PB__REJOIN_FOLDS; f++) pb_forest_destroy(trees->fold[f]);
    *trees = (pb__rejoin_trees){0};
}
