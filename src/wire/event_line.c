/* event_line: one event as one line of JSON, there and back.
 *
 *     {"event":"lap","origin":"hand","car":44,"lap":12,"value":91234,"session_ms":1203400}
 *
 * A kind has its keys (kinds below); another key is refused with the nearest one of
 * them. What is absent is unknown; the writer leaves out what says nothing. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "event_line.h"

/* Kind -> its keys. NEED: must be there. docs/formats/events.md has the same as a table. */
const pb__event_keys pb__event_kinds[PB_EV_N] = {
    [PB_EV_SESSION]        = {K_TEXT | K_NAME | K_TEAM | K_VALUE | K_AUX | K_INDEX, K_TEXT, 0, 0, 0},
    [PB_EV_SESSION_STATUS] = {K_VALUE, K_VALUE, 0, 0, 0},
    [PB_EV_DISTANCE]       = {K_VALUE, K_VALUE, 0, 0, 0},
    [PB_EV_LEADER_LAP]     = {K_VALUE, K_VALUE, 0, 0, 0},
    [PB_EV_CLOCK]          = {K_VALUE | K_FLAG, K_VALUE, 0, 0, 0},
    [PB_EV_TRACK]          = {K_VALUE, K_VALUE, 0, 0, 0},
    [PB_EV_SC_PHASE]       = {K_VALUE | K_AUX, K_VALUE, 0, 0, 0},
    [PB_EV_CONTROL]        = {K_TEXT | K_NAME | K_FLAG_TEXT | K_SCOPE | K_VALUE | K_LAP | K_CAR, K_TEXT, 0, 0, 0},
    [PB_EV_WEATHER]        = {K_REAL, K_REAL, 7, 0, 0},
    [PB_EV_FORECAST]       = {K_VALUE | K_AUX | K_REAL, K_VALUE | K_REAL, 3, 0, 0},
    [PB_EV_CHEQUERED]      = {0, 0, 0, 0, 0},
    [PB_EV_FLASHBACK]      = {0, K_SESSION_MS, 0, 0, 0},
    [PB_EV_OWN_CAR]        = {K_CAR, K_CAR, 0, 0, 0},
    [PB_EV_CAR]            = {K_CAR | K_TEXT | K_NAME | K_TEAM | K_VALUE | K_AUX, K_CAR, 0, 0, 0},
    [PB_EV_POSITION]       = {K_CAR | K_VALUE | K_LAP, K_CAR | K_VALUE, 0, 0, 0},
    [PB_EV_GAP]            = {K_CAR | K_VALUE | K_FLAG, K_CAR | K_VALUE, 0, 0, 0},
    [PB_EV_INTERVAL]       = {K_CAR | K_VALUE | K_FLAG, K_CAR | K_VALUE, 0, 0, 0},
    [PB_EV_LAPS]           = {K_CAR | K_VALUE, K_CAR | K_VALUE, 0, 0, 0},
    [PB_EV_LAST_LAP]       = {K_CAR | K_VALUE, K_CAR | K_VALUE, 0, 0, 0},
    [PB_EV_BEST_LAP]       = {K_CAR | K_VALUE | K_LAP, K_CAR | K_VALUE, 0, 0, 0},
    [PB_EV_SECTOR]         = {K_CAR | K_INDEX | K_VALUE, K_CAR | K_VALUE, 0, 0, 0},
    [PB_EV_SPEED]          = {K_CAR | K_INDEX | K_VALUE, K_CAR | K_VALUE, 0, 0, 0},
    [PB_EV_LAP]            = {K_CAR | K_LAP | K_VALUE | K_SECTORS | K_AUX, K_CAR | K_LAP, 0, PB_MS_NONE, 0},
    [PB_EV_LAP_DELETED]    = {K_CAR | K_LAP | K_VALUE | K_TEXT | K_FLAG, K_CAR | K_FLAG, 0, PB_MS_NONE, 0},
    [PB_EV_LAP_DISTANCE]   = {K_CAR | K_REAL, K_CAR | K_REAL, 2, 0, 0},
    [PB_EV_PIT_IN]         = {K_CAR | K_LAP, K_CAR, 0, 0, 0},
    [PB_EV_PIT_OUT]        = {K_CAR | K_LAP, K_CAR, 0, 0, 0},
    [PB_EV_IN_PIT]         = {K_CAR | K_VALUE, K_CAR | K_VALUE, 0, 0, 0},
    [PB_EV_PIT_TIME]       = {K_CAR | K_VALUE | K_AUX | K_LAP, K_CAR, 0, PB_MS_NONE, PB_MS_NONE},
    [PB_EV_STOPS]          = {K_CAR | K_VALUE, K_CAR | K_VALUE, 0, 0, 0},
    [PB_EV_STINT]    = {K_CAR | K_INDEX | K_VALUE | K_AUX | K_START_AGE | K_FRESH | K_LAP | K_FLAG, K_CAR, 0, -1, -1},
    [PB_EV_TYRE]     = {K_CAR | K_VALUE | K_AUX | K_FRESH, K_CAR | K_VALUE, 0, 0, -1},
    [PB_EV_WEAR]     = {K_CAR | K_REAL, K_CAR | K_REAL, 4, 0, 0},
    [PB_EV_FUEL]     = {K_CAR | K_REAL, K_CAR | K_REAL, 2, 0, 0},
    [PB_EV_RETIRED]  = {K_CAR | K_FLAG, K_CAR | K_FLAG, 0, 0, 0},
    [PB_EV_STOPPED]  = {K_CAR | K_FLAG, K_CAR | K_FLAG, 0, 0, 0},
    [PB_EV_FINISHED] = {K_CAR | K_VALUE, K_CAR, 0, 0, 0},
    [PB_EV_DISQUALIFIED]   = {K_CAR, K_CAR, 0, 0, 0},
    [PB_EV_PENALTY]        = {K_CAR | K_VALUE | K_AUX | K_TEXT | K_LAP, K_CAR | K_VALUE, 0, 0, 0},
    [PB_EV_PENALTY_SERVED] = {K_CAR | K_VALUE | K_AUX, K_CAR | K_VALUE, 0, 0, 0},
    [PB_EV_DAMAGE]         = {K_CAR | K_REAL, K_CAR | K_REAL, 4, 0, 0},
    [PB_EV_TAKE_BACK]      = {K_CAR | K_LAP | K_NAME, K_CAR, 0, 0, 0},
};

