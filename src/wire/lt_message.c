/* lt_message: one record to messages, whatever its form. */
#include "lt_message.h"

#include <string.h>

#include "lt_time.h"

static const char *const forms[] = {"hub", "core", "typed", "save", "stream", "snapshot"};

const char *pb__lt_form_name(pb__lt_form form)
{
    return forms[form];
}

pb_status pb__lt_reader_init(pb__lt_reader *reader, pb_arena *arena, size_t size, pb_error *error)
{
    *reader             = (pb__lt_reader){0};
    reader->packed_size = size < PB__LT_UNPACKED_MAX ? size : PB__LT_UNPACKED_MAX;
    reader->packed      = pb_arena_take(arena, reader->packed_size);
    if (!reader->packed || pb__lt_scratch_init(&reader->scratch, arena, size) != PB_OK)
        return pb_error_set(error, PB_E_NOMEM, "out of memory for live timing");
    return pb_inflater_create(&reader->inflater, error);
}

void pb__lt_reader_fini(pb__lt_reader *reader)
{
    pb_inflater_destroy(reader->inflater);
}

static void refuse(const pb__lt_taker *t, const char *why)
{
    t->refuse(t->user, why);
}

/* Topic, payload and time, each where it belongs. */
static void hand_over(const pb__lt_taker *t, pb__lt_form form, pb_span topic, const pb__lt_value *payload,
                      const pb__lt_value *time)
{
    pb__lt_message m = {.form = form, .topic = topic, .payload = payload, .time = pb__lt_value_text(time)};
    if (topic.len == 0 || !payload || !time) {
        refuse(t, "a message without topic, payload and time");
        return;
    }
    bool snapshot = form == PB__LT_SAVE && time->kind == PB__LT_TEXT && m.time.len == 0;
    m.dated       = snapshot ? PB__LT_NO_TIME : PB__LT_UTC;
    if (!snapshot && !pb__lt_utc(m.time, &m.time_us)) {
        refuse(t, "a message whose time cannot be read");
        return;
    }
    t->take(t->user, &m);
}

static void take_list(const pb__lt_taker *t, pb__lt_form form, const pb__lt_value *list)
{
    hand_over(t, form, pb__lt_value_text(pb__lt_item(list, 0)), pb__lt_item(list, 1), pb__lt_item(list, 2));
}

static void take_members(const pb__lt_taker *t, const pb__lt_value *topics, bool car_data)
{
    for (const pb__lt_value *v = topics->child; v; v = v->next) {
        pb__lt_message m = {.form = PB__LT_SNAPSHOT, .topic = {v->key, v->key_len}, .payload = v};
        if ((pb__lt_topic_of(m.topic) == PB__LT_T_CarData) == car_data && v->key_len > 0) t->take(t->user, &m);
    }
}

/* Every topic of it, car data after where the cars are, then its time: that of the heartbeat. */
static void take_snapshot(const pb__lt_taker *t, const pb__lt_value *topics)
{
    pb__lt_message end = {.form = PB__LT_SNAPSHOT};
    take_members(t, topics, false);
    take_members(t, topics, true);
    end.time = pb__lt_value_text(pb__lt_member(pb__lt_member(topics, "Heartbeat"), "Utc"));
    if (pb__lt_utc(end.time, &end.time_us)) end.dated = PB__LT_UTC;
    t->take(t->user, &end);
}

/* Elements of M: calls of the feed, others (log, other hubs) are none of ours. */
static void take_hub_list(const pb__lt_taker *t, const pb__lt_value *list)
{
    for (const pb__lt_value *v = list->child; v; v = v->next) {
        const pb__lt_value *a = pb__lt_member(v, "A");
        if (a && a->kind == PB__LT_LIST)
            take_list(t, PB__LT_HUB, a);
        else
            refuse(t, "a hub call that is no message of the feed");
    }
}

static bool take_classic(const pb__lt_taker *t, const pb__lt_value *root)
{
    const pb__lt_value *a = pb__lt_member(root, "A"), *m = pb__lt_member(root, "M"), *r = pb__lt_member(root, "R");
    if (a && a->kind == PB__LT_LIST)
        take_list(t, PB__LT_HUB, a);
    else if (r && r->kind == PB__LT_OBJECT)
        take_snapshot(t, r);
    else if (m && m->kind == PB__LT_LIST)
        take_hub_list(t, m);
    else
        return false;
    return true;
}

/* Types of SignalR Core: 1 call, 3 answer, 6 ping, 7 close. */
static bool take_core(const pb__lt_taker *t, const pb__lt_value *root)
{
    const pb__lt_value *type = pb__lt_member(root, "type"), *list = pb__lt_member(root, "arguments");
    const pb__lt_value *result = pb__lt_member(root, "result");
    if (!type || type->kind != PB__LT_WHOLE) return false;
    if (type->whole == 6) return true;
    if (type->whole == 1 && list && list->kind == PB__LT_LIST)
        take_list(t, PB__LT_CORE, list);
    else if (type->whole == 3 && result && result->kind == PB__LT_OBJECT)
        take_snapshot(t, result);
    else
        refuse(t, "a frame that carries no message");
    return true;
}

