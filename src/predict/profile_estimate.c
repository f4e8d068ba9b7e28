/* profile_estimate: from races to what a driver (or a team) is like, with doubt.
 *
 * x = centre + unit + season of the unit + race. The three variances are found by the method of moments
 * (sums of squares within seasons, between the seasons of a unit, between units), the unit's part is its mean
 * drawn towards the centre by as much as the other two leave in doubt. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pitboard/num.h"
#include "profile_parts.h"

#define RACES_LEAST 3
#define DRIVERS_LEAST 8 /* of a field that says how much drivers differ */
#define TEAMS_LEAST 6
#define DEGREES_LEAST 16
#define OUTLIER_SIGMAS 5.0
#define Z90 1.6448536269514722

typedef struct year {
    uint32_t unit, n;
    int16_t  season;
    double   sum, squares;
} year;

typedef struct unit {
    uint32_t n, seasons, samples;
    double   sum, squares_of_n; /* sum over seasons of n^2 */
    double   between;           /* sum over seasons of n (mean - mean of the unit)^2 */
} unit;

typedef struct pool {
    const pb_profile_book *book;
    pb_profile_of          of;
    pb_profile_measure     measure;
    int                    wanted;
    int                    half; /* 1: odd rounds alone, 2: even ones, 0: all */
    uint32_t               n_units, n_seasons, n_x;
    unit                  *unit;
    year                  *season;
    double                *x;                             /* of all, for the limits */
    double                 lo, hi;                        /* further off is cut */
    bool                   shipped;                       /* the book is too thin to tell them */
    double                 race2, season2, unit2, centre; /* variances */
} pool;

static uint32_t units_of(const pb_profile_book *book, pb_profile_of of)
{
    return of == PB_PROFILE_DRIVER ? book->n_drivers : book->n_teams;
}

static uint32_t unit_of(const pool *p, const pb_profile_row *row)
{
    return p->of == PB_PROFILE_DRIVER ? row->driver : row->team;
}

/* The value of a unit in the race of row i, where row i is its first there: of a team the mean of its cars. */
static bool value_at(const pool *p, uint32_t i, double *x, uint32_t *samples)
{
    const pb_profile_book *book = p->book;
    const pb_profile_row  *row  = &book->rows[i];
    double                 sum  = 0;
    uint32_t               n    = 0;
    *samples                    = 0;
    if (p->wanted && book->races[row->race].season != p->wanted) return false;
    if (p->half && (book->races[row->race].round & 1) != (p->half & 1)) return false;
    for (uint32_t k = i; k-- > 0 && book->rows[k].race == row->race;)
        if (unit_of(p, &book->rows[k]) == unit_of(p, row)) return false;
    for (uint32_t k = i; k < book->n_rows && book->rows[k].race == row->race; k++) {
        const pb_profile_car *car = &book->races[row->race].cars[book->rows[k].car];
        if (unit_of(p, &book->rows[k]) != unit_of(p, row) || !isfinite(car->value[p->measure])) continue;
        sum += (double)car->value[p->measure];
        *samples += car->samples[p->measure];
        n++;
    }
    *x = sum / n;
    return n > 0;
}

static void set_limits(pool *p)
{
    double   x;
    uint32_t samples;
    for (uint32_t i = 0; i < p->book->n_rows; i++)
        if (value_at(p, i, &x, &samples)) p->x[p->n_x++] = x;
    double middle = pb_median(p->x, p->n_x), sigma = pb_mad_sigma(p->x, p->n_x);
    p->lo = middle - OUTLIER_SIGMAS * sigma;
    p->hi = middle + OUTLIER_SIGMAS * sigma;
}

static year *season_of(pool *p, uint32_t u, int16_t at)
{
    for (uint32_t i = p->n_seasons; i-- > 0;)
        if (p->season[i].unit == u && p->season[i].season == at) return &p->season[i];
    p->season[p->n_seasons] = (year){.unit = u, .season = at};
    return &p->season[p->n_seasons++];
}

static void gather(pool *p)
{
    double   x;
    uint32_t samples;
    set_limits(p);
    for (uint32_t i = 0; i < p->book->n_rows; i++) {
        if (!value_at(p, i, &x, &samples)) continue;
        uint32_t u = unit_of(p, &p->book->rows[i]);
        year    *s = season_of(p, u, p->book->races[p->book->rows[i].race].season);
        x          = fmin(fmax(x, p->lo), p->hi);
        s->n++;
        s->sum += x;
        s->squares += x * x;
        p->unit[u].n++;
        p->unit[u].sum += x;
        p->unit[u].samples += samples;
    }
}

/* ---- variances ---- */

static double race_variance(const pool *p)
{
    double  squares = 0;
    int64_t degrees = 0;
    for (uint32_t i = 0; i < p->n_seasons; i++) {
        const year *s = &p->season[i];
        squares += s->squares - s->sum * s->sum / s->n;
        degrees += (int64_t)s->n - 1;
    }
    return degrees >= DEGREES_LEAST ? fmax(squares, 0) / (double)degrees : (double)NAN;
}

