/* strategy for people: the plans as a line each with their stints drawn, then what
 * is around the best one. */
#include <string.h>

#include "plan_text.h"
#include "strategy_run.h"
#include "terminal.h"

#define LABEL 11
#define CHART 40 /* columns of a race */
#define TREE_LEAST 0.03

typedef struct sheet {
    FILE                  *to;
    const strategy_answer *a;
    const strategy_car    *c;
} sheet;

static void put_label(const sheet *s, const char *label)
{
    fprintf(s->to, "%s%-*s%s", pb__paint(s->to, PB__DIM), LABEL, label, pb__paint(s->to, PB__PLAIN));
}

static const char *compound(const sheet *s, uint8_t k)
{
    return s->a->spec->compounds[k].name;
}

static const pb_plan *plan_at(const sheet *s, uint32_t i)
{
    return &s->c->best->candidate[s->c->best->ranked[i].candidate].plan;
}

/* ---- a plan, drawn ---- */

static pb__ink ink_of(const char *name)
{
    return name[0] == 'S' || name[0] == 'U' ? PB__RED
           : name[0] == 'M'                 ? PB__YELLOW
           : name[0] == 'I'                 ? PB__GREEN
                                            : PB__PLAIN;
}

/* "S-------M-----------H------": a letter where a set is fitted. */
static void put_chart(const sheet *s, const pb_plan *plan)
{
    uint32_t laps = s->a->spec->rules.laps, at = 0;
    for (uint32_t i = 0; i < plan->n_stints; i++) {
        uint32_t    end = i + 1u < plan->n_stints ? plan->stints[i + 1].in_lap : laps, until = end * CHART / laps;
        const char *name = compound(s, plan->stints[i].compound);
        fputs(pb__paint(s->to, ink_of(name)), s->to);
        for (uint32_t first = at; at < until; at++)
            if (at == first)
                fputc(name[0], s->to);
            else
                fputs(pb__utf8() ? "\xe2\x94\x80" : "-", s->to);
        fputs(pb__paint(s->to, PB__PLAIN), s->to);
    }
}

/* "+0.35 points (0.10 to 0.61)" */
static void gain_text(const sheet *s, const pb_gain *gain, char *out, size_t cap)
{
    const char *unit = pb_aim_unit(&s->c->aim);
    if (strcmp(unit, "prob") == 0)
        snprintf(out, cap, "%+.1f %% (%+.1f to %+.1f)", 100 * gain->value, 100 * gain->lo, 100 * gain->hi);
    else
        snprintf(out, cap, "%+.2f (%+.2f to %+.2f)", gain->value, gain->lo, gain->hi);
}

static void put_row(const sheet *s, const char *name, const pb_plan *plan, const pb_ranked *r, bool best)
{
    char text[PLAN_TEXT_MAX], gain[64];
    plan_text_write(s->a->spec, plan, text);
    gain_text(s, &r->gain, gain, sizeof gain);
    fprintf(s->to, "%3s  ", name);
    pb__put_cell(s->to, text, 34);
    put_chart(s, plan);
    fprintf(s->to, " %6.2f %7.2f  %-24s %4.0f %%\n", r->mean_place, r->points, best ? s->a->all ? "" : "best" : gain,
            100 * r->p_best);
}

static void put_columns(const sheet *s, const char *against)
{
    fprintf(s->to, "%s     %-34s%-*s %6s %7s  %-24s %6s%s\n", pb__paint(s->to, PB__DIM), "plan", CHART, "stints",
            "place", "points", against, "P best", pb__paint(s->to, PB__PLAIN));
}

static void put_head(const sheet *s)
{
    const pb_race_spec *spec = s->a->spec;
    fprintf(s->to, "%s%s%s, %u laps: %s ", pb__paint(s->to, PB__BOLD), spec->name[0] ? spec->name : spec->id,
            pb__paint(s->to, PB__PLAIN), spec->rules.laps, spec->cars[s->c->car].code);
    if (spec->from_lap == 0)
        fprintf(s->to, "from P%u on the grid", spec->cars[s->c->car].grid);
    else
        fprintf(s->to, "from P%u at the end of lap %u", spec->cars[s->c->car].state.position, spec->from_lap);
    fprintf(s->to, ", gains in %s\n\n", strcmp(pb_aim_unit(&s->c->aim), "prob") == 0 ? "%" : pb_aim_unit(&s->c->aim));
}

static void put_plans(const sheet *s)
{
    put_columns(s, "against the best");
    for (uint32_t i = 0; i < s->c->best->n && i < s->a->top; i++) {
        char number[12];
        snprintf(number, sizeof number, "%u", i + 1);
        put_row(s, number, plan_at(s, i), &s->c->best->ranked[i], i == 0);
    }
    fputc('\n', s->to);
}

/* ---- around the best ---- */

static void put_windows(const sheet *s)
{
    const pb_strategy *b = s->c->best;
    if (b->n_windows == 0) return;
    put_label(s, "window");
    for (uint32_t i = 0; i < b->n_windows; i++)
        fprintf(s->to, "%sstop %u on laps %u to %u", i ? "; " : "", i + 1, b->window[i].opens, b->window[i].closes);
    fprintf(s->to, " cost at most %.2g %s\n", b->width, pb_aim_unit(&s->c->aim));
}

