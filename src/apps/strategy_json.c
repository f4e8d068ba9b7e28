/* strategy --json: see strategy_run.h. */
#include "json_gain.h"
#include "pitboard/codec.h"
#include "plan_text.h"
#include "strategy_run.h"

#define FINE 6
#define S 3

typedef struct page {
    pb_json_writer         w;
    const strategy_answer *a;
    const strategy_car    *c; /* being written of */
} page;

static const char *compound(const page *p, uint8_t k)
{
    return p->a->spec->compounds[k].name;
}

static void put_gain(page *p, const char *key, const pb_gain *gain)
{
    json_gain(&p->w, key, gain, pb_aim_unit(&p->c->aim));
}

/* ---- plans ---- */

static void put_plan(page *p, const pb_plan *plan)
{
    char text[PLAN_TEXT_MAX];
    plan_text_write(p->a->spec, plan, text);
    pb_json_put_text(&p->w, "plan", text);
    pb_json_put_text(&p->w, "start_compound", compound(p, plan->stints[0].compound));
    pb_json_array(&p->w, "stops");
    for (uint32_t i = 1; i < plan->n_stints; i++) {
        pb_json_object(&p->w, NULL);
        pb_json_put_i64(&p->w, "lap", plan->stints[i].in_lap);
        pb_json_put_text(&p->w, "compound", compound(p, plan->stints[i].compound));
        pb_json_object_end(&p->w);
    }
    pb_json_array_end(&p->w);
}

static void put_ranked(page *p, const pb_plan *plan, const pb_ranked *r)
{
    put_plan(p, plan);
    pb_json_put_fixed(&p->w, "mean_position", r->mean_place, FINE);
    pb_json_put_fixed(&p->w, "expected_points", r->points, FINE);
    pb_json_put_fixed(&p->w, "p_win", r->p_win, FINE);
    put_gain(p, "gain", &r->gain);
    pb_json_put_fixed(&p->w, "p_best", r->p_best, FINE);
    pb_json_put_fixed(&p->w, "p_better", r->p_better, FINE);
    pb_json_put_i64(&p->w, "trials", r->trials);
}

static const pb_plan *plan_at(const page *p, uint32_t i)
{
    return &p->c->best->candidate[p->c->best->ranked[i].candidate].plan;
}

static void put_candidates(page *p)
{
    pb_json_array(&p->w, "candidates");
    for (uint32_t i = 0; i < p->c->best->n && i < p->a->top; i++) {
        pb_json_object(&p->w, NULL);
        put_ranked(p, plan_at(p, i), &p->c->best->ranked[i]);
        pb_json_object_end(&p->w);
    }
    pb_json_array_end(&p->w);
}

/* ---- around the best ---- */

static void put_windows(page *p)
{
    const pb_strategy *b = p->c->best;
    pb_json_array(&p->w, "window");
    for (uint32_t i = 0; i < b->n_windows; i++) {
        pb_json_object(&p->w, NULL);
        pb_json_put_i64(&p->w, "stop", i + 1);
        pb_json_put_i64(&p->w, "opens", b->window[i].opens);
        pb_json_put_i64(&p->w, "best", b->window[i].best);
        pb_json_put_i64(&p->w, "closes", b->window[i].closes);
        pb_json_put_fixed(&p->w, "width", b->width, FINE);
        pb_json_object_end(&p->w);
    }
    pb_json_array_end(&p->w);
}

static void put_trigger(page *p, const pb_strategy_trigger *t)
{
    char text[STRATEGY_TRIGGER_MAX];
    strategy_trigger_text(t, text);
    pb_json_object(&p->w, NULL);
    pb_json_put_text(&p->w, "kind", pb_trigger_name(t->kind));
    pb_json_put_text(&p->w, "text", text);
    if (t->kind == PB_TRIGGER_SC) {
        pb_json_put_i64(&p->w, "from_lap", t->from_lap);
        pb_json_put_i64(&p->w, "to_lap", t->to_lap);
    } else {
        pb_json_put_text(&p->w, "side", t->above ? "above" : "below");
        pb_json_put_fixed(&p->w, "value", t->value, FINE);
        pb_json_put_fixed(&p->w, "expected", t->now, FINE);
    }
    pb_json_put_fixed(&p->w, "gain", t->gain, FINE);
    pb_json_object_end(&p->w);
}

