/* route_access: the rows of /auth, /users and /admin/audit. */
#include "access_parts.h"

#include <stdio.h>
#include <string.h>

#define V1 "/api/v1"
#define TEAM                                                                                                           \
    {                                                                                                                  \
        "team", "{\"type\":\"string\",\"minLength\":1,\"maxLength\":63}", "another team; for admins of the home team"  \
    }

static const char key_help[]  = "name: of a key";
static const char user_help[] = "name: of a user";

static const pb_route rows[] = {
    {.method  = PB_POST,
     .path    = V1 "/auth/token",
     .id      = "signIn",
     .tag     = "access",
     .summary = "Sign in with a password, or as the first admin with the link of the first start",
     .details = "A wrong password, a user and a team that are not there get the same answer after the same work. After "
                "5 wrong passwords of a name, or 20 from an address, the next try must wait, ever longer, up to 15 "
                "minutes (429, Retry-After).",
     .role    = PB_ROLE_NONE,
     .flags   = PB_ROUTE_WORK | PB_ROUTE_FRESH,
     .run     = pb__route_auth_token,
     .body    = "TokenRequest",
     .answer  = "TokenAnswer",
     .other   = {401}},
    {.method  = PB_POST,
     .path    = V1 "/auth/refresh",
     .id      = "refreshTokens",
     .tag     = "access",
     .summary = "New tokens for a refresh token, which is used up by it",
     .details = "A refresh token that comes a second time was stolen: everything that came of its sign-in ends.",
     .role    = PB_ROLE_NONE,
     .flags   = PB_ROUTE_FRESH,
     .run     = pb__route_auth_refresh,
     .body    = "RefreshRequest",
     .answer  = "TokenAnswer",
     .other   = {401}},
    {.method  = PB_POST,
     .path    = V1 "/auth/logout",
     .id      = "signOut",
     .tag     = "access",
     .summary = "End the sign-in this access token came from, with all its tokens",
     .role    = PB_ROLE_VIEWER,
     .flags   = PB_ROUTE_CHANGES,
     .run     = pb__route_auth_logout,
     .status  = 204,
     .other   = {409}},
    {.method  = PB_GET,
     .path    = V1 "/auth/keys",
     .id      = "listKeys",
     .tag     = "access",
     .summary = "API keys: one's own; of the team for admins",
     .role    = PB_ROLE_VIEWER,
     .flags   = PB_ROUTE_LIST | PB_ROUTE_FRESH,
     .run     = pb__route_keys_list,
     .answer  = "Key",
     .query   = {TEAM}},
    {.method  = PB_POST,
     .path    = V1 "/auth/keys",
     .id      = "addKey",
     .tag     = "access",
     .summary = "Make an API key; it is shown in this answer and never again",
     .details = "A key can at most what its maker can. Keys make no keys.",
     .role    = PB_ROLE_VIEWER,
     .flags   = PB_ROUTE_FRESH | PB_ROUTE_CHANGES,
     .run     = pb__route_keys_add,
     .body    = "KeyRequest",
     .answer  = "KeyMade",
     .status  = 201,
     .other   = {409}},
    {.method        = PB_DELETE,
     .path          = V1 "/auth/keys/{name}",
     .id            = "removeKey",
     .tag           = "access",
     .summary       = "Remove an API key: one's own; any of the team for admins",
     .role          = PB_ROLE_VIEWER,
     .flags         = PB_ROUTE_CHANGES,
     .run           = pb__route_keys_remove,
     .status        = 204,
     .query         = {TEAM},
     .param_help    = key_help,
     .param_example = "pit-wall"},
    {.method  = PB_GET,
     .path    = V1 "/users",
     .id      = "listUsers",
     .tag     = "access",
     .summary = "Users of the team",
     .role    = PB_ROLE_ADMIN,
     .flags   = PB_ROUTE_LIST | PB_ROUTE_FRESH,
     .run     = pb__route_users_list,
     .answer  = "User",
     .query   = {TEAM}},
    {.method  = PB_POST,
     .path    = V1 "/users",
     .id      = "addUser",
     .tag     = "access",
     .summary = "Add a user to the team; admins of the home team may name another, which is made when it is new",
     .role    = PB_ROLE_ADMIN,
     .flags   = PB_ROUTE_WORK | PB_ROUTE_FRESH | PB_ROUTE_CHANGES,
     .run     = pb__route_users_add,
     .body    = "UserRequest",
     .answer  = "User",
     .status  = 201,
     .other   = {409}},
    {.method        = PB_GET,
     .path          = V1 "/users/{name}",
     .id            = "getUser",
     .tag           = "access",
     .summary       = "One user: oneself; any of the team for admins",
     .role          = PB_ROLE_VIEWER,
     .flags         = PB_ROUTE_FRESH,
     .run           = pb__route_users_get,
     .other         = {403},
     .answer        = "User",
     .query         = {TEAM},
     .param_help    = user_help,
     .param_example = "ann"},
    {.method     = PB_PATCH,
     .path       = V1 "/users/{name}",
     .id         = "changeUser",
     .tag        = "access",
     .summary    = "Change role or password; every sign-in of the user ends",
     .details    = "Oneself: the password only, with the current one. Admins: anybody of the team. The last admin of a "
                   "team stays one (409).",
     .role       = PB_ROLE_VIEWER,
     .flags      = PB_ROUTE_WORK | PB_ROUTE_FRESH | PB_ROUTE_CHANGES,
     .run        = pb__route_users_set,
     .body       = "UserChange",
     .answer     = "User",
     .other      = {409},
     .query      = {TEAM},
     .param_help = user_help,
     .param_example = "ann"},
    {.method        = PB_DELETE,
     .path          = V1 "/users/{name}",
     .id            = "removeUser",
     .tag           = "access",
     .summary       = "Remove a user, with the keys that user made",
     .role          = PB_ROLE_ADMIN,
     .flags         = PB_ROUTE_CHANGES,
     .run           = pb__route_users_remove,
     .status        = 204,
     .other         = {409},
     .query         = {TEAM},
     .param_help    = user_help,
     .param_example = "ann"},
    {.method  = PB_GET,
     .path    = V1 "/admin/audit",
     .id      = "listAudit",
     .tag     = "admin",
     .summary = "What was changed, by whom, from where; newest first",
     .role    = PB_ROLE_ADMIN,
     .flags   = PB_ROUTE_LIST | PB_ROUTE_FRESH,
     .run     = pb__route_audit_list,
     .answer  = "AuditEntry",
     .query   = {TEAM,
                 {"before", "{\"type\":\"integer\",\"minimum\":1}",
                  "entries older than the one with this id (2,000 are looked at)"}}},
};

pb_route_table pb_access_routes(pb_access *access)
{
    return (pb_route_table){rows, sizeof rows / sizeof *rows, access};
}

/* Nobody learns which other teams there are. */
const char *pb__route_team(pb_request *request, pb_reply *reply, const char *asked)
{
    const pb_caller *caller = pb_request_caller(request);
    if (!asked || strcmp(asked, caller->team) == 0 || (caller->home && caller->role == PB_ROLE_ADMIN))
        return asked ? asked : caller->team;
    (void)pb_reply_problem(reply, 403, "", "only admins of the team that runs the server see to other teams");
    return NULL;
}

/* Names hold nothing that a path must escape but +, which is itself there. */
void pb__route_made(pb_reply *reply, const char *path, const char *name, const char *team, const char *own_team)
{
    char text[64 + PB_USER_MAX + PB_TEAM_MAX];
    bool other = strcmp(team, own_team) != 0;
    (void)snprintf(text, sizeof text, "%s/%s%s%s", path, name, other ? "?team=" : "", other ? team : "");
    pb_reply_status(reply, 201);
    pb_reply_header(reply, "location", text);
}
