/* route_access_token: POST /auth/token, /auth/refresh, /auth/logout. */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include <sodium.h>

#include "access_parts.h"

static void put_grant(pb_reply *reply, const pb__grant *g)
{
    pb_json_writer *w = pb_reply_json(reply);
    pb_json_object(w, NULL);
    pb_json_put_text(w, "access_token", g->access_token);
    pb_json_put_text(w, "token_type", "Bearer");
    pb_json_put_i64(w, "expires_in", g->expires_s);
    pb_json_put_text(w, "refresh_token", g->refresh_token);
    pb_json_put_text(w, "role", pb_role_name(g->role));
    pb_json_put_text(w, "team", g->team);
    pb_json_put_text(w, "user", g->user);
    pb_json_object_end(w);
}

pb_status pb__route_wait(pb_reply *reply, int64_t wait_s)
{
    char seconds[24];
    (void)snprintf(seconds, sizeof seconds, "%lld", (long long)wait_s);
    pb_reply_header(reply, "retry-after", seconds);
    return pb_reply_problem(reply, 429, "", "too many tries (wait %s s)", seconds);
}

/* 401 for what is wrong, 429 for who tries too often. */
static pb_status answer(pb_reply *reply, pb_status status, pb__grant *g, pb_error *error)
{
    if (status == PB_OK) put_grant(reply, g);
    int64_t wait = g->wait_s;
    pb__grant_wipe(g);
    if (status == PB_E_RULE) return pb_reply_problem(reply, 401, "", "%s", error->text);
    if (status != PB_E_LIMIT || wait == 0) return status;
    return pb__route_wait(reply, wait);
}

typedef struct words {
    char team[PB_TEAM_MAX], user[PB_USER_MAX], password[1025], link[PB__HASH_TEXT];
} words;

static pb_status read_words(const pb_request *request, words *w, pb_error *error)
{
    pb_json body = pb_request_json(request);
    PB_TRY(pb_json_text(pb_json_get(body, "team"), w->team, sizeof w->team, error));
    PB_TRY(pb_json_text(pb_json_get(body, "user"), w->user, sizeof w->user, error));
    PB_TRY(pb_json_text(pb_json_get(body, "link"), w->link, sizeof w->link, error));
    return pb_json_text(pb_json_get(body, "password"), w->password, sizeof w->password, error);
}

pb_status pb__route_auth_token(void *context, pb_request *request, pb_reply *reply, pb_error *error)
{
    pb_access  *a      = context;
    words       w      = {0};
    pb__grant   g      = {0};
    pb__sign_in with   = {w.team, w.user, w.password, w.link, pb_request_address(request), pb_request_id(request)};
    pb_status   status = read_words(request, &w, error);
    if (status == PB_OK)
        status = w.link[0] ? pb__grant_by_link(a, &with, &g, error) : pb__grant_by_password(a, &with, &g, error);
    sodium_memzero(&w, sizeof w);
    return answer(reply, status, &g, error);
}

pb_status pb__route_auth_refresh(void *context, pb_request *request, pb_reply *reply, pb_error *error)
{
    char      token[PB__HASH_TEXT] = "";
    pb__grant g                    = {0};
    PB_TRY(pb_json_text(pb_json_get(pb_request_json(request), "refresh_token"), token, sizeof token, error));
    pb_status status = pb__grant_by_refresh(context, token, &g, error);
    sodium_memzero(token, sizeof token);
    return answer(reply, status, &g, error);
}

/* The core let it in by this token; what it came from is in it. */
pb_status pb__route_auth_logout(void *context, pb_request *request, pb_reply *reply, pb_error *error)
{
    pb_access  *a      = context;
    const char *header = pb_request_header(request, "authorization");
    pb__claims  claims;
    if (header && strncasecmp(header, "Bearer ", 7) == 0) header += 7;
    while (header && *header == ' ') header++;
    if (!header || !pb__token_read(a, header, strlen(header), &claims))
        return pb_reply_problem(reply, 409, "",
                                "only a sign-in can be ended (a key is removed with DELETE /api/v1/auth/keys/NAME)");
    PB_TRY(pb__family_end(a, claims.family, "signed out", error));
    pb_reply_status(reply, 204);
    return PB_OK;
}
