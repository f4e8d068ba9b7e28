/* recommend --json: see recommend_run.h. */
#include <math.h>

#include "json_gain.h"
#include "pitboard/codec.h"
#include "pitboard/narrate_call.h"
#include "recommend_run.h"

#define FINE 6 /* decimals of gains and chances */
#define S 3    /* of seconds */

/* What is being written of. */
typedef struct page {
    pb_json_writer          w;
    const recommend_answer *a;
    const recommend_car    *c;
    bool                    untimed;
} page;

static const pb_call *call_of(const page *p)
{
    return &p->c->call;
}

static const char *code(const page *p, uint8_t car)
{
    return recommend_code(p->a->spec, car);
}

/* Lap 0 is none. */
static void put_lap(page *p, const char *key, uint32_t lap)
{
    if (lap == 0)
        pb_json_put_null(&p->w, key);
    else
        pb_json_put_i64(&p->w, key, lap);
}

static void put_compound(page *p, uint8_t compound)
{
    pb_json_put_text(&p->w, "compound",
                     compound == PB_COMPOUND_UNKNOWN ? NULL : pb_compound_name((pb_compound)compound));
}

static void put_gain(page *p, const char *key, const pb_gain *gain)
{
    json_gain(&p->w, key, gain, pb_aim_unit(&p->c->aim));
}

/* ---- actions ---- */

static void put_fact(page *p, const pb_fact *fact)
{
    char text[PB_SENTENCE_MAX];
    if (!pb_narrate_fact(p->a->spec, call_of(p), fact, text, sizeof text)) return;
    pb_json_object(&p->w, NULL);
    pb_json_put_text(&p->w, "text", text);
    pb_json_put_fixed(&p->w, "value", fact->value, FINE);
    pb_json_put_text(&p->w, "unit", pb_fact_unit(fact->kind));
    pb_json_put_text(&p->w, "key", pb_fact_key(fact->kind));
    pb_json_put_text(&p->w, "car", code(p, fact->car));
    pb_json_object_end(&p->w);
}

static void put_words(page *p, uint32_t k)
{
    const pb_race_spec   *spec = p->a->spec;
    const pb_call_action *a    = &call_of(p)->actions[k];
    char                  text[PB_SENTENCE_MAX];
    pb_json_array(&p->w, "evidence");
    for (uint32_t i = 0; i < a->n_facts && i < PB_CALL_FACTS; i++) put_fact(p, &a->fact[i]);
    pb_json_array_end(&p->w);
    bool flips = pb_narrate_flip(spec, call_of(p), &a->flip, text, sizeof text);
    pb_json_put_text(&p->w, "flips_if", flips ? text : NULL);
    bool said = pb_narrate_radio(spec, call_of(p), k, text, sizeof text);
    pb_json_put_text(&p->w, "radio", said ? text : NULL);
}

static void put_action(page *p, uint32_t k)
{
    const pb_call_action *a = &call_of(p)->actions[k];
    char                  text[PB_SENTENCE_MAX];
    pb_json_object(&p->w, NULL);
    pb_json_put_text(&p->w, "action", pb_action_name(a->action));
    put_compound(p, a->compound);
    put_lap(p, "target_lap", a->target_lap);
    put_gain(p, "gain", &a->gain);
    pb_json_put_fixed(&p->w, "mean_position", a->mean_place, FINE);
    pb_json_put_fixed(&p->w, "confidence", a->confidence, FINE);
    bool said = pb_narrate_confidence(call_of(p), k, text, sizeof text);
    pb_json_put_text(&p->w, "confidence_words", said ? text : NULL);
    pb_json_put_text(&p->w, "rival", code(p, a->rival));
    put_words(p, k);
    pb_json_object_end(&p->w);
}

static void put_actions(page *p)
{
    pb_json_array(&p->w, "actions");
    for (uint32_t k = 0; k < call_of(p)->n_actions && k < PB_CALL_ACTIONS_MAX; k++) put_action(p, k);
    pb_json_array_end(&p->w);
}

/* ---- the stop ---- */

