/* The bytes of a recording: see record_form.h. */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pitboard/codec.h"
#include "record_form.h"

static const char MAGIC[8] = {'P', 'B', 'R', 'E', 'C', 'O', 'R', 'D'};

static void put(uint8_t *to, uint64_t value, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++) to[i] = (uint8_t)(value >> (8 * i));
}

static uint64_t get(const uint8_t *from, size_t bytes)
{
    uint64_t value = 0;
    for (size_t i = 0; i < bytes; i++) value |= (uint64_t)from[i] << (8 * i);
    return value;
}

static uint32_t sum(const uint8_t *from, size_t len)
{
    return pb_crc32((pb_span){(const char *)from, len});
}

/* magic 8 | version 4 | sum 4 of the 48 behind it | first_seq 8 | created 8 | mark 4 | id 28 */
void pb__segment_header_write(const pb__segment_header *header, uint8_t to[PB__SEGMENT_HEADER])
{
    memset(to, 0, PB__SEGMENT_HEADER);
    memcpy(to, MAGIC, sizeof MAGIC);
    put(to + 8, PB__RECORD_VERSION, 4);
    put(to + 16, header->first_seq, 8);
    put(to + 24, (uint64_t)header->created_us, 8);
    put(to + 32, header->mark, 4);
    memcpy(to + 36, header->id, strnlen(header->id, 27));
    put(to + 12, sum(to + 16, 48), 4);
}

bool pb__segment_is_begun(const uint8_t *from, size_t len)
{
    return len < PB__SEGMENT_HEADER && memcmp(from, MAGIC, len < sizeof MAGIC ? len : sizeof MAGIC) == 0;
}

pb_status pb__segment_header_read(const uint8_t *from, size_t len, pb__segment_header *out)
{
    if (len < PB__SEGMENT_HEADER || memcmp(from, MAGIC, sizeof MAGIC) != 0) return PB_E_SYNTAX;
    if (get(from + 8, 4) > PB__RECORD_VERSION) return PB_E_UNSUPPORTED;
    if (get(from + 12, 4) != sum(from + 16, 48)) return PB_E_SYNTAX;
    memset(out, 0, sizeof *out);
    out->first_seq  = get(from + 16, 8);
    out->created_us = (int64_t)get(from + 24, 8);
    out->mark       = (uint32_t)get(from + 32, 4);
    memcpy(out->id, from + 36, 27);
    return PB_OK;
}

/* mark 4 | sum 4 of all behind it | length 4 | kind 1 | flags 1 | port 2 | seq 8 | received 8 | mono 8 | payload */
void pb__frame_write(const pb_frame *frame, uint32_t mark, uint8_t *to)
{
    size_t len = frame->bytes.len, size = pb__frame_size(len);
    put(to, mark, 4);
    put(to + 8, len, 4);
    to[12] = frame->kind;
    to[13] = frame->flags;
    put(to + 14, frame->port, 2);
    put(to + 16, frame->seq, 8);
    put(to + 24, (uint64_t)frame->received_us, 8);
    put(to + 32, (uint64_t)frame->mono_us, 8);
    if (len > 0) memcpy(to + PB__FRAME_HEADER, frame->bytes.at, len);
    memset(to + PB__FRAME_HEADER + len, 0, size - PB__FRAME_HEADER - len);
    put(to + 4, sum(to + 8, PB__FRAME_HEADER - 8 + len), 4);
}

pb__frame_found pb__frame_read(const uint8_t *from, size_t len, uint32_t mark, pb_frame *out, size_t *size)
{
    *size = PB__FRAME_HEADER;
    if (len >= 4 && get(from, 4) != mark) return PB__FRAME_BAD;
    if (len < PB__FRAME_HEADER) return PB__FRAME_SHORT;
    size_t payload = (size_t)get(from + 8, 4);
    if (payload > PB_FRAME_MAX) return PB__FRAME_BAD;
    *size = pb__frame_size(payload);
    if (len < *size) return PB__FRAME_SHORT;
    if (get(from + 4, 4) != sum(from + 8, PB__FRAME_HEADER - 8 + payload)) return PB__FRAME_BAD;
    *out = (pb_frame){.seq         = get(from + 16, 8),
                      .received_us = (int64_t)get(from + 24, 8),
                      .mono_us     = (int64_t)get(from + 32, 8),
                      .kind        = from[12],
                      .flags       = from[13],
                      .port        = (uint16_t)get(from + 14, 2),
                      .bytes       = {(const char *)from + PB__FRAME_HEADER, payload}};
    return PB__FRAME_WHOLE;
}

void pb__segment_name(uint32_t number, char out[PB__SEGMENT_NAME_MAX])
{
    (void)snprintf(out, PB__SEGMENT_NAME_MAX, "%06u.pbr", number);
}

/* "000001.pbr" -> 1; 0 for anything else. */
static uint32_t number_of(const char *name)
{
    char    back[PB__SEGMENT_NAME_MAX];
    int64_t number;
    size_t  len = strlen(name);
    if (len < 5 || !pb_span_to_i64((pb_span){name, len - 4}, &number) || number < 1 || number > 999999999) return 0;
    pb__segment_name((uint32_t)number, back);
    return strcmp(back, name) == 0 ? (uint32_t)number : 0;
}

static int by_number(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

static bool keep_number(uint32_t **list, size_t *n, size_t *cap, uint32_t number)
{
    if (*n == *cap) {
        size_t    more  = *cap ? *cap * 2 : 64;
        uint32_t *grown = realloc(*list, more * sizeof *grown);
        if (!grown) return false;
        *list = grown;
        *cap  = more;
    }
    (*list)[(*n)++] = number;
    return true;
}

pb_status pb__segments_list(const char *dir, uint32_t **out, size_t *n, pb_error *error)
{
    uint32_t *list = NULL;
    size_t    cap = 0, count = 0;
    DIR      *d = opendir(dir);
    if (!d)
        return pb_error_set(error, errno == ENOENT ? PB_E_NOENT : PB_E_IO, "%s: cannot be read: %s", dir,
                            strerror(errno));
    for (struct dirent *e; (e = readdir(d));) {
        uint32_t number = number_of(e->d_name);
        if (number == 0 || keep_number(&list, &count, &cap, number)) continue;
        closedir(d);
        free(list);
        return pb_error_set(error, PB_E_NOMEM, "%s: out of memory", dir);
    }
    closedir(d);
    if (count > 0) qsort(list, count, sizeof *list, by_number);
    *out = list;
    *n   = count;
    return PB_OK;
}
