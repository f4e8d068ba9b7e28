/* TUM driver_pars and car_pars: pace, fuel, grid and stop times. */
#include <stdio.h>
#include <string.h>

#include "pitboard/num.h"
#include "tum_race.h"

static pb_status read_driver(pb__tum_race *race, int c, double *driver_s)
{
    pb_car_spec *car    = &race->spec->cars[c];
    pb_json      at     = pb__tum_of_car(race, PB__TUM_DRIVERS, c);
    double       number = 0.0, grid;
    PB_TRY(pb__tum_need(race, at, "t_driver", -20, 30, driver_s));
    PB_TRY(pb__tum_need(race, at, "p_grid", 1, PB_CARS_MAX, &grid));
    PB_TRY(pb__tum_may(race, at, "carno", 0, 9999, &number));
    PB_TRY(pb_json_need(pb_json_get(at, "team"), race->error));
    PB_TRY(pb_json_text(pb_json_get(at, "team"), car->team, sizeof car->team, race->error));
    car->grid   = (uint8_t)grid;
    car->number = (int16_t)number;
    return PB_OK;
}

/* Electric cars carry kWh, which nothing here burns. */
static pb_status need_combustion(pb__tum_race *race, pb_json car)
{
    char    type[24] = "";
    pb_json at       = pb_json_get(car, "drivetype");
    PB_TRY(pb_json_text(at, type, sizeof type, race->error));
    if (type[0] == '\0' || strcmp(type, "combustion") == 0) return PB_OK;
    return pb_error_set(race->error, PB_E_UNSUPPORTED, "%s: %s: \"%s\" is not supported, only combustion", race->path,
                        at.pointer, type);
}

/* add_s is the team's standing time over the least one. */
static pb_status read_car(pb__tum_race *race, int c, double *add_s)
{
    pb_car_spec *car = &race->spec->cars[c];
    double       car_s, driver_s;
    char         pointer[48];
    PB_TRY(read_driver(race, c, &driver_s));
    pb_json at = pb_json_get(pb__tum_root(race, PB__TUM_CARS), car->team);
    PB_TRY(pb_json_need(at, race->error));
    PB_TRY(pb_json_is_object(at, race->error));
    PB_TRY(need_combustion(race, at));
    PB_TRY(pb__tum_need(race, at, "t_car", -20, 30, &car_s));
    PB_TRY(pb__tum_need(race, at, "m_fuel", 0, 400, &car->fuel_start_kg));
    PB_TRY(pb__tum_need(race, at, "b_fuel_perlap", 0, 20, &car->fuel_burn_kg));
    PB_TRY(pb__tum_need(race, at, "t_pit_tirechange_add", -10, 60, add_s));
    car->pace_s += car_s + driver_s;
    car->penalty_prob = 0.0; /* none in the TUM model */
    snprintf(pointer, sizeof pointer, "/cars/%d/pace_s", c);
    pb_race_spec_note(race->spec, pointer, 0, "TUM t_car + t_driver, and its own tyre offset");
    return PB_OK;
}

/* TUM books a stop under the flag that holds when the lap begins: a safety car that
 * comes out in the in-lap costs that lap as a VSC would and the out-lap its own; a
 * VSC that comes out then is paid for on the out-lap only. */
static pb_status set_losses(pb__tum_race *race, double standing_s)
{
    enum { GREEN, VSC, SC };
    pb_pit_spec *pit  = &race->spec->pit;
    double(*drive)[2] = race->drive_s;
    double loss       = drive[GREEN][0] + drive[GREEN][1] + standing_s;
    if (loss < 3.0 || loss > 120.0)
        return pb_error_set(race->error, PB_E_RANGE,
                            "%s (track_pars): the pit-lane loss adds up to %.10g s, it must be from 3 to 120",
                            race->path, loss);
    pit->loss_s         = loss;
    pit->sc_frac        = (drive[SC][0] + drive[SC][1] + standing_s) / loss;
    pit->vsc_frac       = (drive[VSC][0] + drive[VSC][1] + standing_s) / loss;
    pit->sc_onset_frac  = (drive[VSC][0] + drive[SC][1] + standing_s) / loss;
    pit->vsc_onset_frac = (drive[GREEN][0] + drive[VSC][1] + standing_s) / loss;
    pb_race_spec_note(race->spec, "/pit/loss_s", 0, "TUM t_pitdrive_inlap + t_pitdrive_outlap + median standing time");
    pb_race_spec_note(race->spec, "/pit/sc_frac", 0, "TUM t_pitdrive_*_sc; sc_onset_frac from the in-lap's fcy value");
    pb_race_spec_note(race->spec, "/pit/vsc_frac", 0, "TUM t_pitdrive_*_fcy");
    return PB_OK;
}

pb_status pb__tum_read_cars(pb__tum_race *race)
{
    pb_race_spec *spec             = race->spec;
    double        add[PB_CARS_MAX] = {0}, sorted[PB_CARS_MAX];
    for (int c = 0; c < spec->n_cars; c++) PB_TRY(read_car(race, c, &add[c]));
    memcpy(sorted, add, sizeof add);
    double median = pb_median(sorted, spec->n_cars);
    for (int c = 0; c < spec->n_cars; c++) spec->cars[c].stop_s = add[c] - median;
    pb_race_spec_note(spec, "/cars", 0, "stop_s: TUM t_pit_tirechange_add against the median %.3f s", median);
    return set_losses(race, race->stand_min_s + median);
}
