#include "api_moment.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- a recorded race ---- */

static pb_status find_car(const api_ask *ask, bool optional, api_moment *m, pb_error *error)
{
    char        buffer[24];
    const char *name;
    PB_TRY(api_read_text(ask->body, "car", buffer, sizeof buffer, &name, error));
    if (!name && optional) return PB_OK;
    if (!name) return pb_error_set(error, PB_E_MISSING, "/car: for which car?");
    PB_TRY(api_pointed(decide_state_car(m->spec, name, "--car", &m->car, error), error));
    return api_pointed(decide_state_runs(m->spec, m->car, "--car", error), error);
}

static pb_status look(const api_ask *ask, api_moment *m, pb_error *error)
{
    const pb__race_given    *given = &m->of.choice.given;
    const decide_view_source from  = {
         .log = &m->race.log, .models = &ask->desk->models, .phases = given->phases, .n_phases = given->n_phases};
    m->laps = m->race.has;
    if (!m->laps) return PB_OK;
    PB_TRY(decide_view_make(&from, &m->view, error));
    if (m->view.prior_why[0]) api_note(&m->notes, "%s", m->view.prior_why);
    return PB_OK;
}

static pb_status read_recorded(const api_ask *ask, bool car_optional, api_moment *m, pb_error *error)
{
    pb__race_notes notes;
    PB_TRY(api_race_alone(ask->body, error));
    PB_TRY(api_race_read(ask, "lap", &m->of, error));
    if (m->of.laps && m->of.choice.from_lap == 0) return pb_error_set(error, PB_E_MISSING, "/lap: at which lap?");
    if (m->of.laps && m->of.choice.from_lap == 1)
        return pb_error_set(error, PB_E_RANGE, "/lap: when the leader ends lap 1 no other car has; ask from lap 2 on");
    m->of.choice.lap_option = "--lap";
    PB_TRY(api_pointed(pb__race_load_laps(&m->of.choice, m->spec, &m->race, &notes, error), error));
    PB_TRY(api_pointed(api_race_state(&m->of, m->spec, error), error));
    if (m->spec->from_lap == 0)
        return pb_error_set(error, PB_E_RULE, "/race: it starts from the grid; a race under way is asked for");
    PB_TRY(find_car(ask, car_optional, m, error));
    return look(ask, m, error);
}

pb_status api_moment_read(const api_ask *ask, bool car_optional, api_moment *out, pb_error *error)
{
    *out = (api_moment){.ask = ask, .spec = calloc(1, sizeof *out->spec)};
    pb_race_log_init(&out->race.log);
    pb_race_log_init(&out->of.log);
    if (!out->spec) return pb_error_set(error, PB_E_NOMEM, "out of memory");
    if (api_race_named(ask->body)) return read_recorded(ask, car_optional, out, error);
    if (pb_json_present(pb_json_get(ask->body, "set")) || pb_json_present(pb_json_get(ask->body, "car")))
        return pb_error_set(error, PB_E_RULE, "/%s: goes with \"race\"; a context names its car as \"driver\"",
                            pb_json_present(pb_json_get(ask->body, "set")) ? "set" : "car");
    PB_TRY(api_context_read(ask->body, ask->desk->prior, &out->told, &out->notes, error));
    return api_context_spec(&out->told, ask->desk->prior, out->spec, &out->notes, error);
}

void api_moment_free(api_moment *moment)
{
    decide_view_free(&moment->view);
    pb__race_laps_free(&moment->race);
    api_race_free(&moment->of);
    free(moment->spec);
    moment->spec = NULL;
}

/* ---- models ---- */

pb_status api_moment_model(const api_moment *m, const char *kind, const pb_model **out, pb_model **own,
                           api_spoke *spoke, pb_error *error)
{
    const pb_model_kind *of     = pb_model_kind_find(kind);
    pb_model_choice      choice = {0};
    *own                        = NULL;
    PB_TRY(api_desk_model(m->ask->work->desks, m->ask->desk, of, out, &choice, error));
    *spoke = (api_spoke){.name = of->name, .version = choice.version};
    snprintf(spoke->fallback, sizeof spoke->fallback, "%s", choice.fallback);
    if (*out) return PB_OK;
    if (pb_registry_version(NULL, of, 0, own, NULL) != PB_OK)
        return pb_error_set(error, PB_E_UNSUPPORTED, "%s: no model to ask: %s", kind, choice.fallback);
    *out           = *own;
    spoke->version = 0;
    snprintf(spoke->fallback, sizeof spoke->fallback,
             "the baseline needs earlier races: the version that ships answers%s%s", of->unproven ? ", though " : "",
             of->unproven ? of->unproven : "");
    return PB_OK;
}

