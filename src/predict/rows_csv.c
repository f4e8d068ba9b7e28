/* rows_csv: predicted rows as lines of text. */
#include <math.h>
#include <string.h>

#include "pitboard/codec.h"
#include "pitboard/predict_score.h"

#define DIGITS "%.9g"
#define KEY_MAX 9999

/* ---- written ---- */

static double as_written(double x)
{
    char   text[32];
    double back = NAN;
    if (!isfinite(x)) return NAN;
    int n = snprintf(text, sizeof text, DIGITS, x);
    return pb_span_to_f64((pb_span){text, (size_t)n}, &back) ? back : NAN;
}

void pb_rows_round(pb_rows *rows, size_t from)
{
    for (size_t i = from; i < rows->n; i++)
        for (int v = 0; v < PB_ROW_VALUES_MAX; v++) rows->at[i].value[v] = as_written(rows->at[i].value[v]);
}

void pb_rows_put_header(FILE *to, const pb_protocol *protocol)
{
    fputs("season,round", to);
    if (protocol->has_driver) fputs(",driver", to);
    if (protocol->lap_column) fprintf(to, ",%s", protocol->lap_column);
    if (protocol->has_horizon) fputs(",horizon", to);
    for (int v = 0; v < protocol->n_values; v++) fprintf(to, ",%s", protocol->values[v]);
    for (int t = 0; t < protocol->n_texts; t++) fprintf(to, ",%s", protocol->texts[t]);
    fputs(",cutoff\n", to);
}

void pb_rows_put(FILE *to, const pb_protocol *protocol, const pb_row *row, const char *cutoff)
{
    fprintf(to, "%d,%d", row->season, row->round);
    if (protocol->has_driver) {
        fputc(',', to);
        pb_csv_put(to, row->driver);
    }
    if (protocol->lap_column) fprintf(to, ",%d", row->lap);
    if (protocol->has_horizon) fprintf(to, ",%d", row->horizon);
    for (int v = 0; v < protocol->n_values; v++) {
        fputc(',', to);
        if (isfinite(row->value[v])) fprintf(to, DIGITS, row->value[v]);
    }
    for (int t = 0; t < protocol->n_texts; t++) {
        fputc(',', to);
        pb_csv_put(to, row->text[t]);
    }
    fprintf(to, ",%s\n", cutoff);
}

/* ---- read ---- */

/* Where the protocol's columns stand in the file; -1: not there. */
typedef struct columns {
    int season, round, driver, lap, horizon;
    int value[PB_ROW_VALUES_MAX], text[2];
} columns;

typedef struct reader {
    const char        *path;
    const pb_protocol *protocol;
    pb_csv             csv;
    columns            at;
    pb_error          *error;
} reader;

static pb_status need(reader *r, const char *name, int *at)
{
    *at = pb_csv_column(&r->csv, name);
    if (*at >= 0) return PB_OK;
    return pb_error_set(r->error, PB_E_MISSING, "%s:1: column %s is missing; rows of %s have it", r->path, name,
                        r->protocol->name);
}

static pb_status read_header(reader *r)
{
    const pb_protocol *p = r->protocol;
    if (pb_csv_next(&r->csv) != PB_OK)
        return pb_error_set(r->error, PB_E_EMPTY, "%s: no header; rows of predictions are CSV", r->path);
    PB_TRY(need(r, "season", &r->at.season));
    PB_TRY(need(r, "round", &r->at.round));
    if (p->has_driver) PB_TRY(need(r, "driver", &r->at.driver));
    if (p->lap_column) PB_TRY(need(r, p->lap_column, &r->at.lap));
    if (p->has_horizon) PB_TRY(need(r, "horizon", &r->at.horizon));
    PB_TRY(need(r, p->values[0], &r->at.value[0]));
    for (int v = 1; v < p->n_values; v++) r->at.value[v] = pb_csv_column(&r->csv, p->values[v]);
    for (int t = 0; t < p->n_texts; t++) r->at.text[t] = pb_csv_column(&r->csv, p->texts[t]);
    return PB_OK;
}

/* "" where the row is short or the column is not there. */
static pb_span cell(const reader *r, int column)
{
    return column >= 0 && (uint32_t)column < r->csv.n_fields ? r->csv.field[column] : (pb_span){"", 0};
}

static pb_status read_key(const reader *r, int column, const char *name, int16_t *out)
{
    pb_span text  = cell(r, column);
    int64_t value = 0;
    if (!pb_span_to_i64(text, &value) || value < 0 || value > KEY_MAX)
        return pb_error_set(r->error, PB_E_SYNTAX, "%s:%u: %s must be a whole number up to %d, not \"%.*s\"", r->path,
                            r->csv.line, name, KEY_MAX, (int)(text.len < 40 ? text.len : 40), text.at);
    *out = (int16_t)value;
    return PB_OK;
}

static pb_status read_value(const reader *r, int column, const char *name, double *out)
{
    pb_span text = cell(r, column);
    *out         = NAN;
    if (text.len == 0 || pb_span_to_f64(text, out)) return PB_OK;
    return pb_error_set(r->error, PB_E_SYNTAX, "%s:%u: %s must be a number, not \"%.*s\"", r->path, r->csv.line, name,
                        (int)(text.len < 40 ? text.len : 40), text.at);
}

static pb_status read_row(const reader *r, pb_row *row)
{
    const pb_protocol *p = r->protocol;
    PB_TRY(read_key(r, r->at.season, "season", &row->season));
    PB_TRY(read_key(r, r->at.round, "round", &row->round));
    if (p->lap_column) PB_TRY(read_key(r, r->at.lap, p->lap_column, &row->lap));
    if (p->has_horizon) PB_TRY(read_key(r, r->at.horizon, "horizon", &row->horizon));
    if (p->has_driver) (void)pb_span_copy(cell(r, r->at.driver), row->driver, sizeof row->driver);
    for (int v = 0; v < p->n_values; v++) PB_TRY(read_value(r, r->at.value[v], p->values[v], &row->value[v]));
    for (int t = 0; t < p->n_texts; t++) (void)pb_span_copy(cell(r, r->at.text[t]), row->text[t], sizeof row->text[t]);
    return PB_OK;
}

static pb_status read_rows(reader *r, pb_rows *rows)
{
    PB_TRY(read_header(r));
    for (;;) {
        pb_row    row    = {0};
        pb_status status = pb_csv_next(&r->csv);
        if (status == PB_E_EMPTY) return PB_OK;
        if (status != PB_OK)
            return pb_error_set(r->error, status, "%s:%u: %s", r->path, r->csv.line, pb_status_text(status));
        PB_TRY(read_row(r, &row));
        if (pb_rows_add(rows, &row) != PB_OK)
            return pb_error_set(r->error, PB_E_NOMEM, "%s: out of memory for its rows", r->path);
    }
}

pb_status pb_rows_read(pb_span text, const char *path, const pb_protocol *protocol, pb_rows *rows, pb_error *error)
{
    pb_arena arena;
    reader   r = {.path = path, .protocol = protocol, .error = error};
    pb_arena_init(&arena, 0);
    pb_csv_init(&r.csv, text, ',', &arena);
    pb_status status = read_rows(&r, rows);
    pb_arena_fini(&arena);
    return status;
}
