/* make_scenarios DIR - writes the races that benches and tests share:
 *
 *     bench57.json    20 cars, 57 laps from the grid, every effect on
 *     whatif57.json   the same race at the leader's end of lap 28
 *
 * The numbers are the defaults of a race (docs/race-model.md) and, for the cars,
 * round figures inside the spreads of the 2022-25 races: pace 0 to 1.9 s/lap,
 * 105 kg of fuel burnt evenly at 0.025 s/kg, which with the evolution of the
 * track is the measured -0.055 s per lap. Rain begins in one race in five, so
 * that the weather is played too. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pitboard/wire.h"

#define CARS 20
#define LAPS 57
#define NOW 28 /* lap of the what-if */
#define SOFT 0
#define MEDIUM 1
#define HARD 2
#define FUEL_KG 105.0
#define GAP_S 2.4 /* a place at half distance */

static const char *const codes[CARS] = {"AAA", "BBB", "CCC", "DDD", "EEE", "FFF", "GGG", "HHH", "III", "JJJ",
                                        "KKK", "LLL", "MMM", "NNN", "OOO", "PPP", "QQQ", "RRR", "SSS", "TTT"};

static pb_stint_spec stint(uint8_t compound, uint16_t in_lap)
{
    return (pb_stint_spec){.compound = compound, .in_lap = in_lap};
}

/* One stop, two stops, or a choice between them. */
static void plan_car(pb_car_spec *car, uint32_t i)
{
    uint16_t early = (uint16_t)(15 + i % 5), late = (uint16_t)(36 + i % 4);
    pb_plan  one = {.weight_prob = 1, .n_stints = 2, .stints = {stint(MEDIUM, 0), stint(HARD, (uint16_t)(20 + i % 6))}};
    pb_plan  two = {.weight_prob = 1,
                    .n_stints    = 3,
                    .stints      = {stint(i % 2 ? SOFT : MEDIUM, 0), stint(HARD, early), stint(MEDIUM, late)}};

    car->n_plans  = 1;
    car->plans[0] = i % 4 == 3 ? two : one;
    if (i % 3 != 0) return;
    two.stints[0].compound    = MEDIUM; /* the start tyre is fitted already */
    car->n_plans              = 2;
    car->plans[0]             = one;
    car->plans[1]             = two;
    car->plans[0].weight_prob = 0.625;
    car->plans[1].weight_prob = 0.375;
}

static void make_car(pb_race_spec *spec, uint32_t i)
{
    pb_car_spec *car = &spec->cars[i];

    pb_car_spec_default(car);
    snprintf(car->code, sizeof car->code, "%s", codes[i]);
    snprintf(car->team, sizeof car->team, "team %u", i / 2 + 1);
    car->number     = (int16_t)(i + 1);
    car->grid       = (uint8_t)(i % 4 == 1 ? i + 2 : i % 4 == 2 ? i : i + 1); /* team mates are not always neighbours */
    car->pace_s     = 0.1 * i;
    car->wear_mult  = 0.9 + 0.05 * (i % 5);
    car->noise_mult = 0.8 + 0.1 * (i % 5);
    car->start_s    = 0.1 * (i % 3) - 0.1;
    car->stop_s     = 0.1 * (i / 2 % 5) - 0.2;
    car->penalty_s  = i == 6 ? 5 : 0;
    car->fuel_start_kg = FUEL_KG;
    car->fuel_burn_kg  = FUEL_KG / LAPS;
    plan_car(car, i);
}

static void make_race(pb_race_spec *spec)
{
    pb_race_spec_default(spec);
    snprintf(spec->id, sizeof spec->id, "bench57");
    snprintf(spec->name, sizeof spec->name, "Bench, 20 cars, 57 laps, every effect on");
    spec->season              = 2025;
    spec->rules.laps          = LAPS;
    spec->fuel_s_per_kg       = 0.025;
    spec->evolution_s_per_lap = -0.009;
    spec->weather.rain_prob   = 0.004;
    spec->n_cars              = CARS;
    for (uint32_t i = 0; i < CARS; i++) make_car(spec, i);
}

/* Half distance, in grid order, everyone on the plan with the largest weight. */
static void move_to_lap(pb_race_spec *spec, uint16_t lap)
{
    spec->from_lap = lap;
    snprintf(spec->id, sizeof spec->id, "whatif57");
    snprintf(spec->name, sizeof spec->name, "What-if, the bench race at the end of lap %u", lap);
    for (uint32_t i = 0; i < spec->n_cars; i++) {
        pb_car_spec  *car  = &spec->cars[i];
        pb_car_state *at   = &car->state;
        pb_plan      *plan = &car->plans[0];
        uint16_t      used = 0, fitted = 0;

        car->n_plans      = 1;
        plan->weight_prob = 1;
        for (uint32_t k = 0; k < plan->n_stints && plan->stints[k].in_lap <= lap; k++) {
            used           = (uint16_t)(used | 1u << plan->stints[k].compound);
            fitted         = plan->stints[k].in_lap;
            at->compound   = plan->stints[k].compound;
            at->stops_done = (uint8_t)k;
        }
        at->running        = true;
        at->position       = car->grid;
        at->gap_s          = GAP_S * (car->grid - 1);
        at->tyre_age_laps  = lap - fitted;
        at->laps_done      = lap;
        at->compounds_used = used;
    }
}

static int write_race(const pb_race_spec *spec, const char *dir)
{
    char     path[4096];
    pb_error error;
    snprintf(path, sizeof path, "%s/%s.json", dir, spec->id);
    if (pb_wire_write_race(spec, path, &error) == PB_OK) return 0;
    fprintf(stderr, "make_scenarios: %s\n", error.text);
    return 1;
}

int main(int argc, char **argv)
{
    if (argc != 2) {
        fprintf(stderr, "usage: make_scenarios DIR\n");
        return 2;
    }
    pb_race_spec *spec = calloc(1, sizeof *spec);
    if (!spec) return 1;
    make_race(spec);
    int bad = write_race(spec, argv[1]);
    move_to_lap(spec, NOW);
    bad += write_race(spec, argv[1]);
    free(spec);
    return bad != 0;
}
