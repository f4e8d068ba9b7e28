/* trace_grid: rows on a line of metres, onto an even grid. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "trace_work.h"

static const char *const ways[] = {"lapdist_m", "place", "speed"};

const char *pb_trace_way_name(pb_trace_way way)
{
    return (unsigned)way < sizeof ways / sizeof *ways ? ways[way] : "?";
}

pb_trace_ask pb_trace_ask_default(void)
{
    return (pb_trace_ask){
        .step_m = 1, .points_max = 1000, .hole_m = 200, .channels = UINT32_MAX, .lat_deg = NAN, .lon_deg = NAN};
}

/* A quantity of rows along the line: its own samples only. */
typedef struct samples {
    uint32_t n;
    double  *d, *v;
    double   hole_m;
    bool     held; /* stands until the next sample: a gear */
    bool     mean; /* of several samples at one place */
} samples;

static double between(const samples *s, uint32_t k, double g)
{
    double a = s->d[k], b = s->d[k + 1];
    if (b - a > s->hole_m) return NAN;
    return b > a ? s->v[k] + (s->v[k + 1] - s->v[k]) * (g - a) / (b - a) : s->v[k + 1];
}

/* k: the last sample at or before g; n: none. */
static double at_edge(const samples *s, uint32_t k, double g)
{
    uint32_t i = k == s->n ? 0 : k;
    return fabs(s->d[i] - g) <= s->hole_m / 4 ? s->v[i] : NAN;
}

static double value_at(const samples *s, uint32_t k, double g)
{
    if (k == s->n || k + 1 == s->n) return at_edge(s, k, g);
    if (s->held) return s->d[k + 1] - s->d[k] <= s->hole_m ? s->v[k] : NAN;
    return between(s, k, g);
}

/* Where several samples fall to one place of the grid, their mean; else the value between the two around it. */
static void onto_grid(const samples *s, float step_m, uint32_t n, float *out)
{
    uint32_t k = s->n, lo = 0, hi = 0;
    for (uint32_t i = 0; i < n; i++) {
        double g = (double)i * (double)step_m, sum = 0;
        if (s->n == 0) {
            out[i] = NAN;
            continue;
        }
        while ((k == s->n ? 0 : k + 1) < s->n && s->d[k == s->n ? 0 : k + 1] <= g) k = k == s->n ? 0 : k + 1;
        while (lo < s->n && s->d[lo] < g - (double)step_m / 2) lo++;
        if (hi < lo) hi = lo;
        while (hi < s->n && s->d[hi] < g + (double)step_m / 2) hi++;
        for (uint32_t j = lo; j < hi; j++) sum += s->v[j];
        out[i] = (float)(hi - lo >= 2 && s->mean ? sum / (hi - lo) : value_at(s, k, g));
    }
}

/* ---- what is taken from the rows ---- */

static bool is_held(int channel)
{
    return channel == PB_CH_GEAR || channel == PB_CH_DRS || channel == PB_CH_SECTOR || channel == PB_CH_TYRE_AGE;
}

static void take_channel(const pb__line *line, int channel, samples *s)
{
    s->n    = 0;
    s->held = is_held(channel);
    s->mean = !s->held;
    for (uint32_t i = 0; i < line->n; i++) {
        if (!pb_point_has(line->row[i], (pb_channel)channel)) continue;
        s->d[s->n]   = line->d_m[i];
        s->v[s->n++] = (double)line->row[i]->ch[channel];
    }
}

/* Both ends are known: the line is crossed at 0 and at the time of the lap. */
static void take_time(const pb__line *line, samples *s)
{
    s->n    = 0;
    s->held = s->mean = false;
    s->d[s->n]        = 0;
    s->v[s->n++]      = 0;
    for (uint32_t i = 0; i < line->n; i++) {
        s->d[s->n]   = line->d_m[i];
        s->v[s->n++] = line->t_s[i];
    }
    s->d[s->n]   = line->length_m;
    s->v[s->n++] = line->time_s;
}

static void take_degrees(const pb__line *line, const pb_trace *t, bool y, samples *s)
{
    double across = PB__DEGREE_M * cos(t->lat_deg * PB__RADIANS);
    s->n          = 0;
    s->held       = false;
    s->mean       = true;
    for (uint32_t i = 0; i < line->n; i++) {
        const pb_point *p = line->row[i];
        if (!pb__has_degrees(p)) continue;
        s->d[s->n]   = line->d_m[i];
        s->v[s->n++] = y ? (p->lat_deg - t->lat_deg) * PB__DEGREE_M : (p->lon_deg - t->lon_deg) * across;
    }
}

/* ---- the trace ---- */

static float *room(pb_trace *out, float **to)
{
    return *to = malloc(out->n * sizeof **to);
}

