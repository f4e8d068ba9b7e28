/* event_line_write: an event as a line of JSON, straight into the caller's bytes. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "event_line.h"
#include "pitboard/codec_fast.h"

typedef struct line {
    char  *at;
    size_t len, cap;
    bool   full;
} line;

static void put(line *l, const char *bytes, size_t n)
{
    if (l->full || n > l->cap - l->len) {
        l->full = true;
        return;
    }
    memcpy(l->at + l->len, bytes, n);
    l->len += n;
}

static void put_text(line *l, const char *text)
{
    put(l, text, strlen(text));
}

static void put_quoted(line *l, const char *text)
{
    char escape[8];
    put(l, "\"", 1);
    for (; *text; text++) {
        unsigned char c = (unsigned char)*text;
        if (c == '"' || c == '\\') {
            escape[0] = '\\';
            escape[1] = *text;
            put(l, escape, 2);
        } else if (c < 0x20 || c == 0x7f) {
            put(l, escape, (size_t)snprintf(escape, sizeof escape, "\\u%04x", (unsigned)c));
        } else {
            put(l, text, 1);
        }
    }
    put(l, "\"", 1);
}

static void put_key(line *l, unsigned key)
{
    put_text(l, l->len > 1 ? ",\"" : "\"");
    put_text(l, pb__event_key_name(key));
    put_text(l, "\":");
}

static void put_whole(line *l, int64_t value)
{
    char digits[24];
    put(l, digits, (size_t)snprintf(digits, sizeof digits, "%lld", (long long)value));
}

/* The shortest that reads back as the same float. */
static void put_float(line *l, float x)
{
    char digits[PB_F64_TEXT_MAX];
    if (isfinite(x))
        put(l, digits, pb_f64_text(pb_f32_decimal(x), digits));
    else
        put_text(l, "null");
}

static void put_number(line *l, unsigned key, int64_t value)
{
    put_key(l, key);
    put_whole(l, value);
}

static void put_words(line *l, unsigned key, const char *text)
{
    put_key(l, key);
    put_quoted(l, text);
}

static void put_reals(line *l, const pb_event *e, size_t n)
{
    put_key(l, KEY_REAL);
    for (size_t i = 0; i < n; i++) {
        put_text(l, i ? "," : "[");
        put_float(l, e->real[i]);
    }
    put_text(l, "]");
}

static void put_sectors(line *l, const pb_event *e)
{
    put_key(l, KEY_SECTORS);
    for (size_t i = 0; i < 3; i++) {
        put_text(l, i ? "," : "[");
        if (e->sectors[i] == PB_MS_NONE)
            put_text(l, "null");
        else
            put_whole(l, e->sectors[i]);
    }
    put_text(l, "]");
}

static bool any_sector(const pb_event *e)
{
    return e->sectors[0] != PB_MS_NONE || e->sectors[1] != PB_MS_NONE || e->sectors[2] != PB_MS_NONE;
}

static void put_times(line *l, const pb_event *e)
{
    put_words(l, KEY_EVENT, pb_event_kind_name((pb_event_kind)e->kind));
    put_words(l, KEY_ORIGIN, pb_origin_name((pb_origin)e->origin));
    if (e->at_us != PB_US_NONE) put_number(l, KEY_AT_US, e->at_us);
    if (e->session_ms != PB_MS_NONE) put_number(l, KEY_SESSION_MS, e->session_ms);
}

static void put_numbers(line *l, const pb_event *e, const pb__event_keys *k)
{
    if ((k->keys & K_CAR) && (e->car || (k->need & K_CAR))) put_number(l, KEY_CAR, e->car);
    if ((k->keys & K_LAP) && (e->lap || (k->need & K_LAP))) put_number(l, KEY_LAP, e->lap);
    if ((k->keys & K_INDEX) && e->index) put_number(l, KEY_INDEX, e->index);
    if ((k->keys & K_VALUE) && (e->value != k->value || (k->need & K_VALUE))) put_number(l, KEY_VALUE, e->value);
    if ((k->keys & K_AUX) && e->aux != k->aux) put_number(l, KEY_AUX, e->aux);
    if ((k->keys & K_FLAG) && (e->flag || (k->need & K_FLAG))) {
        put_key(l, KEY_FLAG);
        put_text(l, e->flag ? "true" : "false");
    }
    if ((k->keys & K_START_AGE) && e->start_age >= 0) put_number(l, KEY_START_AGE, e->start_age);
    if ((k->keys & K_FRESH) && e->fresh >= 0) put_number(l, KEY_FRESH, e->fresh);
}

static void put_texts(line *l, const pb_event *e, const pb__event_keys *k)
{
    if ((k->keys & K_NAME) && e->name[0]) put_words(l, KEY_NAME, e->name);
    if ((k->keys & K_TEAM) && e->team_text[0]) put_words(l, KEY_TEAM, e->team_text);
    if ((k->keys & K_FLAG_TEXT) && e->flag_text[0]) put_words(l, KEY_FLAG_TEXT, e->flag_text);
    if ((k->keys & K_SCOPE) && e->scope_text[0]) put_words(l, KEY_SCOPE, e->scope_text);
    if ((k->keys & K_TEXT) && (e->text[0] || (k->need & K_TEXT))) put_words(l, KEY_TEXT, e->text);
}

size_t pb_event_line_write(const pb_event *event, char *to, size_t cap)
{
    line l = {.at = to, .cap = cap};
    PB_ASSERT(event->kind > PB_EV_NONE && event->kind < PB_EV_N);
    PB_ASSERT(event->origin > PB_ORIGIN_NONE && event->origin < PB_ORIGIN_N);
    const pb__event_keys *k = &pb__event_kinds[event->kind];
    put(&l, "{", 1);
    put_times(&l, event);
    put_numbers(&l, event, k);
    if (k->keys & K_REAL) put_reals(&l, event, k->n_real);
    if ((k->keys & K_SECTORS) && any_sector(event)) put_sectors(&l, event);
    put_texts(&l, event, k);
    put(&l, "}", 1);
    return l.full ? 0 : l.len;
}
