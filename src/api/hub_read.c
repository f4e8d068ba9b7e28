/* Messages of clients: strict, so that a slip of the pen is told and not guessed at. */
#include <string.h>

#include "hub_read.h"

#define NAME "message"

static const char *const op_names[PB__OP_N] = {"auth", "subscribe", "unsubscribe", "resume", "ping"};

static pb_status refuse(pb_json at, pb_status status, pb_error *error, const char *what)
{
    return pb_error_set(error, status, NAME ": %s: %s", at.pointer[0] ? at.pointer : "the whole document", what);
}

/* One of names; what is near is proposed. */
static pb_status read_name(pb_json at, const char *const *names, size_t n, size_t *out, pb_error *error)
{
    char text[32];
    PB_TRY(pb_json_need(at, error));
    PB_TRY(pb_json_text(at, text, sizeof text, error));
    for (size_t i = 0; i < n; i++) {
        if (strcmp(text, names[i]) != 0) continue;
        *out = i;
        return PB_OK;
    }
    const char *near = pb_nearest(pb_span_of(text), names, n);
    return pb_error_set(error, PB_E_SYNTAX, NAME ": %s: there is no \"%s\"%s%s%s", at.pointer, text,
                        near ? " (did you mean \"" : "", near ? near : "", near ? "\"?)" : "");
}

static pb_status read_id(pb_json root, pb__hub_ask *out, pb_error *error)
{
    pb_json at = pb_json_get(root, "id");
    PB_TRY(pb_json_i64(at, 0, INT64_C(9007199254740991), &out->id, error));
    out->has_id = pb_json_present(at);
    return PB_OK;
}

static pb_status read_auth(pb_json root, pb__hub_ask *out, pb_error *error)
{
    static const char *const keys[] = {"op", "token"};
    pb_json                  token  = pb_json_get(root, "token");
    PB_TRY(pb_json_only_keys(root, keys, 2, error));
    PB_TRY(pb_json_need(token, error));
    PB_TRY(pb_json_text(token, out->token, sizeof out->token, error));
    if (out->token[0] == '\0') return refuse(token, PB_E_SYNTAX, error, "the token is empty");
    return PB_OK;
}

static pb_status read_topics(pb_json at, pb__hub_ask *out, pb_error *error)
{
    const char *names[PB__TOPIC_N];
    for (int t = 0; t < PB__TOPIC_N; t++) names[t] = pb__topic_name((pb__topic)t);
    PB_TRY(pb_json_need(at, error));
    PB_TRY(pb_json_is_array(at, 1, PB__TOPIC_N, error));
    for (size_t i = 0; i < pb_json_length(at); i++) {
        size_t  topic = 0;
        pb_json one   = pb_json_at(at, i);
        PB_TRY(read_name(one, names, PB__TOPIC_N, &topic, error));
        for (uint32_t k = 0; k < out->n_topics; k++)
            if (out->topics[k] == (pb__topic)topic) return refuse(one, PB_E_SYNTAX, error, "is named twice");
        out->topics[out->n_topics++] = (pb__topic)topic;
    }
    return PB_OK;
}

static pb_status read_cars(pb_json at, pb__hub_ask *out, pb_error *error)
{
    PB_TRY(pb_json_is_array(at, 1, PB__SUBSCRIPTIONS_MAX, error));
    for (size_t i = 0; i < pb_json_length(at); i++) {
        int64_t car = 0;
        pb_json one = pb_json_at(at, i);
        PB_TRY(pb_json_i64(one, 1, INT16_MAX, &car, error));
        for (uint32_t k = 0; k < out->n_cars; k++)
            if (out->cars[k] == car) return refuse(one, PB_E_SYNTAX, error, "is named twice");
        out->cars[out->n_cars++] = (int16_t)car;
    }
    return PB_OK;
}

static pb_status check_session(pb_json root, const pb__hub_ask *ask, pb_error *error)
{
    pb_json at      = pb_json_get(root, "session");
    bool    of_race = false;
    for (uint32_t i = 0; i < ask->n_topics; i++) of_race |= pb__topic_is_of_race(ask->topics[i]);
    if (of_race) return pb_json_need(at, error);
    if (pb_json_present(at)) return refuse(at, PB_E_SYNTAX, error, "job and health are of no session (leave it out)");
    if (ask->n_cars > 0)
        return refuse(pb_json_get(root, "cars"), PB_E_SYNTAX, error, "job and health are of no car (leave it out)");
    return PB_OK;
}

