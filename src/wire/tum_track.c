/* TUM race_pars and track_pars: the lap, the rules, the pit lane, the start and
 * what following costs. */
#include <stdio.h>
#include <string.h>

#include "tum_race.h"

/* Weighted least squares over the 19 circuits that are both in the TUM files and in
 * the pass rates of 2022-25 (docs/race-file.md): log-odds of a pass fall by 0.62
 * per second of t_gap_overtake, whose mean over those passes is 2.19 s; r = -0.66. */
#define PASS_PER_GAP_S (-0.62)
#define PASS_MEAN_GAP_S 2.19

static pb_status read_names(pb__tum_race *race)
{
    pb_race_spec *spec = race->spec;
    double        season, laps;
    char          track[sizeof spec->circuit];
    bool          drs = false;
    pb_json       at  = pb__tum_root(race, PB__TUM_RACE);
    PB_TRY(pb__tum_need(race, at, "season", 1950, 2100, &season));
    PB_TRY(pb__tum_need(race, at, "tot_no_laps", 2, PB_LAPS_MAX, &laps));
    PB_TRY(pb__tum_need(race, at, "min_t_dist", 0, 5, &race->min_gap_s));
    PB_TRY(pb__tum_may(race, at, "min_t_dist_sc", 0, 10, &spec->neutral.sc_gap_s));
    PB_TRY(pb__tum_may(race, at, "t_overtake_loser", 0, 3, &spec->traffic.loser_s));
    PB_TRY(pb_json_bool(pb_json_get(at, "use_drs"), &drs, race->error));
    at = pb_json_get(pb__tum_root(race, PB__TUM_TRACK), "name");
    PB_TRY(pb_json_need(at, race->error));
    PB_TRY(pb_json_text(at, track, sizeof track, race->error));
    spec->season     = (int16_t)season;
    spec->rules.laps = (uint16_t)laps;
    spec->rules.drs  = drs;
    snprintf(spec->id, sizeof spec->id, "%d-%s", spec->season, track);
    snprintf(spec->name, sizeof spec->name, "%d %s", spec->season, track);
    const char *id = pb_circuit_id(pb_span_of(track), spec->season);
    snprintf(spec->circuit, sizeof spec->circuit, "%s", id ? id : track);
    spec->lap_length_m = id ? pb_circuit_length_m(id, spec->season) : 0.0;
    pb_race_spec_note(spec, "/neutral/sc_gap_s", 0, "TUM min_t_dist_sc");
    pb_race_spec_note(spec, "/traffic/loser_s", 0, "TUM t_overtake_loser; its t_duel has no place here");
    return PB_OK;
}

static pb_status read_lap(pb__tum_race *race, pb_json track)
{
    pb_race_spec *spec = race->spec;
    double        quali, slower;
    PB_TRY(pb__tum_need(race, track, "t_q", 20, 1200, &quali));
    PB_TRY(pb__tum_need(race, track, "t_gap_racepace", -60, 60, &slower));
    PB_TRY(pb__tum_need(race, track, "t_lap_sens_mass", 0, 0.2, &spec->fuel_s_per_kg));
    spec->base_lap_s          = quali + slower;
    spec->evolution_s_per_lap = 0.0;
    pb_race_spec_note(spec, "/base_lap_s", 0, "TUM t_q + t_gap_racepace");
    pb_race_spec_note(spec, "/fuel_s_per_kg", 0, "TUM t_lap_sens_mass");
    pb_race_spec_note(spec, "/evolution_s_per_lap", 0, "0: the TUM model has fuel only");
    return PB_OK;
}

static pb_status read_pit_lane(pb__tum_race *race, pb_json track)
{
    static const char *const keys[3][2] = {{"t_pitdrive_inlap", "t_pitdrive_outlap"},
                                           {"t_pitdrive_inlap_fcy", "t_pitdrive_outlap_fcy"},
                                           {"t_pitdrive_inlap_sc", "t_pitdrive_outlap_sc"}};
    PB_TRY(pb__tum_need(race, track, "t_pit_tirechange_min", 0, 60, &race->stand_min_s));
    for (int flag = 0; flag < 3; flag++)
        for (int out = 0; out < 2; out++)
            PB_TRY(pb__tum_need(race, track, keys[flag][out], -60, 120, &race->drive_s[flag][out]));
    return PB_OK;
}

/* Measured gaps after lap 1 are those of the least distance kept there, not of the
 * grid's spacing alone (effects: 0.57 s a slot against TUM's 0.14). */
static pb_status read_start(pb__tum_race *race, pb_json track)
{
    pb_race_spec *spec = race->spec;
    double        per_slot;
    PB_TRY(pb__tum_need(race, track, "t_loss_pergridpos", 0, 5, &per_slot));
    PB_TRY(pb__tum_need(race, track, "t_loss_firstlap", -5, 50, &spec->start.lap1_s));
    double step = per_slot > race->min_gap_s ? per_slot : race->min_gap_s;
    for (int s = 0; s < PB_CARS_MAX; s++) spec->start.slot_gap_s[s] = step * s;
    pb_race_spec_note(spec, "/start/slot_gap_s", 0, "the larger of TUM t_loss_pergridpos and min_t_dist, per slot");
    return PB_OK;
}

static pb_status read_flags(pb__tum_race *race, pb_json track)
{
    pb_neutral_spec *neutral = &race->spec->neutral;
    PB_TRY(pb__tum_may(race, track, "mult_t_lap_sc", 1, 4, &neutral->sc_lead_mult));
    PB_TRY(pb__tum_may(race, track, "mult_t_lap_fcy", 1, 4, &neutral->vsc_mult));
    pb_race_spec_note(race->spec, "/neutral/sc_lead_mult", 0, "TUM mult_t_lap_sc");
    pb_race_spec_note(race->spec, "/neutral/vsc_mult", 0, "TUM mult_t_lap_fcy");
    return PB_OK;
}

static pb_status read_passing(pb__tum_race *race, pb_json track)
{
    double gap = PASS_MEAN_GAP_S;
    PB_TRY(pb__tum_may(race, track, "t_gap_overtake", 0, 10, &gap));
    race->spec->traffic.pass_circuit = PASS_PER_GAP_S * (gap - PASS_MEAN_GAP_S);
    pb_race_spec_note(race->spec, "/traffic/pass_circuit", 0, "%g x (TUM t_gap_overtake - %g s)", PASS_PER_GAP_S,
                      PASS_MEAN_GAP_S);
    return PB_OK;
}

pb_status pb__tum_read_track(pb__tum_race *race)
{
    pb_json track = pb__tum_root(race, PB__TUM_TRACK);
    PB_TRY(read_names(race));
    PB_TRY(read_lap(race, track));
    PB_TRY(read_pit_lane(race, track));
    PB_TRY(read_start(race, track));
    PB_TRY(read_flags(race, track));
    return read_passing(race, track);
}
