#include "lane_level.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "penalty.h"
#include "pitboard/num.h"
#include "robust_level.h"

#define TEAMS_MAX 64
#define UNSEEN_LEVEL_S 23.0 /* before any race: race-model.md section 5, median over circuits */
#define REST_LO_S (-2.0)    /* a team's rest is clipped to what a crew can do */
#define REST_HI_S 3.0
#define OWN_LIMIT_S 1.5 /* beyond it a visit says nothing of the crew */
#define OWN_SHRINK 2.0

/* Where a race's visits settled, for later editions. */
typedef struct level {
    const char *circuit;
    double      at_s;
} level;

typedef struct team {
    char    id[40];
    double *rest_s; /* of each visit */
    double *race;   /* number of the race it was in */
    size_t  n, cap;
} team;

typedef struct walk {
    const pb_history       *history;
    const pb__lane_options *options;
    level                  *levels;
    size_t                  n_levels;
    team                    teams[TEAMS_MAX];
    size_t                  n_teams;
    double                  number; /* races walked, as a date */
} walk;

pb__lane_options pb__lane_options_default(void)
{
    return (pb__lane_options){.scale_s     = 0.4,
                              .tail        = 1.5,
                              .same_s      = 0.5,
                              .new_s       = 2.5,
                              .team_keep   = 0.93,
                              .team_shrink = 8,
                              .own_share   = 0.5};
}

double pb__lane_expected_s(const pb__lane_visit *visit)
{
    return visit->level_s + visit->team_s + visit->pending_s;
}

/* ---- teams ---- */

static team *find_team(walk *w, const pb_log_car *car, int season)
{
    char id[40];
    pb_team_id(pb_span_of(car->team), season, id, sizeof id);
    for (size_t i = 0; i < w->n_teams; i++)
        if (strcmp(w->teams[i].id, id) == 0) return &w->teams[i];
    if (w->n_teams == TEAMS_MAX) return NULL;
    memcpy(w->teams[w->n_teams].id, id, sizeof id);
    return &w->teams[w->n_teams++];
}

static bool team_add(team *t, double rest_s, double race)
{
    if (t->n == t->cap) {
        size_t  cap  = t->cap ? 2 * t->cap : 64;
        double *rest = realloc(t->rest_s, cap * sizeof *rest);
        if (rest) t->rest_s = rest;
        double *when = realloc(t->race, cap * sizeof *when);
        if (when) t->race = when;
        if (!rest || !when) return false;
        t->cap = cap;
    }
    t->rest_s[t->n] = rest_s;
    t->race[t->n++] = race;
    return true;
}

typedef struct weighted {
    double x, w;
} weighted;

static int by_x(const void *a, const void *b)
{
    double x = ((const weighted *)a)->x, y = ((const weighted *)b)->x;
    return (x > y) - (x < y);
}

/* Weighted median of its rests, shrunk. */
static double team_offset(const walk *w, const team *t)
{
    if (!t || t->n == 0) return 0;
    weighted *v = malloc(t->n * sizeof *v);
    if (!v) return 0;
    double all = 0, half = 0, at = 0, log_keep = pb_log(w->options->team_keep);
    for (size_t i = 0; i < t->n; i++) {
        v[i] = (weighted){t->rest_s[i], pb_exp(log_keep * (w->number - t->race[i]))};
        all += v[i].w;
    }
    qsort(v, t->n, sizeof *v, by_x);
    for (size_t i = 0; i < t->n && half < all / 2; i++) {
        half += v[i].w;
        at = v[i].x;
    }
    free(v);
    return at * all / (all + w->options->team_shrink);
}

/* ---- one race ---- */

static int by_lap(const void *a, const void *b)
{
    const pb__lane_visit *x = a, *y = b;
    if (x->in_lap != y->in_lap) return x->in_lap < y->in_lap ? -1 : 1;
    return (int)x->car - (int)y->car;
}

static pb__robust prior_of(const walk *w, const pb_race_log *log, double *spare)
{
    pb__robust c = {.scale = w->options->scale_s, .tail = w->options->tail, .prior = UNSEEN_LEVEL_S};
    for (size_t i = w->n_levels; i-- > 0;)
        if (log->circuit[0] && strcmp(w->levels[i].circuit, log->circuit) == 0) {
            c.prior    = w->levels[i].at_s;
            c.prior_sd = w->options->same_s;
            return c;
        }
    for (size_t i = 0; i < w->n_levels; i++) spare[i] = w->levels[i].at_s;
    if (w->n_levels > 0) c.prior = pb_median(spare, w->n_levels);
    c.prior_sd = w->options->new_s;
    return c;
}

typedef struct today {
    team      *team[PB_CARS_MAX];
    double     team_s[PB_CARS_MAX];
    pb__robust prior;
    double    *x, *spare; /* as many as visits or races, whichever is more */
} today;

/* What the visits this team made before were off the level. */
static double own_stops(const walk *w, const today *t, const pb__lane_visit *visits, size_t at, double level_s)
{
    double sum = 0, n = 0;
    for (size_t i = 0; i < at; i++) {
        const pb__lane_visit *v    = &visits[i];
        double                rest = v->lane_s - v->pending_s - t->team_s[v->car] - level_s;
        if (v->in_lap + 2 > visits[at].in_lap || t->team[v->car] != t->team[visits[at].car]) continue;
        if (fabs(rest) > OWN_LIMIT_S) continue;
        sum += rest;
        n += 1;
    }
    return w->options->own_share * sum / (n + OWN_SHRINK);
}

