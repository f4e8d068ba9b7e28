/* rank: which plan is best, in as few races as it takes to tell.
 *
 * What has to be told is the action (the first thing that cannot be taken back: the
 * set of a stop on this lap, or no stop; before a race the set to start on). So
 * plans belong to groups by action, all are played against the same draws, and
 * trials go to the leader and to whichever plan of another action may yet be
 * better (top-two sampling: Russo 2016; the allocation of OCBA for two: Chen et
 * al. 2000), until that is told apart, nobody would mind, or the trials are used
 * up. Plans of one action are told apart only as far as it takes to have a good
 * one to speak for it. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "decider.h"
#include "options.h"
#include "p_best.h"

#define FIRST_LEAST 32u
#define FIRST_MOST 96u
#define FIRST_SHARE 3u    /* of the trials at most one in so many goes into first looks */
#define STEP 128u         /* trials a step, of each of two */
#define REACH_Z 1.7       /* how far a plan is given the benefit of the doubt, in standard errors */
#define APART_Z 2.8       /* as many apart: told */
#define FAR_Z 6.0         /* told at a first look */
#define SPEAKS_LEAST 384u /* trials of whoever speaks for an action, before anything is told */
#define OWN_SLACK 3.0     /* times the indifference: within its action a plan need not be told apart closer */
#define HEAD 12u          /* strategies people are shown */
#define OWN_TURN 4u       /* every so many steps the leader meets the rest of its own action */

/* A plan against the reference, on the trials that both have. */
typedef struct against {
    uint32_t reference, n;
    double   sum, squares;
} against;

typedef struct field {
    pb_decider   *d;
    uint32_t      car;
    const pb_aim *aim;
    pb__runner   *runner;
    uint32_t      n, budget, spent, reference;
    uint8_t       group[PB_CANDIDATES_MAX];
    against       to[PB_CANDIDATES_MAX];
    pb__paired    diff[PB_CANDIDATES_MAX]; /* to the reference */
} field;

static pb__paired compare(const field *f, const pb__runner *a, const pb__runner *b)
{
    return pb__compare(&f->d->spec, f->aim, a, b);
}

/* SPEAKS_LEAST, or all there is room for. */
static uint32_t speaks_least(const field *f)
{
    return SPEAKS_LEAST < f->d->room ? SPEAKS_LEAST : f->d->room;
}

/* What cannot be taken back: 1 + the set that is fitted next lap (before a race:
 * started on); 0 for none. */
static uint8_t action_of(const pb_race_spec *spec, const pb_candidate *c)
{
    if (spec->from_lap == 0) return (uint8_t)(1 + c->plan.stints[0].compound);
    return pb__next_stop(spec, &c->plan) == spec->from_lap + 1u ? (uint8_t)(1 + pb__next_compound(spec, &c->plan)) : 0;
}

/* ---- playing ---- */

static void play(field *f, uint32_t i, uint32_t n)
{
    pb__runner *r      = &f->runner[i];
    uint32_t    before = r->n;
    pb__runner_play(f->d, f->car, f->aim, r, n);
    f->spent += r->n - before;
}

/* The new trials of a plan against the reference; what was added up stays. A
 * place's worth in the tail changes with all that is played, so that is begun anew. */
static void add_up(field *f, uint32_t i)
{
    const pb__runner *a = &f->runner[i], *b = &f->runner[f->reference];
    against          *t = &f->to[i];
    uint32_t          n = a->n < b->n ? a->n : b->n;
    if (t->reference != f->reference || f->aim->kind == PB_AIM_CVAR) *t = (against){.reference = f->reference};
    for (; t->n < n; t->n++) {
        double x = pb__worth_at(&f->d->spec, f->aim, a, t->n) - pb__worth_at(&f->d->spec, f->aim, b, t->n);
        t->sum += x;
        t->squares += x * x;
    }
}

