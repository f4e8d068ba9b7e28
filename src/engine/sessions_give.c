/* Bodies that are handed in: looked at as the pipeline will, told what is taken and what not,
 * and given as they came.
 *
 * What is refused by its form is told by its place; what only the state can refuse (a point
 * that is older than its window) is counted there. A body that is longer than a record can be
 * is given as lines of its points. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pitboard/wire_telemetry.h"
#include "sessions.h"

#define GIVE_MS 2000u /* it may wait so long for room once it has begun */
#define PIECE_BYTES (64u << 10)
#define LINES_AT_ONCE ((size_t)16 << 20) /* of a body that is longer; the reader takes twice as much */
#define AS_IT_CAME (128u << 10)          /* bytes; a longer body goes in pieces */

/* ---- what is refused ---- */

typedef enum body_form { FORM_ONE, FORM_ARRAY, FORM_LINES, FORM_TABLE } body_form;

typedef struct look {
    pb_session_taken *out;
    pb_span           body;
    body_form         form;
    uint64_t          item; /* looked at so far */
    /* pieces, when it is long */
    pb_session *session;
    char       *piece;
    size_t      len;
    uint64_t    in_piece, given;
    pb_status   status;
    pb_error   *error;
} look;

/* Line of the i-th that is not blank, from 1. */
static uint64_t line_of(pb_span body, uint64_t i)
{
    uint64_t line = 0;
    for (const char *at = body.at, *end = body.at + body.len; at < end;) {
        const char *stop = memchr(at, '\n', (size_t)(end - at));
        pb_span     text = {at, (size_t)((stop ? stop : end) - at)};
        line++;
        if (pb_span_trim(text).len > 0 && i-- == 0) return line;
        at += text.len + 1;
    }
    return line;
}

static void name_place(const look *l, uint64_t item, char where[64])
{
    unsigned long long line = 0;
    if (l->form == FORM_LINES) line = line_of(l->body, item);
    if (l->form == FORM_TABLE) line = line_of(l->body, item + 1); /* behind its header */
    if (l->form == FORM_ARRAY)
        (void)snprintf(where, 64, "/%llu", (unsigned long long)item);
    else if (line > 0)
        (void)snprintf(where, 64, "line %llu", line);
    else
        where[0] = '\0';
}

static void add_reason(const look *l, uint64_t item, const char *why)
{
    pb_session_taken *out = l->out;
    uint32_t          i   = 0;
    while (i < out->n_reasons && strcmp(out->reasons[i].why, why) != 0) i++;
    if (i == sizeof out->reasons / sizeof *out->reasons) i--; /* the last takes what has no place of its own */
    if (i == out->n_reasons) {
        out->n_reasons++;
        out->reasons[i].n = 0;
        (void)pb_span_copy(pb_span_of(why), out->reasons[i].why, sizeof out->reasons[i].why);
        name_place(l, item, out->reasons[i].where);
    }
    out->reasons[i].n++;
}

static void take_refusal(void *user, const char *why)
{
    static const char notice[] = "keys that are not known, passed over"; /* of the body: nothing is refused by it */
    look             *l        = user;
    add_reason(l, l->item, why);
    if (strcmp(why, notice) == 0) return;
    l->out->refused++;
    l->item++;
}

/* ---- points ---- */

static void count_point(void *user, const pb_point *point)
{
    look *l = user;
    (void)point;
    l->out->accepted++;
    l->item++;
}

static body_form form_of(pb_span body)
{
    pb_span       text  = pb_span_trim(body);
    unsigned char first = text.len > 0 ? (unsigned char)text.at[0] : 0;
    if (first == '[' || (first >= 0x90 && first <= 0x9f) || first == 0xdc || first == 0xdd) return FORM_ARRAY;
    if (first == '{') return memchr(text.at, '\n', text.len) ? FORM_LINES : FORM_ONE;
    return first < 0x80 ? FORM_TABLE : FORM_ONE;
}

static pb_status give_frame(pb_session *s, uint8_t kind, uint8_t flags, pb_span bytes, pb_error *error)
{
    pb_frame frame = {.kind = kind, .flags = flags, .bytes = bytes};
    uint32_t given;
    return pb_live_give(atomic_load(&s->live), &frame, 1, GIVE_MS, &given, error);
}

/* Of a body in pieces what was handed on stays accepted, and the rest is told. */
static void refuse_for_room(look *l)
{
    take_refusal(l, "no room: send these again in a moment");
}

static void give_piece(look *l)
{
    if (l->len == 0 || l->status != PB_OK) return;
    l->status = give_frame(l->session, PB_FEED_POINTS, 0, (pb_span){l->piece, l->len - 1}, l->error);
    if (l->status == PB_OK) l->given += l->in_piece;
    if (l->status == PB_E_LIMIT) l->item -= l->in_piece; /* told by their places */
    for (uint64_t i = 0; l->status == PB_E_LIMIT && i < l->in_piece; i++) refuse_for_room(l);
    l->len      = 0;
    l->in_piece = 0;
}

static void give_point(void *user, const pb_point *point)
{
    look *l = user;
    if (l->len + PB_POINT_LINE_MAX + 1 > PIECE_BYTES) give_piece(l);
    if (l->status != PB_OK) {
        refuse_for_room(l);
        return;
    }
    l->len += pb_point_line_write(point, l->piece + l->len, PIECE_BYTES - l->len - 1);
    l->piece[l->len++] = '\n';
    l->in_piece++;
    l->item++;
}

