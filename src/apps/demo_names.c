/* demo_names: see demo_names.h. */
#include "demo_names.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "pitboard/codec.h"
#include "pitboard/engine_pipeline.h"
#include "replay_names.h"

#define NAP_MS 10
#define LOOKS 300 /* for the cars, which the first records tell */
#define STILL 30  /* of those without a new one: that was the last */

/* ---- the race ---- */

/* ["a.csv","b.csv"] as a, b. */
static void plain_list(char *json)
{
    char *to = json;
    for (const char *from = json; *from; from++) {
        if (strncmp(from, ".csv", 4) == 0) from += 4;
        if (*from == ',') *to++ = ',', *to++ = ' ';
        if (!strchr("[]\",\n", *from)) *to++ = *from;
    }
    *to = '\0';
}

static char *list_races(const pb__list *ships)
{
    char          *names = NULL;
    size_t         len   = 0;
    pb_json_writer w;
    FILE          *f = open_memstream(&names, &len);
    if (!f) return NULL;
    pb_json_begin(&w, f, 0);
    pb_json_array(&w, NULL);
    replay_names_put(ships, &w);
    pb_json_array_end(&w);
    pb_json_end(&w);
    if (fclose(f) == 0 && names) plain_list(names);
    return names;
}

pb_status demo_find_race(const char *name, char *path, size_t cap, pb_error *error)
{
    const pb__list ships  = {.n = 0};
    pb_status      status = replay_name_find(&ships, name, path, cap, error);
    char          *names  = status == PB_E_NOENT ? list_races(&ships) : NULL;
    if (names) status = pb_error_set(error, PB_E_USAGE, "--race: %.64s does not ship; these do: %s", name, names);
    free(names);
    return status;
}

/* ---- the car ---- */

typedef struct field {
    uint8_t n;
    char    codes[PB_CARS_MAX * 5];
} field;

static void list_cars(void *user, const pb_pipeline *pipeline, pb_span call)
{
    const pb_race_state *s   = pb_pipeline_state(pipeline);
    field               *f   = user;
    size_t               len = 0;
    (void)call;
    f->n = s->n_cars;
    for (uint8_t i = 0; i < s->n_cars; i++)
        len += (size_t)snprintf(f->codes + len, sizeof f->codes - len, " %.3s", s->cars[i].code);
}

/* Until the car has come, or no other comes any more. */
static bool wait_for_car(pb_session *s, const char *car, field *f)
{
    const struct timespec nap = {.tv_nsec = NAP_MS * 1000000L};
    for (int i = 0, still = 0; i < LOOKS && still < STILL; i++) {
        uint8_t before = f->n;
        if (pb_session_car(s, car) > 0) return true;
        pb_live_see(pb_session_live(s), list_cars, f);
        still = f->n > 0 && f->n == before ? still + 1 : 0;
        (void)nanosleep(&nap, NULL);
    }
    return false;
}

pb_status demo_find_car(pb_sessions *sessions, const char *team, const char *id, const char *car, pb_error *error)
{
    field       f    = {0};
    pb_session *s    = pb_sessions_find(sessions, team, id);
    bool        ours = !s || wait_for_car(s, car, &f);
    if (s) pb_session_drop(s);
    if (ours || f.n == 0) return PB_OK;
    return pb_error_set(error, PB_E_USAGE, "--car: nobody of this race is called %.24s; these drive:%s", car, f.codes);
}
