/* The features of pace: who is near, what the car did, what the field did. */
#include <math.h>
#include <string.h>

#include "pace_origin.h"

const uint16_t pb__pace_horizon[PB__PACE_HORIZONS] = {1, 5};

int pb__pace_horizon_index(uint16_t horizon)
{
    for (int i = 0; i < PB__PACE_HORIZONS; i++)
        if (pb__pace_horizon[i] == horizon) return i;
    return -1;
}

/* X(name, words) in the order of the row. */
#define FEATURES(X)                                                                                                    \
    X(sd, "the filter's own uncertainty, s")                                                                           \
    X(level, "a lap of the mean car now, s")                                                                           \
    X(off1, "last lap of the stint against what was expected, s")                                                      \
    X(off2, "the lap before that against what was expected, s")                                                        \
    X(off3, "the third last lap against what was expected, s")                                                         \
    X(last, "last lap of the stint less the forecast, s")                                                              \
    X(median3, "median of the last three laps less the forecast, s")                                                   \
    X(mean6, "mean of up to six last laps less the forecast, s")                                                       \
    X(best6, "best of up to six last laps less the forecast, s")                                                       \
    X(row, "time of the lap just ended, whatever it was, less the forecast, s")                                        \
    X(memory, "what the car keeps from its last laps, s")                                                              \
    X(stint, "level of the stint against the race, s")                                                                 \
    X(stint_wear, "wear of the stint against the race, s a lap")                                                       \
    X(wear, "wear, s a lap")                                                                                           \
    X(evolution, "fuel and track, s a lap")                                                                            \
    X(pace, "pace of the car against the mean car, s")                                                                 \
    X(car_sd, "spread of the car's laps around what was expected, s")                                                  \
    X(z, "last lap against what was expected, in sd")                                                                  \
    X(gap, "gap to the car ahead, s")                                                                                  \
    X(gap_before, "gap to the car ahead a lap ago, s")                                                                 \
    X(closing, "seconds closed on the car ahead in the last lap, s")                                                   \
    X(ahead_lead, "laps the car ahead is up on this one")                                                              \
    X(ahead_pace, "expected lap of the car ahead less own forecast, s")                                                \
    X(ahead_last, "last lap of the car ahead less own forecast, s")                                                    \
    X(ahead_gap, "gap of the car ahead to the next one, s")                                                            \
    X(ahead_off, "last lap of the car ahead against what was expected, s")                                             \
    X(behind_gap, "time until the car behind crosses the line, s")                                                     \
    X(behind_lead, "laps the car behind is up on this one, -1 the same lap")                                           \
    X(behind_pace, "expected lap of the car behind less own forecast, s")                                              \
    X(lapper_gap, "time until a car that is a lap up crosses the line, s")                                             \
    X(lapper_pace, "expected lap of that car less own forecast, s")                                                    \
    X(lappers, "cars a lap up within ten seconds behind")                                                              \
    X(backmarker_gap, "gap to the nearest car ahead that is a lap down, s")                                            \
    X(backmarker_pace, "expected lap of that car less own forecast, s")                                                \
    X(lapped_by, "cars that lapped this one in the last lap")                                                          \
    X(field_off, "last laps of all cars against what was expected, s")                                                 \
    X(field_abs, "size of the field's surprises, s")                                                                   \
    X(field_now, "median surprise of the cars that crossed in the last half lap, s")                                   \
    X(trend, "drift of the track in the leader's last three laps, s")                                                  \
    X(noise, "noise of this race against earlier ones, ratio")                                                         \
    X(compound, "tyre: 0 soft, 1 medium, 2 hard, 3 intermediate, 4 wet")                                               \
    X(age, "age of the tyre at the target lap, laps")                                                                  \
    X(stint_laps, "laps on this set in this race")                                                                     \
    X(used, "laps of the stint that tell something")                                                                   \
    X(lap, "target lap")                                                                                               \
    X(to_go, "laps to go after the target lap")                                                                        \
    X(wet_share, "share of the field on wet tyres")                                                                    \
    X(wet_seen, "somebody ran on wet tyres in this race, 0 or 1")                                                      \
    X(yellow, "yellow in the lap just ended, 0 or 1")                                                                  \
    X(neutral, "SC, VSC or red in the lap just ended, 0 or 1")                                                         \
    X(accurate, "the feed calls the lap just ended accurate, 0 or 1")                                                  \
    X(out_lap, "the lap just ended began in the pit lane, 0 or 1")                                                     \
    X(since_neutral, "laps since a neutralisation")                                                                    \
    X(since_yellow, "laps since any flag")                                                                             \
    X(field_flag, "some car met a flag in the last third of a lap, 0 or 1")                                            \
    X(place, "running order")                                                                                          \
    X(leader_laps, "laps the leader is up")                                                                            \
    X(cars, "cars running")                                                                                            \
    X(fresh, "new set, 1; used, 0")                                                                                    \
    X(speed_up, "last lap less the one before, s")                                                                     \
    X(window_gap, "gap to the car ahead less what it takes to follow at pace difference, s")                           \
    X(race_laps, "laps this car had that tell something")