static const char *const key_names[K_N] = {"event", "origin",    "at_us",     "session_ms", "car",   "lap",  "index",
                                           "value", "aux",       "flag",      "start_age",  "fresh", "real", "sectors",
                                           "name",  "team_text", "flag_text", "scope_text", "text"};

const char *pb__event_key_name(unsigned k)
{
    PB_ASSERT(k < K_N);
    return key_names[k];
}

/* ---- reading ---- */

/* A line, and which of the keys it has: most lines have few of them. */
typedef struct open_line {
    pb_json  root;
    uint32_t present; /* K_* */
} open_line;

static pb_json at_key(const open_line *l, unsigned key)
{
    return l->present & (1u << key) ? pb_json_get(l->root, key_names[key]) : (pb_json){0};
}

static uint32_t bit_of(const char *key)
{
    for (unsigned k = 0; k < K_N; k++)
        if (strcmp(key, key_names[k]) == 0) return 1u << k;
    return 0;
}

static pb_status refuse_key(pb_json root, uint32_t keys, pb_error *error)
{
    const char *known[K_N];
    size_t      n = 0;
    for (unsigned k = 0; k < K_N; k++)
        if (keys & (1u << k)) known[n++] = key_names[k];
    return pb_json_only_keys(root, known, n, error);
}

/* Which keys there are; those that are none at all are found here too. */
static pb_status look(open_line *l, uint32_t *unknown, pb_error *error)
{
    const char *keys[K_N + 1];
    PB_TRY(pb_json_is_object(l->root, error));
    size_t n = pb_json_keys(l->root, keys, K_N + 1);
    *unknown = n > K_N;
    for (size_t i = 0; i < n && i < K_N + 1; i++) {
        uint32_t bit = bit_of(keys[i]);
        l->present |= bit;
        *unknown |= bit == 0;
    }
    return PB_OK;
}

static pb_status read_kind(const open_line *l, pb_event_kind *kind, pb_error *error)
{
    char        text[32] = "";
    const char *names[PB_EV_N];
    pb_json     at = at_key(l, KEY_EVENT);
    if (!(l->present & (1u << KEY_EVENT))) return pb_json_need(pb_json_get(l->root, "event"), error);
    PB_TRY(pb_json_text(at, text, sizeof text, error));
    *kind = pb_event_kind_from_name(pb_span_of(text));
    if (*kind != PB_EV_NONE) return PB_OK;
    for (unsigned k = 1; k < PB_EV_N; k++) names[k - 1] = pb_event_kind_name((pb_event_kind)k);
    const char *near = pb_nearest(pb_span_of(text), names, PB_EV_N - 1);
    return pb_error_set(error, PB_E_SYNTAX, "event: \"%s\" is no kind of event%s%s%s", text,
                        near ? " (did you mean \"" : "", near ? near : "", near ? "\"?)" : "");
}

