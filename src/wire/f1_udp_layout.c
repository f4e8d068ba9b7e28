/* f1_udp_layout: see f1_udp_layout.h. */
#include "f1_udp_layout.h"

#include "f1_udp_header.h"

typedef struct wanted {
    size_t      offset; /* in pb__f1_layout */
    uint8_t     id;
    const char *array, *name, *other;
} wanted;

static const wanted places[] = {
#define WANTED_PLACE(member, id, array, name, other) {offsetof(pb__f1_layout, member), PB__F1_##id, array, name, other},
    PB__F1_PLACES(WANTED_PLACE)
#undef WANTED_PLACE
};

static const wanted arrays[] = {
#define WANTED_ARRAY(member, id, array) {offsetof(pb__f1_layout, member##_at), PB__F1_##id, array, NULL, NULL},
    PB__F1_ARRAYS(WANTED_ARRAY)
#undef WANTED_ARRAY
};

#define COUNT(a) (sizeof(a) / sizeof *(a))

static void find_place(pb__f1_layout *l, const wanted *w)
{
    const pb__f1_field *list = pb__f1_packet_fields(w->id), *found = NULL;
    size_t              at = 0, start = pb__f1_list_size(pb__f1_header_fields, l->format);
    pb__f1_place        place = {PB__F1_NOWHERE, PB__F1_U8};
    if (w->array[0]) {
        const pb__f1_field *array = pb__f1_find(list, l->format, w->array, &at);
        list                      = array ? array->entry : NULL;
        start                     = 0;
    }
    if (list) found = pb__f1_find(list, l->format, w->name, &at);
    if (list && !found && w->other) found = pb__f1_find(list, l->format, w->other, &at);
    if (found) place = (pb__f1_place){(uint16_t)(start + at), found->type};
    memcpy((char *)l + w->offset, &place, sizeof place);
    if (found && found->type == PB__F1_TEXT) l->name_size = found->count;
}

static void find_rows(pb__f1_layout *l, const wanted *w)
{
    size_t              at = 0, start = pb__f1_list_size(pb__f1_header_fields, l->format);
    pb__f1_rows         rows = {0, 0, 0};
    const pb__f1_field *f    = pb__f1_find(pb__f1_packet_fields(w->id), l->format, w->array, &at);
    if (f && pb__f1_packet_size(l->format, w->id))
        rows = (pb__f1_rows){(uint16_t)(start + at), (uint16_t)(pb__f1_field_size(f, l->format) / f->count), f->count};
    memcpy((char *)l + w->offset, &rows, sizeof rows);
}

void pb__f1_layout_fill(pb__f1_layout *layout, unsigned format)
{
    *layout        = (pb__f1_layout){0};
    layout->format = (uint16_t)format;
    for (size_t i = 0; i < COUNT(places); i++) find_place(layout, &places[i]);
    for (size_t i = 0; i < COUNT(arrays); i++) find_rows(layout, &arrays[i]);
}

int32_t pb__f1_whole(const uint8_t *entry, pb__f1_place p)
{
    if (!pb__f1_there(p)) return 0;
    switch (p.type) {
    case PB__F1_I8:
        return (int8_t)entry[p.at];
    case PB__F1_U16:
        return pb__load_u16(entry + p.at);
    case PB__F1_I16:
        return (int16_t)pb__load_u16(entry + p.at);
    case PB__F1_U32:
        return (int32_t)(pb__load_u32(entry + p.at) & INT32_MAX);
    default:
        return entry[p.at];
    }
}

int32_t pb__f1_ms(const uint8_t *entry, pb__f1_place p)
{
    if (!pb__f1_there(p)) return 0;
    if (p.type != PB__F1_F32) return pb__f1_whole(entry, p);
    float s = pb__load_f32(entry + p.at);
    return s > 0 && s < 1e5f ? (int32_t)(s * 1000.0 + 0.5) : 0;
}

int32_t pb__f1_split_ms(const uint8_t *entry, pb__f1_place ms, pb__f1_place minutes)
{
    if (!pb__f1_there(ms)) return 0;
    uint16_t part = pb__load_u16(entry + ms.at);
    if (part == UINT16_MAX) return 0;
    return part + 60000 * pb__f1_u8(entry, minutes);
}
