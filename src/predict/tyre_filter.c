#include "tyre_filter.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "pitboard/num.h"

/* Degrees of freedom of the lap noise: effects.md 3 has an excess kurtosis of 5.3,
 * which is a t with 4 to 6. */
#define T_FREEDOM 5.0
#define ODD_Z 2.5
/* Longer than any racing lap: a stoppage. */
#define LONGEST_MS 600000
#define FAR_NEUTRAL 999

pb_tyre_class pb_tyre_class_of(uint8_t compound)
{
    switch (compound) {
    case PB_COMPOUND_SOFT:
    case PB_COMPOUND_HYPERSOFT:
    case PB_COMPOUND_ULTRASOFT:
    case PB_COMPOUND_SUPERSOFT:
        return PB_TYRE_CLASS_SOFT;
    case PB_COMPOUND_HARD:
    case PB_COMPOUND_SUPERHARD:
        return PB_TYRE_CLASS_HARD;
    case PB_COMPOUND_INTERMEDIATE:
        return PB_TYRE_CLASS_INTERMEDIATE;
    case PB_COMPOUND_WET:
        return PB_TYRE_CLASS_WET;
    default:
        return PB_TYRE_CLASS_MEDIUM;
    }
}

int pb_tyre_gap_bin(double gap_s)
{
    static const double bound[PB_TYRE_GAPS - 1] = {0.5, 0.75, 1, 1.5, 2, 2.5, 3, 4};
    for (int i = 0; i < PB_TYRE_GAPS - 1; i++)
        if (gap_s < bound[i]) return i;
    return PB_TYRE_GAPS - 1;
}

/* Spreads as in effects.md 1 to 4, wide where it has none. */
pb_tyre_prior pb_tyre_prior_default(void)
{
    return (pb_tyre_prior){.base_s          = 90,
                           .base_sd_s       = 20,
                           .evolution_s     = -0.055,
                           .evolution_sd_s  = 0.03,
                           .offset_s        = {-0.16, 0, 0.14, 6, 9},
                           .offset_sd_s     = {0.4, 0.02, 0.4, 6, 8},
                           .wear_s          = {0.068, 0.059, 0.041, 0.03, 0.03},
                           .wear_sd_s       = {0.04, 0.035, 0.03, 0.08, 0.08},
                           .car_sd_s        = 0.8,
                           .stint_sd_s      = 0.15,
                           .stint_wear_sd_s = 0.02,
                           .memory          = 0.7,
                           .memory_sd_s     = 0.28,
                           .white_sd_s      = 0.2,
                           .common_sd_s     = 0.07,
                           .traffic_s       = {0.5, 0.4, 0.15, 0.15, 0.12, 0.08, 0.05, 0.03, 0},
                           .lapped_s        = 1.5,
                           .start_s         = 6,
                           .start_place_s   = 0.4,
                           .start_sd_s      = 2,
                           .life_scale      = 1};
}

/* ---- linear algebra on the state ---- */

void pb__tyre_dot(const pb_tyre_filter *f, const pb__touch *t, double *mean, double *var)
{
    double m = 0, v = 0;
    for (int a = 0; a < 8; a++) {
        const double *row = f->p + (size_t)t->at[a] * f->n;
        double        s   = 0;
        m += t->by[a] * f->x[t->at[a]];
        for (int b = 0; b < 8; b++) s += t->by[b] * row[t->at[b]];
        v += t->by[a] * s;
    }
    *mean = m;
    *var  = v > 0 ? v : 0;
}

/* Takes in a lap that was `off` with innovation variance s. */
static void correct(pb_tyre_filter *f, const pb__touch *t, double off, double s)
{
    double   g[PB__X_MAX];
    uint32_t n    = f->n;
    double   root = 1 / sqrt(s);
    memset(g, 0, n * sizeof *g);
    for (int a = 0; a < 8; a++) {
        const double *row = f->p + (size_t)t->at[a] * n;
        double        by  = t->by[a] * root;
        for (uint32_t i = 0; i < n; i++) g[i] += by * row[i];
    }
    for (uint32_t i = 0; i < n; i++) {
        double *row = f->p + (size_t)i * n;
        double  gi  = g[i];
        f->x[i] += gi * root * off;
        if (gi == 0) continue;
        for (uint32_t j = 0; j < n; j++) row[j] -= gi * g[j];
    }
}

