/* profile_pass: who passed whom on the track.
 *
 * Car a passes car b on lap L when b ended lap L - 1 first, a ends lap L first, both laps of both are
 * green and touch no pit lane, the gap was one that a lap can close, b did not fall out of the race or spin
 * on that lap, and they are no team mates. By lap count, so that lapping is no pass. */
#include <math.h>
#include <string.h>

#include "profile_parts.h"

#define GAP_MS 3000  /* before the lap: more is not closed in one */
#define SPIN_MS 6000 /* slower than the car that passed by more: it was off */

static const pb_lap *green_lap(const pb_log_car *car, uint32_t number)
{
    int32_t row = pb_lap_row(car, number);
    if (row < 0) return NULL;
    const pb_lap *lap = &car->laps[row];
    bool ok = !(lap->status & PB_STATUS_BITS_NEUTRAL) && lap->session_ms != PB_MS_NONE && lap->time_ms != PB_MS_NONE &&
              lap->pit_in_ms == PB_MS_NONE && lap->pit_out_ms == PB_MS_NONE;
    return ok ? lap : NULL;
}

typedef struct both {
    const pb_lap *before, *now;
} both;

static void count_lap(const both *at, pb_profile_race *out)
{
    for (uint32_t a = 0; a < out->n_cars; a++) {
        for (uint32_t b = 0; b < out->n_cars && at[a].now; b++) {
            if (a == b || !at[b].now) continue;
            int32_t before_ms = at[a].before->session_ms - at[b].before->session_ms;
            if (before_ms <= 0 || before_ms > GAP_MS || at[a].now->session_ms >= at[b].now->session_ms) continue;
            if (at[b].now->time_ms - at[a].now->time_ms > SPIN_MS) continue;
            if (out->cars[a].team[0] && strcmp(out->cars[a].team, out->cars[b].team) == 0) continue;
            out->cars[a].passes++;
            out->cars[b].passed++;
        }
    }
}

/* Rank by value among those that have one, 1 first; NAN without. */
static void rank(const double *x, uint32_t n, double *out)
{
    for (uint32_t i = 0; i < n; i++) {
        out[i] = isfinite(x[i]) ? 1 : NAN;
        for (uint32_t k = 0; k < n; k++) out[i] += isfinite(x[k]) && x[k] < x[i];
    }
}

/* Places behind where the pace belongs, at the end of lap 1: so many are to be won. */
static void set_basis(const pb__profiled *race, pb_profile_race *out)
{
    double end[PB_CARS_MAX], pace[PB_CARS_MAX], place[PB_CARS_MAX], fast[PB_CARS_MAX];
    for (uint32_t c = 0; c < out->n_cars; c++) {
        int32_t row = pb_lap_row(&race->log->cars[c], 1);
        bool    in  = race->pace && row >= 0 && isfinite(race->pace->car_s[c]) && race->pace->car_laps[c] >= 5;
        end[c]      = in ? race->log->cars[c].laps[row].session_ms : (double)NAN;
        pace[c]     = in ? race->pace->car_s[c] : (double)NAN;
    }
    rank(end, out->n_cars, place);
    rank(pace, out->n_cars, fast);
    for (uint32_t c = 0; c < out->n_cars; c++) {
        if (!isfinite(place[c]) || 2u * out->cars[c].laps < race->outcome.laps) continue;
        out->cars[c].raw[1]   = (float)(out->cars[c].passes - out->cars[c].passed);
        out->cars[c].basis[1] = (float)place[c];
        out->cars[c].basis[2] = (float)fast[c];
    }
}

void pb__profile_passing(const pb__profiled *race, pb_profile_race *out)
{
    both at[PB_CARS_MAX];
    for (uint32_t lap = 2; lap <= race->outcome.laps; lap++) {
        for (uint32_t c = 0; c < out->n_cars; c++) {
            at[c].before = green_lap(&race->log->cars[c], lap - 1);
            at[c].now    = at[c].before ? green_lap(&race->log->cars[c], lap) : NULL;
        }
        count_lap(at, out);
    }
    set_basis(race, out);
}
