/* TUM event_pars: null is nothing, [] is drawn at random, a list is what happened. */
#include <string.h>

#include "tum_race.h"

/* Positions are laps ("progress") or race time in seconds. */
static pb_status read_domain(pb__tum_race *race, pb_json data, bool *time)
{
    char    domain[16] = "progress";
    pb_json at         = pb_json_get(data, "domain");
    if (!pb_json_is_null(at)) PB_TRY(pb_json_text(at, domain, sizeof domain, race->error));
    *time = strcmp(domain, "time") == 0;
    if (*time || strcmp(domain, "progress") == 0) return PB_OK;
    return pb_error_set(race->error, PB_E_UNSUPPORTED, "%s: %s: \"%s\" is not supported, only progress and time",
                        race->path, at.pointer, domain);
}

/* A lap of the reference car on half a tank. */
static double mean_lap_s(const pb_race_spec *spec)
{
    return spec->base_lap_s + spec->fuel_s_per_kg * spec->cars[0].fuel_start_kg * 0.5;
}

static pb_status read_kind(pb__tum_race *race, pb_json at, pb_neutral_kind *out)
{
    char word[16] = "";
    PB_TRY(pb_json_text(at, word, sizeof word, race->error));
    if (strcmp(word, "SC") == 0)
        *out = PB_NEUTRAL_SC;
    else if (strcmp(word, "VSC") == 0 || strcmp(word, "FCY") == 0)
        *out = PB_NEUTRAL_VSC;
    else
        return pb_error_set(race->error, PB_E_UNSUPPORTED, "%s: %s: \"%s\" is not supported, only SC and VSC",
                            race->path, at.pointer, word);
    return PB_OK;
}

/* Turns race time into progress: green laps from the end of the phase before, slow
 * ones within the phase. */
static void time_to_progress(const pb_race_spec *spec, pb_phase_spec *phase, double after_s, double after_progress)
{
    double lap            = mean_lap_s(spec);
    double slow           = phase->kind == PB_NEUTRAL_SC ? spec->neutral.sc_lead_mult : spec->neutral.vsc_mult;
    double length         = (phase->end_progress - phase->start_progress) / (lap * slow);
    phase->start_progress = after_progress + (phase->start_progress - after_s) / lap;
    phase->end_progress   = phase->start_progress + length;
}

static pb_status read_phase(pb__tum_race *race, pb_json row, bool time, pb_phase_spec *out)
{
    double hi = time ? 172800.0 : race->spec->rules.laps;
    PB_TRY(pb_json_is_array(row, 3, 5, race->error));
    PB_TRY(pb_json_f64(pb_json_at(row, 0), 0, hi, &out->start_progress, race->error));
    PB_TRY(pb_json_f64(pb_json_at(row, 1), 0, hi, &out->end_progress, race->error));
    return read_kind(race, pb_json_at(row, 2), &out->kind);
}

static pb_status read_phases(pb__tum_race *race, pb_json data)
{
    pb_neutral_spec *neutral = &race->spec->neutral;
    pb_json          rows    = pb_json_get(data, "phases");
    bool             time;
    double           after_s = 0.0, after = 0.0;
    neutral->actual = true;
    if (!pb_json_present(rows) || pb_json_is_null(rows)) return PB_OK;
    PB_TRY(read_domain(race, data, &time));
    PB_TRY(pb_json_is_array(rows, 0, PB_PHASES_MAX, race->error));
    neutral->actual = pb_json_length(rows) > 0;
    for (size_t k = 0; k < pb_json_length(rows); k++) {
        pb_phase_spec *phase = &neutral->phases[k];
        PB_TRY(read_phase(race, pb_json_at(rows, k), time, phase));
        double end_s = phase->end_progress;
        if (time) time_to_progress(race->spec, phase, after_s, after);
        after_s = end_s;
        after   = phase->end_progress;
        neutral->n_phases++;
    }
    pb_race_spec_note(race->spec, "/neutral/phases", neutral->n_phases, "TUM event_pars, %s",
                      time ? "from race time at the reference car's pace" : "as they were");
    return PB_OK;
}

/* The car of this code, or -1. */
static int find_car(const pb_race_spec *spec, const char *code)
{
    for (int c = 0; c < spec->n_cars; c++)
        if (strcmp(spec->cars[c].code, code) == 0) return c;
    return -1;
}

static pb_status read_retirement(pb__tum_race *race, pb_json row, bool time)
{
    char    code[sizeof race->spec->cars[0].code] = "", pointer[48];
    double  at                                    = 0.0;
    pb_json name                                  = pb_json_at(row, 0);
    PB_TRY(pb_json_is_array(row, 2, 2, race->error));
    PB_TRY(pb_json_text(name, code, sizeof code, race->error));
    PB_TRY(pb_json_f64(pb_json_at(row, 1), 0, 172800, &at, race->error));
    int c = find_car(race->spec, code);
    if (c < 0)
        return pb_error_set(race->error, PB_E_MISSING, "%s: %s: \"%s\" is not among the participants", race->path,
                            name.pointer, code);
    race->spec->cars[c].dnf_prob = 1.0;
    snprintf(pointer, sizeof pointer, "/cars/%d/dnf_prob", c);
    pb_race_spec_note(race->spec, pointer, 0, "TUM event_pars: retired at %s %g; where is drawn",
                      time ? "second" : "lap", at);
    return PB_OK;
}

static pb_status read_retirements(pb__tum_race *race, pb_json data)
{
    pb_json rows = pb_json_get(data, "retirements");
    bool    none = !pb_json_present(rows) || pb_json_is_null(rows), time;
    if (!none) PB_TRY(pb_json_is_array(rows, 0, PB_CARS_MAX, race->error));
    if (!none && pb_json_length(rows) == 0) return PB_OK; /* drawn: the default chance */
    for (int c = 0; c < race->spec->n_cars; c++) race->spec->cars[c].dnf_prob = 0.0;
    if (none) return PB_OK;
    PB_TRY(read_domain(race, data, &time));
    for (size_t k = 0; k < pb_json_length(rows); k++) PB_TRY(read_retirement(race, pb_json_at(rows, k), time));
    return PB_OK;
}

pb_status pb__tum_read_events(pb__tum_race *race)
{
    pb_json events = pb__tum_root(race, PB__TUM_EVENTS);
    PB_TRY(read_phases(race, pb_json_get(events, "fcy_data")));
    return read_retirements(race, pb_json_get(events, "retire_data"));
}