/* x[i] becomes keep * x[i] plus noise of variance q. */
static void scale(pb_tyre_filter *f, uint32_t i, double keep, double q)
{
    f->x[i] *= keep;
    for (uint32_t j = 0; j < f->n; j++) f->p[(size_t)i * f->n + j] = f->p[(size_t)j * f->n + i] *= keep;
    f->p[(size_t)i * f->n + i] = f->p[(size_t)i * f->n + i] * keep + q;
}

static void widen(pb_tyre_filter *f, uint32_t i, double q)
{
    f->p[(size_t)i * f->n + i] += q;
}

/* ---- memory ---- */

static double sq(double x)
{
    return x * x;
}

static void start_state(pb_tyre_filter *f)
{
    const pb_tyre_prior *o = &f->prior;
    f->x[PB__X_LEVEL]      = o->base_s;
    f->x[PB__X_EVOLUTION]  = o->evolution_s;
    widen(f, PB__X_LEVEL, sq(o->base_sd_s));
    widen(f, PB__X_EVOLUTION, sq(o->evolution_sd_s));
    for (uint32_t k = 0; k < PB_TYRE_CLASSES; k++) {
        f->x[PB__X_OFFSET + k] = o->offset_s[k];
        f->x[PB__X_WEAR + k]   = o->wear_s[k];
        widen(f, PB__X_OFFSET + k, sq(o->offset_sd_s[k]));
        widen(f, PB__X_WEAR + k, sq(o->wear_sd_s[k]));
    }
    for (uint32_t c = 0; c < f->n_cars; c++) {
        widen(f, pb__x_car(c) + PB__X_PACE, sq(o->car_sd_s));
        widen(f, pb__x_car(c) + PB__X_MEMORY, sq(o->memory_sd_s));
        f->car[c].since_neutral = f->car[c].since_yellow = FAR_NEUTRAL;
        f->car[c].off_var                                = sq(o->white_sd_s) + sq(o->memory_sd_s);
        f->car[c].ahead = f->car[c].ahead_before = -1;
        f->car[c].gap_s = f->car[c].gap_before_s = NAN;
        f->car[c].last_expected_s                = NAN;
    }
}

static bool prior_is_sound(const pb_tyre_prior *o)
{
    const double level[]  = {o->base_s, o->evolution_s, o->lapped_s, o->start_s, o->start_place_s, o->memory};
    const double spread[] = {o->base_sd_s,   o->evolution_sd_s, o->car_sd_s,    o->stint_sd_s, o->stint_wear_sd_s,
                             o->memory_sd_s, o->white_sd_s,     o->common_sd_s, o->start_sd_s, o->life_scale};
    for (size_t i = 0; i < sizeof level / sizeof *level; i++)
        if (!isfinite(level[i])) return false;
    for (size_t i = 0; i < sizeof spread / sizeof *spread; i++)
        if (!(spread[i] > 0) || !isfinite(spread[i])) return false;
    for (int k = 0; k < PB_TYRE_CLASSES; k++)
        if (!isfinite(o->offset_s[k]) || !isfinite(o->wear_s[k]) || !(o->offset_sd_s[k] > 0) || !(o->wear_sd_s[k] > 0))
            return false;
    for (int i = 0; i < PB_TYRE_GAPS; i++)
        if (!isfinite(o->traffic_s[i])) return false;
    return o->memory >= 0 && o->memory < 1;
}

