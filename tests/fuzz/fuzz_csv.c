/* Any bytes as CSV: it ends, every field lies inside the text or the arena, lines never go back. */
#include <stdlib.h>

#include "pitboard/codec.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_all(pb_span text, char separator)
{
    pb_arena arena;
    pb_csv   csv;
    uint32_t line = 0;
    size_t   sum = 0, rows = 0;
    pb_arena_init(&arena, 1u << 20);
    pb_csv_init(&csv, text, separator, &arena);
    for (pb_status s; (s = pb_csv_next(&csv)) != PB_E_EMPTY; rows++) {
        if (s != PB_OK && s != PB_E_SYNTAX && s != PB_E_LIMIT && s != PB_E_NOMEM) abort();
        if (csv.line <= line || csv.n_fields > PB_CSV_FIELDS_MAX || rows > text.len) abort();
        line = csv.line;
        for (uint32_t i = 0; i < csv.n_fields; i++) sum += csv.field[i].len;
        for (uint32_t i = 0; i < csv.n_fields; i++)
            if (csv.field[i].len > 0 && csv.field[i].at[csv.field[i].len - 1] == '\0') sum++;
    }
    if (sum > 2 * text.len) abort();
    pb_arena_fini(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    pb_span text = {(const char *)data, size};
    read_all(text, ',');
    read_all(text, ';');
    return 0;
}