static bool has_topic(const pb__lt_value *root)
{
    for (const pb__lt_value *v = root->child; v; v = v->next)
        if (pb__lt_topic_of((pb_span){v->key, v->key_len}) != PB__LT_T_N) return true;
    return false;
}

static void take_object(const pb__lt_taker *t, const pb__lt_value *root)
{
    const pb__lt_value *json = pb__lt_member(root, "Json");
    if (!root->child) return; /* {}: the server is still there */
    if (json)
        hand_over(t, PB__LT_TYPED, pb__lt_value_text(pb__lt_member(root, "Type")), json,
                  pb__lt_member(root, "DateTime"));
    else if (take_classic(t, root) || take_core(t, root))
        return;
    else if (has_topic(root))
        take_snapshot(t, root);
    else
        refuse(t, "an object that is no message of live timing");
}

/* "TimingData 00:12:03.400{...}" */
static void take_stream_line(pb__lt_reader *r, pb_span line, const pb__lt_taker *t)
{
    pb__lt_message m    = {.form = PB__LT_STREAM, .dated = PB__LT_LINE};
    const char    *gap  = memchr(line.at, ' ', line.len);
    pb_span        rest = {0};
    if (!gap || gap == line.at) {
        refuse(t, "no form of live timing");
        return;
    }
    m.topic = (pb_span){line.at, (size_t)(gap - line.at)};
    m.time  = (pb_span){gap + 1, (size_t)(line.at + line.len - gap - 1)};
    if (m.time.len >= 3 && memcmp(m.time.at, "\xef\xbb\xbf", 3) == 0) m.time = (pb_span){m.time.at + 3, m.time.len - 3};
    if (!pb__lt_line_clock(m.time, &m.time_us, &rest)) {
        refuse(t, "a stream line whose time cannot be read");
        return;
    }
    m.time.len -= rest.len;
    const char *why = pb__lt_read(&r->scratch, rest, PB__LT_JSON, &m.payload);
    if (why)
        refuse(t, why);
    else
        t->take(t->user, &m);
}

static void take_save_line(pb__lt_reader *r, pb_span line, const pb__lt_taker *t)
{
    const pb__lt_value *list = NULL;
    const char         *why  = pb__lt_read(&r->scratch, line, PB__LT_LITERAL, &list);
    if (why)
        refuse(t, why);
    else if (list->len != 3)
        refuse(t, "a message without topic, payload and time");
    else
        take_list(t, PB__LT_SAVE, list);
}

/* One program doubled the outer braces of its snapshots. */
static pb_span without_doubled_braces(pb_span text)
{
    bool doubled = text.len >= 4 && text.at[1] == '{' && memcmp(text.at + text.len - 2, "}}", 2) == 0;
    return doubled ? (pb_span){text.at + 1, text.len - 2} : text;
}

static void take_json(pb__lt_reader *r, pb_span text, const pb__lt_taker *t)
{
    const pb__lt_value *root = NULL;
    const char         *why  = pb__lt_read(&r->scratch, without_doubled_braces(text), PB__LT_JSON, &root);
    if (why)
        refuse(t, why);
    else
        take_object(t, root);
}

static void take_frame(pb__lt_reader *r, pb_span frame, const pb__lt_taker *t)
{
    pb__lt_scratch_clear(&r->scratch);
    if (frame.len >= 3 && memcmp(frame.at, "\xef\xbb\xbf", 3) == 0) frame = (pb_span){frame.at + 3, frame.len - 3};
    frame = pb_span_trim(frame);
    if (frame.len == 0)
        refuse(t, "an empty message");
    else if (frame.len > PB__LT_MESSAGE_MAX)
        refuse(t, "message longer than 2 MiB");
    else if (frame.at[0] == '{')
        take_json(r, frame, t);
    else if (frame.at[0] == '[')
        take_save_line(r, frame, t);
    else
        take_stream_line(r, frame, t);
}

void pb__lt_each_message(pb__lt_reader *reader, pb_span bytes, const pb__lt_taker *taker)
{
    if (bytes.len == 0) {
        refuse(taker, "an empty message");
        return;
    }
    const char *end = bytes.at + bytes.len;
    if (end[-1] == '\x1e') end--; /* SignalR Core ends every frame with a record separator */
    for (const char *at = bytes.at;;) {
        const char *stop = at < end ? memchr(at, '\x1e', (size_t)(end - at)) : NULL;
        take_frame(reader, (pb_span){at, (size_t)((stop ? stop : end) - at)}, taker);
        if (!stop) return;
        at = stop + 1;
    }
}