enum {
#define AS_INDEX(name, what) F_##name,
    FEATURES(AS_INDEX)
#undef AS_INDEX
        F_N
};
_Static_assert(F_N == PB__PACE_FEATURES, "features of pace");

static const pb_feature features[F_N] = {
#define AS_ENTRY(name, what) {#name, what},
    FEATURES(AS_ENTRY)
#undef AS_ENTRY
};

const pb_feature_schema pb__pace_schema = {"pace-1", features, F_N};

static float bound(double x, double lo, double hi)
{
    return x != x ? NAN : (float)(x < lo ? lo : x > hi ? hi : x);
}
static float near(double x)
{
    return bound(x, -30, 30);
}

/* ---- the car's own laps ---- */

static double median3(const double *x)
{
    if (x[2] != x[2]) return x[1] != x[1] ? x[0] : 0.5 * (x[0] + x[1]);
    return fmax(fmin(x[0], x[1]), fmin(fmax(x[0], x[1]), x[2]));
}

static void own_laps(const pb_tyre_filter *f, const pb__tyre_car *k, double mean, float *x)
{
    double sum = 0, n = 0, best = INFINITY;
    for (int i = 0; i < PB__PAST_LAPS && k->lap_s[i] == k->lap_s[i]; i++) {
        sum += k->lap_s[i];
        n++;
        best = fmin(best, k->lap_s[i]);
    }
    x[F_off1]      = near(k->off_s[0]);
    x[F_off2]      = near(k->off_s[1]);
    x[F_off3]      = near(k->off_s[2]);
    x[F_last]      = near(k->lap_s[0] - mean);
    x[F_median3]   = near(median3(k->lap_s) - mean);
    x[F_mean6]     = near(n > 0 ? sum / n - mean : NAN);
    x[F_best6]     = near(n > 0 ? best - mean : NAN);
    x[F_row]       = bound(k->last.time_ms > 0 ? k->last.time_ms * 1e-3 - mean : NAN, -60, 60);
    x[F_car_sd]    = (float)sqrt(k->off_var);
    x[F_z]         = bound(k->z, -8, 8);
    x[F_speed_up]  = near(k->lap_s[0] - k->lap_s[1]);
    x[F_used]      = k->used;
    x[F_race_laps] = k->race_used;
    (void)f;
}

static void own_state(const pb_tyre_filter *f, uint32_t car, float *x)
{
    const pb__tyre_car *k = &f->car[car];
    uint32_t            c = pb__x_car(car);
    x[F_level]            = (float)(f->x[PB__X_LEVEL] + f->x[PB__X_EVOLUTION] * k->last.number);
    x[F_memory]           = (float)f->x[c + PB__X_MEMORY];
    x[F_stint]            = (float)f->x[c + PB__X_STINT];
    x[F_stint_wear]       = (float)f->x[c + PB__X_STINT_WEAR];
    x[F_wear]             = (float)(f->x[PB__X_WEAR + (uint32_t)k->kind] + f->x[c + PB__X_STINT_WEAR]);
    x[F_evolution]        = (float)f->x[PB__X_EVOLUTION];
    x[F_pace]             = (float)f->x[c + PB__X_PACE];
}