static void sum_seasons(pool *p)
{
    for (uint32_t i = 0; i < p->n_seasons; i++) {
        const year *s   = &p->season[i];
        unit       *u   = &p->unit[s->unit];
        double      off = s->sum / s->n - u->sum / u->n;
        u->seasons++;
        u->squares_of_n += (double)s->n * s->n;
        u->between += s->n * off * off;
    }
}

static double season_variance(const pool *p)
{
    double over = 0, weight = 0;
    for (uint32_t u = 0; u < p->n_units; u++) {
        const unit *x = &p->unit[u];
        if (x->seasons < 2) continue;
        over += x->between - (x->seasons - 1) * p->race2;
        weight += x->n - x->squares_of_n / x->n;
    }
    return weight > 0 ? fmax(over / weight, 0) : 0;
}

static double doubt(const pool *p, const unit *u)
{
    return p->race2 / u->n + p->season2 * u->squares_of_n / ((double)u->n * u->n);
}

/* Between units that have enough races; NAN when they are too few. */
static double unit_variance(const pool *p)
{
    double   mean = 0, squares = 0, noise = 0;
    uint32_t k = 0;
    for (uint32_t u = 0; u < p->n_units; u++)
        if (p->unit[u].n >= RACES_LEAST) mean += p->unit[u].sum / p->unit[u].n, k++;
    if (k < (p->of == PB_PROFILE_DRIVER ? DRIVERS_LEAST : TEAMS_LEAST)) return NAN;
    mean /= k;
    for (uint32_t u = 0; u < p->n_units; u++) {
        if (p->unit[u].n < RACES_LEAST) continue;
        double off = p->unit[u].sum / p->unit[u].n - mean;
        squares += off * off;
        noise += doubt(p, &p->unit[u]);
    }
    return (squares - noise * (k - 1) / k) / (k - 1);
}

static double centre_of(const pool *p)
{
    double sum = 0, weight = 0;
    for (uint32_t u = 0; u < p->n_units; u++) {
        if (p->unit[u].n < RACES_LEAST) continue;
        double w = 1 / (p->unit2 + doubt(p, &p->unit[u]));
        sum += w * p->unit[u].sum / p->unit[u].n;
        weight += w;
    }
    return sum / weight;
}

/* Of a thin book the spreads are those that ship; within one season a unit and its season are one. */
static void take_shipped(pool *p)
{
    const pb_profile_about  *about  = pb_profile_about_of(p->measure);
    const pb_profile_spread *spread = p->of == PB_PROFILE_DRIVER ? &about->driver_spread : &about->team_spread;
    p->shipped                      = true;
    p->race2                        = spread->race * spread->race;
    p->season2                      = p->wanted ? 0 : spread->season * spread->season;
    p->unit2                        = spread->unit * spread->unit + (p->wanted ? spread->season * spread->season : 0);
}

static void solve(pool *p)
{
    sum_seasons(p);
    p->race2   = race_variance(p);
    p->season2 = season_variance(p);
    p->unit2   = unit_variance(p);
    if (isnan(p->race2) || isnan(p->unit2)) take_shipped(p);
    p->centre = p->unit2 > 0 ? centre_of(p) : 0;
}

/* ---- one estimate ---- */

static void say_why(const pool *p, const unit *u, pb_profile_estimate *out)
{
    const char *whose = p->of == PB_PROFILE_DRIVER ? "drivers" : "teams";
    if (u->n == 0)
        (void)snprintf(out->why, sizeof out->why, "no race in which it can be seen");
    else if (u->n < RACES_LEAST)
        (void)snprintf(out->why, sizeof out->why, "%u %s, %d are needed", u->n, u->n == 1 ? "race" : "races",
                       RACES_LEAST);
    else
        (void)snprintf(out->why, sizeof out->why, "%s differ by no more than single races do", whose);
}

static pb_profile_estimate estimate(const pool *p, const unit *u)
{
    pb_profile_estimate out = {.value = NAN, .lo = NAN, .hi = NAN, .mean = u->n > 0 ? u->sum / u->n : (double)NAN};
    out.races               = (uint16_t)u->n;
    out.samples             = u->samples;
    if (u->n < RACES_LEAST || !(p->unit2 > 0)) {
        say_why(p, u, &out);
        return out;
    }
    out.shipped  = p->shipped;
    double noise = doubt(p, u), half = Z90 * sqrt(p->unit2 * noise / (p->unit2 + noise));
    out.trust = p->unit2 / (p->unit2 + noise);
    out.value = p->centre + out.trust * (out.mean - p->centre);
    out.lo    = out.value - half;
    out.hi    = out.value + half;
    return out;
}

