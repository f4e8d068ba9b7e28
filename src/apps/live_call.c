/* live_call: see live_call.h. */
#include "live_call.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "isa_choice.h"
#include "model_args.h"

struct live_caller {
    live_caller_options options;
    pb_isa              isa;
    char                dir[PB_REGISTRY_PATH_MAX];
    decide_models       models;
    pb_prior           *prior;
    pb__grids           grids;
    decide_past         past;
    recommend_desk      desk;
    pb__race_kit        kit;
};

live_caller_options live_caller_options_default(void)
{
    return (live_caller_options){.trials = 20000, .seed = 1};
}

decide_flag live_flag(uint8_t neutral)
{
    switch (neutral) {
    case PB_NEUTRAL_SC:
        return DECIDE_FLAG_SC;
    case PB_NEUTRAL_VSC:
        return DECIDE_FLAG_VSC;
    case PB_NEUTRAL_RED:
        return DECIDE_FLAG_RED;
    default:
        return DECIDE_FLAG_GREEN;
    }
}

static pb_status choose_dir(live_caller *c, pb_error *error)
{
    if (c->options.models) return model_args_dir(c->options.models, c->dir, error);
    if (pb_registry_default_dir(c->dir, NULL) != PB_OK) c->dir[0] = '\0';
    return PB_OK;
}

static pb_status read_all(live_caller *c, pb_error *error)
{
    const live_caller_options *o = &c->options;
    PB_TRY(pb__isa_choose(o->isa, &c->isa, error));
    PB_TRY(choose_dir(c, error));
    PB_TRY(decide_models_load(c->dir[0] ? c->dir : NULL, &c->models, error));
    c->prior = malloc(sizeof *c->prior);
    if (!c->prior) return pb_error_set(error, PB_E_NOMEM, "out of memory");
    PB_TRY(pb_prior_shipped(c->prior, error));
    PB_TRY(pb__grids_read(o->grids, &c->grids, error));
    return decide_past_open(&o->data, o->grids, &c->past, error);
}

pb_status live_caller_create(const live_caller_options *options, live_caller **out, pb_error *error)
{
    live_caller *c = calloc(1, sizeof *c);
    if (!c) return pb_error_set(error, PB_E_NOMEM, "out of memory");
    c->options = *options;
    pb_arena_init(&c->grids.arena, 0);
    pb_status status = read_all(c, error);
    if (status != PB_OK) {
        live_caller_destroy(c);
        return status;
    }
    c->desk = (recommend_desk){.models = &c->models, .past = &c->past};
    c->kit  = (pb__race_kit){
         .prior = c->prior, .pit_wall = c->models.at[DECIDE_PITCALL], .grids = options->grids ? &c->grids : NULL};
    *out = c;
    return PB_OK;
}

void live_caller_destroy(live_caller *caller)
{
    if (!caller) return;
    decide_past_free(&caller->past);
    pb__grids_free(&caller->grids);
    decide_models_free(&caller->models);
    free(caller->prior);
    free(caller);
}

const char *live_flag_name(decide_flag flag)
{
    static const char *const names[] = {
        [DECIDE_FLAG_GREEN] = "green", [DECIDE_FLAG_SC] = "sc", [DECIDE_FLAG_VSC] = "vsc", [DECIDE_FLAG_RED] = "red"};
    return names[flag];
}

pb_status live_distance(const pb_race_log *log, uint16_t laps_total, char text[LIVE_DISTANCE_MAX], pb__list *set,
                        pb_error *error)
{
    if (laps_total == 0 || laps_total == pb_scheduled_laps(log->circuit, log->season, log->sprint)) return PB_OK;
    for (uint32_t i = 0; i < set->n; i++)
        if (strncmp(set->at[i], "rules.laps=", 11) == 0) return PB_OK;
    if (set->n == PB__LIST_MAX) return pb_error_set(error, PB_E_LIMIT, "too many settings");
    snprintf(text, LIVE_DISTANCE_MAX, "rules.laps=%u", laps_total);
    set->at[set->n++] = text;
    return PB_OK;
}

void live_caller_basis(live_caller *caller, recommend_question *out)
{
    const live_caller_options *o = &caller->options;
    *out                         = (recommend_question){.race      = {.grids = o->grids, .set = o->set, .kit = &caller->kit},
                                                        .objective = o->objective,
                                                        .isa       = pb_isa_name(caller->isa),
                                                        .models    = caller->dir[0] ? caller->dir : NULL,
                                                        .trials    = o->trials,
                                                        .threads   = o->threads,
                                                        .seed      = o->seed,
                                                        .desk      = &caller->desk,
                                                        .quiet     = true};
}

pb_status live_caller_call(live_caller *caller, const live_ask *ask, recommend_answer *out, pb_error *error)
{
    char               distance[LIVE_DISTANCE_MAX];
    recommend_question q;
    live_caller_basis(caller, &q);
    q.race.path     = ask->log->source[0] ? ask->log->source : "the race";
    q.race.from_lap = ask->lap;
    q.race.given    = (pb__race_given){.log = ask->log, .phases = ask->phases, .n_phases = ask->n_phases};
    q.car           = ask->car;
    q.flag          = live_flag_name(ask->flag);
    q.boxed         = ask->boxed;
    q.beside        = ask->beside;
    q.outlook       = ask->outlook;
    q.asked_ms      = ask->asked_ms;
    q.flag_ms       = ask->flag_ms;
    *out            = (recommend_answer){0};
    PB_TRY(live_distance(ask->log, ask->laps_total, distance, &q.race.set, error));
    return recommend_run(&q, out, error);
}
