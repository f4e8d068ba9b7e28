/* rank: sequential halving over candidates that are played against the same
 * draws (race-model.md 12; Karnin, Koren, Somekh 2013). */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "decider.h"
#include "pitboard/num.h"

#define FIRST_LEAST 128u /* fewer trials tell nothing */
/* A candidate this many standard errors behind on its first trials is not looked
 * at again, whatever the halves say. */
#define HOPELESS_Z 4.0

typedef struct field {
    pb_decider   *d;
    uint32_t      car;
    const pb_aim *aim;
    pb__runner   *runner;
    size_t        n;
    uint32_t      budget; /* trials that may still be played */
    uint16_t      alive[PB_CANDIDATES_MAX];
    uint32_t      n_alive;
} field;

static pb__paired compare(const field *f, const pb__runner *a, const pb__runner *b)
{
    return pb__compare(&f->d->spec, f->aim, a, b);
}

static double mean_worth(const field *f, const pb__runner *r)
{
    double sum = 0;
    for (uint32_t i = 0; i < r->n; i++) sum += pb__worth_at(&f->d->spec, f->aim, r, i);
    return r->n ? sum / r->n : -INFINITY;
}

/* The alive ones, best first; ties by number. */
static void sort_alive(field *f)
{
    double value[PB_CANDIDATES_MAX];
    for (uint32_t i = 0; i < f->n_alive; i++) value[f->alive[i]] = mean_worth(f, &f->runner[f->alive[i]]);
    for (uint32_t i = 1; i < f->n_alive; i++)
        for (uint32_t j = i; j > 0; j--) {
            uint16_t a = f->alive[j - 1], b = f->alive[j];
            if (value[a] > value[b] || (!(value[a] < value[b]) && a < b)) break;
            f->alive[j - 1] = b;
            f->alive[j]     = a;
        }
}

static void play_alive(field *f, uint32_t each)
{
    for (uint32_t i = 0; i < f->n_alive; i++) {
        pb__runner *r      = &f->runner[f->alive[i]];
        uint32_t    before = r->n;
        pb__runner_play(f->d, f->car, f->aim, r, r->n + each);
        f->budget -= r->n - before < f->budget ? r->n - before : f->budget;
    }
}

/* Halves the field, the hopeless first. */
static void thin(field *f)
{
    uint32_t keep = (f->n_alive + 1) / 2, kept = 1;
    sort_alive(f);
    for (uint32_t i = 1; i < f->n_alive && kept < keep; i++) {
        pb__paired p = compare(f, &f->runner[f->alive[i]], &f->runner[f->alive[0]]);
        if (p.mean + HOPELESS_Z * p.se < 0) continue;
        f->alive[kept++] = f->alive[i];
    }
    f->n_alive = kept;
}

static uint32_t rounds_for(uint32_t n)
{
    uint32_t rounds = 1;
    while (n > 2) n = (n + 1) / 2, rounds++;
    return rounds;
}

/* The last two: until they are apart, or nobody would mind. */
static void settle(field *f)
{
    while (f->n_alive >= 2) {
        pb__paired p    = compare(f, &f->runner[f->alive[0]], &f->runner[f->alive[1]]);
        uint32_t   each = f->budget / (2 * f->n_alive) / PB__BATCH * PB__BATCH;
        bool       full = f->runner[f->alive[0]].n >= f->d->room;
        if (fabs(p.mean) > HOPELESS_Z * p.se || PB__Z90 * p.se < f->d->effort.indifference) break;
        if (each < FIRST_LEAST || full) break;
        play_alive(f, each);
        sort_alive(f);
    }
}

static void race_off(field *f)
{
    uint32_t rounds = rounds_for(f->n_alive);
    for (uint32_t round = 0; f->n_alive > 2 || round == 0; round++) {
        uint32_t left = rounds - round > 0 ? rounds - round : 1;
        uint32_t each = f->budget / (left * f->n_alive) / PB__BATCH * PB__BATCH;
        if (each < FIRST_LEAST) each = FIRST_LEAST;
        play_alive(f, each);
        if (f->n_alive <= 2) break;
        thin(f);
    }
    sort_alive(f);
    settle(f);
    sort_alive(f);
}

/* ---- what is told ---- */

static void describe(const field *f, uint16_t i, pb_ranked *out)
{
    const pb__runner *r = &f->runner[i];
    *out                = (pb_ranked){.candidate = i, .trials = r->n, .value = mean_worth(f, r)};
    for (uint32_t t = 0; t < r->n; t++) {
        out->mean_place += r->own[t];
        out->points += pb__points_of(&f->d->spec, r->own[t]);
        out->p_win += r->own[t] == 1;
    }
    if (r->n == 0) return;
    out->mean_place /= r->n;
    out->points /= r->n;
    out->p_win /= r->n;
}

