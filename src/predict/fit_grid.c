#include <string.h>

#include "fit_internal.h"

/* Order of the cars on the grid, best known first. */
typedef struct slot {
    uint32_t car;
    uint32_t key;
} slot;

static bool grids_known(const pb_race_log *log)
{
    uint32_t known = 0;
    for (uint32_t c = 0; c < log->n_cars; c++) known += log->cars[c].grid > 0;
    return known * 2 > log->n_cars;
}

/* Without a grid the order at the end of lap 1 stands in. */
static uint32_t lap1_key(const pb_log_car *car)
{
    int32_t row = pb_lap_row(car, 1);
    if (row < 0) return UINT32_MAX;
    const pb_lap *lap = &car->laps[row];
    if (lap->position > 0) return lap->position;
    return lap->session_ms > 0 ? (uint32_t)lap->session_ms : UINT32_MAX;
}

static void sort_slots(slot *s, uint32_t n)
{
    for (uint32_t i = 1; i < n; i++)
        for (uint32_t j = i; j > 0 && s[j].key < s[j - 1].key; j--) {
            slot t   = s[j];
            s[j]     = s[j - 1];
            s[j - 1] = t;
        }
}

static void give_slots(pb__fit *fit)
{
    const pb_race_log *log   = fit->log;
    bool               grids = grids_known(log);
    slot               s[PB_CARS_MAX];

    for (uint32_t c = 0; c < log->n_cars; c++) {
        uint32_t grid = log->cars[c].grid;
        s[c]          = (slot){.car = c, .key = !grids ? lap1_key(&log->cars[c]) : grid > 0 ? grid : UINT32_MAX};
    }
    sort_slots(s, log->n_cars);
    for (uint32_t i = 0; i < log->n_cars; i++) fit->spec->cars[s[i].car].grid = (uint8_t)(i + 1);
    pb_race_spec_note(fit->spec, "/cars/grid", grids ? 0 : 1,
                      grids ? "the grid that was given" : "no grid given: order at the end of lap 1");
}

static void name_car(const pb_log_car *from, pb_car_spec *to)
{
    memcpy(to->code, from->code, sizeof to->code);
    memcpy(to->team, from->team, sizeof to->team);
    to->number = from->number;
}

void pb__fit_grid(pb__fit *fit)
{
    pb_race_spec *spec = fit->spec;

    spec->n_cars = (uint8_t)fit->log->n_cars;
    for (uint32_t c = 0; c < fit->log->n_cars; c++) {
        pb_car_spec *car = &spec->cars[c];
        pb_car_spec_default(car);
        name_car(&fit->log->cars[c], car);
        car->dnf_prob = fit->prior->dnf_prob;
    }
    pb_race_spec_note(spec, "/cars/dnf_prob", 0, "prior, the same for every car");
    give_slots(fit);
}
