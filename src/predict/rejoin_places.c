/* rejoin_places: from calls and margins to places.
 *
 * Given the own loss and the mood of the pit walls the rivals are independent, so
 * the place is 1 + a Poisson-binomial count, which is convolved exactly; the two
 * are summed over a few equally likely values. */
#include <math.h>
#include <string.h>

#include "pitboard/num.h"
#include "rejoin_case.h"

#define COVER_S 4.0 /* a car so far ahead may answer the stop on the next lap */
#define LEAST 1e-5
#define SURE 1e-4          /* so near to 0 or 1 a rival is not counted as open */
#define FAR 300.0          /* of an exponent: two such still multiply */
#define WITHIN_WEIGHT 0.25 /* of a near miss against a hit, when a place is told */
#define LOGIT_NORMAL 0.346 /* (16 sqrt(3) / (15 pi))^2: what a spread log-odds loses on average */

const double pb__rejoin_moods[PB__REJOIN_MOODS] = {-1.2247448713915890, 0, 1.2247448713915890};

/* ---- what the rivals will do ---- */

void pb__rejoin_whole_row(const pb__rejoin_case *c, const pb__rejoin_rival *r, double x[PB__REJOIN_WHOLE_N])
{
    double rain = c->wet_share > 0;
    *x++        = 1;
    *x++        = r->call;
    *x++        = c->call;
    *x++        = c->near_stops;
    *x++        = r->mate;
    *x++        = rain;
    *x++        = rain * r->call;
    *x++        = rain * c->call;
    *x++        = rain * c->field_stops;
    *x          = rain * c->wet_share;
}

void pb__rejoin_part_row(const pb__rejoin_case *c, const pb__rejoin_rival *r, double x[PB__REJOIN_PART_N])
{
    *x++ = 1;
    *x++ = r->call;
    *x++ = c->wet_share > 0;
    *x   = r->lead_s < 0 && r->lead_s > -COVER_S;
}

static double chance(const double *b, const double *x, int n)
{
    double sum = 0;
    for (int k = 0; k < n; k++) sum += b[k] * x[k];
    return fmin(fmax(pb__sigmoid(sum), LEAST), 1 - LEAST);
}

void pb__rejoin_calls_of(const pb__rejoin_case *c, const pb__rejoin_params *p, pb__rejoin_calls *out)
{
    for (uint32_t i = 0; i < c->n_reach; i++) {
        const pb__rejoin_rival *r = &c->rival[i];
        double                  whole[PB__REJOIN_WHOLE_N], part[PB__REJOIN_PART_N];
        int                     often = r->exposed > 1;
        pb__rejoin_whole_row(c, r, whole);
        pb__rejoin_part_row(c, r, part);
        out->whole[i] = chance(p->whole[often], whole, PB__REJOIN_WHOLE_N);
        out->part[i]  = (1 - out->whole[i]) * chance(p->part[often], part, PB__REJOIN_PART_N);
        if (r->exposed == 0) { /* its next lap is our out-lap */
            out->part[i]  = out->whole[i];
            out->whole[i] = 0;
        }
        if (r->in_lane) out->whole[i] = out->part[i] = 0;
    }
}

/* ---- one rival, one loss, one mood ---- */

/* 1 / (1 + e^-(z - m)) = 1 / (1 + e^m e^-z): the exponentials of margins are taken once a rival, those of losses
 * once a case. */
typedef struct powers {
    double margin[PB_CARS_MAX][PB__REJOIN_ACTS];
    double loss[PB__REJOIN_Z][PB__REJOIN_ACTS];
} powers;

static double power(double x)
{
    return pb_exp(fmin(fmax(x, -FAR), FAR));
}

static void powers_of(const pb__rejoin_case *c, const pb__rejoin_params *p, powers *out)
{
    for (int a = 0; a < PB__REJOIN_ACTS; a++) {
        for (uint32_t i = 0; i < c->n_reach; i++)
            out->margin[i][a] = power((c->rival[i].margin[a] - p->shift_s[a]) / p->scale_s[a]);
        for (int k = 0; k < PB__REJOIN_Z; k++)
            out->loss[k][a] = power(-p->z_s[c->group][k] * p->spread / p->scale_s[a]);
    }
}

void pb__rejoin_in_mood(const pb__rejoin_case *c, const pb__rejoin_calls *calls, double sd, double mood,
                        pb__rejoin_calls *out)
{
    double steeper = sqrt(1 + LOGIT_NORMAL * sd * sd);
    for (uint32_t i = 0; i < c->n_reach; i++) {
        double whole = calls->whole[i], left = 1 - whole;
        bool   open = whole > 0 && left > 0;
        if (open) whole = pb__sigmoid(steeper * pb_log(whole / left) + sd * mood);
        out->whole[i] = whole;
        out->part[i]  = left > 0 ? calls->part[i] * (1 - whole) / left : 0;
    }
}

