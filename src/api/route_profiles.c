/* Profiles of drivers and teams, and the teams themselves. */
#include <stdlib.h>
#include <string.h>

#include "profiles.h"

/* ---- with the book of the store ---- */

typedef pb_status work(const pb_profile_book *book, pb_store *store, pb_request *request, pb_reply *reply,
                       pb_error *error);

/* What is ours to say (404, 422) goes out as it is; the store's own words are for the log. */
static pb_status away(pb_status status, const pb_error *why, pb_request *request, pb_error *error)
{
    if (status == PB_OK || status == PB_E_CANCELLED) return status;
    if (status != PB_E_IO) return pb_error_set(error, status, "%s", why->text);
    pb_logger_say(pb_request_log(request), PB_LOG_ERROR, "api", pb_request_id(request), "the store: %s", why->text);
    return pb_error_set(error, PB_E_IO, "the store cannot be read now; try again");
}

static pb_status with_book(pb_profiles *profiles, work *do_it, pb_request *request, pb_reply *reply, pb_error *error)
{
    pb_data           *data = pb__profiles_data(profiles);
    pb_store          *store;
    pb__profiles_book *book;
    pb_error           why = {0};
    PB_TRY(pb__data_take(data, &store, error));
    pb_status status = pb__profiles_hold(profiles, store, &book, &why);
    if (status == PB_OK) {
        status = do_it(pb__profiles_of(book), store, request, reply, &why);
        pb__profiles_drop(book);
    }
    return away(pb__data_give(data, store, status), &why, request, error);
}

static int season_of(const pb_request *request)
{
    const char *text   = pb_request_query(request, "season");
    int64_t     season = 0;
    if (text) (void)pb_span_to_i64(pb_span_of(text), &season); /* its schema has seen to the form */
    return (int)season;
}

/* ---- one profile ---- */

static pb_status is_known(pb_store *store, pb_profile_of of, const char *id, pb_error *error)
{
    const pb_value key = pb_value_text(id);
    int64_t        n   = 0;
    if (pb_utf8_valid(pb_span_of(id)))
        PB_TRY(pb_store_count(store,
                              of == PB_PROFILE_DRIVER ? "SELECT count(*) FROM drivers WHERE driver = ?1"
                                                      : "SELECT count(*) FROM teams WHERE team = ?1",
                              &key, 1, 0, &n, error));
    const char *what = of == PB_PROFILE_DRIVER ? "driver" : "team";
    return n > 0 ? PB_OK
                 : pb_error_set(error, PB_E_NOENT, "no %s %.40s here; GET /api/v1/%ss lists them", what, id, what);
}

/* The one of exactly this id: a name is no id here. */
static int32_t find(const pb_profile_book *book, pb_profile_of of, const char *id)
{
    int32_t who = pb_profile_find(book, of, id);
    if (who < 0) return -1;
    const char *found = of == PB_PROFILE_DRIVER ? book->drivers[who].id : book->teams[who].id;
    return strcmp(found, id) == 0 ? who : -1;
}

static pb_status put_profile(const pb_profile_book *book, pb_profile_of of, pb_store *store, pb_request *request,
                             pb_reply *reply, pb_error *error)
{
    const char *id  = pb_request_param(request, "id");
    int32_t     who = find(book, of, id);
    if (who < 0) PB_TRY(is_known(store, of, id, error));
    pb_json_writer *w = pb_reply_json(reply);
    pb_json_object(w, NULL);
    pb_status status = pb_profile_put(book, of, who, id, season_of(request), w, error);
    pb_json_object_end(w);
    return status;
}

static pb_status put_driver(const pb_profile_book *book, pb_store *store, pb_request *request, pb_reply *reply,
                            pb_error *error)
{
    return put_profile(book, PB_PROFILE_DRIVER, store, request, reply, error);
}

static pb_status put_team(const pb_profile_book *book, pb_store *store, pb_request *request, pb_reply *reply,
                          pb_error *error)
{
    return put_profile(book, PB_PROFILE_TEAM, store, request, reply, error);
}

static pb_status run_driver(void *context, pb_request *request, pb_reply *reply, pb_error *error)
{
    return with_book(context, put_driver, request, reply, error);
}

static pb_status run_team(void *context, pb_request *request, pb_reply *reply, pb_error *error)
{
    return with_book(context, put_team, request, reply, error);
}

/* ---- everybody ---- */

static pb_status put_list(const pb_profile_book *book, pb_store *store, pb_request *request, pb_reply *reply,
                          pb_error *error)
{
    const char     *of = pb_request_query(request, "of");
    pb_json_writer *w  = pb_reply_json(reply);
    (void)store;
    pb_json_array(w, NULL);
    pb_status status = pb_profile_put_list(book, of && strcmp(of, "team") == 0 ? PB_PROFILE_TEAM : PB_PROFILE_DRIVER,
                                           season_of(request), w, error);
    pb_json_array_end(w);
    return status;
}

