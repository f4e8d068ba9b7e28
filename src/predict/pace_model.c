#include "pace_model.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "pace_traffic.h"
#include "pitboard/num.h"

/* Lap noise has memory (effects.md 3: 73 % of the variance is AR(1) with 0.70),
 * so a mean over n laps is known about as well as one over n / 3.5 independent
 * laps. Standard errors and the weight of priors allow for it. */
#define MEMORY 3.5
/* A lap that starts 1 s to clear_gap_s behind somebody loses about this much
 * (effects.md 4); such laps stand in, at half weight, where a car has too few
 * clear ones. */
#define NEAR_GAP_S 1.0
#define NEAR_LOSS_S 0.15
#define NEAR_WEIGHT 0.5
#define FEW_LAPS 8
#define LEVELS_MAX 90

pb__pace_options pb__pace_options_default(void)
{
    pb__pace_options o = {.clear_gap_s       = 2.0,
                          .first_lap         = 4,
                          .slow_frac         = 1.07,
                          .evolution_s       = -0.055,
                          .evolution_sigma_s = 0.025,
                          .wear_sigma_s      = 0.035,
                          .offset_sigma_s    = 0.5,
                          .wet_frac          = 0.02};
    for (int k = 0; k < PB_COMPOUND_N; k++) o.wear_s[k] = 0.055;
    o.wear_s[PB_COMPOUND_SOFT]   = 0.068;
    o.wear_s[PB_COMPOUND_MEDIUM] = 0.059;
    o.wear_s[PB_COMPOUND_HARD]   = 0.041;
    return o;
}

/* Which column of the regression holds what; -1: not in it. */
typedef struct layout {
    int n;
    int car[PB_CARS_MAX];
    int slope;
    int offset[PB_COMPOUND_N];
    int wear[PB_COMPOUND_N];
    int level_first, n_levels, level_laps;
} layout;

/* One clean lap, ready for the regression. */
typedef struct sample {
    uint32_t      car;
    const pb_lap *lap;
    pb__pace_lap *pace;
    double        y, weight;
} sample;

static bool known_tyre(const pb_lap *lap)
{
    return lap->compound > PB_COMPOUND_UNKNOWN && lap->compound < PB_COMPOUND_N && lap->tyre_age_laps >= 1;
}

static double best_clean_s(const pb_race_log *log, uint16_t first_lap)
{
    double best = INFINITY;
    for (uint32_t c = 0; c < log->n_cars; c++)
        for (uint32_t i = 0; i < log->cars[c].n_laps; i++) {
            const pb_lap *lap = &log->cars[c].laps[i];
            if (lap->number >= first_lap && pb_lap_is_clean(lap)) best = fmin(best, lap->time_ms * 1e-3);
        }
    return best;
}

/* A wet race is judged by its tyres, whatever the clean laps are. */
static bool is_wet(const pb_race_log *log, double wet_frac)
{
    uint32_t wet = 0, all = 0;
    for (uint32_t c = 0; c < log->n_cars; c++)
        for (uint32_t i = 0; i < log->cars[c].n_laps; i++) {
            all++;
            wet += pb_compound_is_wet((pb_compound)log->cars[c].laps[i].compound);
        }
    return wet > wet_frac * all;
}

/* A wet track scatters lap times far beyond the dry limit, so it has none. */
static void mark_clean(const pb_race_log *log, const pb__pace_options *o, pb__pace_model *m)
{
    double limit_s = m->wet ? INFINITY : o->slow_frac * m->best_s;
    for (uint32_t c = 0; c < log->n_cars; c++)
        for (uint32_t i = 0; i < log->cars[c].n_laps; i++) {
            const pb_lap *lap  = &log->cars[c].laps[i];
            m->lap[c][i].clean = lap->number >= o->first_lap && pb_lap_is_clean(lap) && lap->time_ms * 1e-3 <= limit_s;
            if (lap->number > m->laps) m->laps = lap->number;
        }
}

