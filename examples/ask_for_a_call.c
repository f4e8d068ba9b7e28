/* ask_for_a_call LAPS.csv CAR LAP - what should that car do? Nothing later than the leader's end
 * of that lap is used. `pitboard recommend` looks at more: models, earlier races, weather.
 *     cc ask_for_a_call.c $(pkg-config --cflags --libs pitboard) -o ask_for_a_call
 *     ./ask_for_a_call /usr/local/share/pitboard/races/2023_07_spanish.csv VER 25
 */
#include <pitboard/codec.h>
#include <pitboard/decide.h>
#include <pitboard/narrate_call.h>
#include <pitboard/race_gaps.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static pb_race_spec    race;
static pb_race_outcome outcome;
static pb_race_gaps    gaps;
static pb_prior        prior;
static pb_call         call;

/* A lap CSV as it was known when the leader ended that lap. */
static pb_status read_laps(const char *path, uint32_t lap, pb_race_log *log, pb_error *error)
{
    pb_bytes bytes;
    PB_TRY(pb_file_read(path, 0, &bytes, error));
    pb_status status = pb_wire_read_laps((pb_span){bytes.at, bytes.len}, path, log, error);
    pb_bytes_free(&bytes);
    PB_TRY(status);
    pb_race_log_cut(log, lap);
    PB_TRY(pb_race_log_mend(log, &gaps));
    return pb_race_outcome_of(log, &outcome);
}

static pb_status ask(const pb_race_log *log, const char *code, uint32_t lap, pb_error *error)
{
    pb_fit_options    fit     = {.from_lap = (uint16_t)lap};
    pb_effort         effort  = pb_effort_default();
    pb_decide_options options = pb_decide_options_default();
    pb_decide_view    view    = {.log = log, .now_ms = outcome.lead_ms[lap]};
    pb_decider       *decider = NULL;
    uint32_t          car     = 0;

    PB_TRY(pb_prior_shipped(&prior, error));
    PB_TRY(pb_fit_race(log, &prior, &fit, NULL, 0, &race, error));
    while (car < race.n_cars && strcmp(race.cars[car].code, code) != 0) car++;
    if (car == race.n_cars) return pb_error_set(error, PB_E_NOENT, "no car %s runs at the end of lap %u", code, lap);
    PB_TRY(pb_decider_create(&race, &effort, &decider, error));
    pb_status status = pb_decide_call(decider, &view, car, &options, &call, error);
    pb_decider_destroy(decider);
    return status;
}

static void print(void)
{
    char text[PB_SENTENCE_MAX];
    for (uint32_t k = 0; k < call.n_actions; k++) {
        const pb_call_action *a = &call.actions[k];
        const char *tyre = a->compound ? pb_compound_name(a->compound) : "", *name = pb_action_name(a->action);
        pb_narrate_confidence(&call, k, text, sizeof text);
        printf("%-10s %-13s lap %2u  %+.2f points  %s\n", name, tyre, a->target_lap, a->gain.value, text);
    }
    for (uint32_t i = 0; i < call.actions[0].n_facts && i < 3; i++)
        if (pb_narrate_fact(&race, &call, &call.actions[0].fact[i], text, sizeof text)) printf("because %s\n", text);
    if (pb_narrate_radio(&race, &call, 0, text, sizeof text)) printf("radio: \"%s\"\n", text);
}

int main(int argc, char **argv)
{
    pb_error    error = {0};
    pb_race_log log;
    long        lap = argc == 4 ? strtol(argv[3], NULL, 10) : 0;
    if (lap < 2 || lap > PB_LAPS_MAX) return fprintf(stderr, "usage: ask_for_a_call LAPS.csv CAR LAP\n"), 2;
    pb_race_log_init(&log);
    pb_status status = read_laps(argv[1], (uint32_t)lap, &log, &error);
    if (status == PB_OK) status = ask(&log, argv[2], (uint32_t)lap, &error);
    if (status == PB_OK) print();
    if (status != PB_OK) fprintf(stderr, "ask_for_a_call: %s\n", error.text[0] ? error.text : pb_status_text(status));
    pb_race_log_fini(&log);
    return status == PB_OK ? 0 : 1;
}
