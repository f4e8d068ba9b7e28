/* msgpack_row: a map of MessagePack as a row. */
#include "pitboard/codec_fast.h"

static void put(const pb_msgpack_item *item, pb_fast_value *to)
{
    switch ((pb_msgpack_kind)item->kind) {
    case PB_MSGPACK_NIL:
        to->kind = PB_FAST_NULL;
        break;
    case PB_MSGPACK_BOOL:
    case PB_MSGPACK_WHOLE:
        to->kind  = item->kind == PB_MSGPACK_BOOL ? PB_FAST_BOOL : PB_FAST_WHOLE;
        to->whole = item->whole;
        break;
    case PB_MSGPACK_REAL:
        to->kind = PB_FAST_REAL;
        to->real = item->real;
        break;
    case PB_MSGPACK_TEXT:
        to->kind = PB_FAST_TEXT;
        to->text = item->bytes;
        break;
    default:
        to->kind = PB_FAST_OTHER;
        break;
    }
}

/* The value of a known key. */
static pb_status take(pb_msgpack *from, pb_fast_value *to)
{
    pb_msgpack      before = *from;
    pb_msgpack_item item;
    if (pb_msgpack_next(from, &item) != PB_OK) return PB_E_SYNTAX;
    put(&item, to);
    if (item.kind != PB_MSGPACK_ARRAY && item.kind != PB_MSGPACK_MAP) return PB_OK;
    *from = before;
    return pb_msgpack_skip(from);
}

static pb_status take_pair(pb_msgpack *from, const pb_fast_names *names, pb_fast_row *row)
{
    pb_msgpack      before = *from;
    pb_msgpack_item key;
    if (pb_msgpack_next(from, &key) != PB_OK) return PB_E_SYNTAX;
    if (key.kind == PB_MSGPACK_ARRAY || key.kind == PB_MSGPACK_MAP) {
        *from = before;
        PB_TRY(pb_msgpack_skip(from));
    }
    int slot = key.kind == PB_MSGPACK_TEXT ? pb_fast_names_find(names, key.bytes) : -1;
    if (slot < 0) {
        row->unknown++;
        return pb_msgpack_skip(from);
    }
    uint64_t bit = 1ull << slot;
    row->twice |= (row->seen & bit) != 0;
    row->seen |= bit;
    return take(from, &row->at[slot]);
}

pb_status pb_msgpack_row(pb_msgpack *from, const pb_fast_names *names, pb_fast_row *row)
{
    pb_msgpack      r = *from;
    pb_msgpack_item map;
    if (pb_msgpack_next(&r, &map) != PB_OK || map.kind != PB_MSGPACK_MAP) return PB_E_SYNTAX;
    row->seen    = 0;
    row->unknown = 0;
    row->twice   = false;
    for (uint32_t i = 0; i < map.n; i++)
        if (take_pair(&r, names, row) != PB_OK) return PB_E_SYNTAX;
    *from = r;
    return PB_OK;
}