static bool is_clear(const pb__pace_lap *pace, double gap_s)
{
    return pace->clean && pace->lapped_by == 0 && pace->gap_s > gap_s;
}

/* Clear laps; for a car that has few of them also the laps near somebody. */
static size_t gather_car(const pb_race_log *log, uint32_t c, const pb__pace_options *o, pb__pace_model *m, sample *out)
{
    const pb_log_car *car = &log->cars[c];
    size_t            n   = 0;

    for (int near = 0; near < 2; near++) {
        if (near && n >= FEW_LAPS) break;
        for (uint32_t i = 0; i < car->n_laps; i++) {
            pb__pace_lap *pace = &m->lap[c][i];
            if (!known_tyre(&car->laps[i]) || pace->used || !is_clear(pace, near ? NEAR_GAP_S : o->clear_gap_s))
                continue;
            pace->used = true;
            out[n++]   = (sample){.car    = c,
                                  .lap    = &car->laps[i],
                                  .pace   = pace,
                                  .y      = car->laps[i].time_ms * 1e-3 - (near ? NEAR_LOSS_S : 0),
                                  .weight = near ? NEAR_WEIGHT : 1};
        }
    }
    return n;
}

static size_t gather(const pb_race_log *log, const pb__pace_options *o, pb__pace_model *m, sample *out)
{
    size_t n = 0;
    for (uint32_t c = 0; c < log->n_cars; c++) {
        size_t k       = gather_car(log, c, o, m, out + n);
        m->car_laps[c] = (uint16_t)k;
        for (size_t i = 0; i < k; i++) m->compound_laps[out[n + i].lap->compound]++;
        n += k;
    }
    return n;
}

static pb_compound most_used(const uint32_t laps[PB_COMPOUND_N])
{
    int best = PB_COMPOUND_MEDIUM;
    for (int k = 1; k < PB_COMPOUND_N; k++)
        if (laps[k] > laps[best]) best = k;
    return (pb_compound)best;
}

static layout lay_out(const pb__pace_model *m)
{
    layout l = {.slope = -1, .level_first = -1};
    for (uint32_t c = 0; c < PB_CARS_MAX; c++) l.car[c] = c < m->n_cars && m->car_laps[c] > 0 ? l.n++ : -1;
    for (int k = 0; k < PB_COMPOUND_N; k++) {
        bool used   = m->compound_laps[k] > 0;
        l.offset[k] = used && k != (int)m->reference ? l.n++ : -1;
        l.wear[k]   = used ? l.n++ : -1;
    }
    if (!m->wet) {
        l.slope = l.n++;
        return l;
    }
    int room      = PB_FIT_MAX - l.n < LEVELS_MAX ? PB_FIT_MAX - l.n : LEVELS_MAX;
    l.level_laps  = (m->laps + room) / room;
    l.n_levels    = m->laps / l.level_laps + 1;
    l.level_first = l.n;
    l.n += l.n_levels;
    return l;
}

/* Slope and wear are regressed as what is left of their priors. */
static void fill_row(const layout *l, const sample *s, const pb__pace_options *o, double *x, double *y)
{
    int    k   = s->lap->compound;
    double age = s->lap->tyre_age_laps - 1;

    x[l->car[s->car]] = 1;
    if (l->offset[k] >= 0) x[l->offset[k]] = 1;
    x[l->wear[k]] = age;
    *y            = s->y - o->wear_s[k] * age;
    if (l->slope >= 0) {
        x[l->slope] = s->lap->number;
        *y -= o->evolution_s * s->lap->number;
    } else {
        x[l->level_first + s->lap->number / l->level_laps] = 1;
    }
}

static double ridge_of(double sigma_s)
{
    const double noise_s = 0.4; /* effects.md 3 */
    return MEMORY * noise_s * noise_s / (sigma_s * sigma_s);
}

