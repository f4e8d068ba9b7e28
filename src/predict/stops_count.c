/* stops_count: how many stops, from the signs of a race and its last edition.
 *
 * Two views of a race are mixed. One reads three signs (what tyres cost here, how
 * long stints were here, how many stops the place took before 2018) through two
 * logistic regressions. The other is what the field did at the last edition. A
 * team's own habit moves the log-odds of a car. */
#include <math.h>
#include <string.h>

#include "pitboard/num.h"
#include "stops_parts.h"

#define PAST_LEAST 4    /* dry races before anything is told */
#define KEEP_LEVEL 0.95 /* of a race's weight in the usual shares, a race later */
#define LAST_SHRINK 0.8 /* editions' worth of the usual shares beside the last one */
#define SHARE_LEAST 0.01
#define TEAM_HALF_LIFE 20 /* races */
#define TEAM_SHRINK 10.0  /* cars */
#define TEAM_SLOPE 2.0    /* log-odds for a share that is off by one */
#define CERTAIN 0.98

/* ---- signs ---- */

const double pb__stops_step[PB__STOPS_SIGNS] = {0.010, 0.035, 0.3};

static bool wear_of(const pb__stops_race *race, double *x)
{
    *x = race->wear_s;
    return race->has_wear;
}

static bool stint_of(const pb__stops_race *race, double *x)
{
    *x = race->stint_share;
    return race->plain;
}

/* What the last edition says, beside the usual shares. */
static void last_edition(const pb__stops_book *book, const pb__stops_place *place, pb__stops_signs *out)
{
    const pb__stops_race *last = NULL;
    double                all = 0, usual[PB_STOPS_MAX + 1] = {0}, sum = 0;
    for (size_t r = 0; r < book->n; r++) {
        const pb__stops_race *race = &book->race[r];
        double                w    = pb__stops_power(KEEP_LEVEL, (int)(place->number - race->number));
        if (!race->plain) continue;
        for (int k = 0; k <= PB_STOPS_MAX; k++) usual[k] += w * race->p[k];
        all += w;
        if (place->circuit[0] && strcmp(race->circuit, place->circuit) == 0) last = race;
    }
    out->edition = last != NULL;
    for (int k = 0; k <= PB_STOPS_MAX; k++) {
        double p     = LAST_SHRINK * usual[k] / all + (last ? last->p[k] : 0);
        out->last[k] = p / (LAST_SHRINK + (last ? 1 : 0)) + SHARE_LEAST;
        sum += out->last[k];
    }
    for (int k = 0; k <= PB_STOPS_MAX; k++) out->last[k] /= sum;
}

bool pb__stops_signs_of(const pb__stops_book *book, const pb__stops_place *place, pb__stops_signs *out)
{
    *out                    = (pb__stops_signs){.edition = false};
    pb__stops_settled stint = pb__stops_settle(book, place, stint_of), wear = pb__stops_settle(book, place, wear_of);
    if (stint.races == 0) return false;
    out->x[PB__STOPS_WEAR]      = wear.here;
    out->level[PB__STOPS_WEAR]  = wear.level;
    out->x[PB__STOPS_STINT]     = stint.here;
    out->level[PB__STOPS_STINT] = stint.level;
    out->x[PB__STOPS_BEFORE]    = pb__stops_before_2018(place->circuit);
    last_edition(book, place, out);
    return stint.races >= PAST_LEAST && wear.races >= PAST_LEAST;
}

/* ---- shares ---- */

static double logistic(double z)
{
    return z >= 0 ? 1 / (1 + pb_exp(-z)) : 1 - 1 / (1 + pb_exp(z));
}

static double value(const double b[PB__STOPS_COEFFICIENTS], const pb__stops_learned *l, const pb__stops_signs *s)
{
    double z = b[0];
    for (int j = 0; j < PB__STOPS_SIGNS; j++) z += b[j + 1] * (s->x[j] - l->mean[j]) / pb__stops_step[j];
    return z;
}

void pb__stops_count_signs(const pb__stops_learned *learned, const pb__stops_signs *signs, double p[PB_STOPS_MAX + 1])
{
    double two = logistic(value(learned->two, learned, signs)), three = logistic(value(learned->three, learned, signs));
    p[0] = learned->none;
    p[1] = (1 - learned->none) * (1 - two);
    p[2] = (1 - learned->none) * two * (1 - three);
    p[3] = (1 - learned->none) * two * three;
}

void pb__stops_count_race(const pb__stops_learned *learned, const pb__stops_signs *signs, double p[PB_STOPS_MAX + 1])
{
    double w = learned->fitted ? learned->last_weight : 1;
    memcpy(p, signs->last, (PB_STOPS_MAX + 1) * sizeof *p);
    if (!learned->fitted) return;
    pb__stops_count_signs(learned, signs, p);
    for (int k = 0; k <= PB_STOPS_MAX; k++) p[k] = w * signs->last[k] + (1 - w) * p[k];
}

double pb__stops_team(const pb__stops_book *book, double number, const char *team)
{
    const double keep = pb_exp(-pb_log(2) / TEAM_HALF_LIFE);
    double       off = 0, n = 0;
    for (size_t r = 0; r < book->n && team[0]; r++) {
        const pb__stops_race *race = &book->race[r];
        double                w    = pb__stops_power(keep, (int)(number - race->number));
        for (uint32_t c = 0; c < race->n_cars && race->plain; c++) {
            if (strcmp(race->car[c].team, team) != 0) continue;
            off += w * ((race->car[c].n >= 2) - (race->p[2] + race->p[3]));
            n += w;
        }
    }
    return TEAM_SLOPE * off / (n + TEAM_SHRINK);
}

void pb__stops_count_move(double p[PB_STOPS_MAX + 1], double by)
{
    double many = p[2] + p[3], all = p[1] + many;
    if (!(many > 0) || !(all > 0)) return;
    double share = fmin(fmax(many / all, 1 - CERTAIN), CERTAIN);
    double two   = all * logistic(pb_log(share / (1 - share)) + by);
    p[3] *= two / many;
    p[2] *= two / many;
    p[1] = all - two;
}

void pb__stops_count_least(double p[PB_STOPS_MAX + 1], uint32_t least)
{
    for (uint32_t k = 0; k < least && k < PB_STOPS_MAX; k++) {
        p[k + 1] += p[k];
        p[k] = 0;
    }
}
