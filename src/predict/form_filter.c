/* form_filter: Kalman's filter, one result at a time. */
#include "form_filter.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "pitboard/num.h"

#define COMMON 0        /* state of the whole field */
#define COMMON_VAR 0.25 /* scores and per cents against the field: at most half a unit off */
#define CLIP_SIGMAS 3.0
#define SEEN_LEAST 4

pb_status pb__form_filter_init(const pb_form_rule *rule, int view, uint32_t n_names, pb__form_filter *filter)
{
    uint32_t cap = n_names + 1;
    *filter      = (pb__form_filter){.rule = *rule, .view = view, .n = 1, .cap = cap};
    filter->mean = calloc((size_t)cap * cap + 2 * cap, sizeof *filter->mean);
    if (!filter->mean) return PB_E_NOMEM;
    filter->gain = filter->mean + cap;
    filter->cov  = filter->gain + cap;
    return PB_OK;
}

void pb__form_filter_fini(pb__form_filter *filter)
{
    free(filter->mean);
    memset(filter, 0, sizeof *filter);
}

static double *cov_at(const pb__form_filter *f, uint32_t i, uint32_t j)
{
    return &f->cov[(size_t)i * f->cap + j];
}

static double square(double x)
{
    return x * x;
}

static void winter(pb__form_filter *f)
{
    for (uint32_t i = 1; i < f->n; i++) {
        double kept = f->team[i] ? f->rule.team_kept : 1.0;
        f->mean[i] *= kept;
        for (uint32_t j = 0; j < f->n; j++) {
            *cov_at(f, i, j) *= kept;
            *cov_at(f, j, i) *= kept;
        }
        *cov_at(f, i, i) += square(f->team[i] ? f->rule.team_winter : f->rule.driver_winter);
    }
}

static void enter(pb__form_filter *f, int16_t name, bool team)
{
    if (f->slot[name]) return;
    uint32_t i       = f->n++;
    f->slot[name]    = (int16_t)i;
    f->team[i]       = team;
    f->mean[i]       = team ? 0.0 : f->rule.newcomer;
    *cov_at(f, i, i) = square(team ? f->rule.team_sd : f->rule.driver_sd);
}

void pb__form_filter_move(pb__form_filter *f, const pb__form_race *race)
{
    if (f->season != 0 && race->season != f->season) winter(f);
    f->season = race->season;
    for (uint32_t c = 0; c < race->n; c++) {
        enter(f, race->car[c].team, true);
        enter(f, race->car[c].driver, false);
    }
    for (uint32_t i = 1; i < f->n; i++)
        *cov_at(f, i, i) += square(f->team[i] ? f->rule.team_step : f->rule.driver_step);
}

void pb__form_filter_read(const pb__form_filter *f, const pb__form_entry *car, double *team, double *driver,
                          double *var)
{
    uint32_t t = (uint32_t)f->slot[car->team], d = (uint32_t)f->slot[car->driver];
    *team   = f->mean[t];
    *driver = f->mean[d];
    *var    = *cov_at(f, t, t) + *cov_at(f, d, d) + 2 * *cov_at(f, t, d);
}

/* One result y of team t and driver d; returns its log likelihood. */
static double update(pb__form_filter *f, uint32_t t, uint32_t d, double y, double noise_var)
{
    double var = noise_var;
    for (uint32_t i = 0; i < f->n; i++) f->gain[i] = *cov_at(f, i, COMMON) + *cov_at(f, i, t) + *cov_at(f, i, d);
    var += f->gain[COMMON] + f->gain[t] + f->gain[d];
    double miss = y - f->mean[COMMON] - f->mean[t] - f->mean[d];
    for (uint32_t i = 0; i < f->n; i++) {
        double share = f->gain[i] / var;
        f->mean[i] += share * miss;
        for (uint32_t j = 0; j < f->n; j++) *cov_at(f, i, j) -= share * f->gain[j];
    }
    return -0.5 * (miss * miss / var + pb_log(var));
}

/* Results less what was expected of them; NAN not seen. Returns their median. */
static double misses(const pb__form_filter *f, const pb__form_race *race, double *miss, uint32_t *n)
{
    double of[PB_CARS_MAX];
    *n = 0;
    for (uint32_t c = 0; c < race->n; c++) {
        double team, driver, var;
        pb__form_filter_read(f, &race->car[c], &team, &driver, &var);
        miss[c] = race->car[c].seen[f->view] - team - driver;
        if (isfinite(miss[c])) of[(*n)++] = miss[c];
    }
    return pb_median(of, *n);
}

double pb__form_filter_see(pb__form_filter *f, const pb__form_race *race)
{
    double   miss[PB_CARS_MAX], sum = 0;
    double   noise_var = square(f->rule.noise * (race->sprint ? f->rule.sprint_mult : 1));
    uint32_t n;
    double   middle = misses(f, race, miss, &n);
    if (n < SEEN_LEAST) return 0;
    *cov_at(f, COMMON, COMMON) = COMMON_VAR;
    for (uint32_t c = 0; c < race->n; c++) {
        double team, driver, var;
        if (!isfinite(miss[c])) continue;
        pb__form_filter_read(f, &race->car[c], &team, &driver, &var);
        double most = CLIP_SIGMAS * sqrt(var + noise_var);
        double y    = race->car[c].seen[f->view] - miss[c] + middle + fmin(fmax(miss[c] - middle, -most), most);
        sum += update(f, (uint32_t)f->slot[race->car[c].team], (uint32_t)f->slot[race->car[c].driver], y, noise_var);
    }
    f->mean[COMMON] = 0;
    for (uint32_t i = 0; i < f->n; i++) *cov_at(f, i, COMMON) = *cov_at(f, COMMON, i) = 0;
    return sum;
}