static void put_starts(const sheet *s)
{
    const pb_strategy *b = s->c->best;
    if (b->n_starts == 0) return;
    put_label(s, "start on");
    for (uint32_t i = 0; i < b->n_starts; i++) {
        char gain[64];
        gain_text(s, &b->start[i].gain, gain, sizeof gain);
        fprintf(s->to, "%s%s %s", i ? "; " : "", compound(s, b->start[i].compound), i ? gain : "");
    }
    fputc('\n', s->to);
}

static void put_other(const sheet *s, const char *label, const pb_strategy_other *o)
{
    char text[PLAN_TEXT_MAX], gain[64], when[STRATEGY_TRIGGER_MAX];
    if (!o->known) return;
    plan_text_write(s->a->spec, plan_at(s, o->at), text);
    gain_text(s, &s->c->best->ranked[o->at].gain, gain, sizeof gain);
    put_label(s, label);
    fprintf(s->to, "%s  %s\n", text, gain);
    for (uint32_t i = 0; i < o->n_triggers; i++) {
        strategy_trigger_text(&o->trigger[i], when);
        put_label(s, "");
        fprintf(s->to, "if %s\n", when);
    }
    if (o->n_triggers > 0) return;
    put_label(s, "");
    fputs("nothing that was searched makes it the better one\n", s->to);
}

static void put_tree(const sheet *s)
{
    const pb_strategy *b     = s->c->best;
    const char        *label = "driven";
    for (uint32_t i = 1; i < b->n_nodes; i++) {
        const pb_strategy_node *n = &b->node[i];
        if (n->share < TREE_LEAST) continue;
        put_label(s, label);
        fprintf(s->to, "%*s%3.0f %%  stop %u ", 4 * (n->stop - 1), "", 100 * n->share, n->stop);
        if (n->planned)
            fprintf(s->to, "as planned, lap %u", n->from_lap);
        else
            fprintf(s->to, "on laps %u to %u", n->from_lap, n->to_lap);
        fprintf(s->to, ", %s\n", compound(s, n->compound));
        label = "";
    }
}

static void put_rivals(const sheet *s)
{
    const pb_strategy *b = s->c->best;
    char               text[PLAN_TEXT_MAX];
    const char        *label = "rivals";
    for (uint32_t i = 0; i < b->n_rivals; i++) {
        const pb_strategy_rival *r = &b->rival[i];
        if (r->car == s->c->car) continue;
        put_label(s, label);
        fprintf(s->to, "%s ", s->a->spec->cars[r->car].code);
        for (uint32_t k = 0; k < r->n_plans; k++) {
            plan_text_write(s->a->spec, &r->plans[k], text);
            fprintf(s->to, "%s%s %.0f %%", k ? ", " : "", text, 100 * r->plans[k].weight_prob);
        }
        fputc('\n', s->to);
        label = "";
    }
    if (b->n_rivals == 0) return;
    put_label(s, "");
    fprintf(s->to, "%s after %u round(s)\n", b->settled ? "nobody would change" : "some would still change", b->rounds);
}

static void put_assumed(const sheet *s)
{
    const char *label = "assumed";
    for (uint32_t i = 0; i < s->a->n_assumed; i++) {
        put_label(s, label);
        fprintf(s->to, "%s\n", s->a->assumed[i]);
        label = "";
    }
}

static void put_tail(const sheet *s)
{
    char     n[32];
    uint64_t trials = 0;
    for (uint32_t i = 0; i < s->a->n; i++) trials += s->a->cars[i].trials;
    put_assumed(s);
    fprintf(s->to, "\n%s races played in %.2f s, seed %llu\n", pb__thousands(trials, n), s->a->elapsed_s,
            (unsigned long long)s->a->seed);
}

/* ---- two plans ---- */

static void put_comparison(const sheet *s)
{
    put_columns(s, "against the other");
    put_row(s, "A", &s->a->plan[0], &s->a->side[0], false);
    put_row(s, "B", &s->a->plan[1], &s->a->side[1], false);
    fprintf(s->to, "\nA ends better than B in %.0f %% of races, ties half\n", 100 * s->a->side[0].p_better);
}

/* ---- all cars: a line each ---- */

static void put_all(sheet *s)
{
    const pb_race_spec *spec = s->a->spec;
    fprintf(s->to, "%s%s%s, %u laps: the best plan of each car, the others answering it\n\n",
            pb__paint(s->to, PB__BOLD), spec->name[0] ? spec->name : spec->id, pb__paint(s->to, PB__PLAIN),
            spec->rules.laps);
    s->c = &s->a->cars[0];
    put_columns(s, "");
    for (uint32_t i = 0; i < s->a->n; i++) {
        s->c = &s->a->cars[i];
        put_row(s, spec->cars[s->c->car].code, plan_at(s, 0), &s->c->best->ranked[0], true);
    }
    fputc('\n', s->to);
}

static void put_one(const sheet *s)
{
    put_head(s);
    if (s->a->compared) {
        put_comparison(s);
        return;
    }
    put_plans(s);
    put_windows(s);
    put_starts(s);
    put_other(s, "plan B", &s->c->best->plan_b);
    put_other(s, "plan C", &s->c->best->plan_c);
    put_tree(s);
    put_rivals(s);
}

void strategy_table(const strategy_answer *answer, FILE *to)
{
    sheet s = {.to = to, .a = answer, .c = &answer->cars[0]};
    if (answer->all)
        put_all(&s);
    else
        put_one(&s);
    put_tail(&s);
}
