#include "api_race.h"

#include <ctype.h>
#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include "data_file.h"
#include "pitboard/predict_store.h"
#include "pitboard/store.h"
#include "pitboard/wire.h"

#define BUNDLED "data/races"

/* ---- names ---- */

/* 2023-07, 2023-07S */
static bool is_id(const char *name)
{
    for (int i = 0; i < 7; i++)
        if (i == 4 ? name[i] != '-' : !isdigit((unsigned char)name[i])) return false;
    return name[7] == '\0' || (name[7] == 'S' && name[8] == '\0');
}

/* 2023_07_spanish: what such files are called; nothing that a path needs. */
static bool is_stem(const char *name)
{
    size_t n = strlen(name);
    if (n < 9 || n > 40 || name[4] != '_' || name[7] != '_') return false;
    for (size_t i = 0; i < n; i++)
        if (!islower((unsigned char)name[i]) && !isdigit((unsigned char)name[i]) && name[i] != '_') return false;
    return true;
}

/* "2023-07" and the file that is of it. */
static bool is_file_of(const char *file, const char *id)
{
    size_t n = strlen(file);
    return strlen(id) == 7 && n > 12 && strcmp(file + n - 4, ".csv") == 0 && strncmp(file, id, 4) == 0 &&
           file[4] == '_' && strncmp(file + 5, id + 5, 2) == 0 && file[7] == '_';
}

static bool find_bundled(const char *id, char *path, size_t cap)
{
    char name[300], dir[2200];
    bool found = false;
    if (is_stem(id)) {
        snprintf(name, sizeof name, BUNDLED "/%s.csv", id);
        return pb__data_file(name, path, cap, NULL) == PB_OK;
    }
    if (pb__data_file(BUNDLED, dir, sizeof dir, NULL) != PB_OK) return false;
    DIR *at = opendir(dir);
    for (struct dirent *e; at && !found && (e = readdir(at));)
        if (is_file_of(e->d_name, id)) found = (size_t)snprintf(path, cap, "%s/%s", dir, e->d_name) < cap;
    if (at) closedir(at);
    return found;
}

/* ---- laps ---- */

/* The file's name tells which race it is; messages name the id. */
static pb_status read_bundled(const char *path, pb_race_log *log, pb_error *error)
{
    pb_bytes    bytes = {0};
    const char *slash = strrchr(path, '/');
    PB_TRY(pb_file_read(path, 0, &bytes, error));
    pb_status status = pb_wire_read_laps((pb_span){bytes.at, bytes.len}, slash ? slash + 1 : path, log, error);
    pb_bytes_free(&bytes);
    return status;
}

static pb_status read_stored(const char *id, const char *url, pb_race_log *log, pb_error *error)
{
    pb_store *store;
    PB_TRY(pb_store_open(url, PB_STORE_READ, &store, error));
    pb_status status = pb_history_read_log(store, id, log, error);
    pb_store_close(store);
    return status;
}

pb_status api_race_log(const char *id, const char *store_url, pb_race_log *log, pb_error *error)
{
    char     path[2600];
    pb_error why = {0};
    if (!is_id(id) && !is_stem(id))
        return pb_error_set(error, PB_E_NOENT, "\"%.60s\" is no race; races are named 2023-07", id);
    pb_status status = is_id(id) && store_url ? read_stored(id, store_url, log, &why) : PB_E_NOENT;
    if (status == PB_OK || status == PB_E_NOMEM)
        return status == PB_OK ? PB_OK : pb_error_set(error, status, "%s", why.text);
    if (find_bundled(id, path, sizeof path)) return read_bundled(path, log, error);
    if (status == PB_E_NOENT || status == PB_E_EMPTY)
        return pb_error_set(error, PB_E_NOENT, "there is no race %s here", id);
    return pb_error_set(error, PB_E_IO, "the store cannot be read just now");
}

/* ---- the body ---- */

