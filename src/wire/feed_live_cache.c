/* feed_live_cache: a folder of the live-timing cache, one race, as it came over the
 * wire: the counter, the last lap and the third sector at the line, the other sectors
 * before it, pit entries and exits, tyre deltas, status, weather, race control, and
 * the gap stream where there is one.
 *
 *     row of laps.csv, lap n        |--S1--|--S2--|--S3--|
 *                     pit_out ------^      ^      ^      ^
 *                                    sector 0  sector 1  laps n, sector 2, last_lap, speed
 *
 * Race control is dated in UTC, all else on the session clock. Messages that have a
 * counterpart in track_status.csv, and the chequered flag, tell the difference. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "feed_tables.h"

/* ---- session_info.json ---- */

static pb_session_type type_of(const char *name)
{
    if (strstr(name, "Sprint"))
        return strstr(name, "Quali") || strstr(name, "Shootout") ? PB_SESSION_SPRINT_QUALIFYING : PB_SESSION_SPRINT;
    if (strstr(name, "Quali")) return PB_SESSION_QUALIFYING;
    if (strstr(name, "Practice")) return PB_SESSION_PRACTICE;
    return PB_SESSION_RACE;
}

static void take_info(pb_json root, pb_event *e)
{
    char    name[64] = "";
    pb_json meeting  = pb_json_get(root, "Meeting");
    (void)pb_json_text(pb_json_get(meeting, "Name"), e->name, sizeof e->name, NULL);
    (void)pb_json_text(pb_json_get(pb_json_get(meeting, "Circuit"), "ShortName"), e->team_text, sizeof e->team_text,
                       NULL);
    (void)pb_json_text(pb_json_get(root, "Name"), name, sizeof name, NULL);
    e->value    = (int32_t)type_of(name);
    int64_t key = 0;
    if (pb_json_i64(pb_json_get(root, "Key"), 1, INT32_MAX, &key, NULL) == PB_OK && key > 0)
        (void)snprintf(e->text, sizeof e->text, "%lld", (long long)key);
}

/* A folder without it is still a race, called after the folder. */
static void add_info(pb__event_list *list, const char *folder)
{
    char         path[4096];
    pb_bytes     bytes;
    pb_json_doc *doc = NULL;
    pb_event    *e   = &list->at[list->n - 1].event;
    if (!folder || snprintf(path, sizeof path, "%s/session_info.json", folder) >= (int)sizeof path) return;
    if (pb_file_read(path, 1u << 20, &bytes, NULL) != PB_OK) return;
    if (pb_json_parse((pb_span){bytes.at, bytes.len}, path, &doc, NULL) == PB_OK) {
        take_info(pb_json_root(doc), e);
        pb_json_free(doc);
    } else {
        list->refused++;
    }
    pb_bytes_free(&bytes);
}

/* ---- UTC of the session clock ---- */

#define PAIRS_MAX 512
#define PAIR_SLACK_MS 2000 /* race control is dated to the second, either may come first */

static uint8_t digit_of(const pb_control_row *row)
{
    const char *m = row->message;
    if (strstr(m, "VIRTUAL SAFETY CAR DEPLOYED")) return 6;
    if (strstr(m, "VIRTUAL SAFETY CAR ENDING")) return 7;
    if (strstr(m, "SAFETY CAR DEPLOYED")) return 4;
    return strcmp(row->flag, "RED") == 0 ? 5 : 0;
}

static int32_t flag_ms(const pb_records *r)
{
    int32_t  first = PB_MS_NONE;
    uint16_t most  = 0;
    for (uint32_t i = 0; i < r->laps.n; i++) {
        const pb_lap *lap = &r->laps.at[i].lap;
        if (lap->number < most || lap->session_ms == PB_MS_NONE) continue;
        if (lap->number > most || lap->session_ms < first) first = lap->session_ms;
        most = lap->number;
    }
    return first;
}

static void pair(int64_t *pairs, uint32_t *n, int64_t utc_ms, int32_t session_ms)
{
    if (*n < PAIRS_MAX && session_ms != PB_MS_NONE && utc_ms != 0) pairs[(*n)++] = utc_ms - session_ms;
}

static uint32_t make_pairs(const pb_records *r, int64_t *pairs)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < r->control.n; i++) {
        const pb_control_row *row = &r->control.at[i];
        if (strcmp(row->flag, "CHEQUERED") == 0) pair(pairs, &n, row->utc_ms, flag_ms(r));
        uint8_t digit = digit_of(row);
        for (uint32_t k = 0; digit && k < r->track.n; k++)
            if (r->track.at[k].status == digit) pair(pairs, &n, row->utc_ms, r->track.at[k].session_ms);
    }
    return n;
}

