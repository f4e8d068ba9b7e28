/* live_form: form before a race, and the loss of a stop from earlier editions. */
#include "live_form.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "pitboard/num.h"

#define STOPS_LEAST 5
#define LOSS_RACES 40       /* at most, where the circuit was not seen */
#define LOSS_DEFAULT_S 22.0 /* before any race was seen */

/* What a green stop in row i cost: two laps less twice the median of the last
 * three clean ones, s; NAN when it cannot be told. */
static double loss_of(const pb_log_car *car, uint32_t i)
{
    double   v[3];
    size_t   n  = 0;
    unsigned st = car->laps[i].status | car->laps[i + 1].status;
    if (car->laps[i].pit_in_ms == PB_MS_NONE || car->laps[i + 1].pit_out_ms == PB_MS_NONE) return NAN;
    if ((st & PB_STATUS_BITS_NEUTRAL) || car->laps[i].number < 4 || i == 0) return NAN;
    for (uint32_t k = i; k-- > 0 && k + 7 > i && n < 3;)
        if (pb_lap_is_clean(&car->laps[k])) v[n++] = car->laps[k].time_ms / 1000.0;
    if (n < 2) return NAN;
    double two = (car->laps[i + 1].session_ms - car->laps[i - 1].session_ms) / 1000.0;
    double d   = two - 2 * pb_median(v, n);
    return d > 8 && d < 60 ? d : NAN;
}

static double loss_of_race(const pb_race_log *log)
{
    double v[256];
    size_t n = 0;
    for (uint32_t c = 0; c < log->n_cars; c++) {
        for (uint32_t i = 0; i + 1 < log->cars[c].n_laps && n < 256; i++) {
            double d = loss_of(&log->cars[c], i);
            if (!isnan(d)) v[n++] = d;
        }
    }
    return n >= STOPS_LEAST ? pb_median(v, n) : NAN;
}

double pb__live_loss_before(const pb_history *history, size_t at)
{
    double      v[LOSS_RACES];
    size_t      n       = 0;
    const char *circuit = history->races[at].log->circuit;
    for (size_t i = at; i-- > 0 && circuit[0];) {
        const pb_history_race *race = &history->races[i];
        if (!race->usable || race->log->sprint || strcmp(race->log->circuit, circuit) != 0) continue;
        double loss = loss_of_race(race->log);
        if (!isnan(loss)) return loss;
    }
    for (size_t i = at; i-- > 0 && n < LOSS_RACES;) {
        if (!history->races[i].usable || history->races[i].log->sprint) continue;
        double loss = loss_of_race(history->races[i].log);
        if (!isnan(loss)) v[n++] = loss;
    }
    return n > 0 ? pb_median(v, n) : LOSS_DEFAULT_S;
}

pb_status pb__live_form_before(const pb_history *history, size_t at, const pb_form_rules *rules, pb__live_form *out,
                               pb_error *error)
{
    PB_TRY(pb_form_at(history, at, rules, &out->form, error));
    out->loss_s = pb__live_loss_before(history, at);
    return PB_OK;
}

pb_status pb__live_form_walk(const pb_history *history, const pb_form_rules *rules, pb__live_form *out, pb_error *error)
{
    pb_form *form = malloc((history->n + 1) * sizeof *form);
    if (!form) return pb_error_set(error, PB_E_NOMEM, "live: out of memory");
    pb_status status = pb_form_walk(history, rules, form, error);
    for (size_t i = 0; status == PB_OK && i < history->n; i++) {
        out[i].form   = form[i];
        out[i].loss_s = pb__live_loss_before(history, i);
    }
    free(form);
    return status;
}
