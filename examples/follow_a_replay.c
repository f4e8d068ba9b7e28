/* follow_a_replay FILE|DIR - prints each stop, change of the lead and flag of a recorded race.
 *
 * A lap CSV, or a recording that `pitboard serve --record` made: both come as frames, as
 * they would from a live feed, and the pipeline keeps the state of the race.
 *
 *     cc follow_a_replay.c $(pkg-config --cflags --libs pitboard) -o follow_a_replay
 *     ./follow_a_replay /usr/local/share/pitboard/races/2023_07_spanish.csv
 */
#include <pitboard/engine_pipeline.h>
#include <pitboard/engine_source.h>
#include <stdio.h>

typedef struct follower {
    pb_pipeline *pipeline;
    int16_t      leader;
    uint8_t      neutral;
} follower;

static const pb_live_car *car_of(const pb_race_state *state, int16_t key)
{
    for (uint32_t i = 0; i < state->n_cars; i++)
        if (state->cars[i].key == key) return &state->cars[i];
    return NULL;
}

/* The car that leads the running order; NULL before there is one. */
static const pb_live_car *leader_of(const pb_race_state *state)
{
    const pb_live_car *first = state->n_cars ? &state->cars[state->order[0]] : NULL;
    return first && first->laps > 0 ? first : NULL;
}

static void on_event(void *user, const pb_frame *frame, uint32_t n, const pb_event *event, const pb_meaning *meaning)
{
    follower            *f     = user;
    const pb_race_state *state = pb_pipeline_state(f->pipeline); /* with the event in it */
    const pb_live_car   *car = car_of(state, event->car), *leader = leader_of(state);
    (void)frame, (void)n, (void)meaning;

    if (event->kind == PB_EV_PIT_IN && car) printf("lap %2u  %s pits\n", car->laps, car->code);
    if (event->kind == PB_EV_PIT_OUT && car && car->lane_ms != PB_MS_NONE)
        printf("lap %2u  %s is out again after %.1f s\n", car->laps, car->code, car->lane_ms / 1000.0);
    if (event->kind == PB_EV_RETIRED && event->flag && car) printf("lap %2u  %s is out\n", car->laps, car->code);
    if (leader && leader->key != f->leader) printf("lap %2u  %s leads\n", leader->laps, leader->code);
    if (state->neutral != f->neutral) {
        static const char *const what[] = {"green", "safety car", "virtual safety car", "red flag"};
        printf("lap %2u  %s\n", state->leader_lap, what[state->neutral]);
    }
    if (leader) f->leader = leader->key;
    f->neutral = state->neutral;
}

static pb_status follow(const char *path, pb_error *error)
{
    follower            f       = {0};
    pb_pipeline_sink    sink    = {.user = &f, .event = on_event};
    pb_pipeline_options options = pb_pipeline_options_default();
    pb_source          *source  = NULL;
    pb_frame            frame;

    PB_TRY(pb_source_open(path, &source, error));
    pb_status status = pb_pipeline_create(&options, &f.pipeline, error);
    while (status == PB_OK && (status = pb_source_next(source, &frame, error)) == PB_OK)
        pb_pipeline_feed(f.pipeline, &frame, &sink);
    if (f.pipeline) pb_pipeline_destroy(f.pipeline);
    pb_source_close(source);
    return status == PB_E_EMPTY ? PB_OK : status; /* the end */
}

int main(int argc, char **argv)
{
    pb_error error;
    if (argc != 2) return fprintf(stderr, "usage: follow_a_replay FILE|DIR\n"), 2;
    if (follow(argv[1], &error) == PB_OK) return 0;
    fprintf(stderr, "follow_a_replay: %s\n", error.text);
    return 1;
}