static void put_rejoin(page *p)
{
    static const char *const keys[] = {"position", "p_within1", "ahead",   "behind",
                                       "ahead_s",  "behind_s",  "traffic", "not_knowing"};
    const pb_call_rejoin    *r      = &call_of(p)->rejoin;
    const char              *ahead = code(p, r->ahead), *behind = code(p, r->behind);
    pb_json_object(&p->w, "rejoin");
    if (!r->known) {
        for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) pb_json_put_null(&p->w, keys[i]);
        pb_json_put_text(&p->w, "why", "no laps to tell from, or no stop is possible on this lap");
    } else {
        pb_json_put_i64(&p->w, "position", r->position);
        pb_json_put_fixed(&p->w, "p_within1", r->p_within1, FINE);
        pb_json_put_text(&p->w, "ahead", ahead);
        pb_json_put_text(&p->w, "behind", behind);
        pb_json_put_fixed(&p->w, "ahead_s", ahead ? r->ahead_s : (double)NAN, S);
        pb_json_put_fixed(&p->w, "behind_s", behind ? r->behind_s : (double)NAN, S);
        pb_json_put_fixed(&p->w, "traffic", r->traffic_s, S);
        pb_json_put_fixed(&p->w, "not_knowing", r->not_knowing, FINE);
    }
    pb_json_object_end(&p->w);
}

static void put_window(page *p)
{
    const pb_call_window *window = &call_of(p)->window;
    pb_json_object(&p->w, "window");
    put_lap(p, "opens", window->opens);
    put_lap(p, "best", window->best);
    put_lap(p, "closes", window->closes);
    pb_json_put_fixed(&p->w, "width", window->width, FINE);
    pb_json_put_text(&p->w, "unit", pb_aim_unit(&p->c->aim));
    pb_json_object_end(&p->w);
}

static void put_duel(page *p, const pb_call_duel *d)
{
    static const char *const kinds[] = {"undercut", "overcut", "threat"};
    const char              *rival   = code(p, d->rival);
    if (!rival) return;
    pb_json_object(&p->w, NULL);
    pb_json_put_text(&p->w, "kind", kinds[d->kind]);
    pb_json_put_text(&p->w, "rival", rival);
    pb_json_put_fixed(&p->w, "gap_s", d->gap_s, S);
    pb_json_put_fixed(&p->w, "p", d->p, FINE);
    pb_json_put_fixed(&p->w, "gain_s", d->gain_s, S);
    pb_json_put_fixed(&p->w, "gain_sd_s", d->gain_sd_s, S);
    put_lap(p, "laps", d->laps);
    pb_json_object_end(&p->w);
}

static void put_duels(page *p)
{
    pb_json_array(&p->w, "duels");
    for (uint32_t i = 0; i < call_of(p)->n_duels && i < PB_CALL_DUELS; i++) put_duel(p, &call_of(p)->duels[i]);
    pb_json_array_end(&p->w);
}

/* ---- neutralisations ---- */

static void put_neutral(page *p, const char *key, const pb_call_neutral *n, bool vsc)
{
    pb_json_object(&p->w, key);
    pb_json_put_text(&p->w, "action", n->known ? pb_action_name(n->action) : NULL);
    put_compound(p, n->known ? n->compound : (uint8_t)PB_COMPOUND_UNKNOWN);
    if (n->known) {
        put_gain(p, "gain", &n->gain);
        put_lap(p, "rejoin_position", n->rejoin_position);
        pb_json_put_fixed(&p->w, "stoppers_ahead", n->stoppers_ahead, S);
        pb_json_put_fixed(&p->w, "stoppers_behind", n->stoppers_behind, S);
        if (vsc) pb_json_put_fixed(&p->w, "p_ends_early", n->p_ends_early, FINE);
    } else {
        pb_json_put_null(&p->w, "gain");
        pb_json_put_null(&p->w, "rejoin_position");
        pb_json_put_text(&p->w, "why",
                         decide_state_out(p->a->spec) ? "the race is neutralised already: the actions are the answer"
                                                      : "no stop could follow it");
    }
    pb_json_object_end(&p->w);
}

