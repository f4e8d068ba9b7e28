/* What a client is answered: each of its messages gets one reply. */
#include <string.h>

#include "hub_parts.h"

void pb__hub_refuse(pb_hub *hub, pb__client *client, const int64_t *id, int status, const char *pointer,
                    const char *detail)
{
    pb__words text;
    if (++client->errors >= PB__ERRORS_MAX) {
        pb__client_end(client, 1008, "too many messages that are wrong");
        return;
    }
    if (!pb__words_begin(&text, "error")) return;
    if (id) pb_json_put_i64(&text.w, "id", *id);
    pb_json_put_i64(&text.w, "status", status);
    pb_json_put_text(&text.w, "detail", detail);
    pb_json_put_text(&text.w, "pointer", pointer);
    pb__client_reply(hub, client, pb__words_end(&text));
}

static void answer_auth(pb_hub *hub, pb__client *client, const pb__hub_ask *ask)
{
    pb__words text;
    pb_error  error  = {.text = ""};
    bool      is_key = strncmp(ask->token, "pbk_", 4) == 0;
    if (!pb__auth_off(hub) && pb__auth_take(hub, client, ask->token, is_key, &error) != PB_OK) {
        pb__hub_refuse(hub, client, NULL, 401, "/token", error.text);
        return;
    }
    if (!pb__words_begin(&text, "authenticated")) return;
    pb_json_put_text(&text.w, "user", client->caller.user);
    pb_json_put_text(&text.w, "team", client->caller.team);
    pb_json_put_text(&text.w, "role", pb_role_name(client->caller.role));
    pb__client_reply(hub, client, pb__words_end(&text));
}

static void answer_plain(pb_hub *hub, pb__client *client, const pb__hub_ask *ask, const char *op)
{
    pb__words text;
    if (!pb__words_begin(&text, op)) return;
    if (ask->has_id) pb_json_put_i64(&text.w, "id", ask->id);
    if (ask->op == PB__OP_PING) pb_json_put_i64(&text.w, "at_us", pb_engine_utc_us());
    pb__client_reply(hub, client, pb__words_end(&text));
}

static void answer_unsubscribe(pb_hub *hub, pb__client *client, const pb__hub_ask *ask)
{
    bool found = false;
    for (uint32_t i = client->n_watches; i-- > 0;) {
        if (client->watch[i]->id != ask->id) continue;
        pb__watch_remove(hub, client->watch[i]);
        found = true;
    }
    if (found)
        answer_plain(hub, client, ask, "unsubscribed");
    else
        pb__hub_refuse(hub, client, &ask->id, 404, "/id", "there is no subscription of that number");
}

void pb__hub_answer(pb_hub *hub, pb__client *client, const pb__hub_ask *ask)
{
    if (!client->known && ask->op != PB__OP_AUTH && ask->op != PB__OP_PING) {
        pb__hub_refuse(hub, client, ask->has_id ? &ask->id : NULL, 401, "/op",
                       "say who you are first: {\"op\":\"auth\",\"token\":\"...\"}");
        return;
    }
    switch (ask->op) {
    case PB__OP_AUTH:
        answer_auth(hub, client, ask);
        break;
    case PB__OP_SUBSCRIBE:
        pb__answer_subscribe(hub, client, ask);
        break;
    case PB__OP_UNSUBSCRIBE:
        answer_unsubscribe(hub, client, ask);
        break;
    case PB__OP_RESUME:
        pb__answer_resume(hub, client, ask);
        break;
    default:
        answer_plain(hub, client, ask, "pong");
        break;
    }
}

void pb_hub_message(pb_hub *hub, pb_ws *ws, pb_span text)
{
    char        pointer[PB__PLACE_MAX];
    const char *detail;
    pb_error    error;
    pb__client *client = pb_ws_user(ws);
    if (!client || client->ending) return;
    pb__hub_now(hub);
    if (pb__hub_read(text, &hub->ask, &error) == PB_OK) {
        pb__hub_answer(hub, client, &hub->ask);
    } else {
        pb__hub_error_parts(&error, pointer, &detail);
        pb__hub_refuse(hub, client, hub->ask.has_id ? &hub->ask.id : NULL, 422, pointer, detail);
    }
    explicit_bzero(hub->ask.token, strlen(hub->ask.token));
}
