/* Any bytes as MessagePack: never past the end, never without moving. */
#include <stdlib.h>

#include "pitboard/codec_fast.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const names_of[] = {"car", "time", "speed", "nmot", "lap"};

static void walk(const uint8_t *data, size_t size)
{
    pb_msgpack      from = {data, data + size};
    pb_msgpack_item item;
    const uint8_t  *before = from.at;
    while (pb_msgpack_next(&from, &item) == PB_OK) {
        if (from.at <= before || from.at > from.end) abort();
        if (item.bytes.len &&
            (item.bytes.at < (const char *)data || item.bytes.at + item.bytes.len > (const char *)from.end))
            abort();
        if (item.n > size) abort();
        before = from.at;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    pb_fast_names names;
    pb_fast_row   row;
    pb_fast_names_init(&names, names_of, 5);
    walk(data, size);
    for (pb_msgpack from = {data, data + size}; from.at < from.end;) {
        const uint8_t *before = from.at;
        if (pb_msgpack_row(&from, &names, &row) != PB_OK && pb_msgpack_skip(&from) != PB_OK) {
            if (from.at != before) abort();
            break;
        }
        if (from.at <= before || from.at > from.end) abort();
    }
    return 0;
}