static void fill_ridge(const layout *l, const pb__pace_options *o, double *ridge)
{
    for (int j = 0; j < l->n; j++) ridge[j] = 1e-6; /* keeps a column without spread harmless */
    for (int k = 0; k < PB_COMPOUND_N; k++) {
        if (l->offset[k] >= 0)
            ridge[l->offset[k]] = ridge_of(pb_compound_is_wet((pb_compound)k) ? 10 : o->offset_sigma_s);
        if (l->wear[k] >= 0) ridge[l->wear[k]] = ridge_of(o->wear_sigma_s);
    }
    if (l->slope >= 0) ridge[l->slope] = ridge_of(o->evolution_sigma_s);
    for (int j = 0; j < l->n_levels; j++) ridge[l->level_first + j] = 1e-3; /* levels against cars: the sum is free */
}

static double se_of(const layout *l, const double *cov, double sigma_s, int j)
{
    return sigma_s * sqrt(MEMORY * fmax(cov[j * l->n + j], 0));
}

static void take_cars(const layout *l, const double *b, pb__pace_model *m)
{
    double sum = 0, weight = 0;
    for (uint32_t c = 0; c < m->n_cars; c++) {
        if (l->car[c] < 0) continue;
        sum += b[l->car[c]];
        weight += 1;
    }
    m->base_s = sum / weight;
    for (uint32_t c = 0; c < PB_CARS_MAX; c++) {
        bool has       = l->car[c] >= 0;
        m->car_s[c]    = has ? b[l->car[c]] - m->base_s : NAN;
        m->car_se_s[c] = has ? m->sigma_s * sqrt(MEMORY / m->car_laps[c]) : NAN;
    }
}

static void take_tyres(const layout *l, const pb__pace_options *o, const double *b, const double *cov,
                       pb__pace_model *m)
{
    for (int k = 0; k < PB_COMPOUND_N; k++) {
        bool used         = l->wear[k] >= 0;
        m->wear_s[k]      = used ? o->wear_s[k] + b[l->wear[k]] : NAN;
        m->wear_se_s[k]   = used ? se_of(l, cov, m->sigma_s, l->wear[k]) : NAN;
        m->offset_s[k]    = !used ? NAN : l->offset[k] >= 0 ? b[l->offset[k]] : 0;
        m->offset_se_s[k] = !used ? NAN : l->offset[k] >= 0 ? se_of(l, cov, m->sigma_s, l->offset[k]) : 0;
    }
}

/* Levels are told against their mean, which moves into base_s. */
static void take_levels(const layout *l, const double *b, pb__pace_model *m)
{
    double mean = 0;
    for (int j = 0; j < l->n_levels; j++) mean += b[l->level_first + j] / l->n_levels;
    m->base_s += mean;
    for (uint32_t n = 0; n <= m->laps; n++) m->level_s[n] = b[l->level_first + (int)n / l->level_laps] - mean;
}

static pb_status regress(const sample *s, size_t n, const pb__pace_options *o, pb__pace_model *m)
{
    layout    l      = lay_out(m);
    size_t    k      = (size_t)l.n;
    double   *block  = calloc(n * k + 2 * n + 2 * k + k * k, sizeof *block);
    pb_status status = PB_E_NOMEM;
    if (!block) return status;
    double *x = block, *y = x + n * k, *w = y + n, *ridge = w + n, *b = ridge + k, *cov = b + k;

    for (size_t i = 0; i < n; i++) {
        fill_row(&l, &s[i], o, x + i * k, &y[i]);
        w[i] = s[i].weight;
    }
    fill_ridge(&l, o, ridge);
    status = pb_robust_squares(x, y, w, n, k, ridge, 1.5, b, cov, &m->sigma_s);
    if (status == PB_OK) {
        take_cars(&l, b, m);
        take_tyres(&l, o, b, cov, m);
        if (l.slope >= 0) {
            m->evolution_s    = o->evolution_s + b[l.slope];
            m->evolution_se_s = se_of(&l, cov, m->sigma_s, l.slope);
        } else {
            take_levels(&l, b, m);
        }
    }
    free(block);
    return status;
}