static bool put_channels(const pb_trace_ask *ask, const pb__line *line, samples *s, pb_trace *out)
{
    for (int k = 0; k < PB_CH_N; k++) {
        if (!((ask->channels >> k) & 1u)) continue;
        take_channel(line, k, s);
        if (s->n == 0) continue;
        if (!room(out, &out->ch[k])) return false;
        onto_grid(s, out->step_m, out->n, out->ch[k]);
        out->has |= 1u << k;
    }
    return true;
}

static void find_origin(const pb_trace_ask *ask, const pb__line *line, pb_trace *out)
{
    out->lat_deg = ask->lat_deg;
    out->lon_deg = ask->lon_deg;
    for (uint32_t i = 0; i < line->n && isnan(out->lat_deg); i++) {
        if (!pb__has_degrees(line->row[i])) continue;
        out->lat_deg = line->row[i]->lat_deg;
        out->lon_deg = line->row[i]->lon_deg;
    }
}

static void take_place(const pb__line *line, const pb_trace *out, bool axes, bool y, samples *s)
{
    if (axes)
        take_channel(line, y ? PB_CH_POS_Y : PB_CH_POS_X, s);
    else
        take_degrees(line, out, y, s);
}

static bool put_place(const pb_trace_ask *ask, const pb__line *line, samples *s, pb_trace *out)
{
    out->lat_deg = out->lon_deg = NAN;
    take_channel(line, PB_CH_POS_X, s);
    bool axes = s->n > 0;
    if (!axes) find_origin(ask, line, out);
    take_place(line, out, axes, false, s);
    if (s->n == 0) return true;
    if (!room(out, &out->x_m) || !room(out, &out->y_m)) return false;
    onto_grid(s, out->step_m, out->n, out->x_m);
    take_place(line, out, axes, true, s);
    onto_grid(s, out->step_m, out->n, out->y_m);
    out->has_place = true;
    return true;
}

static void count_holes(const samples *s, double hole_m, pb_trace *out)
{
    for (uint32_t i = 1; i < s->n; i++) {
        float gap = (float)(s->d[i] - s->d[i - 1]);
        if ((double)gap > hole_m) out->holes++;
        if (gap > out->longest_hole_m) out->longest_hole_m = gap;
    }
}

static void size_up(const pb_trace_ask *ask, const pb__line *line, pb_trace *out)
{
    uint32_t most = ask->points_max < 2 ? 2 : ask->points_max;
    if (most > PB_TRACE_POINTS_MAX) most = PB_TRACE_POINTS_MAX;
    out->length_m = (float)line->length_m;
    out->step_m   = ask->step_m;
    if (out->length_m / out->step_m > (float)(most - 1)) out->step_m = out->length_m / (float)(most - 1);
    out->n       = (uint32_t)(out->length_m / out->step_m + 1e-3f) + 1;
    out->rows    = line->n;
    out->anchors = line->anchors;
    out->way     = line->way;
}

pb_status pb__grid_make(const pb_trace_ask *ask, const pb__line *line, pb_trace *out, pb_error *error)
{
    samples s = {.hole_m = (double)ask->hole_m};
    memset(out, 0, sizeof *out);
    size_up(ask, line, out);
    s.d     = malloc(2 * ((size_t)line->n + 2) * sizeof *s.d);
    s.v     = s.d ? s.d + line->n + 2 : NULL;
    bool ok = s.d && room(out, &out->elapsed_s);
    if (ok) {
        take_time(line, &s);
        count_holes(&s, s.hole_m, out);
        onto_grid(&s, out->step_m, out->n, out->elapsed_s);
        out->elapsed_s[0] = 0;
        if ((float)(out->n - 1) * out->step_m > out->length_m - 0.01f) out->elapsed_s[out->n - 1] = (float)line->time_s;
        ok = put_channels(ask, line, &s, out) && put_place(ask, line, &s, out);
    }
    free(s.d);
    if (ok) return PB_OK;
    pb_trace_fini(out);
    return pb_error_set(error, PB_E_NOMEM, "out of memory");
}

pb_status pb_trace_make(const pb_trace_ask *ask, const pb_point *rows, uint32_t n, pb_trace *out, pb_error *error)
{
    pb__line line;
    PB_ASSERT(ask->step_m > 0 && ask->hole_m > 0 && ask->end_us > ask->start_us);
    PB_TRY(pb__line_make(ask, rows, n, &line, error));
    pb_status status = pb__grid_make(ask, &line, out, error);
    free((void *)line.row);
    return status;
}

void pb_trace_fini(pb_trace *trace)
{
    free(trace->elapsed_s);
    free(trace->x_m);
    free(trace->y_m);
    for (int k = 0; k < PB_CH_N; k++) free(trace->ch[k]);
    memset(trace, 0, sizeof *trace);
}