static pb_status read_origin(const open_line *l, pb_origin *origin, pb_error *error)
{
    char    text[32] = "hand"; /* lines that a person writes need not say so */
    pb_json at       = at_key(l, KEY_ORIGIN);
    PB_TRY(pb_json_text(at, text, sizeof text, error));
    *origin = pb_origin_from_name(pb_span_of(text));
    if (*origin != PB_ORIGIN_NONE) return PB_OK;
    const char *names[PB_ORIGIN_N];
    for (unsigned k = 1; k < PB_ORIGIN_N; k++) names[k - 1] = pb_origin_name((pb_origin)k);
    const char *near = pb_nearest(pb_span_of(text), names, PB_ORIGIN_N - 1);
    return pb_error_set(error, PB_E_SYNTAX, "origin: \"%s\" is no origin%s%s%s", text, near ? " (did you mean \"" : "",
                        near ? near : "", near ? "\"?)" : "");
}

static pb_status read_whole(const open_line *l, unsigned key, int64_t lo, int64_t hi, int64_t *out, pb_error *error)
{
    return pb_json_i64(at_key(l, key), lo, hi, out, error);
}

/* A tyre may be called by its name. */
static pb_status read_value(const open_line *l, pb_event_kind kind, int64_t *out, pb_error *error)
{
    char    text[24];
    pb_json at   = at_key(l, KEY_VALUE);
    bool    tyre = kind == PB_EV_STINT || kind == PB_EV_TYRE;
    if (!tyre || !pb_json_present(at) || pb_json_text(at, text, sizeof text, NULL) != PB_OK)
        return pb_json_i64(at, INT32_MIN, INT32_MAX, out, error);
    *out = pb_compound_from_name(pb_span_of(text));
    if (*out != PB_COMPOUND_UNKNOWN || strcmp(text, "UNKNOWN") == 0) return PB_OK;
    return pb_error_set(error, PB_E_SYNTAX, "value: \"%s\" is no compound", text);
}

static pb_status read_wholes(const open_line *l, pb_event *e, const pb__event_keys *keys, pb_error *error)
{
    int64_t at_us = PB_US_NONE, session = PB_MS_NONE, car = 0, lap = 0, index = 0, value = keys->value, aux = keys->aux;
    int64_t age = -1, fresh = -1;
    bool    of_car = keys->need & K_CAR;
    PB_TRY(read_whole(l, KEY_AT_US, INT64_MIN + 1, INT64_MAX, &at_us, error));
    PB_TRY(read_whole(l, KEY_SESSION_MS, INT32_MIN + 1, INT32_MAX, &session, error));
    PB_TRY(read_whole(l, KEY_CAR, of_car, INT16_MAX, &car, error));
    PB_TRY(read_whole(l, KEY_LAP, 0, UINT16_MAX, &lap, error));
    PB_TRY(read_whole(l, KEY_INDEX, 0, UINT8_MAX, &index, error));
    PB_TRY(read_value(l, (pb_event_kind)e->kind, &value, error));
    PB_TRY(read_whole(l, KEY_AUX, INT32_MIN, INT32_MAX, &aux, error));
    PB_TRY(read_whole(l, KEY_START_AGE, -1, INT16_MAX, &age, error));
    PB_TRY(read_whole(l, KEY_FRESH, -1, 1, &fresh, error));
    e->at_us      = at_us;
    e->session_ms = (int32_t)session;
    e->car        = (int16_t)car;
    e->lap        = (uint16_t)lap;
    e->index      = (uint8_t)index;
    e->value      = (int32_t)value;
    e->aux        = (int32_t)aux;
    e->start_age  = (int16_t)age;
    e->fresh      = (int8_t)fresh;
    return pb_json_bool(at_key(l, KEY_FLAG), &e->flag, error);
}

static pb_status read_reals(const open_line *l, pb_event *e, size_t n, pb_error *error)
{
    pb_json list = at_key(l, KEY_REAL);
    if (n == 0 || !pb_json_present(list)) return PB_OK;
    PB_TRY(pb_json_is_array(list, 1, n, error));
    for (size_t i = 0; i < pb_json_length(list); i++) {
        double  x    = (double)NAN;
        pb_json item = pb_json_at(list, i);
        if (!pb_json_is_null(item)) PB_TRY(pb_json_f64(item, -1e30, 1e30, &x, error));
        e->real[i] = (float)x;
    }
    return PB_OK;
}

