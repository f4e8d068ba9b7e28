/* access_users: users and teams, in the store. */
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "access_parts.h"
#include "pitboard/store_server.h"

#define USERS_MAX 1000 /* of one team: all are in memory */

/* Never the same twice, also of a user who went and came back within a second. */
static int64_t first_generation(int64_t now_s)
{
    return (now_s << 20) + (int64_t)randombytes_uniform(1u << 20);
}

static pb_status put_team(pb_access *a, pb_store *store, const char *team, pb_error *error)
{
    pb_value values[] = {pb_value_text(team), pb_value_i64(pb__access_now(a))};
    return pb_store_change(store, "INSERT INTO server_teams(team, created_s) VALUES(?1, ?2) ON CONFLICT DO NOTHING",
                           values, 2, NULL, error);
}

/* Whoever changes people of a team waits here for the one before. */
static pb_status hold_team(pb_store *store, const char *team, pb_error *error)
{
    pb_value value = pb_value_text(team);
    return pb_store_change(store, "UPDATE server_teams SET created_s = created_s WHERE team = ?1", &value, 1, NULL,
                           error);
}

pb_status pb__person_find(pb_store *store, const char *team, const char *name, pb__person *out, pb_error *error)
{
    static const char sql[] = "SELECT role, password, created_s, changed_s, generation FROM server_users WHERE team = "
                              "?1 AND name = ?2";
    pb_value          values[] = {pb_value_text(team), pb_value_text(name)};
    char              role[16];
    pb_store_rows    *rows;
    PB_TRY(pb_store_select(store, sql, values, 2, &rows, error));
    pb_status status = pb_store_rows_next(rows, error);
    if (status == PB_OK) {
        pb_store_column_text(rows, 0, role, sizeof role);
        pb_store_column_text(rows, 1, out->password, sizeof out->password);
        out->role = PB_ROLE_NONE;
        (void)pb_role_read(role, &out->role);
        out->created_s  = pb_store_column_i64(rows, 2, 0);
        out->changed_s  = pb_store_column_i64(rows, 3, 0);
        out->generation = pb_store_column_i64(rows, 4, 0);
    }
    pb_store_rows_close(rows);
    return status == PB_E_EMPTY ? pb_error_set(error, PB_E_NOENT, "no user %s in team %s", name, team) : status;
}

pb_status pb__person_add(pb_access *a, pb_store *store, const char *team, const char *name, pb_role role,
                         const char *hash, pb_error *error)
{
    static const char sql[] = "INSERT INTO server_users(team, name, role, password, created_s, changed_s, generation) "
                              "VALUES(?1, ?2, ?3, ?4, ?5, ?5, ?6) ON CONFLICT DO NOTHING";
    int64_t           now = pb__access_now(a), added = 0, there = 0;
    pb_value          values[] = {pb_value_text(team), pb_value_text(name), pb_value_text(pb_role_name(role)),
                                  pb_value_text(hash), pb_value_i64(now),   pb_value_i64(first_generation(now))};
    PB_TRY(put_team(a, store, team, error));
    PB_TRY(pb_store_count(store, "SELECT count(*) FROM server_users WHERE team = ?1", values, 1, 0, &there, error));
    if (there >= USERS_MAX) return pb_error_set(error, PB_E_RULE, "team %s has %d users, and no room", team, USERS_MAX);
    PB_TRY(pb_store_change(store, sql, values, 6, &added, error));
    return added == 1 ? PB_OK : pb_error_set(error, PB_E_RULE, "there is a user %s in team %s already", name, team);
}

/* ---- what routes and commands do ---- */

typedef struct change {
    const char    *team, *name, *password;
    const pb_role *role;
    char           hash[PB__PASSWORD_TEXT];
} change;

static pb_status run(pb_access *a, pb__access_work *work, change *c, pb_error *error)
{
    pb_status status = c->password ? pb__password_hash(a, c->password, c->hash, error) : PB_OK;
    if (status == PB_OK) status = pb__access_do(a, work, c, error);
    sodium_memzero(c->hash, sizeof c->hash);
    return status == PB_OK ? pb__access_reload(a, error) : status;
}

static pb_status add(pb_access *a, pb_store *store, void *with, pb_error *error)
{
    const change *c = with;
    return pb__person_add(a, store, c->team, c->name, *c->role, c->password ? c->hash : NULL, error);
}

pb_status pb_access_add_user(pb_access *a, const char *team, const char *user, pb_role role, const char *password,
                             pb_error *error)
{
    change c = {.team = team, .name = user, .role = &role, .password = password};
    PB_TRY(pb__name_judge("the name of a team", team, PB_TEAM_MAX - 1, error));
    PB_TRY(pb__name_judge("the name of a user", user, PB_USER_MAX - 1, error));
    if (role == PB_ROLE_NONE) return pb_error_set(error, PB_E_RANGE, "a role is viewer, engineer or admin");
    return run(a, add, &c, error);
}