static void own_row(const pb__tyre_car *k, uint32_t h, int scheduled, float *x)
{
    x[F_compound]      = (float)k->kind;
    x[F_age]           = (float)(k->age + h);
    x[F_stint_laps]    = k->stint_laps;
    x[F_lap]           = (float)(k->last.number + h);
    x[F_to_go]         = scheduled > 0 ? bound(scheduled - k->last.number - (double)h, -1, 80) : NAN;
    x[F_yellow]        = (k->last.status & PB_STATUS_BIT_YELLOW) != 0;
    x[F_neutral]       = (k->last.status & PB_STATUS_BITS_NEUTRAL) != 0;
    x[F_accurate]      = k->last.accurate;
    x[F_out_lap]       = k->last.pit_out_ms != PB_MS_NONE;
    x[F_since_neutral] = bound(k->since_neutral, 0, 15);
    x[F_since_yellow]  = bound(k->since_yellow, 0, 15);
    x[F_fresh]         = k->last.fresh < 0 ? NAN : k->last.fresh;
    x[F_lapped_by]     = k->lapped_by;
}

/* ---- the others ---- */

/* Cars on the track now: expected lap and time since the line; 0 laps: not running. */
typedef struct others {
    double lap_s[PB_CARS_MAX], since_s[PB_CARS_MAX];
    bool   runs[PB_CARS_MAX];
} others;

static void look_around(const pb_tyre_filter *f, others *o)
{
    for (uint32_t c = 0; c < f->n_cars; c++) {
        double var, noise;
        o->runs[c] = pb__tyre_ahead(f, c, 1, &o->lap_s[c], &var, &noise);
        if (!o->runs[c]) continue;
        o->since_s[c] = (f->now_ms - f->car[c].last.session_ms) * 1e-3;
        o->runs[c]    = o->since_s[c] < 1.6 * o->lap_s[c] + (f->car[c].last.pit_in_ms != PB_MS_NONE ? 30 : 0);
    }
}

static void car_ahead(const pb_tyre_filter *f, const others *o, const pb__tyre_car *k, double mean, float *x)
{
    x[F_gap]        = bound(k->gap_s, 0, 20);
    x[F_gap_before] = bound(k->gap_before_s, 0, 20);
    x[F_closing]    = k->ahead >= 0 && k->ahead == k->ahead_before ? bound(k->gap_before_s - k->gap_s, -10, 10) : NAN;
    if (k->ahead < 0 || k->gap_s != k->gap_s) {
        x[F_ahead_lead] = x[F_ahead_pace] = x[F_ahead_last] = x[F_ahead_gap] = x[F_ahead_off] = x[F_window_gap] = NAN;
        return;
    }
    const pb__tyre_car *a = &f->car[k->ahead];
    double              d = o->lap_s[k->ahead] - mean;
    x[F_ahead_lead]       = bound(k->ahead_lead, -3, 3);
    x[F_ahead_pace]       = bound(d, -10, 10);
    x[F_ahead_last]       = bound(a->last.time_ms > 0 ? a->last.time_ms * 1e-3 - mean : NAN, -10, 10);
    x[F_ahead_gap]        = bound(a->gap_s, 0, 20);
    x[F_ahead_off]        = near(a->off_s[0]);
    x[F_window_gap]       = bound(k->gap_s - d, -10, 20);
}

static void cars_behind(const pb_tyre_filter *f, const others *o, uint32_t car, double mean, float *x)
{
    double behind = INFINITY, lapper = INFINITY, marker = INFINITY;
    int    b = -1, l = -1, m = -1, lappers = 0;
    for (uint32_t i = 0; i < f->n_cars; i++) {
        if (i == car || !o->runs[i] || f->car[i].last.pit_in_ms != PB_MS_NONE) continue;
        int    lead    = (int)f->car[i].last.number - (int)f->car[car].last.number;
        double arrives = fmax(o->lap_s[i] - o->since_s[i], 0);
        if (arrives < behind) behind = arrives, b = (int)i;
        if (lead >= 0 && arrives < lapper) lapper = arrives, l = (int)i;
        if (lead >= 0 && arrives < 10) lappers++;
        if (lead < 0 && o->since_s[i] < marker) marker = o->since_s[i], m = (int)i;
    }
    x[F_behind_gap]      = b < 0 ? NAN : bound(behind, 0, 20);
    x[F_behind_lead]     = b < 0 ? NAN : bound((int)f->car[b].last.number - (int)f->car[car].last.number, -3, 3);
    x[F_behind_pace]     = b < 0 ? NAN : bound(o->lap_s[b] - mean, -10, 10);
    x[F_lapper_gap]      = l < 0 ? NAN : bound(lapper, 0, 60);
    x[F_lapper_pace]     = l < 0 ? NAN : bound(o->lap_s[l] - mean, -10, 10);
    x[F_lappers]         = (float)lappers;
    x[F_backmarker_gap]  = m < 0 ? NAN : bound(marker, 0, 20);
    x[F_backmarker_pace] = m < 0 ? NAN : bound(o->lap_s[m] - mean, -10, 10);
}