static pb_status read_sectors(const open_line *l, pb_event *e, pb_error *error)
{
    pb_json list = at_key(l, KEY_SECTORS);
    if (!pb_json_present(list)) return PB_OK;
    PB_TRY(pb_json_is_array(list, 3, 3, error));
    for (size_t i = 0; i < 3; i++) {
        int64_t ms   = PB_MS_NONE;
        pb_json item = pb_json_at(list, i);
        if (!pb_json_is_null(item)) PB_TRY(pb_json_i64(item, INT32_MIN + 1, INT32_MAX, &ms, error));
        e->sectors[i] = (int32_t)ms;
    }
    return PB_OK;
}

static pb_status read_texts(const open_line *l, pb_event *e, pb_error *error)
{
    PB_TRY(pb_json_text(at_key(l, KEY_NAME), e->name, sizeof e->name, error));
    PB_TRY(pb_json_text(at_key(l, KEY_TEAM), e->team_text, sizeof e->team_text, error));
    PB_TRY(pb_json_text(at_key(l, KEY_FLAG_TEXT), e->flag_text, sizeof e->flag_text, error));
    PB_TRY(pb_json_text(at_key(l, KEY_SCOPE), e->scope_text, sizeof e->scope_text, error));
    return pb_json_text(at_key(l, KEY_TEXT), e->text, sizeof e->text, error);
}

static pb_status need_keys(const open_line *l, uint32_t need, pb_error *error)
{
    for (unsigned k = 0; k < K_N; k++)
        if (need & ~l->present & (1u << k)) return pb_json_need(pb_json_get(l->root, key_names[k]), error);
    return PB_OK;
}

static pb_status read_event(pb_json root, pb_event *out, pb_error *error)
{
    pb_event_kind kind;
    pb_origin     origin;
    uint32_t      unknown = 0;
    open_line     l       = {.root = root};
    PB_TRY(look(&l, &unknown, error));
    PB_TRY(read_kind(&l, &kind, error));
    PB_TRY(read_origin(&l, &origin, error));
    const pb__event_keys *keys    = &pb__event_kinds[kind];
    uint32_t              allowed = keys->keys | K_ALWAYS;
    if (unknown || (l.present & ~allowed)) return refuse_key(root, allowed, error);
    PB_TRY(need_keys(&l, keys->need, error));
    pb_event e = pb_event_make(kind, origin, PB_US_NONE, PB_MS_NONE);
    PB_TRY(read_wholes(&l, &e, keys, error));
    PB_TRY(read_reals(&l, &e, keys->n_real, error));
    PB_TRY(read_sectors(&l, &e, error));
    PB_TRY(read_texts(&l, &e, error));
    *out = e;
    return PB_OK;
}

pb_status pb_event_line_read(pb_span line, pb_event *out, pb_error *error)
{
    pb_json_doc *doc = NULL;
    if (line.len > PB_EVENT_LINE_MAX)
        return pb_error_set(error, PB_E_LIMIT, "event: longer than %d bytes", PB_EVENT_LINE_MAX);
    PB_TRY(pb_json_parse(line, "event", &doc, error));
    pb_status status = read_event(pb_json_root(doc), out, error);
    pb_json_free(doc);
    return status;
}

static const char *why_refused(pb_status status)
{
    switch (status) {
    case PB_E_UNKNOWN_KEY:
        return "event line: unknown key";
    case PB_E_MISSING:
        return "event line: a key is missing";
    case PB_E_RANGE:
        return "event line: a value out of range";
    case PB_E_LIMIT:
        return "event line: too long";
    default:
        return "event line: cannot be read";
    }
}

/* A line without a date happened when it came. */
void pb_event_line_feed(pb_span line, int64_t received_us, const pb_feed_sink *sink)
{
    pb_event  e;
    pb_status status = pb_event_line_read(pb_span_trim(line), &e, NULL);
    if (status != PB_OK) {
        if (sink->refused) sink->refused(sink->user, why_refused(status));
        return;
    }
    if (e.at_us == PB_US_NONE && e.session_ms == PB_MS_NONE) e.at_us = received_us;
    if (sink->event) sink->event(sink->user, &e);
}
