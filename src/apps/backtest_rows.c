#include "backtest_rows.h"

#include <math.h>
#include <string.h>

#include "pitboard/codec.h"

#define DIGITS "%.9g"

static double as_written(double x)
{
    char   text[32];
    double back = NAN;
    if (!isfinite(x)) return NAN;
    int n = snprintf(text, sizeof text, DIGITS, x);
    return pb_span_to_f64((pb_span){text, (size_t)n}, &back) ? back : NAN;
}

void backtest_rows_round(pb_rows *rows, size_t from)
{
    for (size_t i = from; i < rows->n; i++)
        for (int v = 0; v < PB_ROW_VALUES_MAX; v++) rows->at[i].value[v] = as_written(rows->at[i].value[v]);
}

void backtest_rows_header(FILE *to, const pb_protocol *protocol)
{
    fputs("season,round", to);
    if (protocol->has_driver) fputs(",driver", to);
    if (protocol->lap_column) fprintf(to, ",%s", protocol->lap_column);
    if (protocol->has_horizon) fputs(",horizon", to);
    for (int v = 0; v < protocol->n_values; v++) fprintf(to, ",%s", protocol->values[v]);
    for (int t = 0; t < protocol->n_texts; t++) fprintf(to, ",%s", protocol->texts[t]);
    fputs(",cutoff\n", to);
}

void backtest_rows_put(FILE *to, const pb_protocol *protocol, const pb_row *row, const char *cutoff)
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
        if (!isnan(row->value[v])) fprintf(to, DIGITS, row->value[v]);
    }
    for (int t = 0; t < protocol->n_texts; t++) {
        fputc(',', to);
        pb_csv_put(to, row->text[t]);
    }
    fprintf(to, ",%s\n", cutoff);
}
