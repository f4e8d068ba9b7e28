/* simulate_race RACE.json [TRIALS] - plays a race many times and prints who wins how often.
 *
 *     cc simulate_race.c $(pkg-config --cflags --libs pitboard) -o simulate_race
 *     ./simulate_race /usr/local/share/pitboard/races/2023_07_spanish.json 20000
 */
#include <pitboard/codec.h>
#include <pitboard/engine.h>
#include <pitboard/wire.h>
#include <stdio.h>
#include <stdlib.h>

static pb_status read_race(const char *path, pb_race_spec *race, pb_error *error)
{
    pb_bytes bytes;
    PB_TRY(pb_file_read(path, 0, &bytes, error));
    pb_status status = pb_wire_read_race((pb_span){bytes.at, bytes.len}, path, race, error);
    pb_bytes_free(&bytes);
    return status;
}

/* The same seed gives the same counts on any machine and for any number of threads. */
static pb_status play(const pb_race_spec *race, uint32_t trials, pb_sim_result **out, pb_error *error)
{
    pb_sim_model  *model = NULL;
    pb_run_options run;
    pb_run_options_default(&run);
    run.trials = trials;
    PB_TRY(pb_sim_model_create(race, &model, error));
    pb_status status = pb_engine_simulate(model, &run, out, error);
    pb_sim_model_destroy(model);
    return status;
}

static void print(const pb_race_spec *race, const pb_sim_result *r)
{
    printf("%s, %llu races\n", race->name, (unsigned long long)r->trials);
    printf("%-4s %6s %8s %6s\n", "car", "win", "podium", "points");
    for (uint32_t car = 0; car < r->n_cars; car++) {
        double win = pb_sim_p_place(r, car, 1), podium = win;
        podium += pb_sim_p_place(r, car, 2) + pb_sim_p_place(r, car, 3);
        printf("%-4s %5.1f%% %7.1f%% %6.2f\n", race->cars[car].code, 100 * win, 100 * podium,
               pb_sim_expected_points(r, car, &race->rules));
    }
}

int main(int argc, char **argv)
{
    pb_error       error;
    pb_sim_result *result = NULL;
    pb_race_spec  *race   = malloc(sizeof *race); /* too large for a stack */
    long           trials = argc > 2 ? strtol(argv[2], NULL, 10) : 10000;

    if (argc < 2 || trials < 1 || trials > 100000000 || !race) {
        fprintf(stderr, "usage: simulate_race RACE.json [TRIALS]\n");
        free(race);
        return 2;
    }
    pb_status status = read_race(argv[1], race, &error);
    if (status == PB_OK) status = play(race, (uint32_t)trials, &result, &error);
    if (status == PB_OK)
        print(race, result);
    else
        fprintf(stderr, "simulate_race: %s\n", error.text);
    pb_sim_result_destroy(result);
    free(race);
    return status == PB_OK ? 0 : 1;
}