/* Every plan against this one. */
static void compare_all(field *f, uint32_t reference)
{
    f->reference = reference;
    for (uint32_t i = 0; i < f->n; i++) {
        const against *t = &f->to[i];
        add_up(f, i);
        double n      = t->n > 1 ? t->n : 2;
        f->diff[i]    = (pb__paired){.n = t->n, .mean = t->sum / n};
        f->diff[i].se = sqrt(fmax((t->squares - t->sum * f->diff[i].mean) / (n - 1), 0) / n);
    }
}

/* Enough trials to speak for its action beside the reference. */
static bool speaks(const field *f, uint32_t i)
{
    return 2 * f->runner[i].n >= f->runner[f->reference].n;
}

static uint32_t leader(const field *f, bool proven)
{
    uint32_t best = f->reference;
    for (uint32_t i = 0; i < f->n; i++)
        if (f->diff[i].mean > f->diff[best].mean && (!proven || speaks(f, i))) best = i;
    return best;
}

static uint32_t most_played(const field *f)
{
    uint32_t most = f->reference;
    for (uint32_t i = 0; i < f->n; i++)
        if (f->runner[i].n > f->runner[most].n) most = i;
    return most;
}

/* The reference is the leader, so that every other plan is held against it on the
 * very trials that both have: by way of a third plan, a few trials of one would be
 * set against many of the other. */
static void measure(field *f)
{
    uint32_t most = most_played(f);
    compare_all(f, 2 * f->runner[f->reference].n < f->runner[most].n ? most : f->reference);
    uint32_t lead = leader(f, true);
    if (lead != f->reference) compare_all(f, lead);
}

/* ---- whom to play ---- */

/* The one that may yet be better than the leader; own: of its own action, else of
 * another. -1: none is left. */
static int challenger(const field *f, uint32_t lead, bool own, double *reach)
{
    int best = -1;
    *reach   = -INFINITY;
    for (uint32_t i = 0; i < f->n; i++) {
        if (i == lead || (f->group[i] == f->group[lead]) != own) continue;
        double se = i == f->reference ? f->diff[lead].se : f->diff[i].se;
        double at = f->diff[i].mean - f->diff[lead].mean + REACH_Z * se;
        if (at <= *reach) continue;
        *reach = at;
        best   = (int)i;
    }
    return best;
}

/* Told apart, or as good as alike. */
static bool settled(const field *f, uint32_t lead, uint32_t other)
{
    const pb__runner *a = &f->runner[lead], *b = &f->runner[other];
    pb__paired        p = compare(f, a, b);
    if (p.mean > FAR_Z * p.se && p.mean > f->d->effort.indifference) return true;
    if (a->n < speaks_least(f) || b->n < speaks_least(f)) return false;
    return p.mean > APART_Z * p.se || (p.mean >= 0 && PB__Z90 * p.se < f->d->effort.indifference);
}

/* Every action is told apart from the leader's. */
static bool all_settled(const field *f, uint32_t lead)
{
    uint64_t told = 1ull << f->group[lead];
    for (uint32_t i = 0; i < f->n; i++) {
        if (told >> f->group[i] & 1) continue;
        uint32_t best = i;
        for (uint32_t j = i; j < f->n; j++)
            if (f->group[j] == f->group[i] && f->diff[j].mean > f->diff[best].mean) best = j;
        if (!settled(f, lead, best)) return false;
        told |= 1ull << f->group[i];
    }
    return true;
}

/* No plan of the leader's own action may be better by what anybody would mind. */
static bool own_settled(const field *f, uint32_t lead)
{
    double reach;
    return challenger(f, lead, true, &reach) < 0 || reach < OWN_SLACK * f->d->effort.indifference;
}

/* Both get on; the one that was played less first catches up. */
static void duel(field *f, uint32_t a, uint32_t b)
{
    uint32_t na = f->runner[a].n, nb = f->runner[b].n, more = na > nb ? na : nb;
    if (na == nb) {
        play(f, a, more + STEP);
        play(f, b, more + STEP);
        return;
    }
    uint32_t behind = na < nb ? a : b, n = f->runner[behind].n, to = 2 * n > n + STEP ? 2 * n : n + STEP;
    play(f, behind, to < more ? to : more);
}

