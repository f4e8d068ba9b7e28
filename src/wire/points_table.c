/* points_table: the header and the rows of a CSV of telemetry. */
#include "points_table.h"

#include <string.h>

char pb__points_separator(pb_span text)
{
    size_t comma = 0, semicolon = 0;
    for (size_t i = 0; i < text.len && text.at[i] != '\n' && text.at[i] != '\r'; i++) {
        comma += text.at[i] == ',';
        semicolon += text.at[i] == ';';
    }
    return semicolon > comma ? ';' : ',';
}

bool pb__points_table_header(pb__points_table *t, const pb_csv *header)
{
    bool time = false, channel = false;
    t->n           = header->n_fields;
    t->name_column = t->value_column = -1;
    t->unknown                       = false;
    for (uint32_t i = 0; i < t->n; i++) {
        pb_span name = pb_span_trim(header->field[i]);
        int     slot = pb_fast_names_find(t->names, name);
        t->slot[i]   = (int8_t)slot;
        if (pb_span_equal_text(name, "telemetry_name")) {
            t->name_column = (int)i;
        } else if (pb_span_equal_text(name, "telemetry_value")) {
            t->value_column = (int)i;
        } else if (slot < 0) {
            t->unknown = true;
        } else {
            time |= pb__point_meaning(slot) == PB__PT_TIME;
            channel |= pb__point_is_sample(pb__point_meaning(slot));
        }
    }
    t->is_long = t->name_column >= 0 && t->value_column >= 0;
    return time && (t->is_long || channel);
}

/* A wide row as JSON would have it; of two columns with one name the last counts. */
static void fill(pb__points_table *t, const pb_csv *csv)
{
    t->row.seen    = 0;
    t->row.unknown = 0;
    t->row.twice   = false;
    for (uint32_t i = 0; i < t->n; i++) {
        if (t->slot[i] < 0) continue;
        pb__point_cell(csv->field[i], &t->row.at[t->slot[i]]);
        t->row.seen |= 1ull << t->slot[i];
    }
}

static const char *wide_row(pb__points_table *t, const pb_csv *csv)
{
    pb_point    point;
    const char *why;
    fill(t, csv);
    why = pb__point_build(&t->row, &point);
    if (why && t->car && point.car == 0 && strcmp(why, "car is missing") == 0) {
        point.car = t->car;
        why       = point.time_us == PB_US_NONE ? "time is missing" : NULL;
    }
    if (!why) t->give(t->user, &point);
    return why;
}

const char *pb__points_table_row(pb__points_table *t, const pb_csv *row, uint64_t mark, uint64_t line)
{
    t->n_rows++;
    if (row->n_fields != t->n) return "a row with more or fewer fields than the header";
    return t->is_long ? pb__points_long_row(t, row, mark, line) : wide_row(t, row);
}
