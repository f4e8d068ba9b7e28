#include "metrics_work.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A number as Prometheus reads it, whatever the locale says of decimal points. */
static void put_number(FILE *to, double value)
{
    char text[40];
    if (isnan(value)) {
        fputs("NaN", to);
    } else if (isinf(value)) {
        fputs(value < 0 ? "-Inf" : "+Inf", to);
    } else if (fabs(value) < 9e15 && value == floor(value)) {
        fprintf(to, "%lld", (long long)value);
    } else {
        for (int digits = 6; digits <= 17; digits++) {
            snprintf(text, sizeof text, "%.*g", digits, value);
            if (strtod(text, NULL) == value) break;
        }
        for (char *p = text; *p; p++) {
            if (*p == ',') *p = '.';
        }
        fputs(text, to);
    }
}

/* Backslash, quote and line feed as the format wants it; what is no UTF-8 as U+FFFD. */
static void put_escaped(FILE *to, pb_span text, bool quote)
{
    while (text.len > 0) {
        size_t step = pb_utf8_step(text);
        if (step == 0) {
            fputs("\xef\xbf\xbd", to);
            step = 1;
        } else if (text.at[0] == '\n') {
            fputs("\\n", to);
        } else if (text.at[0] == '\\' || (text.at[0] == '"' && quote)) {
            fputc('\\', to);
            fputc(text.at[0], to);
        } else {
            fwrite(text.at, 1, step, to);
        }
        text.at += step;
        text.len -= step;
    }
}

/* What stands before the next comma, which is passed; the last takes all that is left. */
static pb_span cut(const char **at, bool last)
{
    const char *comma = last ? NULL : strchr(*at, ',');
    size_t      len   = comma ? (size_t)(comma - *at) : strlen(*at);
    pb_span     got   = {*at, len};
    *at += comma ? len + 1 : len;
    return got;
}

/* {route="GET /x",status="200",le="0.5"}; nothing at all without labels. le NULL: none. */
static void put_labels(FILE *to, const pb_metric *f, const char *values, const char *le)
{
    if (f->n_labels == 0 && !le) return;
    const char *labels = f->labels;
    fputc('{', to);
    for (uint32_t i = 0; i < f->n_labels; i++) {
        bool    last  = i + 1 == f->n_labels;
        pb_span label = cut(&labels, last);
        fprintf(to, "%s%.*s=\"", i ? "," : "", (int)label.len, label.at);
        put_escaped(to, cut(&values, last), true);
        fputc('"', to);
    }
    if (le) fprintf(to, "%sle=\"%s\"", f->n_labels ? "," : "", le);
    fputc('}', to);
}

static void put_line(FILE *to, const pb_metric *f, const char *suffix, const pb__metric_series *s, const char *le,
                     double value)
{
    fprintf(to, "%s%s", f->name, suffix);
    put_labels(to, f, s->values, le);
    fputc(' ', to);
    put_number(to, value);
    fputc('\n', to);
}

static void put_histogram(FILE *to, const pb_metric *f, const pb__metric_series *s)
{
    static const char *const le[PB__METRIC_BOUNDS + 1] = {"0.0005", "0.001", "0.0025", "0.005", "0.01",
                                                          "0.025",  "0.05",  "0.1",    "0.25",  "0.5",
                                                          "1",      "2.5",   "5",      "10",    "+Inf"};
    uint64_t                 n                         = 0;
    for (size_t i = 0; i <= PB__METRIC_BOUNDS; i++) {
        n += atomic_load_explicit(&s->hits[i], memory_order_relaxed);
        put_line(to, f, "_bucket", s, le[i], (double)n);
    }
    put_line(to, f, "_sum", s, NULL, pb__metric_value(s));
    put_line(to, f, "_count", s, NULL, (double)n); /* of the buckets just shown, so that it is their +Inf */
}

static int by_values(const void *a, const void *b)
{
    const pb__metric_series *const *x = a, *const *y = b;
    return strcmp((*x)->values, (*y)->values);
}

static int by_name(const void *a, const void *b)
{
    const pb_metric *const *x = a, *const *y = b;
    return strcmp((*x)->name, (*y)->name);
}

static void put_family(FILE *to, pb_metric *f)
{
    static const char *const kinds[] = {"counter", "gauge", "histogram"};
    size_t                   n = 0, cap = atomic_load_explicit(&f->n_series, memory_order_relaxed) + 64u;
    pb__metric_series      **all = calloc(cap, sizeof(pb__metric_series *));
    if (!all) return;
    for (size_t i = 0; i < PB__METRIC_SLOTS; i++) {
        pb__metric_series *s = atomic_load_explicit(&f->slot[i], memory_order_acquire);
        for (; s && n < cap; s = s->next) all[n++] = s;
    }
    qsort(all, n, sizeof *all, by_values);
    fprintf(to, "# HELP %s ", f->name);
    put_escaped(to, pb_span_of(f->help), false);
    fprintf(to, "\n# TYPE %s %s\n", f->name, kinds[f->kind]);
    for (size_t i = 0; i < n; i++) {
        if (f->kind == PB__HISTOGRAM) {
            put_histogram(to, f, all[i]);
        } else {
            put_line(to, f, "", all[i], NULL, pb__metric_value(all[i]));
        }
    }
    free(all);
}

void pb_metrics_print(pb_metrics *metrics, FILE *to)
{
    if (!metrics || !to) return;
    uint32_t hooks = atomic_load_explicit(&metrics->n_hooks, memory_order_acquire);
    for (uint32_t i = 0; i < hooks; i++) metrics->hook[i].f(metrics->hook[i].user, metrics);

    pb_metric *first = atomic_load_explicit(&metrics->first, memory_order_acquire);
    size_t     n     = 0;
    for (pb_metric *f = first; f; f = f->next) n++;
    pb_metric **all = calloc(n + 1, sizeof(pb_metric *));
    if (!all) return;
    n = 0;
    for (pb_metric *f = first; f; f = f->next) all[n++] = f;
    qsort(all, n, sizeof *all, by_name);
    for (size_t i = 0; i < n; i++) put_family(to, all[i]);
    free(all);
}
