/* api_now: see api_now.h. */
#include "api_now.h"

static pb_status find(pb_sessions *sessions, const char *team, pb_json at, pb_session **out, pb_error *error)
{
    char id[PB_SESSION_ID_MAX];
    *out = NULL;
    if (pb_json_text(at, id, sizeof id, NULL) == PB_OK && sessions && team) *out = pb_sessions_find(sessions, team, id);
    return *out ? PB_OK : pb_error_set(error, PB_E_NOENT, "/session: no such session");
}

pb_status api_now_take(pb_sessions *sessions, const char *team, pb_json body, api_now *out, pb_error *error)
{
    pb_json     at = pb_json_get(body, "session");
    pb_session *session;
    *out = (api_now){0};
    if (!pb_json_present(at)) return PB_OK;
    if (pb_json_present(pb_json_get(body, "race")))
        return pb_error_set(error, PB_E_RULE, "/session: either \"session\" or \"race\" says which race it is");
    PB_TRY(find(sessions, team, at, &session, error));
    pb_status status = pb_ask_create(&out->ask);
    if (status == PB_OK)
        status = pb_session_now(session, out->ask, out->version, error);
    else
        (void)pb_error_set(error, status, "out of memory");
    pb_session_drop(session);
    return status;
}

void api_now_free(api_now *now)
{
    pb_ask_destroy(now->ask);
    *now = (api_now){0};
}