pb_status pb_tyre_filter_create(const pb_tyre_prior *prior, uint32_t n_cars, pb_tyre_filter **out, pb_error *error)
{
    if (n_cars < 1 || n_cars > PB_CARS_MAX)
        return pb_error_set(error, PB_E_RANGE, "a tyre filter is for 1 to %d cars, not %u", PB_CARS_MAX, n_cars);
    if (!prior_is_sound(prior))
        return pb_error_set(error, PB_E_RANGE,
                            "a tyre prior has a number that is not finite, or a spread that is not > 0");
    pb_tyre_filter *f = calloc(1, sizeof *f);
    uint32_t        n = PB__X_RACE + PB__X_CAR * n_cars;
    double         *x = calloc((size_t)n * (n + 1), sizeof *x);
    if (!f || !x) {
        free(f);
        free(x);
        return pb_error_set(error, PB_E_NOMEM, "out of memory for a tyre filter");
    }
    f->prior       = *prior;
    f->n_cars      = n_cars;
    f->n           = n;
    f->x           = x;
    f->p           = x + n;
    f->now_ms      = PB_MS_NONE;
    f->noise       = 1;
    f->field_abs_s = 0.25;
    start_state(f);
    *out = f;
    return PB_OK;
}

void pb_tyre_filter_destroy(pb_tyre_filter *f)
{
    if (!f) return;
    free(f->x);
    free(f);
}

pb_status pb_tyre_filter_form(pb_tyre_filter *f, uint32_t car, double pace_s, double sd_s, pb_error *error)
{
    if (car >= f->n_cars) return pb_error_set(error, PB_E_RANGE, "car %u of %u", car, f->n_cars);
    if (!isfinite(pace_s) || !isfinite(sd_s) || sd_s <= 0)
        return pb_error_set(error, PB_E_RANGE, "form of car %u: %g s with sd %g s", car, pace_s, sd_s);
    uint32_t i                 = pb__x_car(car) + PB__X_PACE;
    f->x[i]                    = pace_s;
    f->p[(size_t)i * f->n + i] = sq(sd_s);
    return PB_OK;
}

/* ---- what a lap is made of ---- */

pb__touch pb__tyre_touch(uint32_t car, pb_tyre_class kind, double age, double stint_laps, double lap, double memory)
{
    uint32_t c = pb__x_car(car);
    return (pb__touch){{PB__X_LEVEL, PB__X_EVOLUTION, PB__X_OFFSET + (uint32_t)kind, PB__X_WEAR + (uint32_t)kind,
                        c + PB__X_PACE, c + PB__X_STINT, c + PB__X_STINT_WEAR, c + PB__X_MEMORY},
                       {1, lap, 1, age - 1, 1, 1, stint_laps - 1, memory}};
}

static double power(double x, uint32_t n)
{
    double y = 1;
    while (n--) y *= x;
    return y;
}

bool pb__tyre_ahead(const pb_tyre_filter *f, uint32_t car, uint32_t h, double *mean_s, double *var_s2, double *noise_s2)
{
    if (car >= f->n_cars || !f->car[car].seen || h < 1) return false;
    const pb__tyre_car *c    = &f->car[car];
    double              keep = power(f->prior.memory, h);
    pb__touch t = pb__tyre_touch(car, c->kind, c->age + h, c->stint_laps + h, (double)c->last.number + h, keep);
    pb__tyre_dot(f, &t, mean_s, var_s2);
    *var_s2 += h * sq(f->prior.common_sd_s);
    *noise_s2 = f->noise * ((1 - keep * keep) * sq(f->prior.memory_sd_s) + sq(f->prior.white_sd_s));
    return true;
}

bool pb_tyre_filter_predict(const pb_tyre_filter *f, uint32_t car, uint32_t h, double *mean_s, double *sd_s)
{
    double var, noise;
    if (!pb__tyre_ahead(f, car, h, mean_s, &var, &noise)) return false;
    *sd_s = sqrt(var + noise);
    return true;
}

/* ---- events ---- */

static bool runs_on(const pb_lap *a, const pb_lap *b)
{
    if (a->compound != b->compound || b->number != a->number + 1) return false;
    if (a->tyre_age_laps < 0 || b->tyre_age_laps < 0) return a->stint == b->stint;
    return b->tyre_age_laps == a->tyre_age_laps + 1;
}