static void first_look(field *f)
{
    uint32_t each = f->budget / (FIRST_SHARE * f->n) / PB__BATCH * PB__BATCH;
    each          = each < FIRST_LEAST ? FIRST_LEAST : each > FIRST_MOST ? FIRST_MOST : each;
    for (uint32_t i = 0; i < f->n; i++) play(f, i, each);
}

static uint32_t race_off(field *f)
{
    double   reach;
    uint32_t full = f->d->room > STEP ? f->d->room - STEP : 0;
    first_look(f);
    for (uint32_t step = 1;; step++) {
        measure(f);
        uint32_t lead = leader(f, false);
        if (f->spent + 2 * STEP > f->budget || f->runner[lead].n > full) break;
        bool told = step % OWN_TURN != 0 && all_settled(f, leader(f, true)), own = told || step % OWN_TURN == 0;
        if (told && own_settled(f, lead)) break;
        int other = challenger(f, lead, own, &reach);
        if (other < 0) other = challenger(f, lead, !own, &reach);
        if (other < 0) break;
        duel(f, lead, (uint32_t)other);
    }
    return leader(f, true);
}

/* How many stand before plan i, the best left out: of all, or of its own group. */
static uint32_t before(const field *f, uint32_t best, uint32_t i, bool own)
{
    uint32_t n = 0;
    for (uint32_t j = 0; j < f->n; j++)
        n += j != best && (!own || f->group[j] == f->group[i]) && f->diff[j].mean > f->diff[i].mean;
    return n;
}

/* One that is told of with too few trials: among the first `head` behind the best,
 * or the one that speaks for its action; -1: none is. */
static int unproven(const field *f, uint32_t best, uint32_t head)
{
    for (uint32_t i = 0; i < f->n; i++) {
        if (i == best || f->runner[i].n >= speaks_least(f)) continue;
        if (before(f, best, i, false) < head) return (int)i;
        if (f->group[i] != f->group[best] && before(f, best, i, true) == 0) return (int)i;
    }
    return -1;
}

/* The one furthest ahead of the best on the trials that both have; -1: none is. */
static int ahead_of(const field *f, uint32_t best)
{
    int    at   = -1;
    double most = 0;
    for (uint32_t i = 0; i < f->n; i++) {
        double mean = i == best ? 0 : compare(f, &f->runner[i], &f->runner[best]).mean;
        if (mean <= most) continue;
        most = mean;
        at   = (int)i;
    }
    return at;
}

/* Nobody in the list is better than its first, and what is told of the others
 * holds: whoever seems better is played as often as the first, and takes its place
 * if it still is. Returns the first. */
static uint32_t prove(field *f, uint32_t best, uint32_t head)
{
    for (uint32_t changes = 0; changes < f->n;) {
        compare_all(f, best);
        int i = unproven(f, best, head);
        if (i >= 0) {
            play(f, (uint32_t)i, speaks_least(f));
            continue;
        }
        i = ahead_of(f, best);
        if (i < 0) break;
        uint32_t n = f->runner[i].n, most = f->runner[best].n;
        if (n < most) {
            play(f, (uint32_t)i, most < 2 * n ? most : 2 * n);
        } else {
            best = (uint32_t)i;
            changes++;
        }
    }
    return best;
}

/* ---- what is told ---- */

static pb_ranked first_trials(const field *f, uint32_t i, uint32_t n)
{
    pb__runner r = f->runner[i];
    pb_ranked  out;
    r.n = n;
    pb__describe(f->d, f->aim, &r, (uint16_t)i, &out);
    return out;
}

/* Plans were played for more or fewer trials: one is told by its difference to another
 * on those that both have, from what is told of that one. */