/* The lines of a long body that are read next. */
static pb_span next_lines(pb_span *rest)
{
    pb_span     lines = *rest;
    const char *end   = lines.len > LINES_AT_ONCE ? memrchr(lines.at, '\n', LINES_AT_ONCE) : NULL;
    if (end) lines.len = (size_t)(end + 1 - lines.at);
    *rest = (pb_span){rest->at + lines.len, rest->len - lines.len};
    return lines;
}

static void feed_all(pb_session *s, look *l, const pb_feed_sink *sink)
{
    pb_span rest = l->body;
    if (l->form != FORM_LINES) pb_points_feed(s->points, l->body, 0, sink);
    while (l->form == FORM_LINES && rest.len > 0) {
        pb_span lines = next_lines(&rest);
        if (pb_span_trim(lines).len > 0) pb_points_feed(s->points, lines, 0, sink);
    }
}

/* Under give_lock. */
static pb_status give_points_in_pieces(pb_session *s, look *l)
{
    const pb_feed_sink sink = {.user = l, .point = give_point, .refused = take_refusal};
    l->session              = s;
    l->piece                = malloc(PIECE_BYTES);
    if (!l->piece) return pb_error_set(l->error, PB_E_NOMEM, "out of memory");
    feed_all(s, l, &sink);
    give_piece(l);
    free(l->piece);
    l->out->accepted = l->given;
    return l->status == PB_E_LIMIT && l->given > 0 ? PB_OK : l->status;
}

/* Under give_lock. */
static pb_status give_points(pb_session *s, look *l)
{
    const pb_feed_sink sink = {.user = l, .point = count_point, .refused = take_refusal};
    size_t             most = pb_live_give_max(atomic_load(&s->live));
    if (!s->points) PB_TRY(pb_points_create(&s->points, l->error));
    l->form = form_of(l->body);
    if (l->body.len > (most < AS_IT_CAME ? most : AS_IT_CAME)) return give_points_in_pieces(s, l);
    pb_points_feed(s->points, l->body, 0, &sink);
    if (l->out->accepted == 0) return PB_OK; /* nothing of it would be taken */
    return give_frame(s, PB_FEED_POINTS, 0, l->body, l->error);
}

/* ---- event lines ---- */

static bool next_line(pb_span *rest, pb_span *line)
{
    while (rest->len > 0) {
        const char *end = memchr(rest->at, '\n', rest->len);
        size_t      len = end ? (size_t)(end - rest->at) : rest->len, step = end ? len + 1 : len;
        *line = pb_span_trim((pb_span){rest->at, len});
        *rest = (pb_span){rest->at + step, rest->len - step};
        if (line->len > 0) return true;
    }
    return false;
}

static pb_status give_events(pb_session *s, look *l, uint8_t flags)
{
    pb_span line, rest = l->body;
    l->form = FORM_LINES;
    while (next_line(&rest, &line)) {
        pb_event event;
        pb_error why;
        if (pb_event_line_read(line, &event, &why) != PB_OK) {
            take_refusal(l, why.text);
            continue;
        }
        PB_TRY(give_frame(s, PB_FEED_EVENT, flags, line, l->error));
        l->out->accepted++;
        l->item++;
    }
    return PB_OK;
}

/* ---- a message of another feed: one record ---- */

static pb_status give_message(pb_session *s, look *l, uint8_t kind)
{
    PB_TRY(give_frame(s, kind, 0, l->body, l->error));
    l->out->accepted = 1;
    return PB_OK;
}

pb_status pb_session_give_as(pb_session *session, uint8_t feed_kind, bool by_hand, pb_span body, pb_session_taken *out,
                             pb_error *error)
{
    look      l     = {.out = out, .body = body, .error = error, .status = PB_OK};
    uint8_t   flags = by_hand ? PB_FRAME_HAND : 0;
    pb_status status;
    memset(out, 0, sizeof *out);
    if (pb_span_trim(body).len == 0) return pb_error_set(error, PB_E_EMPTY, "an empty body");
    if (pb_live_is_busy(atomic_load(&session->live)))
        return pb_error_set(error, PB_E_LIMIT, "no room: try again in a moment");
    pthread_mutex_lock(&session->give_lock);
    if (feed_kind == PB_FEED_POINTS)
        status = give_points(session, &l);
    else if (feed_kind == PB_FEED_EVENT)
        status = give_events(session, &l, flags);
    else if (feed_kind == PB_FEED_F1_UDP || feed_kind == PB_FEED_LIVE_TIMING)
        status = give_message(session, &l, feed_kind);
    else
        status = pb_error_set(error, PB_E_UNSUPPORTED, "no such feed");
    pthread_mutex_unlock(&session->give_lock);
    return status;
}

pb_status pb_session_give(pb_session *session, pb_span body, pb_session_taken *out, pb_error *error)
{
    pb_feed_kind kind = pb_pipeline_sniff(pb_span_trim(body));
    return pb_session_give_as(session, (uint8_t)(kind == PB_FEED_EVENT ? kind : PB_FEED_POINTS), false, body, out,
                              error);
}