static void new_stint(pb_tyre_filter *f, uint32_t car)
{
    uint32_t c = pb__x_car(car);
    scale(f, c + PB__X_STINT, 0, sq(f->prior.stint_sd_s));
    scale(f, c + PB__X_STINT_WEAR, 0, sq(f->prior.stint_wear_sd_s));
    scale(f, c + PB__X_MEMORY, 0.5, 0.75 * sq(f->prior.memory_sd_s));
    pb__tyre_car *k = &f->car[car];
    k->stint_laps = k->used = 0;
    k->z = k->cliff = 0;
    for (int i = 0; i < PB__PAST_LAPS; i++) k->off_s[i] = k->lap_s[i] = NAN;
}

/* The clock goes on: the track drifts. */
static void pass_time(pb_tyre_filter *f, int32_t now_ms)
{
    if (f->now_ms != PB_MS_NONE && now_ms > f->now_ms) {
        double laps = fmin((now_ms - f->now_ms) * 1e-3 / fmax(f->x[PB__X_LEVEL], 30), 3);
        widen(f, PB__X_LEVEL, laps * sq(f->prior.common_sd_s) * f->noise);
    }
    f->now_ms = now_ms;
}

/* The car crosses the line to start its lap: the tyre, one lap on. */
static void next_lap(pb_tyre_filter *f, uint32_t car, const pb_lap *lap)
{
    pb__tyre_car *k    = &f->car[car];
    bool          same = k->seen && runs_on(&k->last, lap);
    if (!same) new_stint(f, car);
    double keep = f->prior.memory;
    scale(f, pb__x_car(car) + PB__X_MEMORY, keep, f->noise * (1 - keep * keep) * sq(f->prior.memory_sd_s));
    k->kind = pb_tyre_class_of(lap->compound);
    if (k->kind >= PB_TYRE_CLASS_INTERMEDIATE) f->wet_seen = true;
    k->stint_laps++;
    k->age = lap->tyre_age_laps >= 1 ? lap->tyre_age_laps : same ? k->age + 1 : 1;
}

static void settle_after_neutral(pb_tyre_filter *f, uint32_t car)
{
    scale(f, pb__x_car(car) + PB__X_MEMORY, 0.3, 0.9 * sq(f->prior.memory_sd_s));
    f->car[car].z = 0;
}

/* Noise variance of a lap as an observation; < 0: it tells nothing. */
static double lap_noise(const pb_tyre_filter *f, const pb_lap *lap)
{
    if (lap->time_ms <= 0 || lap->time_ms > LONGEST_MS || lap->pit_in_ms != PB_MS_NONE || lap->pit_out_ms != PB_MS_NONE)
        return -1;
    if (lap->status & PB_STATUS_BITS_NEUTRAL) return -1;
    double r = f->noise * sq(f->prior.white_sd_s);
    if (lap->status != PB_STATUS_BIT_CLEAR) r += sq(0.5);
    if (!lap->accurate && lap->number > 1) r += sq(0.5);
    if (lap->number == 1) r += sq(f->prior.start_sd_s);
    return r;
}

/* What is known to slow a lap beside tyre and car. */
static double lap_extra(const pb_tyre_filter *f, const pb__tyre_car *k, const pb_lap *lap)
{
    if (lap->number == 1)
        return f->prior.start_s + f->prior.start_place_s * ((lap->position ? lap->position : 10) - 10);
    double gap = k->has_gap && k->gap_s == k->gap_s ? f->prior.traffic_s[pb_tyre_gap_bin(k->gap_s)] : 0;
    return gap + f->prior.lapped_s * (k->lapped_by > 2 ? 2 : k->lapped_by);
}

/* Whole laps each car is ahead of this one at its crossing; who has gone past by
 * one more since the last crossing has lapped it. */
static void note_leads(pb_tyre_filter *f, uint32_t car, const pb_lap *lap)
{
    pb__tyre_car *k = &f->car[car];
    k->lapped_by    = 0;
    for (uint32_t o = 0; o < f->n_cars; o++) {
        if (o == car || !f->car[o].seen) continue;
        int lead = (int)f->car[o].last.number - (int)lap->number;
        if (lead > 100) lead = 100;
        if (lead < -100) lead = -100;
        if (k->seen && lead > k->lead[o] && lead > 0 && lap->number == k->last.number + 1) k->lapped_by++;
        k->lead[o] = (int8_t)lead;
    }
}