static void put_pair(page *p, const char *key, const pb_call_neutral pair[2], bool vsc)
{
    pb_json_object(&p->w, key);
    put_neutral(p, "before_entry", &pair[0], vsc);
    put_neutral(p, "after_entry", &pair[1], vsc);
    pb_json_object_end(&p->w);
}

static void put_neutrals(page *p)
{
    const pb_call *call = call_of(p);
    put_neutral(p, "if_sc_now", &call->sc_now, false);
    put_neutral(p, "if_vsc_now", &call->vsc_now, true);
    pb_json_array(&p->w, "if_sc_table");
    for (uint32_t i = 0; i < call->n_table && i < PB_CALL_TABLE; i++) {
        pb_json_object(&p->w, NULL);
        pb_json_put_i64(&p->w, "lap", call->table[i].lap);
        put_pair(p, "sc", call->table[i].sc, false);
        put_pair(p, "vsc", call->table[i].vsc, true);
        pb_json_object_end(&p->w);
    }
    pb_json_array_end(&p->w);
}

/* ---- the driver ---- */

/* Fuel put in at the next planned stop, where a series allows it. */
static bool fuel_at_next_stop(const page *p, double *kg)
{
    const pb_race_spec *spec = p->a->spec;
    const pb_plan      *plan = &spec->cars[p->c->car].plans[0];
    for (uint32_t i = 1; i < plan->n_stints; i++) {
        if (plan->stints[i].in_lap <= spec->from_lap || plan->stints[i].fuel_add_kg <= 0) continue;
        *kg = plan->stints[i].fuel_add_kg;
        return true;
    }
    return false;
}

/* What only telemetry can tell is null, with why. */
static void put_driving(page *p)
{
    double kg   = 0;
    bool   fuel = fuel_at_next_stop(p, &kg);
    pb_json_put_text(&p->w, "driving_mode", pb_action_name(call_of(p)->driving_mode));
    pb_json_put_null(&p->w, "brake_bias_frac");
    if (fuel)
        pb_json_put_fixed(&p->w, "fuel_add_kg", kg, S);
    else
        pb_json_put_null(&p->w, "fuel_add_kg");
    pb_json_put_null(&p->w, "throttle_notes");
    pb_json_object(&p->w, "why");
    pb_json_put_text(&p->w, "brake_bias_frac", "needs brake telemetry, which laps do not have");
    if (!fuel) pb_json_put_text(&p->w, "fuel_add_kg", "no refuelling is planned in this race");
    pb_json_put_text(&p->w, "throttle_notes", "need throttle telemetry, which laps do not have");
    pb_json_object_end(&p->w);
}

static void put_tyre(page *p)
{
    const pb_call_tyre *t = &call_of(p)->tyre;
    pb_json_object(&p->w, "tyre");
    pb_json_put_fixed(&p->w, "loss_s", t->known ? t->loss_s : (double)NAN, S);
    pb_json_object(&p->w, "life_laps");
    pb_json_put_fixed(&p->w, "value", t->known ? t->life_laps : (double)NAN, 1);
    pb_json_put_fixed(&p->w, "lo", t->known ? t->life_lo : (double)NAN, 1);
    pb_json_put_fixed(&p->w, "hi", t->known ? t->life_hi : (double)NAN, 1);
    pb_json_object_end(&p->w);
    pb_json_object_end(&p->w);
}