static void put_other(page *p, const char *key, const pb_strategy_other *o)
{
    if (!o->known) {
        pb_json_put_null(&p->w, key);
        return;
    }
    pb_json_object(&p->w, key);
    put_ranked(p, plan_at(p, o->at), &p->c->best->ranked[o->at]);
    pb_json_array(&p->w, "triggers");
    for (uint32_t i = 0; i < o->n_triggers; i++) put_trigger(p, &o->trigger[i]);
    pb_json_array_end(&p->w);
    pb_json_object_end(&p->w);
}

static void put_tree(page *p)
{
    const pb_strategy *b = p->c->best;
    pb_json_array(&p->w, "tree");
    for (uint32_t i = 0; i < b->n_nodes; i++) {
        const pb_strategy_node *n = &b->node[i];
        pb_json_object(&p->w, NULL);
        pb_json_put_i64(&p->w, "node", i);
        if (n->parent < 0)
            pb_json_put_null(&p->w, "parent");
        else
            pb_json_put_i64(&p->w, "parent", n->parent);
        pb_json_put_i64(&p->w, "stop", n->stop);
        pb_json_put_text(&p->w, "compound", compound(p, n->compound));
        pb_json_put_bool(&p->w, "planned", n->planned || n->parent < 0);
        pb_json_put_i64(&p->w, "from_lap", n->from_lap);
        pb_json_put_i64(&p->w, "to_lap", n->to_lap);
        pb_json_put_fixed(&p->w, "share", n->share, FINE);
        pb_json_put_fixed(&p->w, "ends", n->ends, FINE);
        pb_json_object_end(&p->w);
    }
    pb_json_array_end(&p->w);
}

static void put_starts(page *p)
{
    const pb_strategy *b = p->c->best;
    pb_json_array(&p->w, "start_tyres");
    for (uint32_t i = 0; i < b->n_starts; i++) {
        char text[PLAN_TEXT_MAX];
        plan_text_write(p->a->spec, plan_at(p, b->start[i].at), text);
        pb_json_object(&p->w, NULL);
        pb_json_put_text(&p->w, "compound", compound(p, b->start[i].compound));
        put_gain(p, "gain", &b->start[i].gain);
        pb_json_put_text(&p->w, "plan", text);
        pb_json_object_end(&p->w);
    }
    pb_json_array_end(&p->w);
}

static void put_equilibrium(page *p)
{
    const pb_strategy *b = p->c->best;
    pb_json_object(&p->w, "equilibrium");
    pb_json_put_i64(&p->w, "rounds", b->rounds);
    pb_json_put_bool(&p->w, "settled", b->settled);
    pb_json_array(&p->w, "cars");
    for (uint32_t i = 0; i < b->n_rivals; i++) {
        const pb_strategy_rival *r = &b->rival[i];
        pb_json_object(&p->w, NULL);
        pb_json_put_text(&p->w, "car", p->a->spec->cars[r->car].code);
        pb_json_put_i64(&p->w, "changed", r->changed);
        pb_json_array(&p->w, "plans");
        for (uint32_t k = 0; k < r->n_plans; k++) {
            pb_json_object(&p->w, NULL);
            put_plan(p, &r->plans[k]);
            pb_json_put_fixed(&p->w, "share", r->plans[k].weight_prob, FINE);
            pb_json_object_end(&p->w);
        }
        pb_json_array_end(&p->w);
        pb_json_object_end(&p->w);
    }
    pb_json_array_end(&p->w);
    pb_json_object_end(&p->w);
}

/* ---- the whole ---- */

static void put_objective(page *p)
{
    static const char *const names[] = {"points", "position", "win", "top", "cvar", "championship"};
    const pb_aim            *aim     = &p->c->aim;
    char                     text[40];
    if (aim->kind == PB_AIM_TOP)
        snprintf(text, sizeof text, "top:%u", aim->top);
    else if (aim->kind == PB_AIM_CHAMPIONSHIP)
        snprintf(text, sizeof text, "championship:%s", p->a->spec->cars[aim->rival].code);
    else
        snprintf(text, sizeof text, "%s", names[aim->kind]);
    pb_json_put_text(&p->w, "objective", text);
}

