/* Alerts: what a wall must not miss, told once whatever number of feeds says it.
 *
 *     track    safety_car virtual_safety_car red_flag yellow ... green: when it changes
 *     rain     it begins, it ends
 *     pit      a car other than ours drives into the lane
 *     call     what we advise a car changed
 *     chequered */
#include <stdlib.h>
#include <string.h>

#include "hub_parts.h"
#include "pitboard/wire_feed.h"

#define CARS_MAX (sizeof((pb__alerts *)0)->cars / sizeof((pb__alerts *)0)->cars[0])
#define TRACK_SC_ENDING 8
#define SAME_STOP_US 60000000 /* two feeds that do not agree on the lap */

void pb__alert_begin(pb__race *race)
{
    race->told = (pb__alerts){.rain = -1};
}

/* The key of our car, 0 unknown. Asked when it matters: it may be known late, or change. */
static int16_t own_car(pb__race *race)
{
    pb_blob     *blob    = NULL;
    uint64_t     version = 0;
    int64_t      car     = 0;
    pb_json_doc *doc     = NULL;
    pb_error     error;
    if (pb_session_view(race->session, PB_VIEW_STATE, 0, false, &blob, &version, &error) != PB_OK) return 0;
    if (pb_json_parse(pb_blob_bytes(blob), "view", &doc, NULL) == PB_OK)
        (void)pb_json_i64(pb_json_get(pb_json_get(pb_json_root(doc), "race"), "own_car"), 1, INT16_MAX, &car, NULL);
    pb_json_free(doc);
    pb_blob_drop(blob);
    return (int16_t)car;
}

static uint32_t car_index(pb__alerts *told, int16_t car)
{
    uint32_t i = 0;
    while (i < told->n_cars && told->cars[i].car != car) i++;
    if (i < told->n_cars) return i;
    if (told->n_cars == CARS_MAX) told->n_cars--; /* no race has so many: the last gives way */
    i = told->n_cars++;
    memset(&told->cars[i], 0, sizeof told->cars[i]);
    told->cars[i].car   = car;
    told->cars[i].at_us = PB_US_NONE;
    return i;
}

/* ---- one alert ---- */

typedef struct alert {
    char          *text;
    size_t         len;
    FILE          *to;
    pb_json_writer w;
} alert;

static bool begin(alert *a, const char *what)
{
    *a    = (alert){0};
    a->to = open_memstream(&a->text, &a->len);
    if (!a->to) return false;
    pb_json_begin(&a->w, a->to, 0);
    pb_json_object(&a->w, NULL);
    pb_json_put_text(&a->w, "alert", what);
    return true;
}

static void end(pb_hub *hub, pb__race *race, alert *a, int16_t car)
{
    if (car != 0) pb_json_put_i64(&a->w, "car", car);
    pb_json_object_end(&a->w);
    if (fclose(a->to) == 0) pb__race_give(hub, race, PB__TOPIC_ALERT, car, (pb_span){a->text, a->len}, 0);
    free(a->text);
}

static void put_when(alert *a, const pb_event *e)
{
    if (e->at_us != PB_US_NONE) pb_json_put_i64(&a->w, "race_at_us", e->at_us);
    if (e->session_ms != PB_MS_NONE) pb_json_put_i64(&a->w, "session_ms", e->session_ms);
}

/* ---- of events ---- */

static const char *track_name(int32_t track)
{
    static const char *const names[] = {"",
                                        "green",
                                        "yellow",
                                        "",
                                        "safety_car",
                                        "red_flag",
                                        "virtual_safety_car",
                                        "virtual_safety_car_ending",
                                        "safety_car_ending"};
    return track > 0 && track < (int32_t)(sizeof names / sizeof *names) ? names[track] : "";
}

/* Phases by name, for feeds that tell no digits: the same numbers. */
static int32_t track_of_phase(const pb_event *e)
{
    if (e->value == PB_SC_OVER) return 1;
    if (e->value == PB_SC_ENDING) return e->aux == 2 ? 7 : e->aux == 1 ? TRACK_SC_ENDING : 0;
    if (e->value != PB_SC_DEPLOYED) return 0;
    return e->aux == 1 ? 4 : e->aux == 2 ? 6 : e->aux == 3 ? 5 : 0;
}

static void on_track(pb_hub *hub, pb__race *race, const pb_event *e, int32_t track)
{
    alert       a;
    int32_t     before = race->told.track;
    const char *name   = track_name(track);
    if (name[0] == '\0' || track == before) return;
    race->told.track = track;
    if (before == 0 && track == 1) return; /* nothing had been told that is over now */
    if (!begin(&a, "track")) return;
    pb_json_put_text(&a.w, "track", name);
    put_when(&a, e);
    end(hub, race, &a, 0);
}

