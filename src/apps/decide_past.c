#include "decide_past.h"

/* < 0: before, 0: the same, > 0: after. A sprint comes before the race of its round. */
static int order(const pb_race_log *a, const pb_race_log *b)
{
    if (a->season != b->season) return a->season - b->season;
    if (a->round != b->round) return a->round - b->round;
    return (int)b->sprint - (int)a->sprint;
}

pb_status decide_past_open(const pb__list *data, const char *grids, decide_past *out, pb_error *error)
{
    const backtest_data_options options = {.data = data->at, .n_data = data->n, .grids = grids, .sprints = true};
    *out                                = (decide_past){0};
    if (data->n == 0) return PB_OK;
    PB_TRY(backtest_data_read(&options, &out->data, error));
    return backtest_history_make(&out->data, 0, 0, &out->history, error);
}

void decide_past_choose(const decide_past *past, const pb_race_log *log, pb_history *races,
                        const pb_history_race **beside)
{
    *races  = (pb_history){.races = past->history.races};
    *beside = NULL;
    for (size_t i = 0; i < past->history.n; i++) {
        int at = order(past->history.races[i].log, log);
        if (at < 0) races->n = i + 1;
        if (at == 0) *beside = &past->history.races[i];
    }
}

pb_status decide_past_read(const pb__list *data, const char *grids, const pb_race_log *log, decide_past *out,
                           pb_error *error)
{
    PB_TRY(decide_past_open(data, grids, out, error));
    decide_past_choose(out, log, &out->races, &out->beside);
    return PB_OK;
}

void decide_past_free(decide_past *past)
{
    backtest_history_free(&past->history);
    backtest_data_free(&past->data);
    *past = (decide_past){0};
}