static pb_ranked tell(const field *f, uint32_t i, uint32_t than, const pb_ranked *told)
{
    uint32_t  n   = f->runner[i].n < f->runner[than].n ? f->runner[i].n : f->runner[than].n;
    pb_ranked own = first_trials(f, i, n), same = first_trials(f, than, n);
    own.trials     = f->runner[i].n;
    own.value      = told->value + (own.value - same.value);
    own.points     = fmax(told->points + (own.points - same.points), 0);
    own.p_win      = fmin(fmax(told->p_win + (own.p_win - same.p_win), 0), 1);
    own.mean_place = fmin(fmax(told->mean_place + (own.mean_place - same.mean_place), 1), f->d->spec.n_cars);
    return own;
}

/* Best first: the winner of the race-off, then by the paired difference to it. The level
 * is that of the plan with the most trials, which need not be the best one. */
static void order(const field *f, uint32_t best, pb_ranked *out)
{
    const uint32_t  level = most_played(f);
    const pb_ranked most  = first_trials(f, level, f->runner[level].n);
    const pb_ranked top   = tell(f, best, level, &most);
    double          p_best[PB_CANDIDATES_MAX];
    pb__p_best(&f->d->spec, f->aim, f->runner, f->n, best, p_best);
    for (uint32_t i = 0; i < f->n; i++) {
        pb__paired p    = compare(f, &f->runner[i], &f->runner[best]);
        out[i]          = tell(f, i, best, &top);
        out[i].gain     = (pb_gain){p.mean, p.mean - PB__Z90 * p.se, p.mean + PB__Z90 * p.se};
        out[i].p_best   = p_best[i];
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
    if (f->n > 1) out[0].p_better = compare(f, &f->runner[out[0].candidate], &f->runner[out[1].candidate]).p_better;
}

static pb_status rank(field *f, const pb_candidate *candidates, bool strategies, pb_ranked *out, pb_error *error)
{
    pb_status status = PB_OK;
    for (uint32_t i = 0; status == PB_OK && i < f->n; i++) {
        status = i == 0 ? pb__runner_open(f->d, f->car, &candidates[i], i, &f->runner[i], error)
                        : pb__runner_like(f->d, f->car, &f->runner[0], &candidates[i], i, &f->runner[i], error);
        f->group[i] =
            strategies ? pb__plan_kind(&f->d->spec, &candidates[i].plan) : action_of(&f->d->spec, &candidates[i]);
    }
    if (status == PB_OK) {
        uint32_t best = race_off(f);
        order(f, prove(f, best, strategies ? HEAD : 0), out);
    }
    for (uint32_t i = 0; i < f->n; i++) pb__runner_close(&f->runner[i]);
    return status;
}

static pb_status rank_by(pb_decider *d, uint32_t car, const pb_aim *aim, const pb_candidate *candidates, size_t n,
                         uint32_t trials, bool strategies, pb_ranked *out, pb_error *error)
{
    pb__runner runner[PB_CANDIDATES_MAX];
    if (n < 1 || n > PB_CANDIDATES_MAX)
        return pb_error_set(error, PB_E_LIMIT, "%zu candidates; 1 to %d can be ranked at once", n, PB_CANDIDATES_MAX);
    memset(runner, 0, sizeof runner);
    field f = {.d = d, .car = car, .aim = aim, .runner = runner, .n = (uint32_t)n, .budget = trials};
    return rank(&f, candidates, strategies, out, error);
}

pb_status pb_decide_rank(pb_decider *d, uint32_t car, const pb_aim *aim, const pb_candidate *candidates, size_t n,
                         pb_ranked *out, pb_error *error)
{
    return rank_by(d, car, aim, candidates, n, d->effort.trials, false, out, error);
}

pb_status pb__rank_strategies(pb_decider *d, uint32_t car, const pb_aim *aim, const pb_candidate *candidates, size_t n,
                              uint32_t trials, pb_ranked *out, pb_error *error)
{
    return rank_by(d, car, aim, candidates, n, trials, true, out, error);
}