static pb_status run_list(void *context, pb_request *request, pb_reply *reply, pb_error *error)
{
    return with_book(context, put_list, request, reply, error);
}

/* ---- teams ---- */

static void put_team_row(pb_json_writer *w, const pb_store_rows *rows)
{
    pb__data_text(w, "id", rows, 0);
    pb__data_text(w, "name", rows, 1);
    pb__data_text(w, "nationality", rows, 2);
    pb__data_i64(w, "first_season", rows, 3);
    pb__data_i64(w, "last_season", rows, 4);
    pb__data_i64(w, "races", rows, 5);
}

/* Of its names over the years the newest that an entry tells. */
static pb_status put_teams(pb_data *data, pb_store *store, pb_request *request, pb_reply *reply, pb_error *error)
{
    (void)data, (void)request;
    return pb__data_array(
        store, pb_reply_json(reply), NULL,
        "SELECT t.team, coalesce(n.team_name, t.name), t.nationality, s.first, s.last, coalesce(s.n, 0) FROM teams t "
        "LEFT JOIN (SELECT e.team, min(r.season) AS first, max(r.season) AS last, count(DISTINCT e.race) AS n, "
        "max(e.race) AS newest FROM entries e JOIN races r ON r.race = e.race GROUP BY e.team) s ON s.team = t.team "
        "LEFT JOIN (SELECT race, team, max(team_name) AS team_name FROM entries GROUP BY race, team) n "
        "ON n.race = s.newest AND n.team = t.team ORDER BY t.team",
        NULL, 0, put_team_row, error);
}

static pb_status run_teams(void *context, pb_request *request, pb_reply *reply, pb_error *error)
{
    return pb__data_do(pb__profiles_data(context), put_teams, request, reply, error);
}

/* ---- the table ---- */

#define SEASON                                                                                                         \
    {                                                                                                                  \
        "season", "{\"type\":\"integer\",\"minimum\":1950,\"maximum\":2199}", "this season alone; all that are known"  \
    }
#define HOW                                                                                                            \
    "Values are means over races, drawn towards the field's by as much as single races leave in doubt, with a 90 % "   \
    "interval. What cannot be said is null, and why says so; repeats says whether the measure came back in the next "  \
    "season. docs/profile.md tells how each is measured."

static const pb_route rows[] = {
    {.method  = PB_GET,
     .path    = "/api/v1/profiles",
     .id      = "listProfiles",
     .tag     = "drivers",
     .summary = "What the history says of every driver, or team, in one line each",
     .details = HOW,
     .role    = PB_ROLE_VIEWER,
     .flags   = PB_ROUTE_LIST | PB_ROUTE_WORK,
     .run     = run_list,
     .answer  = "ProfileLine",
     .query   = {{"of", "{\"type\":\"string\",\"enum\":[\"driver\",\"team\"],\"default\":\"driver\"}",
                  "drivers or teams"},
                 SEASON}},
    {.method        = PB_GET,
     .path          = "/api/v1/drivers/{id}/profile",
     .id            = "getDriverProfile",
     .tag           = "drivers",
     .summary       = "What the history says of a driver: pace, starts, tyres, steadiness, passing, against the mate",
     .details       = HOW,
     .role          = PB_ROLE_VIEWER,
     .flags         = PB_ROUTE_WORK,
     .run           = run_driver,
     .answer        = "Profile",
     .query         = {SEASON},
     .param_help    = "id: a driver of the list, VER",
     .param_example = "VER"},
    {.method  = PB_GET,
     .path    = "/api/v1/teams",
     .id      = "listTeams",
     .tag     = "drivers",
     .summary = "Teams that the store knows, each one over all its names",
     .role    = PB_ROLE_VIEWER,
     .flags   = PB_ROUTE_LIST,
     .run     = run_teams,
     .answer  = "Team"},
    {.method        = PB_GET,
     .path          = "/api/v1/teams/{id}/profile",
     .id            = "getTeamProfile",
     .tag           = "drivers",
     .summary       = "What the history says of a team, and of who drove for it",
     .details       = HOW,
     .role          = PB_ROLE_VIEWER,
     .flags         = PB_ROUTE_WORK,
     .run           = run_team,
     .answer        = "Profile",
     .query         = {SEASON},
     .param_help    = "id: a team of the list, red_bull",
     .param_example = "red_bull"},
};

pb_route_table pb_routes_profiles_table(pb_profiles *profiles)
{
    return (pb_route_table){.rows = rows, .n = sizeof rows / sizeof *rows, .context = profiles};
}
