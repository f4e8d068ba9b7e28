#include "pace_origin.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tyre_prior.h"

/* Rows of one moment go in together, then each of them is an origin. */
static void walk(pb_tyre_filter *f, const pb_race_log *log, const pb__lap_event *all, size_t n, pb__pace_origins *out)
{
    int scheduled = pb_scheduled_laps(log->circuit, log->season, log->sprint);
    for (size_t i = 0, j; i < n; i = j) {
        for (j = i; j < n && all[j].ms == all[i].ms; j++)
            (void)pb_tyre_filter_lap(f, all[j].car, &log->cars[all[j].car].laps[all[j].row], NULL);
        for (size_t k = i; k < j; k++) {
            if (f->car[all[k].car].last.number != log->cars[all[k].car].laps[all[k].row].number) continue;
            for (int h = 0; h < PB__PACE_HORIZONS; h++)
                pb__pace_features(f, all[k].car, h, scheduled, &out->at[out->first[all[k].car] + all[k].row]);
        }
    }
}

static void clear_origins(const pb__pace_origins *out, size_t rows)
{
    for (size_t i = 0; i < rows; i++)
        for (int h = 0; h < PB__PACE_HORIZONS; h++) {
            out->at[i].mean_s[h] = out->at[i].sd_s[h] = NAN;
            for (int k = 0; k < PB__PACE_FEATURES; k++) out->at[i].x[h][k] = NAN;
        }
}

static pb_status open_filter(const pb_model *model, const pb_history *history, size_t at, pb__fits *fits,
                             pb_tyre_filter **f, pb_error *error)
{
    const pb_race_log *log = history->races[at].log;
    pb_tyre_prior      prior;
    double             form_s[PB_CARS_MAX], sd_s[PB_CARS_MAX];
    PB_TRY(pb__tyre_prior_with(model, history, at, log->circuit, log->season, fits, &prior, error));
    PB_TRY(pb_tyre_filter_create(&prior, log->n_cars, f, error));
    pb__driver_form(history, at, fits, form_s, sd_s);
    for (uint32_t c = 0; c < log->n_cars; c++) (void)pb_tyre_filter_form(*f, c, form_s[c], sd_s[c], NULL);
    return PB_OK;
}

pb_status pb__pace_origins_with(const pb_model *model, const pb_history *history, size_t at, pb__fits *fits,
                                pb__pace_origins *out, pb_error *error)
{
    const pb_race_log *log  = history->races[at].log;
    uint32_t           rows = 0;
    pb_tyre_filter    *f    = NULL;
    pb__pace_origins   o    = {0};
    for (uint32_t c = 0; c < log->n_cars; c++) {
        o.first[c] = rows;
        rows += log->cars[c].n_laps;
    }
    PB_TRY(open_filter(model, history, at, fits, &f, error));
    size_t         n;
    pb__lap_event *all = pb__lap_events(log, PB_LAPS_MAX, INT32_MAX, &n);
    o.at               = calloc(rows ? rows : 1, sizeof *o.at);
    if (!o.at || !all) {
        free(o.at);
        free(all);
        pb_tyre_filter_destroy(f);
        return pb_error_set(error, PB_E_NOMEM, "%s: out of memory for the laps of a race", log->source);
    }
    clear_origins(&o, rows);
    walk(f, log, all, n, &o);
    free(all);
    pb_tyre_filter_destroy(f);
    *out = o;
    return PB_OK;
}

pb_status pb__pace_origins_of(const pb_model *model, const pb_history *history, size_t at, pb__pace_origins *out,
                              pb_error *error)
{
    pb__fits fits;
    PB_TRY(pb__fits_init(&fits, at, error));
    pb_status status = pb__pace_origins_with(model, history, at, &fits, out, error);
    pb__fits_fini(&fits);
    return status;
}

void pb__pace_origins_fini(pb__pace_origins *origins)
{
    free(origins->at);
    memset(origins, 0, sizeof *origins);
}
