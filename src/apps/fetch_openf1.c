/* OpenF1: the collections of one session.
 *
 * Its sessions have keys, no rounds: the round is the place of the meeting among
 * those of its year that have a race that was not cancelled. */
#include <stdlib.h>
#include <string.h>

#include "fetch.h"

typedef struct session {
    const char *base;
    int64_t     key, meeting, year, round;
    char        name[64], place[64];
    char        folder[PATH_MAX + 400];
} session;

static pb_status get_json(pb__fetch *f, const session *s, const char *query, const char *file, pb_json_doc **doc,
                          pb_error *error)
{
    char url[PB_URL_MAX], path[PATH_MAX + 400];
    PB_TRY(pb__fetch_print(url, sizeof url, error, "%s/%s", s->base, query));
    PB_TRY(pb__fetch_print(path, sizeof path, error, "%s/openf1/%s/%s.json", f->cache, f->host, file));
    return pb__fetch_json(f, url, path, doc, error);
}

static pb_status read_session(session *s, pb_json one, pb_error *error)
{
    PB_TRY(pb_json_need(one, error));
    PB_TRY(pb_json_i64(pb_json_get(one, "meeting_key"), 0, INT32_MAX, &s->meeting, error));
    PB_TRY(pb_json_i64(pb_json_get(one, "year"), 1950, 2200, &s->year, error));
    PB_TRY(pb_json_text(pb_json_get(one, "session_name"), s->name, sizeof s->name, error));
    return pb_json_text(pb_json_get(one, "country_name"), s->place, sizeof s->place, error);
}

static pb_status find_session(pb__fetch *f, session *s, pb_error *error)
{
    char         query[64], file[64];
    pb_json_doc *doc = NULL;
    snprintf(query, sizeof query, "sessions?session_key=%lld", (long long)s->key);
    snprintf(file, sizeof file, "session_%lld", (long long)s->key);
    PB_TRY(get_json(f, s, query, file, &doc, error));
    bool      found  = pb_json_length(pb_json_root(doc)) > 0;
    pb_status status = found ? read_session(s, pb_json_at(pb_json_root(doc), 0), error)
                             : pb_error_set(error, PB_E_NOENT, "OpenF1 knows no session %lld", (long long)s->key);
    pb_json_free(doc);
    PB_TRY(status);
    if (strcmp(s->name, "Race") == 0 || strcmp(s->name, "Sprint") == 0) return PB_OK;
    return pb_error_set(error, PB_E_UNSUPPORTED,
                        "session %lld is %s of %s; races and sprints can be kept (take the key of one)",
                        (long long)s->key, s->name, s->place);
}

/* One race of the year; false when it does not count. */
static bool read_race(pb_json one, char date[40], int64_t *meeting)
{
    bool cancelled = false;
    *meeting       = -1;
    date[0]        = '\0';
    (void)pb_json_bool(pb_json_get(one, "is_cancelled"), &cancelled, NULL);
    return !cancelled && pb_json_i64(pb_json_get(one, "meeting_key"), 0, INT32_MAX, meeting, NULL) == PB_OK &&
           pb_json_text(pb_json_get(one, "date_start"), date, 40, NULL) == PB_OK && *meeting >= 0 && date[0];
}

/* Dates of OpenF1 are all written alike, so their order is that of their texts. */
static int64_t round_of(const session *s, pb_json races)
{
    char    ours[40] = "", date[40];
    int64_t meeting, round = 1;
    size_t  n = pb_json_length(races);
    for (size_t i = 0; i < n && !ours[0]; i++)
        if (read_race(pb_json_at(races, i), date, &meeting) && meeting == s->meeting) memcpy(ours, date, sizeof ours);
    for (size_t i = 0; i < n; i++)
        if (read_race(pb_json_at(races, i), date, &meeting) && strcmp(date, ours) < 0) round++;
    return ours[0] ? round : 0;
}