/* The car ahead on the road: the latest to cross the line and stay on the track. */
static void note_gap(pb_tyre_filter *f, uint32_t car, const pb_lap *lap)
{
    pb__tyre_car *k    = &f->car[car];
    int16_t       best = -1;
    for (uint32_t o = 0; o < f->n_cars; o++) {
        const pb__tyre_car *other = &f->car[o];
        if (o == car || !other->seen || other->last.pit_in_ms != PB_MS_NONE) continue;
        if (best < 0 || other->last.session_ms > f->car[best].last.session_ms) best = (int16_t)o;
    }
    k->gap_before_s = k->gap_s;
    k->ahead_before = k->ahead;
    k->has_gap      = true;
    k->ahead        = best;
    k->gap_s        = best < 0 ? NAN : (lap->session_ms - f->car[best].last.session_ms) * 1e-3;
    k->ahead_lead   = best < 0 ? 0 : (int16_t)(f->car[best].last.number - lap->number);
}

static void push(double past[PB__PAST_LAPS], double x)
{
    memmove(past + 1, past, (PB__PAST_LAPS - 1) * sizeof *past);
    past[0] = x;
}

/* All cars off in the same way: the track has changed, not the cars. */
static void follow_track(pb_tyre_filter *f, double off, double z)
{
    double clip = z > 4 ? 4 : z < -4 ? -4 : z;
    double few  = f->n_seen < 10 ? f->n_seen : 10;
    f->shift += (clip - f->shift) / few;
    double lap_share = 1.0 / f->n_seen;
    double limit     = 5 * f->field_abs_s + 0.5;
    double o         = off > limit ? limit : off < -limit ? -limit : off;
    f->field_off_s += 1.5 * lap_share * (o - f->field_off_s);
    f->field_abs_s += 0.75 * lap_share * (fabs(o) - f->field_abs_s);
    if (fabs(f->shift) > 1.2) {
        widen(f, PB__X_LEVEL, sq(f->field_off_s));
        f->shift *= 0.6;
    }
    double e = clip * clip;
    f->noise *= 1 + (e > 9 ? 9 : e) * 0.01 - 0.01;
    if (f->noise < 0.3) f->noise = 0.3;
    if (f->noise > 30) f->noise = 30;
}

static void learn_lap(pb_tyre_filter *f, uint32_t car, const pb_lap *lap, double noise)
{
    pb__tyre_car *k = &f->car[car];
    pb__touch     t = pb__tyre_touch(car, k->kind, k->age, k->stint_laps, lap->number, 1);
    double        mean, var, lap_s = lap->time_ms * 1e-3;
    pb__tyre_dot(f, &t, &mean, &var);
    mean += lap_extra(f, k, lap);
    k->last_expected_s = mean;
    double off = lap_s - mean, s = var + noise, z = off / sqrt(s);
    if (f->watch && lap->number > 2 && lap->accurate && lap->status == PB_STATUS_BIT_CLEAR) {
        f->surprise += 0.5 * pb_log(s) + 0.5 * (T_FREEDOM + 1) * pb_log(1 + z * z / (T_FREEDOM - 2));
        f->surprise_n++;
    }
    bool again = fabs(z) > ODD_Z && fabs(k->z) > ODD_Z && (z > 0) == (k->z > 0);
    if (again) { /* believed: something lasting slowed the car or made it faster */
        widen(f, pb__x_car(car) + PB__X_MEMORY, sq(off));
        s += sq(off);
    } else if (z * z > 1) {
        s *= (T_FREEDOM + z * z) / (T_FREEDOM + 1);
    }
    correct(f, &t, off, s);
    if (lap->number == 1) return;
    k->z = z;
    push(k->off_s, off);
    push(k->lap_s, lap_s);
    double o2 = fmin(off * off, 9 * k->off_var + 0.1);
    k->off_var += 0.12 * (o2 - k->off_var);
    k->cliff = fmax(0, k->cliff + fmin(z, 3) - 0.75);
    k->used++;
    f->class_laps[k->kind]++;
    k->race_used++;
    follow_track(f, off, z);
}