/* The difference that most pairs agree on; PB_US_NONE when there is no pair. */
static int64_t zero_of(const int64_t *pairs, uint32_t n)
{
    uint32_t most = 0;
    int64_t  sum  = 0;
    for (uint32_t i = 0; i < n; i++) {
        uint32_t near = 0;
        int64_t  off  = 0;
        for (uint32_t k = 0; k < n; k++) {
            if (llabs(pairs[k] - pairs[i]) > PAIR_SLACK_MS) continue;
            near++;
            off += pairs[k] - pairs[i];
        }
        if (near > most) {
            most = near;
            sum  = pairs[i] + off / near;
        }
    }
    return most ? sum * 1000 : PB_US_NONE;
}

/* ---- laps ---- */

static void add_sector(pb__event_list *list, const pb_lap_record *row, int k, int64_t at, int16_t key)
{
    if (row->lap.sector_ms[k] == PB_MS_NONE) return;
    pb_event *e = pb__list_add_car(list, PB_EV_SECTOR, at, key);
    e->index    = (uint8_t)k;
    e->value    = row->lap.sector_ms[k];
}

static void add_line(pb__event_list *list, const pb_lap_record *row, int16_t key)
{
    int64_t end                                         = row->lap.session_ms;
    pb__list_add_car(list, PB_EV_LAPS, end, key)->value = row->lap.number;
    add_sector(list, row, 2, end, key);
    if (row->lap.time_ms != PB_MS_NONE) pb__list_add_car(list, PB_EV_LAST_LAP, end, key)->value = row->lap.time_ms;
    if (!(row->speed_kph >= 0)) return;
    pb_event *e = pb__list_add_car(list, PB_EV_SPEED, end, key);
    e->index    = 3;
    e->value    = (int32_t)row->speed_kph;
}

static void add_lap(pb__event_list *list, const pb_lap_record *row)
{
    const pb_lap *lap = &row->lap;
    int16_t       key = pb__list_key(list, row->driver, row->number);
    if (key == 0) return;
    int64_t end = lap->session_ms, s2 = lap->sector_ms[1], s3 = lap->sector_ms[2];
    int64_t second = s3 == PB_MS_NONE ? end : end - s3, first = s2 == PB_MS_NONE ? second : second - s2;
    if (lap->pit_out_ms != PB_MS_NONE) (void)pb__list_add_car(list, PB_EV_PIT_OUT, lap->pit_out_ms, key);
    add_sector(list, row, 0, first, key);
    add_sector(list, row, 1, second, key);
    if (lap->pit_in_ms != PB_MS_NONE) (void)pb__list_add_car(list, PB_EV_PIT_IN, lap->pit_in_ms, key);
    add_line(list, row, key);
}

/* ---- status ---- */

static int status_of(const char *name)
{
    static const char *const names[] = {"Inactive", "Started", "Aborted", "Finished", "Finalised", "Ends"};
    for (int i = 0; i < 6; i++)
        if (strcmp(name, names[i]) == 0) return i;
    return -1;
}

static void add_status(pb__event_list *list, const pb_records *r)
{
    for (uint32_t i = 0; i < r->session.n; i++) {
        int status = status_of(r->session.at[i].status);
        if (status < 0)
            list->refused++;
        else
            pb__list_add(list, PB_EV_SESSION_STATUS, r->session.at[i].session_ms)->value = status;
    }
    for (uint32_t i = 0; i < r->track.n; i++)
        pb__list_add(list, PB_EV_TRACK, r->track.at[i].session_ms)->value = r->track.at[i].status;
    for (uint32_t i = 0; i < r->counts.n; i++) {
        const pb_count_row *row = &r->counts.at[i];
        if (row->total) pb__list_add(list, PB_EV_DISTANCE, row->session_ms)->value = row->total;
        if (row->lap) pb__list_add(list, PB_EV_LEADER_LAP, row->session_ms)->value = row->lap;
    }
}

static const char *last_part(const char *path)
{
    const char *at = path;
    for (const char *p = path; *p; p++)
        if (*p == '/' && p[1]) at = p + 1;
    return at;
}

pb_status pb__tables_live_cache(pb__event_list *list, const pb_records *r, const char *folder)
{
    int64_t *pairs = calloc(PAIRS_MAX, sizeof *pairs);
    if (!pairs) return pb_error_set(list->error, PB_E_NOMEM, "%s: out of memory", list->path);
    list->zero_us = zero_of(pairs, make_pairs(r, pairs));
    free(pairs);
    pb__tables_session(list, r, PB_SESSION_RACE, last_part(list->path));
    add_info(list, folder);
    pb__tables_cars(list, r);
    add_status(list, r);
    for (uint32_t i = 0; i < r->laps.n; i++) add_lap(list, &r->laps.at[i]);
    pb__tables_weather(list, r);
    pb__tables_control(list, r);
    return PB_OK;
}