static void rank_all(const pool *p, pb_profile_estimate *out)
{
    double sign = pb_profile_about_of(p->measure)->high_is_good ? -1 : 1;
    for (uint32_t u = 0; u < p->n_units; u++) {
        if (!isfinite(out[u].value)) continue;
        out[u].rank = 1;
        for (uint32_t k = 0; k < p->n_units; k++) {
            if (!isfinite(out[k].value)) continue;
            out[u].of++;
            if (sign * out[k].value < sign * out[u].value) out[u].rank++;
        }
    }
}

static pb_status begin(pool *p, pb_error *error)
{
    p->n_units = units_of(p->book, p->of);
    p->unit    = calloc(p->n_units + 1u, sizeof *p->unit);
    p->season  = calloc(p->book->n_rows + 1u, sizeof *p->season);
    p->x       = calloc(p->book->n_rows + 1u, sizeof *p->x);
    if (!p->unit || !p->season || !p->x)
        return pb_error_set(error, PB_E_NOMEM, "out of memory for the estimates of %u races", p->book->n_races);
    gather(p);
    solve(p);
    return PB_OK;
}

static void end(pool *p)
{
    free(p->unit);
    free(p->season);
    free(p->x);
}

pb_status pb__profile_estimate(const pb_profile_book *book, pb_profile_of of, pb_profile_measure measure, int season,
                               pb_profile_estimate *out, pb_error *error)
{
    pool      p      = {.book = book, .of = of, .measure = measure, .wanted = season};
    pb_status status = begin(&p, error);
    for (uint32_t u = 0; status == PB_OK && u < p.n_units; u++) out[u] = estimate(&p, &p.unit[u]);
    if (status == PB_OK) rank_all(&p, out);
    end(&p);
    return status;
}

pb_status pb__profile_spread(const pb_profile_book *book, pb_profile_of of, pb_profile_measure measure,
                             pb_profile_spread *out, pb_error *error)
{
    pool      p      = {.book = book, .of = of, .measure = measure};
    pb_status status = begin(&p, error);
    if (status == PB_OK) *out = (pb_profile_spread){sqrt(p.race2), sqrt(p.season2), sqrt(fmax(p.unit2, 0))};
    end(&p);
    return status;
}

/* ---- are the intervals right? ---- */

/* Means of the second half within what the first half said, its doubt and that of the mean itself together. */
static void count_covered(const pool *said, const pool *seen, pb__profile_cover *out)
{
    for (uint32_t u = 0; u < said->n_units; u++) {
        const unit *x = &seen->unit[u];
        if (said->unit[u].n < RACES_LEAST || x->n < RACES_LEAST || !(said->unit2 > 0)) continue;
        pb_profile_estimate e  = estimate(said, &said->unit[u]);
        double              sd = (e.hi - e.lo) / 2 / Z90;
        out->n++;
        out->covered += fabs(x->sum / x->n - e.value) <= Z90 * sqrt(sd * sd + said->race2 / x->n);
    }
}

pb_status pb__profile_cover_of(const pb_profile_book *book, pb_profile_of of, pb_profile_measure measure, int season,
                               pb__profile_cover *out, pb_error *error)
{
    pool odd = {.book = book, .of = of, .measure = measure, .wanted = season, .half = 1}, even = odd;
    even.half        = 2;
    pb_status status = begin(&odd, error);
    if (status == PB_OK) status = begin(&even, error);
    if (status == PB_OK && !odd.shipped) count_covered(&odd, &even, out);
    if (status == PB_OK && !even.shipped) count_covered(&even, &odd, out);
    end(&odd);
    end(&even);
    return status;
}

/* What did not come back in the next season is no trait: what was seen stays as the mean, and nothing is said of whom. */
static void unsay(const pb_profile_proof *proof, pb_profile_estimate *e)
{
    *e = (pb_profile_estimate){
        .value = NAN, .lo = NAN, .hi = NAN, .mean = e->mean, .races = e->races, .samples = e->samples};
    if (proof->pairs < PB_PROFILE_PAIRS_LEAST)
        (void)snprintf(e->why, sizeof e->why, "no trait: too few seasons to see whether it comes back");
    else
        (void)snprintf(e->why, sizeof e->why,
                       "no trait: it did not come back in the next season (rank correlation %.2f)", proof->rho);
}

pb_status pb_profile_estimate_all(const pb_profile_book *book, pb_profile_of of, pb_profile_measure measure, int season,
                                  pb_profile_estimate *out, pb_error *error)
{
    const pb_profile_about *about = pb_profile_about_of(measure);
    const pb_profile_proof *proof = of == PB_PROFILE_DRIVER ? &about->driver : &about->team;
    PB_TRY(pb__profile_estimate(book, of, measure, season, out, error));
    for (uint32_t u = 0; !proof->trait && u < units_of(book, of); u++)
        if (out[u].races >= RACES_LEAST) unsay(proof, &out[u]);
    return PB_OK;
}