static pb_status read_subscribe(pb_json root, pb__hub_ask *out, pb_error *error)
{
    static const char *const keys[] = {"op", "id", "session", "topics", "cars", "every_ms"};
    int64_t                  every  = 100;
    PB_TRY(pb_json_only_keys(root, keys, sizeof keys / sizeof *keys, error));
    PB_TRY(pb_json_need(pb_json_get(root, "id"), error));
    PB_TRY(pb_json_text(pb_json_get(root, "session"), out->session, sizeof out->session, error));
    PB_TRY(read_topics(pb_json_get(root, "topics"), out, error));
    PB_TRY(read_cars(pb_json_get(root, "cars"), out, error));
    PB_TRY(pb_json_i64(pb_json_get(root, "every_ms"), 1, 60000, &every, error));
    out->every_ms = (uint32_t)every;
    return check_session(root, out, error);
}

static pb_status read_unsubscribe(pb_json root, pb_error *error)
{
    static const char *const keys[] = {"op", "id"};
    PB_TRY(pb_json_only_keys(root, keys, 2, error));
    return pb_json_need(pb_json_get(root, "id"), error);
}

static pb_status read_places(pb_json at, pb__hub_ask *out, pb_error *error)
{
    const char *keys[PB__SUBSCRIPTIONS_MAX];
    PB_TRY(pb_json_is_object(at, error));
    size_t n = pb_json_keys(at, keys, PB__SUBSCRIPTIONS_MAX);
    if (n > PB__SUBSCRIPTIONS_MAX) return refuse(at, PB_E_LIMIT, error, "names more places than a client can have");
    for (size_t i = 0; i < n; i++) {
        int64_t seq = 0;
        pb_json one = pb_json_get(at, keys[i]);
        PB_TRY(pb_json_i64(one, 0, INT64_C(9007199254740991), &seq, error));
        if (!pb_span_copy(pb_span_of(keys[i]), out->seq[i].place, sizeof out->seq[i].place))
            return refuse(one, PB_E_LIMIT, error, "is longer than any place is named");
        out->seq[i].seq = (uint64_t)seq;
        out->n_seq++;
    }
    return PB_OK;
}

static pb_status read_resume(pb_json root, pb__hub_ask *out, pb_error *error)
{
    static const char *const keys[] = {"op", "stream", "seq"};
    PB_TRY(pb_json_only_keys(root, keys, 3, error));
    PB_TRY(pb_json_need(pb_json_get(root, "stream"), error));
    PB_TRY(pb_json_text(pb_json_get(root, "stream"), out->stream, sizeof out->stream, error));
    return read_places(pb_json_get(root, "seq"), out, error);
}

static pb_status read_ping(pb_json root, pb_error *error)
{
    static const char *const keys[] = {"op", "id"};
    return pb_json_only_keys(root, keys, 2, error);
}

static pb_status read_root(pb_json root, pb__hub_ask *out, pb_error *error)
{
    size_t op = 0;
    PB_TRY(pb_json_is_object(root, error));
    PB_TRY(read_id(root, out, error));
    PB_TRY(read_name(pb_json_get(root, "op"), op_names, PB__OP_N, &op, error));
    out->op = (pb__hub_op)op;
    switch (out->op) {
    case PB__OP_AUTH:
        return read_auth(root, out, error);
    case PB__OP_SUBSCRIBE:
        return read_subscribe(root, out, error);
    case PB__OP_UNSUBSCRIBE:
        return read_unsubscribe(root, error);
    case PB__OP_RESUME:
        return read_resume(root, out, error);
    default:
        return read_ping(root, error);
    }
}

pb_status pb__hub_read(pb_span text, pb__hub_ask *out, pb_error *error)
{
    pb_json_doc *doc;
    out->has_id   = false;
    out->n_topics = out->n_cars = out->n_seq = 0;
    out->session[0] = out->token[0] = out->stream[0] = '\0';
    PB_TRY(pb_json_parse(text, NAME, &doc, error));
    pb_status status = read_root(pb_json_root(doc), out, error);
    pb_json_free(doc);
    return status;
}

void pb__hub_error_parts(const pb_error *error, char pointer[PB__PLACE_MAX], const char **detail)
{
    static const char before[] = NAME ": ";
    const char       *at       = error->text;
    pointer[0]                 = '\0';
    *detail                    = at;
    if (strncmp(at, before, sizeof before - 1) != 0) return;
    at += sizeof before - 1;
    *detail         = at;
    const char *end = strstr(at, ": ");
    if (at[0] != '/' || !end) return;
    pb_span_copy((pb_span){at, (size_t)(end - at)}, pointer, PB__PLACE_MAX);
    *detail = end + 2;
}