static void put_rain(page *p)
{
    const pb_call_rain *r = &call_of(p)->rain;
    pb_json_object(&p->w, "rain");
    pb_json_put_bool(&p->w, "relevant", r->relevant);
    if (r->relevant) {
        const char *probe = code(p, r->probe);
        char        text[PB_SENTENCE_MAX];
        put_compound(p, r->compound);
        pb_json_put_fixed(&p->w, "faster_s", r->faster_s, S);
        pb_json_put_text(&p->w, "turns_to", r->turns_to ? pb_compound_name((pb_compound)r->turns_to) : NULL);
        put_lap(p, "turns_on", r->turns_on);
        pb_json_put_text(&p->w, "text", pb_narrate_rain(p->a->spec, call_of(p), text, sizeof text) ? text : NULL);
        pb_json_put_text(&p->w, "call_differs",
                         pb_narrate_rain_why(p->a->spec, call_of(p), text, sizeof text) ? text : NULL);
        pb_json_object(&p->w, "regret");
        pb_json_put_fixed(&p->w, "now", r->now, FINE);
        pb_json_put_fixed(&p->w, "next", r->next, FINE);
        pb_json_put_fixed(&p->w, "wait", r->wait, FINE);
        pb_json_put_text(&p->w, "unit", pb_aim_unit(&p->c->aim));
        pb_json_object_end(&p->w);
        pb_json_put_text(&p->w, "probe", probe);
        pb_json_put_fixed(&p->w, "probe_s", probe ? r->probe_s : (double)NAN, S);
        pb_json_put_fixed(&p->w, "p_change_5", r->p_change_5, FINE);
        if (isnan(r->p_change_5))
            pb_json_put_text(&p->w, "why",
                             "p_change_5: no model of it is in use, and how often it happens is no forecast");
    }
    pb_json_object_end(&p->w);
}

/* ---- a red flag ---- */

static void put_red_plan(page *p, const pb_call_red *r)
{
    const pb_race_spec *spec = p->a->spec;
    pb_json_object(&p->w, "red");
    put_compound(p, r->compound);
    pb_json_array(&p->w, "later");
    for (uint32_t i = 0; i < r->n_later && i < PB_CALL_RED_LATER; i++) {
        pb_json_object(&p->w, NULL);
        put_compound(p, r->later[i]);
        put_lap(p, "lap", r->lap[i]);
        pb_json_object_end(&p->w);
    }
    pb_json_array_end(&p->w);
    pb_json_object(&p->w, "sets_left");
    for (uint32_t k = 0; k < spec->n_compounds; k++)
        pb_json_put_i64(&p->w, spec->compounds[k].name,
                        r->sets_left[pb_compound_from_name(pb_span_of(spec->compounds[k].name))]);
    pb_json_object_end(&p->w);
    pb_json_object_end(&p->w);
}

static void put_red(page *p)
{
    const pb_call_red *r = &call_of(p)->red;
    pb_json_put_text(&p->w, "red_compound", r->compound ? pb_compound_name((pb_compound)r->compound) : NULL);
    if (r->known)
        put_red_plan(p, r);
    else
        pb_json_put_null(&p->w, "red");
}

/* ---- what binds ---- */

static void put_rule(page *p, const pb_call_rule *rule)
{
    char text[PB_SENTENCE_MAX];
    if (!pb_narrate_rule(p->a->spec, call_of(p), rule, text, sizeof text)) return;
    pb_json_object(&p->w, NULL);
    pb_json_put_text(&p->w, "rule", pb_rule_name(rule->kind));
    pb_json_put_text(&p->w, "text", text);
    put_lap(p, "by_lap", rule->by_lap);
    pb_json_put_fixed(&p->w, "value", rule->value, S);
    if (rule->kind == PB_RULE_SETS) put_compound(p, rule->compound);
    pb_json_put_bool(&p->w, "binds", rule->binds);
    pb_json_object_end(&p->w);
}

static void put_deadline(page *p)
{
    static const char *const maybe[] = {"no", "yes", "unclear"};
    pb_json_array(&p->w, "rules");
    for (uint32_t i = 0; i < call_of(p)->n_rules && i < PB_CALL_RULES_MAX; i++) put_rule(p, &call_of(p)->rules[i]);
    pb_json_array_end(&p->w);
    pb_json_put_fixed(&p->w, "decide_by_s", call_of(p)->decide_by_s, S);
    pb_json_put_text(&p->w, "can_make_entry", maybe[call_of(p)->can_make_entry]);
}

/* A sentence, null where it is not said. */
static void put_said(page *p, const char *key, bool (*say)(const pb_race_spec *, const pb_call *, char *, size_t))
{
    char text[PB_SENTENCE_MAX];
    pb_json_put_text(&p->w, key, say(p->a->spec, call_of(p), text, sizeof text) ? text : NULL);
}

