/* Reading CSV, row by row, in place. */
#include <string.h>

#include "pitboard/codec.h"

#define SPARE_FIRST 256u

void pb_csv_init(pb_csv *csv, pb_span text, char separator, pb_arena *arena)
{
    PB_ASSERT(separator == ',' || separator == ';');
    *csv = (pb_csv){.separator = separator, .next_line = 1, .arena = arena};
    if (text.len >= 3 && memcmp(text.at, "\xef\xbb\xbf", 3) == 0) {
        text.at += 3;
        text.len -= 3;
    }
    csv->at  = text.at;
    csv->end = text.at + text.len;
}

static bool at_line_end(const char *at, const char *end)
{
    return at == end || *at == '\n' || *at == '\r';
}

/* Moves past one line end, if there is one. */
static void skip_line_end(pb_csv *csv)
{
    if (csv->at == csv->end) return;
    bool cr = *csv->at++ == '\r';
    if (cr && csv->at < csv->end && *csv->at == '\n') csv->at++;
    csv->next_line++;
}

static pb_span take_plain(pb_csv *csv)
{
    const char *start = csv->at, *at = start;
    while (at < csv->end && *at != csv->separator && *at != '\n' && *at != '\r') at++;
    csv->at = at;
    return (pb_span){start, (size_t)(at - start)};
}

static void count_lines(pb_csv *csv, const char *from, const char *to)
{
    for (const char *at = from; at < to; at++)
        if (*at == '\n' || (*at == '\r' && !(at + 1 < to && at[1] == '\n'))) csv->next_line++;
}

/* From the opening quote to the byte after the closing one; NULL when it is never closed. */
static const char *closing_quote(const char *open, const char *end, bool *doubled)
{
    for (const char *at = open + 1;; at += 2) {
        at = at < end ? memchr(at, '"', (size_t)(end - at)) : NULL;
        if (!at) return NULL;
        if (at + 1 == end || at[1] != '"') return at;
        *doubled = true;
    }
}

/* Room for size bytes that stays valid for this row; NULL when the arena is full. */
static char *spare_room(pb_csv *csv, size_t size)
{
    if (csv->spare_left < size) {
        size_t want = csv->spare_size * 2 > size ? csv->spare_size * 2 : size;
        if (want < SPARE_FIRST) want = SPARE_FIRST;
        char *room = csv->arena ? pb_arena_take(csv->arena, want) : NULL;
        if (!room) return NULL;
        csv->spare      = room;
        csv->spare_size = want;
        csv->spare_left = want;
    }
    char *got = csv->spare + (csv->spare_size - csv->spare_left);
    csv->spare_left -= size;
    return got;
}

/* Puts a field together that is not one piece of the text: what stands between
 * the quotes with "" made ", then what follows the closing quote as it is. */
static pb_status put_together(pb_csv *csv, pb_span inside, pb_span after, pb_span *out)
{
    char *to = spare_room(csv, inside.len + after.len);
    if (!to) return PB_E_NOMEM;
    size_t n = 0;
    for (size_t i = 0; i < inside.len; i++) {
        to[n++] = inside.at[i];
        if (inside.at[i] == '"') i++; /* its twin */
    }
    memcpy(to + n, after.at, after.len);
    *out = (pb_span){to, n + after.len};
    return PB_OK;
}

static pb_status take_quoted(pb_csv *csv, pb_span *out)
{
    bool        doubled = false;
    const char *open = csv->at, *close = closing_quote(open, csv->end, &doubled);
    if (!close) {
        csv->at = csv->end;
        return PB_E_SYNTAX;
    }
    pb_span inside = {open + 1, (size_t)(close - open - 1)};
    count_lines(csv, inside.at, close);
    csv->at       = close + 1;
    pb_span after = take_plain(csv);
    *out          = inside;
    return doubled || after.len > 0 ? put_together(csv, inside, after, out) : PB_OK;
}

/* The next field is kept, or passed over when the row is refused already. */
static pb_status take_field(pb_csv *csv, pb_status so_far)
{
    pb_span   field;
    pb_status status = PB_OK;
    if (csv->at < csv->end && *csv->at == '"')
        status = take_quoted(csv, &field);
    else
        field = take_plain(csv);
    if (status == PB_E_SYNTAX) return status;
    if (so_far != PB_OK) return so_far;
    if (status != PB_OK) return status;
    if (csv->n_fields == PB_CSV_FIELDS_MAX) return PB_E_LIMIT;
    csv->field[csv->n_fields++] = field;
    return PB_OK;
}

pb_status pb_csv_next(pb_csv *csv)
{
    csv->n_fields   = 0;
    csv->spare_left = csv->spare_size;
    while (csv->at < csv->end && at_line_end(csv->at, csv->end)) skip_line_end(csv);
    csv->line = csv->next_line;
    if (csv->at == csv->end) return PB_E_EMPTY;
    pb_status status = take_field(csv, PB_OK);
    while (!at_line_end(csv->at, csv->end)) {
        csv->at++; /* the separator */
        status = take_field(csv, status);
    }
    skip_line_end(csv);
    return status;
}

int pb_csv_column(const pb_csv *csv, const char *name)
{
    for (uint32_t i = 0; i < csv->n_fields; i++)
        if (pb_span_equal_text(pb_span_trim(csv->field[i]), name)) return (int)i;
    return -1;
}