static pb_status read_set(pb_json body, api_race *out, pb_error *error)
{
    const char *keys[PB__LIST_MAX + 1];
    pb_json     set = pb_json_get(body, "set");
    size_t      n   = pb_json_keys(set, keys, PB__LIST_MAX + 1);
    if (n > PB__LIST_MAX) return pb_error_set(error, PB_E_LIMIT, "/set: at most %d values may be set", PB__LIST_MAX);
    for (size_t i = 0; i < n; i++) {
        pb_json value = pb_json_member(set, keys[i]);
        pb_span chars = pb_json_chars(value);
        size_t  len   = 0;
        char   *json  = pb_json_kind_of(value) == PB_JSON_TEXT ? NULL : api_text_of(value, &len);
        int     size  = json ? (int)len : (int)chars.len;
        if (!json && pb_json_kind_of(value) != PB_JSON_TEXT) return pb_error_set(error, PB_E_NOMEM, "out of memory");
        int bad = asprintf(&out->sets[i], "%s=%.*s", keys[i], size, json ? json : chars.at) < 0;
        free(json);
        if (bad) {
            out->sets[i] = NULL;
            return pb_error_set(error, PB_E_NOMEM, "out of memory");
        }
        out->choice.set.at[out->choice.set.n++] = out->sets[i];
    }
    return PB_OK;
}

static pb_status read_by_id(const api_ask *ask, pb_json at, api_race *out, pb_error *error)
{
    pb_error why = {0};
    if (pb_json_text(at, out->id, sizeof out->id, &why) != PB_OK)
        return pb_error_set(error, PB_E_RANGE,
                            "/race: the id of a race is asked for, 2023-07, or a race file as an object");
    pb_status status = api_race_log(out->id, ask->work->options.store_url, &out->log, &why);
    if (status != PB_OK) return pb_error_set(error, status == PB_E_NOENT ? PB_E_RULE : status, "/race: %s", why.text);
    out->choice.path      = out->id;
    out->choice.given.log = &out->log;
    out->laps             = true;
    return PB_OK;
}

static pb_status read_object(pb_json at, api_race *out, pb_error *error)
{
    size_t len = 0;
    out->text  = api_text_of(at, &len);
    if (!out->text) return pb_error_set(error, PB_E_NOMEM, "out of memory");
    out->choice.path       = "race";
    out->choice.given.text = (pb_span){out->text, len};
    if (pb__form_of(out->choice.given.text) == PB__FORM_RACE) return PB_OK;
    return pb_error_set(error, PB_E_MISSING, "/race/format: a race file begins with \"format\": \"pitboard-race-1\"");
}

/* What tells a race in a few facts. */
static const char *const told_keys[] = {
    "circuit",  "season",     "laps_total", "cars",           "position",     "driver",       "team",
    "compound", "tyre_age",   "stops_done", "compounds_used", "fuel_kg",      "pace_s",       "gap_ahead_s",
    "rivals",   "pit_loss_s", "penalty_s",  "track_wetness",  "gap_behind_s", "gap_leader_s", "rain"};

pb_status api_race_alone(pb_json body, pb_error *error)
{
    for (size_t i = 0; i < sizeof told_keys / sizeof *told_keys; i++)
        if (pb_json_present(pb_json_member(body, told_keys[i])))
            return pb_error_set(error, PB_E_RULE, "/%s: the laps of \"%s\" tell that; use \"set\" to change the race",
                                told_keys[i], pb_json_present(pb_json_get(body, "session")) ? "session" : "race");
    return PB_OK;
}

bool api_race_named(pb_json body)
{
    return pb_json_present(pb_json_get(body, "race")) || pb_json_present(pb_json_get(body, "session"));
}

/* ---- a session ---- */

/* What holds for all followed races comes first, so that the body has the last word. */
static pb_status add_sets(const api_ask *ask, uint16_t laps_total, api_race *out, pb_error *error)
{
    const pb__list own = out->choice.set;
    if (ask->work->options.set) out->base = *ask->work->options.set;
    PB_TRY(live_distance(&ask->now.ask->log, laps_total, out->distance, &out->base, error));
    if (out->base.n + own.n > PB__LIST_MAX)
        return pb_error_set(error, PB_E_LIMIT, "/set: at most %u values may be set here", PB__LIST_MAX - out->base.n);
    out->choice.set = out->base;
    for (uint32_t i = 0; i < own.n; i++) out->choice.set.at[out->choice.set.n++] = own.at[i];
    return PB_OK;
}

/* Laps that the leader has completed and that a race can be made of: one that it closed without a time, into the lane
 * under a red flag, is not among them. */