/* Best first: the winner of the race-off, then by the paired difference to it. */
static void order(const field *f, pb_ranked *out)
{
    uint16_t best = f->alive[0];
    for (size_t i = 0; i < f->n; i++) {
        describe(f, (uint16_t)i, &out[i]);
        pb__paired p    = compare(f, &f->runner[i], &f->runner[best]);
        out[i].gain     = (pb_gain){p.mean, p.mean - PB__Z90 * p.se, p.mean + PB__Z90 * p.se};
        out[i].p_best   = i == best ? 1 : p.se > 0 ? pb_normal_cdf(p.mean / p.se) : p.mean >= 0 ? 0.5 : 0;
        out[i].p_better = p.p_better;
    }
    pb_ranked t = out[0];
    out[0]      = out[best];
    out[best]   = t;
    for (size_t i = 2; i < f->n; i++)
        for (size_t j = i; j > 1 && out[j].gain.value > out[j - 1].gain.value; j--) {
            t          = out[j];
            out[j]     = out[j - 1];
            out[j - 1] = t;
        }
}

/* The best one against all others, as if their differences were independent; the
 * rest share what it leaves. */
static void share_p_best(const field *f, pb_ranked *out)
{
    double all = 0, first = 1;
    for (size_t i = 1; i < f->n; i++) {
        first *= 1 - out[i].p_best;
        all += out[i].p_best;
    }
    for (size_t i = 1; i < f->n && all > 0; i++) out[i].p_best *= (1 - first) / all;
    out[0].p_best = first;
    if (f->n > 1) {
        const pb__paired p = compare(f, &f->runner[out[0].candidate], &f->runner[out[1].candidate]);
        out[0].p_better    = p.p_better;
    }
}

pb_status pb_decide_rank(pb_decider *d, uint32_t car, const pb_aim *aim, const pb_candidate *candidates, size_t n,
                         pb_ranked *out, pb_error *error)
{
    pb__runner runner[PB_CANDIDATES_MAX];
    if (n < 1 || n > PB_CANDIDATES_MAX)
        return pb_error_set(error, PB_E_LIMIT, "%zu candidates; 1 to %d can be ranked at once", n, PB_CANDIDATES_MAX);
    memset(runner, 0, sizeof runner);
    field     f      = {.d = d, .car = car, .aim = aim, .runner = runner, .n = n, .budget = d->effort.trials};
    pb_status status = PB_OK;
    for (size_t i = 0; status == PB_OK && i < n; i++) {
        status               = i == 0 ? pb__runner_open(d, car, &candidates[i], (uint32_t)i, &runner[i], error)
                                      : pb__runner_like(d, car, &runner[0], &candidates[i], (uint32_t)i, &runner[i], error);
        f.alive[f.n_alive++] = (uint16_t)i;
    }
    if (status == PB_OK) {
        race_off(&f);
        order(&f, out);
        share_p_best(&f, out);
    }
    for (size_t i = 0; i < n; i++) pb__runner_close(&runner[i]);
    return status;
}

/* ---- one candidate, any number of trials ---- */

static void count(const pb_decider *d, const pb_aim *aim, const pb__runner *r, uint32_t n, pb_ranked *sum)
{
    for (uint32_t i = 0; i < n; i++) {
        sum->value += pb__worth_at(&d->spec, aim, r, i);
        sum->mean_place += r->own[i];
        sum->points += pb__points_of(&d->spec, r->own[i]);
        sum->p_win += r->own[i] == 1;
    }
}

pb_status pb_decide_play(pb_decider *d, uint32_t car, const pb_aim *aim, const pb_candidate *candidate, uint32_t trials,
                         pb_ranked *out, pb_error *error)
{
    pb__runner r;
    bool       two = aim->kind == PB_AIM_CHAMPIONSHIP;
    if (aim->kind == PB_AIM_CVAR && trials > d->room)
        return pb_error_set(error, PB_E_LIMIT, "the tail of places is read from at most %u trials", d->room);
    PB_TRY(pb__runner_open(d, car, candidate, 0, &r, error));
    *out = (pb_ranked){.trials = trials};
    for (uint32_t first = 0; first < trials; first += d->room) {
        uint32_t n       = trials - first < d->room ? trials - first : d->room;
        d->result->watch = (pb_sim_watch){.n_cars = two ? 2 : 1,
                                          .car    = {(uint8_t)car, two ? aim->rival : 0},
                                          .first  = first,
                                          .count  = d->room,
                                          .place  = r.own};
        pb_sim_run(r.model, d->effort.seed, first, n, d->effort.isa, d->scratch, d->result);
        r.n = n;
        pb__aim_worth(&d->spec, aim, &r);
        count(d, aim, &r, n, out);
        d->trials += n;
    }
    out->value /= trials;
    out->mean_place /= trials;
    out->points /= trials;
    out->p_win /= trials;
    pb__runner_close(&r);
    return PB_OK;
}