static void put_head(page *p)
{
    const pb_race_spec *spec = p->a->spec;
    pb_json_put_text(&p->w, "race", spec->name[0] ? spec->name : spec->id);
    pb_json_put_i64(&p->w, "from_lap", spec->from_lap);
    pb_json_put_i64(&p->w, "laps", spec->rules.laps);
}

static void put_tail(page *p)
{
    pb_json_array(&p->w, "assumed");
    for (uint32_t i = 0; i < p->a->n_assumed; i++) pb_json_put_text(&p->w, NULL, p->a->assumed[i]);
    pb_json_array_end(&p->w);
    pb_json_put_i64(&p->w, "seed", (int64_t)p->a->seed);
}

static void put_comparison(page *p)
{
    static const char *const keys[] = {"compare", "with"};
    for (uint32_t i = 0; i < 2; i++) {
        pb_json_object(&p->w, keys[i]);
        put_ranked(p, &p->a->plan[i], &p->a->side[i]);
        pb_json_object_end(&p->w);
    }
}

static void put_best(page *p)
{
    pb_json_put_i64(&p->w, "evaluated", p->c->best->evaluated);
    put_candidates(p);
    put_windows(p);
    put_other(p, "plan_b", &p->c->best->plan_b);
    put_other(p, "plan_c", &p->c->best->plan_c);
    put_tree(p);
    put_starts(p);
    put_equilibrium(p);
}

static void put_car(page *p, const strategy_car *car)
{
    p->c = car;
    pb_json_put_text(&p->w, "car", p->a->spec->cars[car->car].code);
    put_objective(p);
    if (p->a->compared)
        put_comparison(p);
    else
        put_best(p);
    pb_json_put_i64(&p->w, "trials", car->trials);
}

/* All keys of the object that is open. */
static void put_all(page *p)
{
    const strategy_answer *answer = p->a;
    put_head(p);
    if (!answer->all) {
        put_car(p, &answer->cars[0]);
    } else {
        pb_json_array(&p->w, "cars");
        for (uint32_t i = 0; i < answer->n; i++) {
            pb_json_object(&p->w, NULL);
            put_car(p, &answer->cars[i]);
            pb_json_object_end(&p->w);
        }
        pb_json_array_end(&p->w);
    }
    put_tail(p);
}

void strategy_json(const strategy_answer *answer, FILE *to)
{
    page p = {.a = answer};
    pb_json_begin(&p.w, to, 2);
    pb_json_object(&p.w, NULL);
    put_all(&p);
    pb_json_put_fixed(&p.w, "elapsed_s", answer->elapsed_s, S);
    pb_json_object_end(&p.w);
    pb_json_end(&p.w);
}

void strategy_json_put(const strategy_answer *answer, pb_json_writer *to)
{
    page p = {.a = answer, .w = *to};
    put_all(&p);
    *to = p.w;
}

void strategy_tree_put(const strategy_answer *answer, pb_json_writer *to)
{
    page p = {.a = answer, .c = &answer->cars[0], .w = *to};
    put_tree(&p);
    *to = p.w;
}

void strategy_plan_put(const strategy_answer *answer, pb_json_writer *to)
{
    page p = {.a = answer, .c = &answer->cars[0], .w = *to};
    put_objective(&p);
    put_plan(&p, plan_at(&p, 0));
    *to = p.w;
}

void strategy_side_put(const strategy_answer *answer, int side, bool first, pb_json_writer *to)
{
    page      p = {.a = answer, .c = &answer->cars[0], .w = *to};
    pb_ranked r = answer->side[side];
    if (first) r.gain = (pb_gain){0};
    if (first) r.p_better = 0.5;
    pb_json_object(&p.w, NULL);
    put_ranked(&p, &answer->plan[side], &r);
    pb_json_object_end(&p.w);
    *to = p.w;
}