static void on_weather(pb_hub *hub, pb__race *race, const pb_event *e)
{
    alert a;
    float rain = e->real[6];
    int   now  = rain > 0 ? 1 : rain == 0 ? 0 : -1;
    if (now < 0 || now == race->told.rain) return;
    bool news       = now == 1 || race->told.rain == 1;
    race->told.rain = now;
    if (!news || !begin(&a, "rain")) return;
    pb_json_put_bool(&a.w, "rain", now == 1);
    put_when(&a, e);
    end(hub, race, &a, 0);
}

/* Two feeds tell the same stop, and need not agree on the lap. */
static bool is_same_stop(uint16_t lap, int64_t at_us, const pb_event *e)
{
    if (lap == e->lap && lap != 0) return true;
    if (at_us == PB_US_NONE || e->at_us == PB_US_NONE) return false;
    return at_us > e->at_us - SAME_STOP_US && at_us < e->at_us + SAME_STOP_US;
}

static void on_pit_in(pb_hub *hub, pb__race *race, const pb_event *e)
{
    alert    a;
    uint32_t i               = car_index(&race->told, e->car);
    bool     same            = is_same_stop(race->told.cars[i].lap, race->told.cars[i].at_us, e);
    race->told.cars[i].lap   = e->lap;
    race->told.cars[i].at_us = e->at_us;
    if (same || e->car == own_car(race) || !begin(&a, "pit")) return;
    if (e->lap) pb_json_put_i64(&a.w, "lap", e->lap);
    put_when(&a, e);
    end(hub, race, &a, e->car);
}

static void on_chequered(pb_hub *hub, pb__race *race, const pb_event *e)
{
    alert a;
    if (race->told.chequered || !begin(&a, "chequered")) return;
    race->told.chequered = true;
    put_when(&a, e);
    end(hub, race, &a, 0);
}

static bool is_of_use(pb_span line)
{
    static const char *const begins[] = {
        "{\"event\":\"track\"",     "{\"event\":\"sc_phase\"", "{\"event\":\"weather\"",  "{\"event\":\"pit_in\"",
        "{\"event\":\"chequered\"", "{\"event\":\"session\"",  "{\"event\":\"flashback\""};
    for (size_t i = 0; i < sizeof begins / sizeof *begins; i++)
        if (line.len >= strlen(begins[i]) && memcmp(line.at, begins[i], strlen(begins[i])) == 0) return true;
    return false;
}

void pb__alert_event(pb_hub *hub, pb__race *race, pb_span line)
{
    pb_event e;
    if (!is_of_use(line) || pb_event_line_read(line, &e, NULL) != PB_OK) return;
    if (e.kind == PB_EV_TRACK) on_track(hub, race, &e, e.value);
    if (e.kind == PB_EV_SC_PHASE) on_track(hub, race, &e, track_of_phase(&e));
    if (e.kind == PB_EV_WEATHER) on_weather(hub, race, &e);
    if (e.kind == PB_EV_PIT_IN) on_pit_in(hub, race, &e);
    if (e.kind == PB_EV_CHEQUERED) on_chequered(hub, race, &e);
    if (e.kind == PB_EV_SESSION || e.kind == PB_EV_FLASHBACK) pb__alert_begin(race); /* what was told never was */
}

/* ---- of calls: {"seq":..,"lap":..,"car":16,"call":{"actions":[{"action":"BOX",..}]}} ---- */

static void compare_call(pb_hub *hub, pb__race *race, pb_json root)
{
    alert   a;
    int64_t car = 0, lap = 0;
    char    action[32] = "", compound[32] = "", now[96];
    pb_json first = pb_json_at(pb_json_get(pb_json_get(root, "call"), "actions"), 0);
    if (pb_json_i64(pb_json_get(root, "car"), 1, INT16_MAX, &car, NULL) != PB_OK || car == 0) return;
    if (pb_json_text(pb_json_get(first, "action"), action, sizeof action, NULL) != PB_OK || action[0] == '\0') return;
    (void)pb_json_text(pb_json_get(first, "compound"), compound, sizeof compound, NULL);
    (void)pb_json_i64(pb_json_get(root, "lap"), 0, UINT16_MAX, &lap, NULL);
    uint32_t i = car_index(&race->told, (int16_t)car);
    snprintf(now, sizeof now, "%s %s", action, compound);
    bool same = strcmp(now, race->told.cars[i].call) == 0;
    memcpy(race->told.cars[i].call, now, sizeof now);
    if (same || !begin(&a, "call")) return;
    pb_json_put_text(&a.w, "action", action);
    pb_json_put_text(&a.w, "compound", compound[0] ? compound : NULL);
    if (lap > 0) pb_json_put_i64(&a.w, "lap", lap);
    end(hub, race, &a, (int16_t)car);
}

void pb__alert_call(pb_hub *hub, pb__race *race, pb_span call)
{
    pb_json_doc *doc = NULL;
    if (pb_json_parse(call, "call", &doc, NULL) != PB_OK) return;
    compare_call(hub, race, pb_json_root(doc));
    pb_json_free(doc);
}
