/* live_decide: see live_decide.h. */
#include "live_decide.h"

#include <stdio.h>
#include <string.h>

pb_status live_decide_make(const live_decide_args *args, live_caller **out, pb_error *error)
{
    live_caller_options o = live_caller_options_default();
    o.models              = args->models;
    o.grids               = args->grids;
    o.objective           = args->objective;
    o.isa                 = args->isa;
    o.data                = args->data;
    o.set                 = args->set;
    o.threads             = args->threads;
    if (args->trials > 0) o.trials = args->trials;
    if (args->seed > 0) o.seed = args->seed;
    return live_caller_create(&o, out, error);
}

/* As the log of the tracker calls it: three letters, else the number. */
static void name_of(const pb_live_car *car, char out[12])
{
    if (strlen(car->code) == 3)
        memcpy(out, car->code, 4);
    else
        (void)snprintf(out, 12, "%d", car->number);
}

/* Into the lane since it last crossed the line: its stop belongs to the lap it is on. */
static bool is_boxing(const pb_live_car *car)
{
    if (car->status != PB_CAR_IN_LANE && car->status != PB_CAR_IN_BOX) return false;
    return car->pit_in_ms != PB_MS_NONE && (car->line_ms == PB_MS_NONE || car->pit_in_ms > car->line_ms);
}

static const char *list_boxed(const pb_ask *ask, int16_t key, char out[LIVE_BOXED_MAX])
{
    size_t len = 0;
    out[0]     = '\0';
    for (uint8_t i = 0; i < ask->state.n_cars; i++) {
        const pb_live_car *car = &ask->state.cars[i];
        char               name[12];
        if (car->key == key || !is_boxing(car) || len + sizeof name + 1 >= LIVE_BOXED_MAX) continue;
        name_of(car, name);
        len += (size_t)snprintf(out + len, LIVE_BOXED_MAX - len, "%s%s", len > 0 ? "," : "", name);
    }
    return len > 0 ? out : NULL;
}

static uint16_t leader_laps(const pb_race_state *s)
{
    uint16_t most = 0;
    for (uint8_t i = 0; i < s->n_cars; i++)
        if (s->cars[i].laps > most) most = s->cars[i].laps;
    return most;
}

/* Since when what is out now is out; 0: nothing is, or it is not known. */
static int32_t flag_ms(const pb_race_state *s)
{
    const pb_live_phase *last = s->n_phases > 0 ? &s->phases[s->n_phases - 1] : NULL;
    return last && last->kind == s->neutral && last->start_ms != PB_MS_NONE ? last->start_ms : 0;
}

void live_question(const pb_ask *ask, int16_t key, char boxed[LIVE_BOXED_MAX], live_ask *out)
{
    const pb_race_state *s = &ask->state;
    *out                   = (live_ask){.log        = &ask->log,
                                        .lap        = leader_laps(s),
                                        .flag       = live_flag(s->neutral),
                                        .boxed      = list_boxed(ask, key, boxed),
                                        .laps_total = s->laps_total,
                                        .asked_ms   = ask->at.session_ms != PB_MS_NONE ? ask->at.session_ms : 0,
                                        .flag_ms    = flag_ms(s),
                                        .phases     = ask->n_phases > 0 ? ask->phases : NULL,
                                        .n_phases   = ask->n_phases};
}

/* Of the car that the log calls so. */
static bool key_of(void *state, const char *code, char key[12])
{
    const pb_race_state *s = state;
    char                 name[12];
    for (uint8_t i = 0; i < s->n_cars; i++) {
        name_of(&s->cars[i], name);
        if (strcmp(s->cars[i].code[0] ? s->cars[i].code : name, code) != 0) continue;
        (void)snprintf(key, 12, "%d", s->cars[i].key);
        return true;
    }
    return false;
}

static pb_status ask_caller(live_caller *caller, const pb_ask *ask, const live_ask *question, pb_json_writer *to,
                            pb_error *error)
{
    recommend_answer answer;
    pb_status        status = live_caller_call(caller, question, &answer, error);
    if (status == PB_OK) recommend_json_put(&answer, "call", to);
    if (status == PB_OK) recommend_outlook_put(&answer, key_of, (void *)(uintptr_t)&ask->state, to);
    recommend_free(&answer);
    return status;
}

pb_status live_decide_call(void *caller, const pb_ask *ask, pb_json_writer *to, pb_error *error)
{
    const pb_live_car *car = pb_race_car_of(&ask->state, ask->at.car);
    char               name[12], boxed[LIVE_BOXED_MAX];
    live_ask           q;
    if (!car || ask->log.n_cars == 0) return pb_error_set(error, PB_E_EMPTY, "no lap is closed yet");
    name_of(car, name);
    live_question(ask, ask->at.car, boxed, &q);
    q.car            = name;
    q.outlook        = !ask->mate;
    pb_status status = ask_caller(caller, ask, &q, to, error);
    if (status == PB_E_RANGE && q.lap > 2) {
        q.lap--; /* closed without a time, into the lane under a red flag: no race can be made of it yet */
        status = ask_caller(caller, ask, &q, to, error);
    }
    if (status == PB_OK || !q.boxed) return status;
    q.boxed = NULL; /* a rival whose stop cannot be put into the race must not cost the call */
    return ask_caller(caller, ask, &q, to, error);
}