static void note_leader(pb_tyre_filter *f, const pb_lap *lap)
{
    if (lap->number <= f->lead_lap) return;
    f->lead_lap = lap->number;
    memmove(f->level_trail + 1, f->level_trail, 3 * sizeof *f->level_trail);
    f->level_trail[0] = f->x[PB__X_LEVEL];
}

pb_status pb_tyre_filter_lap(pb_tyre_filter *f, uint32_t car, const pb_lap *lap, pb_error *error)
{
    if (car >= f->n_cars) return pb_error_set(error, PB_E_RANGE, "car %u of %u", car, f->n_cars);
    if (lap->session_ms < 0 || lap->number < 1 || lap->number > PB_LAPS_MAX)
        return pb_error_set(error, PB_E_RANGE,
                            "car %u: a lap needs its session time, not before 0, and a number in 1 .. %d", car,
                            PB_LAPS_MAX);
    pb__tyre_car *k = &f->car[car];
    if ((f->now_ms != PB_MS_NONE && lap->session_ms < f->now_ms) || (k->seen && lap->number <= k->last.number))
        return pb_error_set(error, PB_E_RULE,
                            "car %u: lap %u comes before what was fed already; feed laps by session time", car,
                            lap->number);
    if (!k->seen) f->n_seen++;
    pass_time(f, lap->session_ms);
    next_lap(f, car, lap);
    note_leads(f, car, lap);
    k->last_expected_s = NAN;
    bool   neutral     = lap->status & PB_STATUS_BITS_NEUTRAL;
    double noise       = lap_noise(f, lap);
    k->last_used       = noise > 0;
    if (noise > 0) learn_lap(f, car, lap, noise);
    if (neutral && k->since_neutral > 0) settle_after_neutral(f, car);
    k->since_neutral = neutral ? 0 : k->since_neutral < FAR_NEUTRAL ? k->since_neutral + 1 : FAR_NEUTRAL;
    k->since_yellow  = lap->status & ~PB_STATUS_BIT_CLEAR ? 0
                       : k->since_yellow < FAR_NEUTRAL    ? k->since_yellow + 1
                                                          : FAR_NEUTRAL;
    note_gap(f, car, lap);
    k->seen = true;
    k->last = *lap;
    note_leader(f, lap);
    return PB_OK;
}

/* ---- a log ---- */

static int by_time(const void *a, const void *b)
{
    const pb__lap_event *x = a, *y = b;
    if (x->ms != y->ms) return x->ms < y->ms ? -1 : 1;
    return x->car != y->car ? (x->car < y->car ? -1 : 1) : (x->row > y->row) - (x->row < y->row);
}

pb__lap_event *pb__lap_events(const pb_race_log *log, uint16_t max_lap, int32_t max_ms, size_t *n)
{
    size_t rows = 0;
    for (uint32_t c = 0; c < log->n_cars; c++) rows += log->cars[c].n_laps;
    pb__lap_event *all = malloc((rows ? rows : 1) * sizeof *all);
    *n                 = 0;
    if (!all) return NULL;
    for (uint32_t c = 0; c < log->n_cars; c++)
        for (uint32_t i = 0; i < log->cars[c].n_laps; i++) {
            const pb_lap *lap = &log->cars[c].laps[i];
            if (lap->number <= max_lap && lap->session_ms <= max_ms)
                all[(*n)++] = (pb__lap_event){lap->session_ms, c, i};
        }
    qsort(all, *n, sizeof *all, by_time);
    return all;
}

pb_status pb_tyre_filter_feed(pb_tyre_filter *f, const pb_sight *sight, pb_error *error)
{
    size_t         n;
    pb__lap_event *all = pb__lap_events(sight->log, sight->max_lap, sight->max_ms, &n);
    if (!all) return pb_error_set(error, PB_E_NOMEM, "%s: out of memory", sight->log->source);
    for (size_t i = 0; i < n; i++)
        (void)pb_tyre_filter_lap(f, all[i].car, &sight->log->cars[all[i].car].laps[all[i].row], NULL);
    free(all);
    return PB_OK;
}