/* P(ahead) of a rival under loss k, by what it does. */
static double ahead(const powers *w, const pb__rejoin_calls *calls, const pb__rejoin_case *c, uint32_t i, int k)
{
    double whole = calls->whole[i], part = calls->part[i];
    if (c->rival[i].in_lane) return 1 / (1 + w->margin[i][PB__REJOIN_LANE] * w->loss[k][PB__REJOIN_LANE]);
    double sum = (1 - whole - part) / (1 + w->margin[i][PB__REJOIN_OUT] * w->loss[k][PB__REJOIN_OUT]);
    if (whole > 0) sum += whole / (1 + w->margin[i][PB__REJOIN_WHOLE] * w->loss[k][PB__REJOIN_WHOLE]);
    if (part > 0) sum += part / (1 + w->margin[i][PB__REJOIN_PART] * w->loss[k][PB__REJOIN_PART]);
    return sum;
}

/* ---- all of them ---- */

/* One more rival in the count. */
static void convolve(double *p, uint32_t n, double q)
{
    for (uint32_t k = n + 1; k > 0; k--) p[k] = p[k] * (1 - q) + p[k - 1] * q;
    p[0] *= 1 - q;
}

static void add_count(const pb__rejoin_case *c, const powers *w, const pb__rejoin_calls *calls, int loss, double weight,
                      pb__rejoin_places *out)
{
    double   p[PB_CARS_MAX + 2] = {1};
    uint32_t n = 0, sure = 0;
    for (uint32_t i = 0; i < c->n_reach; i++) {
        double q = ahead(w, calls, c, i, loss);
        out->ahead[i] += weight * q;
        if (q >= 1 - SURE)
            sure++;
        else if (q > SURE)
            convolve(p, n++, q);
    }
    for (uint32_t k = 0; k <= n; k++) out->p[sure + k] += weight * p[k];
}

/* Cars out of reach ahead of it push every place down. */
static void add_certain(const pb__rejoin_case *c, pb__rejoin_places *out)
{
    uint32_t before = 0;
    for (uint32_t i = c->n_reach; i < c->n; i++) {
        out->ahead[i] = c->rival[i].margin[PB__REJOIN_OUT] < 0;
        before += out->ahead[i] > 0;
    }
    for (uint32_t k = PB_CARS_MAX; k-- > 0;) out->p[k] = k >= before ? out->p[k - before] : 0;
}

void pb__rejoin_places_of(const pb__rejoin_case *c, const pb__rejoin_params *p, const pb__rejoin_calls *calls,
                          pb__rejoin_places *out)
{
    pb__rejoin_calls mood[PB__REJOIN_MOODS];
    powers           w;
    memset(out, 0, sizeof *out);
    for (int u = 0; u < PB__REJOIN_MOODS; u++)
        pb__rejoin_in_mood(c, calls, p->mood[c->wet_share > 0], pb__rejoin_moods[u], &mood[u]);
    powers_of(c, p, &w);
    for (int k = 0; k < PB__REJOIN_Z; k++)
        for (int u = 0; u < PB__REJOIN_MOODS; u++)
            add_count(c, &w, &mood[u], k, 1.0 / (PB__REJOIN_Z * PB__REJOIN_MOODS), out);
    add_certain(c, out);
}

/* ---- one place ---- */

double pb__rejoin_within(const double p[PB_CARS_MAX], uint32_t place)
{
    double sum = p[place - 1];
    if (place > 1) sum += p[place - 2];
    if (place < PB_CARS_MAX) sum += p[place];
    return sum;
}

double pb__rejoin_within_odds(const double p[PB_CARS_MAX], uint32_t place, double surprises)
{
    double q = (1 - surprises) * fmin(pb__rejoin_within(p, place), 1) + surprises / 2;
    q        = fmin(fmax(q, LEAST), 1 - LEAST);
    return pb_log(q / (1 - q));
}

uint32_t pb__rejoin_best(const double p[PB_CARS_MAX])
{
    uint32_t best  = 1;
    double   score = -1;
    for (uint32_t k = 1; k <= PB_CARS_MAX; k++) {
        double s = p[k - 1] + WITHIN_WEIGHT * pb__rejoin_within(p, k);
        if (s <= score) continue;
        score = s;
        best  = k;
    }
    return best;
}