static pb_status find_round(pb__fetch *f, session *s, pb_error *error)
{
    char         query[64], file[64];
    pb_json_doc *doc = NULL;
    s->round         = f->args->round;
    if (s->round) return PB_OK;
    snprintf(query, sizeof query, "sessions?year=%lld&session_name=Race", (long long)s->year);
    snprintf(file, sizeof file, "races_%lld", (long long)s->year);
    PB_TRY(get_json(f, s, query, file, &doc, error));
    s->round = round_of(s, pb_json_root(doc));
    pb_json_free(doc);
    if (s->round) return PB_OK;
    return pb_error_set(error, PB_E_NOENT, "the round of session %lld is not told by OpenF1 (give it: --round N)",
                        (long long)s->key);
}

/* The folder's name is what tells the race to the import. */
static pb_status name_folder(pb__fetch *f, session *s, pb_error *error)
{
    char slug[64];
    pb__fetch_slug(s->place, slug, sizeof slug);
    return pb__fetch_print(s->folder, sizeof s->folder, error, "%s/openf1/%s/%04d_%02d_%s%s", f->cache, f->host,
                           (int)s->year, (int)s->round, slug[0] ? slug : "race",
                           strcmp(s->name, "Sprint") == 0 ? "_sprint" : "");
}

/* A collection without rows is no file to import; some sessions lack some. */
static pb_status get_collection(pb__fetch *f, const session *s, const char *query, const char *name, pb_error *error)
{
    char         url[PB_URL_MAX], path[PATH_MAX + 500];
    pb_json_doc *doc = NULL;
    pb_error     why = {0};
    PB_TRY(pb__fetch_print(url, sizeof url, error, "%s/%s", s->base, query));
    PB_TRY(pb__fetch_print(path, sizeof path, error, "%s/%s.json", s->folder, name));
    pb_status status = pb__fetch_json(f, url, path, &doc, &why);
    if (status == PB_E_NOENT) return PB_OK; /* that is how OpenF1 says "no rows" */
    if (status != PB_OK) return pb_error_set(error, status, "%s", why.text);
    bool any = pb_json_length(pb_json_root(doc)) > 0;
    pb_json_free(doc);
    return any ? pb__fetch_add(f, path, error) : PB_OK;
}

static pb_status get_all(pb__fetch *f, const session *s, pb_error *error)
{
    static const char *const collections[] = {"drivers",        "laps",    "stints",       "pit",
                                              "session_result", "weather", "race_control", "starting_grid"};
    char                     query[128];
    uint32_t                 before = f->n_paths;
    for (size_t i = 0; i < sizeof collections / sizeof *collections; i++) {
        snprintf(query, sizeof query, "%s?session_key=%lld", collections[i], (long long)s->key);
        PB_TRY(get_collection(f, s, query, collections[i], error));
    }
    if (f->n_paths > before) return PB_OK;
    return pb_error_set(error, PB_E_EMPTY, "OpenF1 has no rows of session %lld", (long long)s->key);
}

/* "laps?session_key=9102&driver_number=1": a file of its own beside the whole. */
static pb_status get_only(pb__fetch *f, const session *s, const char *only, pb_error *error)
{
    char    name[128], sha[65];
    pb_span collection = {only, strcspn(only, "?")};
    pb_sha256_hex(pb_span_of(only), sha);
    PB_TRY(pb__fetch_print(name, sizeof name, error, "%.*s_%.12s", (int)collection.len, collection.at, sha));
    uint32_t before = f->n_paths;
    PB_TRY(get_collection(f, s, only, name, error));
    if (f->n_paths > before) return PB_OK;
    return pb_error_set(error, PB_E_EMPTY, "OpenF1 has no rows for %s", only);
}

pb_status pb__fetch_openf1(pb__fetch *f, const char *base, uint32_t session_key, const char *only, pb_error *error)
{
    session s = {.base = base, .key = session_key};
    PB_TRY(pb__fetch_open(f, base, true, error));
    PB_TRY(find_session(f, &s, error));
    PB_TRY(find_round(f, &s, error));
    PB_TRY(name_folder(f, &s, error));
    return only ? get_only(f, &s, only, error) : get_all(f, &s, error);
}