static uint32_t laps_until_now(const pb_ask *now, uint32_t leader)
{
    pb_race_outcome *outcome = malloc(sizeof *outcome);
    uint32_t         laps    = 0;
    if (outcome && now->log.n_cars > 0 && pb_race_outcome_of(&now->log, outcome) == PB_OK) laps = outcome->laps;
    free(outcome);
    return laps < leader ? laps : leader;
}

static pb_status choose_lap(uint32_t now, const char *lap_key, uint32_t *lap, pb_error *error)
{
    if (now < 2)
        return pb_error_set(error, PB_E_RULE,
                            "/session: its leader has completed %u laps: ask from the end of lap 2 on", now);
    if (*lap > now)
        return pb_error_set(error, PB_E_RANGE, "/%s: %u: the leader has completed %u laps", lap_key, *lap, now);
    if (*lap == 0) *lap = now;
    return PB_OK;
}

/* A car that the body asks for is not in the way of its own stop. */
static int16_t asked_car(const api_ask *ask)
{
    char        text[24];
    const char *name   = NULL;
    int64_t     number = 0;
    pb_error    why;
    if (api_read_text(ask->body, "car", text, sizeof text, &name, &why) != PB_OK || !name) return 0;
    (void)pb_span_to_i64(pb_span_of(name), &number);
    for (uint8_t i = 0; i < ask->now.ask->state.n_cars; i++) {
        const pb_live_car *car = &ask->now.ask->state.cars[i];
        if (pb_span_equal_nocase(pb_span_of(name), car->code) || (number > 0 && car->number == number)) return car->key;
    }
    return 0;
}

static pb_status read_session(const api_ask *ask, const char *lap_key, api_race *out, pb_error *error)
{
    const pb_ask *now = ask->now.ask;
    live_ask      q;
    live_question(now, asked_car(ask), out->boxed_text, &q);
    uint32_t laps = laps_until_now(now, q.lap);
    PB_TRY(choose_lap(laps, lap_key, &out->choice.from_lap, error));
    PB_TRY(add_sets(ask, q.laps_total, out, error));
    out->choice.path      = now->log.source[0] ? now->log.source : "the race";
    out->choice.given.log = &now->log;
    out->laps             = true;
    if (out->choice.from_lap < laps) return PB_OK; /* as of a race that is recorded */
    out->choice.given.phases   = q.phases;
    out->choice.given.n_phases = q.n_phases;
    out->flag                  = q.flag;
    out->boxed                 = q.boxed;
    out->asked_ms              = q.asked_ms;
    out->flag_ms               = q.flag_ms;
    return PB_OK;
}

pb_status api_race_state(const api_race *race, pb_race_spec *spec, pb_error *error)
{
    bool     boxed[PB_CARS_MAX] = {0};
    pb_error why;
    if (race->flag == DECIDE_FLAG_AS_IS || spec->from_lap == 0) return PB_OK;
    if (!spec->neutral.actual) PB_TRY(decide_state_flag(spec, race->flag, error));
    if (race->boxed) (void)decide_state_boxed(spec, race->boxed, boxed, &why); /* who cannot stop does not */
    return pb_race_spec_check(spec, error);
}

/* ---- either ---- */

pb_status api_race_read(const api_ask *ask, const char *lap_key, api_race *out, pb_error *error)
{
    pb_json at = pb_json_get(ask->body, "race");
    *out       = (api_race){.choice = {.grids = ask->work->options.grids, .kit = &ask->desk->kit}};
    pb_race_log_init(&out->log);
    if (!pb_json_present(at) && !ask->now.ask) return pb_error_set(error, PB_E_MISSING, "/race: which race?");
    PB_TRY(read_set(ask->body, out, error));
    PB_TRY(api_read_u32(ask->body, lap_key, 1, PB_LAPS_MAX, &out->choice.from_lap, error));
    if (ask->now.ask) return read_session(ask, lap_key, out, error);
    if (pb_json_kind_of(at) != PB_JSON_OBJECT) return read_by_id(ask, at, out, error);
    out->choice.grids = NULL; /* it holds its own */
    return read_object(at, out, error);
}

uint32_t api_race_unset(api_race *race)
{
    uint32_t n       = race->choice.set.n - race->base.n;
    race->choice.set = race->base;
    return n;
}

void api_race_free(api_race *race)
{
    pb_race_log_fini(&race->log);
    free(race->text);
    for (size_t i = 0; i < PB__LIST_MAX; i++) free(race->sets[i]);
    *race = (api_race){0};
}