static void put_swap(page *p, const pb_call_team *t)
{
    const pb_team_swap *swap   = &t->swap;
    bool                played = swap->swap == PB_SWAP_NOW || swap->swap == PB_SWAP_NO_GAIN;
    pb_json_object(&p->w, "swap");
    pb_json_put_bool(&p->w, "now", swap->swap == PB_SWAP_NOW);
    pb_json_put_text(&p->w, "answer", pb_swap_name(swap->swap));
    put_said(p, "text", pb_narrate_swap);
    pb_json_put_text(&p->w, "front", code(p, swap->front));
    pb_json_put_text(&p->w, "rear", code(p, swap->rear));
    if (played)
        json_gain(&p->w, "gain", &swap->gain, pb_gain_unit_name(t->unit));
    else
        pb_json_put_null(&p->w, "gain");
    pb_json_put_fixed(&p->w, "rear_faster_s", swap->faster_s, S);
    pb_json_put_fixed(&p->w, "p_rear_ahead", swap->p_ahead, FINE);
    pb_json_object_end(&p->w);
}

static void put_against(page *p, const pb_call_team *t)
{
    if (t->against == PB_TEAM_UNKNOWN) {
        pb_json_put_null(&p->w, "joint");
        pb_json_put_null(&p->w, "against");
        return;
    }
    json_gain(&p->w, "joint", &t->joint, pb_gain_unit_name(t->unit));
    pb_json_object(&p->w, "against");
    pb_json_put_text(&p->w, "option", pb_team_option_name(t->against));
    pb_json_put_text(&p->w, "first", code(p, t->against_first));
    pb_json_object_end(&p->w);
}

static void put_joint(page *p, const pb_call_team *t)
{
    pb_json_put_text(&p->w, "option", pb_team_option_name(t->option));
    put_said(p, "text", pb_narrate_team);
    pb_json_put_text(&p->w, "first", code(p, t->first));
    pb_json_put_bool(&p->w, "stack", t->option == PB_TEAM_BOTH);
    pb_json_put_fixed(&p->w, "wait_s", t->wait_s, S);
    put_lap(p, "own_lap", t->own_lap);
    put_lap(p, "mate_lap", t->mate_lap);
    put_against(p, t);
    pb_json_object(&p->w, "alone");
    pb_json_put_text(&p->w, "own", pb_action_name(t->own_alone ? PB_ACTION_BOX : PB_ACTION_STAY_OUT));
    pb_json_put_text(&p->w, "mate", pb_action_name(t->mate_alone ? PB_ACTION_BOX : PB_ACTION_STAY_OUT));
    pb_json_object_end(&p->w);
    pb_json_put_bool(&p->w, "turns_call", t->turns_call);
    put_said(p, "turn_text", pb_narrate_team_turn);
    put_swap(p, t);
}

static void put_team(page *p)
{
    const pb_call_team *t     = &call_of(p)->team;
    bool                known = code(p, t->mate) && t->option != PB_TEAM_UNKNOWN;
    pb_json_object(&p->w, "team");
    pb_json_put_text(&p->w, "mate", code(p, t->mate));
    if (known) {
        put_joint(p, t);
    } else {
        pb_json_put_null(&p->w, "option");
        pb_json_put_text(&p->w, "why",
                         code(p, t->mate) ? "the mate is too far away to meet it in the lane, or has nothing to choose"
                                          : "no mate runs");
    }
    pb_json_object_end(&p->w);
}

static void put_penalty(page *p)
{
    const pb_call_penalty *penalty = &call_of(p)->penalty;
    pb_json_object(&p->w, "penalty");
    pb_json_put_fixed(&p->w, "pending_s", penalty->pending_s, S);
    put_lap(p, "place_if_added", penalty->place_if_added);
    put_lap(p, "place_if_served", penalty->place_if_served);
    pb_json_object_end(&p->w);
}