/* ---- writing ---- */

void api_moment_put(const api_moment *m, pb_json_writer *to)
{
    const pb_race_spec *s = m->spec;
    pb_json_put_text(to, "race", s->name[0] ? s->name : s->id);
    pb_json_put_i64(to, "lap", s->from_lap);
    pb_json_put_i64(to, "laps", s->rules.laps);
    pb_json_put_text(to, "car", s->cars[m->car].code);
    pb_json_put_i64(to, "position", s->cars[m->car].state.position);
}

static void put_number(pb_json_writer *to, const char *key, double x)
{
    if (isfinite(x))
        pb_json_put_fixed(to, key, x, 6);
    else
        pb_json_put_null(to, key);
}

void api_value_put(pb_json_writer *to, double value, double lo, double hi, double level, const char *unit)
{
    put_number(to, "value", value);
    put_number(to, "lo", lo);
    put_number(to, "hi", hi);
    put_number(to, "level", isfinite(lo) || isfinite(hi) ? level : NAN);
    pb_json_put_text(to, "unit", unit);
}

void api_tail_put(const api_moment *m, const api_spoke *spoke, const pb_evidence *evidence, pb_json_writer *to)
{
    pb_json_object(to, "model");
    pb_json_put_text(to, "name", spoke->name);
    if (spoke->version < 0)
        pb_json_put_null(to, "version");
    else
        pb_json_put_i64(to, "version", spoke->version);
    pb_json_put_text(to, "fallback", spoke->fallback[0] ? spoke->fallback : NULL);
    pb_json_object_end(to);
    pb_json_array(to, "evidence");
    for (int i = 0; evidence && i < PB_EVIDENCE_MAX && evidence[i].text[0]; i++) {
        pb_json_object(to, NULL);
        pb_json_put_text(to, "text", evidence[i].text);
        put_number(to, "value", evidence[i].value);
        pb_json_put_text(to, "unit", evidence[i].unit);
        pb_json_object_end(to);
    }
    pb_json_array_end(to);
    api_notes_put(&m->notes, to);
}

/* ---- of the spec ---- */

double api_tyre_s(const pb_race_spec *spec, uint32_t car)
{
    const pb_car_spec      *c   = &spec->cars[car];
    const pb_compound_spec *k   = &spec->compounds[c->state.compound];
    double                  age = c->state.tyre_age_laps;
    double                  s   = k->offset_s + c->wear_mult * (k->wear_s_per_lap * age + k->wear_quad_s * age * age);
    return k->cliff_laps > 0 && age > k->cliff_laps ? s + k->cliff_s_per_lap * (age - k->cliff_laps) : s;
}

double api_wet_s(const pb_race_spec *spec, uint32_t car, bool *too_wet)
{
    const pb_weather_spec *w   = &spec->weather;
    uint32_t               lap = w->known_laps < spec->from_lap ? w->known_laps : spec->from_lap;
    double                 now = lap > 0 ? w->wetness_frac[lap] : 0;
    *too_wet                   = false;
    if (now <= 0 || spec->compounds[spec->cars[car].state.compound].kind != PB_TYRE_SLICK) return 0;
    *too_wet = now > pb_weather_even_at(w, PB_TYRE_SLICK, PB_TYRE_INTERMEDIATE, 0);
    return pb_weather_loss_s(w, PB_TYRE_SLICK, now) - pb_weather_loss_s(w, PB_TYRE_SLICK, 0);
}

uint32_t api_car_ahead(const pb_race_spec *spec, uint32_t car)
{
    for (uint32_t c = 0; c < spec->n_cars; c++)
        if (spec->cars[c].state.running && spec->cars[c].state.position + 1u == spec->cars[car].state.position)
            return c;
    return UINT32_MAX;
}