double pb__pace_expected_s(const pb__pace_model *m, uint32_t car, const pb_lap *lap)
{
    if (car >= m->n_cars || !known_tyre(lap) || lap->number > m->laps) return NAN;
    double track = m->wet ? m->level_s[lap->number] : m->evolution_s * lap->number;
    return m->base_s + m->car_s[car] + track + m->offset_s[lap->compound] +
           m->wear_s[lap->compound] * (lap->tyre_age_laps - 1);
}

static void note_residuals(const pb_race_log *log, pb__pace_model *m)
{
    for (uint32_t c = 0; c < log->n_cars; c++)
        for (uint32_t i = 0; i < log->cars[c].n_laps; i++) {
            const pb_lap *lap        = &log->cars[c].laps[i];
            double        expected_s = pb__pace_expected_s(m, c, lap);
            m->lap[c][i].expected_s  = (float)expected_s;
            m->lap[c][i].residual_s  = lap->time_ms > 0 ? (float)(lap->time_ms * 1e-3 - expected_s) : NAN;
        }
}

static double median_of(const sample *s, size_t n)
{
    double *x = malloc((n + 1) * sizeof *x);
    if (!x) return NAN;
    for (size_t i = 0; i < n; i++) x[i] = s[i].lap->time_ms * 1e-3;
    double median = pb_median(x, n);
    free(x);
    return median;
}

static uint32_t cars_with_laps(const pb__pace_model *m)
{
    uint32_t n = 0;
    for (uint32_t c = 0; c < m->n_cars; c++) n += m->car_laps[c] > 0;
    return n;
}

static pb_status fit(const pb_race_log *log, const pb__pace_options *o, pb__pace_model *m, size_t rows, pb_error *error)
{
    sample *samples = malloc((rows ? rows : 1) * sizeof *samples);
    if (!samples) return pb_error_set(error, PB_E_NOMEM, "%s: out of memory in the pace model", log->source);
    size_t    n      = gather(log, o, m, samples);
    pb_status status = PB_E_EMPTY;
    m->n_used        = (uint32_t)n;
    if (cars_with_laps(m) >= 2) {
        m->reference = most_used(m->compound_laps);
        m->median_s  = median_of(samples, n);
        status       = regress(samples, n, o, m);
    }
    free(samples);
    if (status == PB_E_EMPTY)
        return pb_error_set(error, status, "%s: fewer than two cars have clean green laps, so no pace can be told",
                            log->source);
    if (status != PB_OK) return pb_error_set(error, status, "%s: the pace model could not be solved", log->source);
    note_residuals(log, m);
    return PB_OK;
}

static pb_status take_memory(const pb_race_log *log, pb__pace_model *m, size_t *rows)
{
    *rows = 0;
    for (uint32_t c = 0; c < log->n_cars; c++) {
        uint32_t n = log->cars[c].n_laps;
        *rows += n;
        m->lap[c] = calloc(n ? n : 1, sizeof *m->lap[c]);
        if (!m->lap[c]) return PB_E_NOMEM;
    }
    return PB_OK;
}

pb_status pb__pace_model_fit(const pb_race_log *log, const pb__pace_options *options, pb__pace_model *model,
                             pb_error *error)
{
    size_t rows = 0;
    memset(model, 0, sizeof *model);
    model->n_cars    = log->n_cars;
    pb_status status = take_memory(log, model, &rows);
    if (status == PB_OK) status = pb__pace_traffic(log, model->lap);
    if (status == PB_OK) {
        model->best_s = best_clean_s(log, options->first_lap);
        model->wet    = is_wet(log, options->wet_frac);
        mark_clean(log, options, model);
        status = fit(log, options, model, rows, error);
    } else {
        pb_error_set(error, status, "%s: out of memory in the pace model", log->source);
    }
    if (status != PB_OK) pb__pace_model_fini(model);
    return status;
}

void pb__pace_model_fini(pb__pace_model *model)
{
    for (uint32_t c = 0; c < PB_CARS_MAX; c++) free(model->lap[c]);
    memset(model, 0, sizeof *model);
}