static void put_assumed(page *p)
{
    pb_json_array(&p->w, "assumed");
    for (uint32_t i = 0; i < call_of(p)->n_notes && i < PB_CALL_NOTES_MAX; i++)
        pb_json_put_text(&p->w, NULL, call_of(p)->notes[i]);
    for (uint32_t i = 0; i < p->a->n_assumed; i++) pb_json_put_text(&p->w, NULL, p->a->assumed[i]);
    pb_json_array_end(&p->w);
}

/* ---- the whole ---- */

static void put_head(page *p)
{
    static const char *const flags[] = {"green", "sc", "vsc", "red"};
    const pb_race_spec      *spec    = p->a->spec;
    pb_json_put_text(&p->w, "race", spec->name[0] ? spec->name : spec->id);
    pb_json_put_i64(&p->w, "lap", spec->from_lap);
    pb_json_put_i64(&p->w, "laps", spec->rules.laps);
    pb_json_put_text(&p->w, "flag", flags[decide_state_out(spec)]);
    pb_json_array(&p->w, "boxed");
    for (uint32_t c = 0; c < spec->n_cars; c++)
        if (p->a->boxed[c]) pb_json_put_text(&p->w, NULL, spec->cars[c].code);
    pb_json_array_end(&p->w);
    pb_json_put_i64(&p->w, "seed", (int64_t)p->a->seed);
}

static void put_models(page *p)
{
    pb_json_array(&p->w, "models");
    for (int k = 0; k < DECIDE_MODELS_N; k++) {
        const decide_models *m = p->a->models;
        pb_json_object(&p->w, NULL);
        pb_json_put_text(&p->w, "kind", decide_model_name((decide_model)k));
        if (m->at[k])
            pb_json_put_i64(&p->w, "version", m->choice[k].version);
        else
            pb_json_put_null(&p->w, "version");
        pb_json_object_end(&p->w);
    }
    pb_json_array_end(&p->w);
}

static void put_car(page *p, const recommend_car *car)
{
    const pb_call *call = &car->call;
    p->c                = car;
    pb_json_put_text(&p->w, "car", p->a->spec->cars[car->car].code);
    pb_json_put_i64(&p->w, "position", call->position);
    pb_json_put_bool(&p->w, "clear", call->clear);
    put_actions(p);
    put_rejoin(p);
    put_neutrals(p);
    pb_json_put_fixed(&p->w, "p_win", call->p_win, FINE);
    put_driving(p);
    put_deadline(p);
    put_window(p);
    put_duels(p);
    put_team(p);
    put_rain(p);
    put_penalty(p);
    put_tyre(p);
    put_red(p);
    put_assumed(p);
    if (!p->untimed) pb_json_put_fixed(&p->w, "elapsed_ms", 1000 * car->elapsed_s, S);
    pb_json_put_i64(&p->w, "trials", call->trials);
}

/* All keys of the object that is open. */
static void put_all(page *p)
{
    put_head(p);
    put_models(p);
    if (!p->a->all) {
        put_car(p, &p->a->cars[0]);
        return;
    }
    if (!p->untimed) pb_json_put_fixed(&p->w, "elapsed_ms", 1000 * p->a->elapsed_s, S);
    pb_json_array(&p->w, "cars");
    for (uint32_t i = 0; i < p->a->n; i++) {
        pb_json_object(&p->w, NULL);
        put_car(p, &p->a->cars[i]);
        pb_json_object_end(&p->w);
    }
    pb_json_array_end(&p->w);
}

void recommend_json(const recommend_answer *answer, FILE *to)
{
    page p = {.a = answer};
    pb_json_begin(&p.w, to, 2);
    pb_json_object(&p.w, NULL);
    put_all(&p);
    pb_json_object_end(&p.w);
    pb_json_end(&p.w);
}

void recommend_json_put(const recommend_answer *answer, const char *key, pb_json_writer *to)
{
    page p = {.a = answer, .w = *to, .untimed = true};
    pb_json_object(&p.w, key);
    put_all(&p);
    pb_json_object_end(&p.w);
    *to = p.w;
}