/* The one who could undo it all must stay. */
static pb_status is_last_admin(pb_store *store, const change *c, pb_error *error)
{
    pb_value values[] = {pb_value_text(c->team), pb_value_text(c->name)};
    int64_t  others   = 0;
    PB_TRY(pb_store_count(store, "SELECT count(*) FROM server_users WHERE team = ?1 AND name <> ?2 AND role = 'admin'",
                          values, 2, 0, &others, error));
    if (others > 0) return PB_OK;
    return pb_error_set(error, PB_E_RULE, "%s is the last admin of team %s (make another one first)", c->name, c->team);
}

/* A key can no more than who made it. */
static pb_status lower_keys(pb_store *store, const change *c, pb_role role, pb_error *error)
{
    static const char *const above[] = {"('viewer', 'engineer', 'admin')", "('engineer', 'admin')", "('admin')"};
    char                     sql[200];
    pb_value values[] = {pb_value_text(c->team), pb_value_text(c->name), pb_value_text(pb_role_name(role))};
    if (role == PB_ROLE_ADMIN) return PB_OK;
    (void)snprintf(sql, sizeof sql, "UPDATE server_keys SET role = ?3 WHERE team = ?1 AND by_user = ?2 AND role IN %s",
                   above[role]);
    return pb_store_change(store, sql, values, 3, NULL, error);
}

static pb_status set(pb_access *a, pb_store *store, void *with, pb_error *error)
{
    static const char sql[] = "UPDATE server_users SET role = ?3, password = ?4, changed_s = ?5, generation = "
                              "generation + 1 WHERE team = ?1 AND name = ?2";
    const change     *c     = with;
    pb__person        is;
    PB_TRY(hold_team(store, c->team, error));
    PB_TRY(pb__person_find(store, c->team, c->name, &is, error));
    pb_role role = c->role ? *c->role : is.role;
    if (is.role == PB_ROLE_ADMIN && role != PB_ROLE_ADMIN) PB_TRY(is_last_admin(store, c, error));
    pb_value values[] = {pb_value_text(c->team), pb_value_text(c->name), pb_value_text(pb_role_name(role)),
                         pb_value_text(c->password ? c->hash : is.password), pb_value_i64(pb__access_now(a))};
    PB_TRY(pb_store_change(store, sql, values, 5, NULL, error));
    PB_TRY(lower_keys(store, c, role, error));
    return pb__families_end(a, store, c->team, c->name, "changed", error);
}

pb_status pb_access_set_user(pb_access *a, const char *team, const char *user, const pb_role *role,
                             const char *password, pb_error *error)
{
    change c = {.team = team, .name = user, .role = role, .password = password};
    if (role && *role == PB_ROLE_NONE) return pb_error_set(error, PB_E_RANGE, "a role is viewer, engineer or admin");
    return run(a, set, &c, error);
}

/* The last of another team may go, and the team is empty; the home team keeps an admin. */
static pb_status may_go(pb_access *a, pb_store *store, const change *c, pb_error *error)
{
    pb_value   value  = pb_value_text(c->team);
    int64_t    people = 0;
    pb__person is;
    PB_TRY(pb__person_find(store, c->team, c->name, &is, error));
    PB_TRY(pb_store_count(store, "SELECT count(*) FROM server_users WHERE team = ?1", &value, 1, 0, &people, error));
    if (is.role != PB_ROLE_ADMIN || (people == 1 && strcmp(c->team, a->home_team) != 0)) return PB_OK;
    return is_last_admin(store, c, error);
}

static pb_status drop(pb_access *a, pb_store *store, void *with, pb_error *error)
{
    const change *c        = with;
    pb_value      values[] = {pb_value_text(c->team), pb_value_text(c->name)};
    PB_TRY(hold_team(store, c->team, error));
    PB_TRY(may_go(a, store, c, error));
    PB_TRY(pb__families_end(a, store, c->team, c->name, "removed", error));
    PB_TRY(pb_store_change(store, "DELETE FROM server_keys WHERE team = ?1 AND by_user = ?2", values, 2, NULL, error));
    return pb_store_change(store, "DELETE FROM server_users WHERE team = ?1 AND name = ?2", values, 2, NULL, error);
}

pb_status pb_access_remove_user(pb_access *a, const char *team, const char *user, pb_error *error)
{
    change c = {.team = team, .name = user};
    return run(a, drop, &c, error);
}