static double median_off(double *v, int n)
{
    for (int i = 1; i < n; i++)
        for (int j = i; j > 0 && v[j] < v[j - 1]; j--) {
            double t = v[j];
            v[j]     = v[j - 1];
            v[j - 1] = t;
        }
    return n == 0 ? NAN : n % 2 ? v[n / 2] : 0.5 * (v[n / 2 - 1] + v[n / 2]);
}

static void the_field(const pb_tyre_filter *f, const others *o, uint32_t car, float *x)
{
    const pb__tyre_car *k = &f->car[car];
    double              off[PB_CARS_MAX];
    int                 n = 0, running = 0, wet = 0, place = 1, flag = 0, seen_wet = f->wet_seen, up = 0;
    for (uint32_t i = 0; i < f->n_cars; i++) {
        const pb__tyre_car *c = &f->car[i];
        if (!c->seen || !o->runs[i]) continue;
        int lead = (int)c->last.number - (int)k->last.number;
        running++;
        wet += c->kind >= PB_TYRE_CLASS_INTERMEDIATE;
        if (lead > up) up = lead;
        if (i != car && (lead > 0 || (lead == 0 && c->last.session_ms < k->last.session_ms))) place++;
        if (o->since_s[i] < o->lap_s[i] / 3 && c->last.status & ~PB_STATUS_BIT_CLEAR) flag = 1;
        if (i != car && o->since_s[i] < o->lap_s[i] / 2 && c->off_s[0] == c->off_s[0] && c->last_used)
            off[n++] = c->off_s[0];
    }
    x[F_field_off]   = near(f->field_off_s);
    x[F_field_abs]   = near(f->field_abs_s);
    x[F_field_now]   = near(median_off(off, n));
    x[F_trend]       = f->lead_lap >= 4 ? near(f->level_trail[0] - f->level_trail[3]) : NAN;
    x[F_noise]       = bound(f->noise, 0, 30);
    x[F_wet_share]   = running ? (float)wet / (float)running : NAN;
    x[F_wet_seen]    = (float)seen_wet;
    x[F_field_flag]  = (float)flag;
    x[F_place]       = (float)place;
    x[F_leader_laps] = (float)up;
    x[F_cars]        = (float)running;
}

void pb__pace_features(const pb_tyre_filter *f, uint32_t car, int horizon, int scheduled, pb__pace_origin *out)
{
    uint32_t            h = pb__pace_horizon[horizon];
    const pb__tyre_car *k = &f->car[car];
    float              *x = out->x[horizon];
    double              mean, var, noise;
    others              o;
    if (!pb__tyre_ahead(f, car, h, &mean, &var, &noise)) return;
    double traffic = k->gap_s == k->gap_s ? f->prior.traffic_s[pb_tyre_gap_bin(k->gap_s)] : 0;
    mean += traffic * (h == 1 ? 1 : 0.5);
    out->mean_s[horizon] = mean;
    out->sd_s[horizon]   = sqrt(var + noise);
    x[F_sd]              = (float)out->sd_s[horizon];
    look_around(f, &o);
    own_laps(f, k, mean, x);
    own_state(f, car, x);
    own_row(k, h, scheduled, x);
    car_ahead(f, &o, k, mean, x);
    cars_behind(f, &o, car, mean, x);
    the_field(f, &o, car, x);
}
