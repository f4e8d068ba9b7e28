/* lt_print: a message of live timing as JSON, its payload unpacked.
 *
 *     {"form":"hub","topic":"TrackStatus","time":"2024-..Z","payload":{..}}
 *     {"form":"hub","messages":[{"topic":..,"time":..,"payload":..}, ..]}     a frame or snapshot with several
 */
#include <stdlib.h>
#include <string.h>

#include "lt_parts.h"

typedef struct printing {
    pb_json_writer *to;
    pb__lt_reader   reader;
    char           *text; /* for texts with a zero at the end */
    uint32_t        n;    /* messages so far; printed on the second pass */
    bool            print;
    pb__lt_form     form;
    const char     *why;
} printing;

static const char *text_of(const printing *p, const char *at, size_t len)
{
    memcpy(p->text, at, len);
    p->text[len] = '\0';
    return p->text;
}

static void put_value(const printing *p, pb_span key, const pb__lt_value *v);

static void put_members(const printing *p, const pb__lt_value *v, const char *name)
{
    bool object = v->kind == PB__LT_OBJECT;
    if (object)
        pb_json_object(p->to, name);
    else
        pb_json_array(p->to, name);
    for (const pb__lt_value *m = v->child; m; m = m->next) put_value(p, (pb_span){m->key, m->key_len}, m);
    if (object)
        pb_json_object_end(p->to);
    else
        pb_json_array_end(p->to);
}

/* A key, cut at 128 bytes, for the writer. */
#define KEY_MAX 128

static void put_value(const printing *p, pb_span key, const pb__lt_value *v)
{
    char        copy[KEY_MAX];
    const char *name = key.at ? copy : NULL;
    if (key.at) pb_utf8_copy(key, copy, sizeof copy);
    switch ((pb__lt_kind)v->kind) {
    case PB__LT_NULL:
        pb_json_put_null(p->to, name);
        break;
    case PB__LT_FALSE:
    case PB__LT_TRUE:
        pb_json_put_bool(p->to, name, v->kind == PB__LT_TRUE);
        break;
    case PB__LT_WHOLE:
        pb_json_put_i64(p->to, name, v->whole);
        break;
    case PB__LT_REAL:
        pb_json_put_f64(p->to, name, v->real);
        break;
    case PB__LT_TEXT:
        pb_json_put_text(p->to, name, text_of(p, v->text, v->len));
        break;
    case PB__LT_OBJECT:
    case PB__LT_LIST:
        put_members(p, v, name);
        break;
    }
}

/* The payload unpacked, or as it is with why it cannot be. */
static void put_message(printing *p, const pb__lt_message *m)
{
    const pb__lt_value *payload = m->payload;
    const char         *why     = pb__lt_unpack(&p->reader, m, &payload);
    pb_json_put_text(p->to, "topic", text_of(p, m->topic.at, m->topic.len));
    if (m->time.len > 0) pb_json_put_text(p->to, "time", text_of(p, m->time.at, m->time.len));
    put_value(p, pb_span_of("payload"), payload);
    if (why) pb_json_put_text(p->to, "refused", why);
}

static void take(void *user, const pb__lt_message *m)
{
    printing *p = user;
    if (m->topic.len == 0) return;
    if (!p->print) {
        p->form = m->form;
        p->n++;
        return;
    }
    if (p->n > 1) pb_json_object(p->to, NULL);
    put_message(p, m);
    if (p->n > 1) pb_json_object_end(p->to);
}

static void refuse(void *user, const char *why)
{
    printing *p = user;
    if (!p->why) p->why = why;
}

/* The first pass counts, the second prints. */
static pb_status print(printing *p, pb_span message, pb_error *error)
{
    pb__lt_taker taker = {p, take, refuse};
    pb__lt_each_message(&p->reader, message, &taker);
    if (p->why) return pb_error_set(error, PB_E_SYNTAX, "no message of live timing: %s", p->why);
    p->print = true;
    pb_json_object(p->to, NULL);
    if (p->n > 0) pb_json_put_text(p->to, "form", pb__lt_form_name(p->form));
    if (p->n != 1) pb_json_array(p->to, "messages");
    pb__lt_each_message(&p->reader, message, &taker);
    if (p->n != 1) pb_json_array_end(p->to);
    pb_json_object_end(p->to);
    return PB_OK;
}

/* Only what is packed grows. */
static size_t room_for(pb_span message)
{
    bool packed = message.len > 0 && memmem(message.at, message.len, ".z", 2) != NULL;
    return packed || message.len > PB__LT_MESSAGE_MAX ? PB__LT_MESSAGE_MAX : message.len;
}

pb_status pb_live_timing_print(pb_span message, pb_json_writer *to, pb_error *error)
{
    printing p    = {.to = to};
    size_t   room = room_for(message);
    pb_arena arena;
    pb_arena_init(&arena, 0);
    pb_status status = pb__lt_reader_init(&p.reader, &arena, room, error);
    p.text           = pb_arena_take(&arena, p.reader.scratch.size + 1);
    if (status == PB_OK && !p.text) status = pb_error_set(error, PB_E_NOMEM, "out of memory for live timing");
    if (status == PB_OK) status = print(&p, message, error);
    pb__lt_reader_fini(&p.reader);
    pb_arena_fini(&arena);
    return status;
}