/* Visits whose out-lap was complete before the in-lap of this one are known. */
static void expect(const walk *w, const today *t, pb__lane_visit *visits, size_t at)
{
    pb__lane_visit *v = &visits[at];
    pb__robust      c = t->prior;
    for (size_t i = 0; i < at; i++)
        if (visits[i].in_lap + 2 <= v->in_lap)
            t->x[c.n++] = visits[i].lane_s - visits[i].pending_s - t->team_s[visits[i].car];
    c.x           = t->x;
    v->seen       = (uint16_t)c.n;
    v->prior_sd_s = c.prior_sd;
    v->level_s    = pb__robust_level(&c, t->spare);
    v->team_s     = t->team_s[v->car] + own_stops(w, t, visits, at, v->level_s);
}

/* The level of the whole race and the teams' rests, for the races after it. */
static bool remember(walk *w, const today *t, const pb__lane_visit *visits, size_t n, const char *circuit)
{
    pb__robust c = t->prior;
    if (n == 0) return true;
    for (size_t i = 0; i < n; i++) t->x[i] = visits[i].lane_s - visits[i].pending_s - t->team_s[visits[i].car];
    c.x                    = t->x;
    c.n                    = n;
    c.prior_sd             = 3 * c.prior_sd;
    w->levels[w->n_levels] = (level){circuit, pb__robust_level(&c, t->spare)};
    double at              = w->levels[w->n_levels++].at_s;
    for (size_t i = 0; i < n; i++) {
        double rest = visits[i].lane_s - visits[i].pending_s - at;
        team  *who  = t->team[visits[i].car];
        if (who && !team_add(who, fmax(REST_LO_S, fmin(REST_HI_S, rest)), w->number)) return false;
    }
    return true;
}

static pb_status walk_race(walk *w, size_t r, const pb__truths *truths, pb__lane_visit *visits,
                           double team_s[PB_CARS_MAX])
{
    const pb_history_race *race = &w->history->races[r];
    size_t                 room = (truths->n > w->n_levels ? truths->n : w->n_levels) + 1;
    today                  t    = {.x = malloc(room * sizeof *t.x), .spare = malloc(room * sizeof *t.spare)};
    bool                   ok   = t.x && t.spare;

    for (uint32_t c = 0; c < race->log->n_cars && ok; c++) {
        t.team[c]   = find_team(w, &race->log->cars[c], race->log->season);
        t.team_s[c] = team_offset(w, t.team[c]);
        team_s[c]   = t.team_s[c];
    }
    if (ok) t.prior = prior_of(w, race->log, t.spare);
    for (size_t i = 0; i < truths->n && ok; i++) {
        const pb__truth *e  = &truths->at[i];
        visits[i]           = (pb__lane_visit){.car = (uint16_t)e->car, .in_lap = e->lap, .lane_s = e->y};
        visits[i].pending_s = pb__penalty_pending_s(race, (uint32_t)e->car, e->lap);
    }
    if (ok && truths->n > 0) qsort(visits, truths->n, sizeof *visits, by_lap);
    for (size_t i = 0; i < truths->n && ok; i++) expect(w, &t, visits, i);
    if (ok) ok = remember(w, &t, visits, truths->n, race->log->circuit);
    free(t.x);
    free(t.spare);
    w->number += 1;
    return ok ? PB_OK : PB_E_NOMEM;
}

static pb_status add_race(walk *w, size_t r, pb__lane_book *out)
{
    pb__truths truths = {0};
    /* A sprint has no stops but repairs, which say nothing of a lane at work. */
    bool      sprint = w->history->races[r].log->sprint;
    pb_status status = sprint ? PB_OK : pb__truth_pitstop(&w->history->races[r], &truths);
    if (status == PB_OK && truths.n > 0) {
        pb__lane_visit *more = realloc(out->visit, (out->n + truths.n) * sizeof *more);
        status               = more ? PB_OK : PB_E_NOMEM;
        if (more) out->visit = more;
    }
    if (status == PB_OK && (truths.n > 0 || r + 1 == out->n_races)) /* the last one may not have got that far */
        status = walk_race(w, r, &truths, truths.n > 0 ? out->visit + out->n : NULL, out->team_s[r]);
    if (status == PB_OK) out->n += truths.n;
    out->first[r + 1] = out->n;
    pb__truths_fini(&truths);
    return status;
}

pb_status pb__lane_book_init(const pb_history *history, size_t n, const pb__lane_options *options, pb__lane_book *out)
{
    walk *w = calloc(1, sizeof *w);
    *out    = (pb__lane_book){
           .first = calloc(n + 1, sizeof *out->first), .n_races = n, .team_s = calloc(n + 1, sizeof *out->team_s)};
    level *where = calloc(n + 1, sizeof *where);

    pb_status status = w && out->first && out->team_s && where ? PB_OK : PB_E_NOMEM;
    if (status == PB_OK) *w = (walk){.history = history, .options = options, .levels = where};
    for (size_t r = 0; r < n && status == PB_OK; r++) status = add_race(w, r, out);
    for (size_t i = 0; w && i < w->n_teams; i++) {
        free(w->teams[i].rest_s);
        free(w->teams[i].race);
    }
    free(w);
    free(where);
    if (status != PB_OK) pb__lane_book_fini(out);
    return status;
}

void pb__lane_book_fini(pb__lane_book *book)
{
    free(book->visit);
    free(book->first);
    free(book->team_s);
    *book = (pb__lane_book){0};
}
