/* strategy_tree: the best plan is driven with its reactions, and its stops fall
 * where they fall. */
#include <stdlib.h>
#include <string.h>

#include "strategy_work.h"

#define BINS 8           /* laps of unplanned stops are told by eighths of the race */
#define SHARE_LEAST 0.01 /* of all races: rarer branches are left out */

/* Which compound a table entry of a car with one plan is (sim.h: the stints of the
 * plan, a spare set, an intermediate, a wet). */
static uint8_t compound_of(const pb_race_spec *spec, const pb_plan *plan, uint32_t entry)
{
    pb_tyre_kind kind = entry < plan->n_stints + 1u ? PB_TYRE_SLICK : (pb_tyre_kind)(entry - plan->n_stints);
    if (entry < plan->n_stints) return plan->stints[entry].compound;
    for (uint32_t i = plan->n_stints; i-- > 0;)
        if (spec->compounds[plan->stints[i].compound].kind == kind) return plan->stints[i].compound;
    for (uint32_t k = 0; k < spec->n_compounds; k++)
        if (spec->compounds[k].kind == kind) return (uint8_t)k;
    return plan->stints[plan->n_stints - 1].compound;
}

typedef struct grower {
    const pb_race_spec *spec;
    const pb_plan      *plan;
    double              one; /* race */
    uint32_t            n;
    pb_strategy_node    node[4 * PB_STRATEGY_NODES_MAX];
} grower;

static pb_strategy_node node_of(const grower *g, int16_t parent, uint16_t stop)
{
    uint32_t lap = PB_SIM_STOP_LAP(stop), entry = PB_SIM_STOP_ENTRY(stop), laps = g->spec->rules.laps;
    bool     planned = entry < g->plan->n_stints && g->plan->stints[entry].in_lap == lap;
    uint32_t width = (laps + BINS - 1) / BINS, bin = (lap - 1) / width;
    uint32_t last = (bin + 1) * width < laps ? (bin + 1) * width : laps - 1u;
    return (pb_strategy_node){.parent   = parent,
                              .stop     = (uint8_t)(g->node[parent].stop + 1),
                              .compound = compound_of(g->spec, g->plan, entry),
                              .planned  = planned,
                              .from_lap = (uint16_t)(planned ? lap : bin * width + 1),
                              .to_lap   = (uint16_t)(planned ? lap : last)};
}

/* The child a stop leads to; -1 when there is no room for one more. */
static int16_t child(grower *g, int16_t parent, uint16_t stop)
{
    const pb_strategy_node is = node_of(g, parent, stop);
    for (uint32_t i = 0; i < g->n; i++) {
        const pb_strategy_node *o = &g->node[i];
        if (o->parent == parent && o->compound == is.compound && o->planned == is.planned && o->from_lap == is.from_lap)
            return (int16_t)i;
    }
    if (g->n == sizeof g->node / sizeof *g->node) return -1;
    g->node[g->n] = is;
    return (int16_t)g->n++;
}

static void add_race(grower *g, const uint16_t stop[PB_SIM_WATCH_STOPS])
{
    int16_t at = 0;
    g->node[0].share += g->one;
    for (uint32_t i = 0; i < PB_SIM_WATCH_STOPS && stop[i] != 0; i++) {
        int16_t next = child(g, at, stop[i]);
        if (next < 0) break;
        at = next;
        g->node[at].share += g->one;
    }
    g->node[at].ends += g->one;
}

/* Heaviest branch first, depth first; rare ones are left out. */
static void put(const grower *g, int16_t at, int16_t parent, pb_strategy *out)
{
    bool done[4 * PB_STRATEGY_NODES_MAX] = {false};
    if (out->n_nodes == PB_STRATEGY_NODES_MAX) return;
    int16_t self           = out->n_nodes++;
    out->node[self]        = g->node[at];
    out->node[self].parent = parent;
    for (;;) {
        int best = -1;
        for (uint32_t i = 1; i < g->n; i++)
            if (!done[i] && g->node[i].parent == at && g->node[i].share >= SHARE_LEAST &&
                (best < 0 || g->node[i].share > g->node[best].share))
                best = (int)i;
        if (best < 0) return;
        done[best] = true;
        put(g, (int16_t)best, self, out);
    }
}

static pb_status drive(pb__scheme *s, const pb_candidate *plan, uint16_t *stops, uint32_t n, pb_error *error)
{
    pb__runner r;
    PB_TRY(pb__runner_open(s->d, s->car, plan, 0, &r, error));
    s->d->result->watch =
        (pb_sim_watch){.n_cars = 1, .car = {(uint8_t)s->car}, .count = n, .place = r.own, .stop = stops};
    pb_sim_run(r.model, s->d->effort.seed, 0, n, s->d->effort.isa, s->d->scratch, s->d->result);
    s->d->result->watch = (pb_sim_watch){0};
    s->d->trials += n;
    pb__runner_close(&r);
    return PB_OK;
}

pb_status pb__scheme_tree(pb__scheme *s, pb_error *error)
{
    const pb_candidate *plan  = pb__scheme_plan(s, 0);
    uint32_t            n     = s->options->look_trials < s->d->room ? s->options->look_trials : s->d->room;
    uint32_t            now   = pb__stint_at(&plan->plan, s->spec->from_lap);
    uint16_t           *stops = calloc((size_t)n * PB_SIM_WATCH_STOPS, sizeof *stops);
    grower             *g     = calloc(1, sizeof *g);
    pb_status status = stops && g ? PB_OK : pb_error_set(error, PB_E_NOMEM, "out of memory for a strategy tree");
    if (status == PB_OK) status = drive(s, plan, stops, n, error);
    if (status == PB_OK) {
        *g         = (grower){.spec = s->spec, .plan = &plan->plan, .one = 1.0 / n, .n = 1};
        g->node[0] = (pb_strategy_node){.parent = -1, .compound = plan->plan.stints[now].compound};
        for (uint32_t t = 0; t < n; t++) add_race(g, stops + (size_t)t * PB_SIM_WATCH_STOPS);
        put(g, 0, -1, s->out);
    }
    free(g);
    free(stops);
    return status;
}
