/* f1_udp_print: a datagram as one JSON object, by its tables.
 *
 *     {"format":2023,"packet":"lapData","header":{...},"cars":[{...},...],"timeTrialPBCarIdx":255,...}
 *
 * Per-car arrays are named cars, everything else keeps its official name. 64-bit
 * identifiers are text, since JSON readers keep 53 bits. */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

#include "f1_udp_header.h"
#include "f1_udp_load.h"
#include "f1_udp_table.h"
#include "pitboard/codec_fast.h"
#include "pitboard/wire_feed.h"

/* Most are whole, and many nought. */
static void put_f32(pb_json_writer *w, const char *key, float value)
{
    bool small = value > -1e6f && value < 1e6f && !(value == 0 && signbit(value));
    if (small && value == (float)(int32_t)value)
        pb_json_put_i64(w, key, (int32_t)value);
    else
        pb_json_put_f64(w, key, pb_f32_decimal(value));
}

static void put_text(pb_json_writer *w, const char *key, const uint8_t *at, size_t cap)
{
    char   text[64];
    size_t n = 0;
    for (; n < cap && n + 1 < sizeof text && at[n]; n++) text[n] = (char)at[n];
    text[n] = '\0';
    pb_json_put_text(w, key, text);
}

static void put_u64(pb_json_writer *w, const char *key, uint64_t value)
{
    char text[24];
    (void)snprintf(text, sizeof text, "%" PRIu64, value);
    pb_json_put_text(w, key, text);
}

static void put_value(pb_json_writer *w, const char *key, pb__f1_type type, const uint8_t *at)
{
    switch (type) {
    case PB__F1_U8:
        pb_json_put_i64(w, key, at[0]);
        break;
    case PB__F1_I8:
        pb_json_put_i64(w, key, (int8_t)at[0]);
        break;
    case PB__F1_U16:
        pb_json_put_i64(w, key, pb__load_u16(at));
        break;
    case PB__F1_I16:
        pb_json_put_i64(w, key, (int16_t)pb__load_u16(at));
        break;
    case PB__F1_U32:
        pb_json_put_i64(w, key, pb__load_u32(at));
        break;
    case PB__F1_U64:
        put_u64(w, key, pb__load_u64(at));
        break;
    case PB__F1_F32:
        put_f32(w, key, pb__load_f32(at));
        break;
    case PB__F1_F64:
        pb_json_put_f64(w, key, pb__load_f64(at));
        break;
    case PB__F1_TEXT:
    case PB__F1_ENTRY:
        break;
    }
}

static void put_list(pb_json_writer *w, const pb__f1_field *list, unsigned format, const uint8_t *at);

/* An entry is an object, or where it is but an unnamed array, that. */
static void put_entry(pb_json_writer *w, const char *key, const pb__f1_field *entry, unsigned format, const uint8_t *at)
{
    if (entry->name[0] == '\0') {
        pb_json_array(w, key);
        for (unsigned i = 0; i < entry->count; i++) put_value(w, NULL, entry->type, at + i);
        pb_json_array_end(w);
        return;
    }
    pb_json_object(w, key);
    put_list(w, entry, format, at);
    pb_json_object_end(w);
}

static void put_one(pb_json_writer *w, const char *key, const pb__f1_field *f, unsigned format, const uint8_t *at)
{
    if (f->entry)
        put_entry(w, key, f->entry, format, at);
    else
        put_value(w, key, f->type, at);
}

static void put_field(pb_json_writer *w, const pb__f1_field *f, unsigned format, const uint8_t *at)
{
    if (f->type == PB__F1_TEXT) {
        put_text(w, f->name, at, f->count);
    } else if (f->count == 0) {
        put_one(w, f->name, f, format, at);
    } else {
        size_t step = pb__f1_field_size(f, format) / f->count;
        pb_json_array(w, f->name);
        for (unsigned i = 0; i < f->count; i++) put_one(w, NULL, f, format, at + i * step);
        pb_json_array_end(w);
    }
}

static void put_list(pb_json_writer *w, const pb__f1_field *list, unsigned format, const uint8_t *at)
{
    for (const pb__f1_field *f = list; f->name; f++) {
        if (!pb__f1_has(f, format)) continue;
        put_field(w, f, format, at);
        at += pb__f1_field_size(f, format);
    }
}

static void put_details(pb_json_writer *w, unsigned format, const uint8_t *code)
{
    const pb__f1_field *fields = pb__f1_event_fields(format, (const char *)code);
    if (pb__f1_list_size(fields, format) == 0) return;
    pb_json_object(w, "eventDetails");
    put_list(w, fields, format, code + 4);
    pb_json_object_end(w);
}

pb_status pb_f1_udp_print(pb_span datagram, pb_json_writer *to, pb_error *error)
{
    pb__f1_header  h;
    const uint8_t *at  = (const uint8_t *)datagram.at;
    const char    *why = pb__f1_header_read(datagram, &h);
    if (why) {
        return pb_error_set(error, strncmp(why, "unknown", 7) == 0 ? PB_E_UNSUPPORTED : PB_E_SYNTAX, "%s", why);
    }
    pb_json_object(to, NULL);
    pb_json_put_i64(to, "format", h.format);
    pb_json_put_text(to, "packet", pb__f1_packet_name(h.id));
    pb_json_object(to, "header");
    put_list(to, pb__f1_header_fields, h.format, at);
    pb_json_object_end(to);
    put_list(to, pb__f1_packet_fields(h.id), h.format, at + h.size);
    if (h.id == PB__F1_EVENT) put_details(to, h.format, at + h.size);
    pb_json_object_end(to);
    return PB_OK;
}
