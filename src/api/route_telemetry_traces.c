/* route_telemetry_traces: channels of laps, on one grid of metres. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "telemetry_read.h"

#define LAPS_MAX 20
#define VALUES_MAX 1500000 /* of one answer: some 10 MB */
#define ROWS_MAX 131072u   /* of a lap at a time: more are thinned, each second one going */
#define AROUND_US 5000000  /* points that are read around a lap; */
#define LATE_US 45000000   /* of one that came in bursts */

typedef struct pick {
    int32_t          car;
    uint16_t         lap;
    pb_telemetry_lap of;
    bool             bursts, by_windows;
    float            lap_m;
} pick;

typedef struct question {
    pick     at[LAPS_MAX];
    uint32_t n, channels, points;
    float    step_m;
} question;

/* ---- what is asked ---- */

static pb_span next_word(pb_span *rest)
{
    const char *comma = rest->len > 0 ? memchr(rest->at, ',', rest->len) : NULL;
    size_t      len   = comma ? (size_t)(comma - rest->at) : rest->len;
    pb_span     word  = {rest->at, len};
    size_t      past  = comma ? len + 1 : len;
    *rest             = (pb_span){rest->at + past, rest->len - past};
    return pb_span_trim(word);
}

/* So much of a word is said again. */
static int shown(pb_span word)
{
    return word.len < 40 ? (int)word.len : 40;
}

static bool read_pick(pb_span word, pick *out)
{
    const char *colon = word.len > 0 ? memchr(word.at, ':', word.len) : NULL;
    int64_t     car, lap = 0;
    if (!colon) return false;
    pb_span before = {word.at, (size_t)(colon - word.at)}, behind = {colon + 1, word.len - before.len - 1};
    bool    best = pb_span_equal_text(behind, "best");
    if (!pb_span_to_i64(before, &car) || car < 1 || car > INT16_MAX) return false;
    if (!best && (!pb_span_to_i64(behind, &lap) || lap < 1 || lap > UINT16_MAX)) return false;
    *out = (pick){.car = (int32_t)car, .lap = (uint16_t)lap};
    return true;
}

static pb_status read_laps(pb_request *request, pb_reply *reply, question *q)
{
    pb_span rest = pb_span_of(pb_request_query(request, "laps"));
    if (rest.len == 0) return pb_reply_problem(reply, 400, "laps", "name laps: laps=88:5,88:best");
    while (rest.len > 0) {
        pb_span word = next_word(&rest);
        if (q->n == LAPS_MAX) return pb_reply_problem(reply, 400, "laps", "at most %d laps at once", LAPS_MAX);
        if (!read_pick(word, &q->at[q->n++]))
            return pb_reply_problem(reply, 400, "laps", "%.*s is no car:lap (88:5, 88:best)", shown(word), word.at);
    }
    return PB_OK;
}

static pb_status read_channels(pb_request *request, pb_reply *reply, question *q)
{
    pb_span rest = pb_span_of(pb_request_query(request, "channels"));
    q->channels  = rest.len == 0 ? (1u << PB_CH_N) - 1 : 0;
    while (rest.len > 0) {
        pb_span word = next_word(&rest);
        int     k    = 0;
        while (k < PB_CH_N && !pb_span_equal_text(word, pb_channel_name((pb_channel)k))) k++;
        if (k == PB_CH_N)
            return pb_reply_problem(reply, 400, "channels", "there is no channel %.*s", shown(word), word.at);
        q->channels |= 1u << k;
    }
    return PB_OK;
}

static pb_status read_question(pb_request *request, pb_reply *reply, question *q)
{
    const char *points = pb_request_query(request, "points"), *step = pb_request_query(request, "step_m");
    int64_t     n      = 1000;
    double      step_m = 1;
    PB_TRY(read_laps(request, reply, q));
    PB_TRY(read_channels(request, reply, q));
    if (points) (void)pb_span_to_i64(pb_span_of(points), &n);
    if (step) (void)pb_span_to_f64(pb_span_of(step), &step_m);
    q->points       = (uint32_t)n;
    q->step_m       = (float)step_m;
    uint64_t values = (uint64_t)q->n * q->points * ((uint32_t)__builtin_popcount(q->channels) + 3u);
    if (values > VALUES_MAX)
        return pb_reply_problem(reply, 400, "points",
                                "that is up to %llu values; at most %d are given at once: ask for "
                                "fewer laps, channels or points",
                                (unsigned long long)values, VALUES_MAX);
    return PB_OK;
}

/* ---- which laps ---- */

static pb_status find_lap(const pb__car_book *b, pick *p, pb_error *error)
{
    const pb_telemetry_lap *found = p->lap ? NULL : pb__book_best(b);
    for (uint32_t i = 0; i < b->laps.n_laps && p->lap; i++)
        if (b->laps.laps[i].number == p->lap) found = &b->laps.laps[i];
    if (!found && p->lap) return pb_error_set(error, PB_E_NOENT, "no lap %u of car %d here", p->lap, p->car);
    if (!found) return pb_error_set(error, PB_E_NOENT, "no whole lap of car %d here", p->car);
    p->of         = *found;
    p->lap        = found->number;
    p->bursts     = b->laps.bursts;
    p->by_windows = b->by_windows;
    p->lap_m      = b->by_windows ? 0 : b->laps.lap_m;
    return PB_OK;
}

static pb_status find_laps(pb_recordings *t, pb_store *store, const pb__recording *recording, pb_request *request,
                           question *q, pb_error *error)
{
    pb__car_book *b = malloc(sizeof *b);
    if (!b) return pb_error_set(error, PB_E_NOMEM, "out of memory");
    pb_status status = PB_OK;
    for (uint32_t i = 0; i < q->n && status == PB_OK; i++) {
        status = pb__book_read(t->book, store, request, recording->id, q->at[i].car, b, error);
        if (status == PB_OK) status = find_lap(b, &q->at[i], error);
    }
    free(b);
    return status;
}

/* ---- their points ---- */

typedef struct rows {
    pb_point *at;
    uint32_t  n, cap, stride, skip;
    int64_t   from_us, to_us;
    bool      full;
} rows;

static bool grow(rows *r)
{
    uint32_t  cap  = r->cap ? 2 * r->cap : 1024;
    pb_point *more = realloc(r->at, cap * sizeof *more);
    r->full        = !more;
    if (!more) return false;
    r->at  = more;
    r->cap = cap;
    return true;
}

static void halve(rows *r)
{
    for (uint32_t i = 0; i < r->n / 2; i++) r->at[i] = r->at[2 * i];
    r->n /= 2;
    r->stride *= 2;
}

static bool take_row(void *user, const pb_point *point)
{
    rows *r = user;
    if (point->time_us < r->from_us || point->time_us > r->to_us) return true;
    if (++r->skip < r->stride) return true;
    r->skip = 0;
    if (r->n == ROWS_MAX) halve(r);
    if (r->n == r->cap && !grow(r)) return false;
    r->at[r->n++] = *point;
    return true;
}

static pb_status trace_of(pb_store *store, const pb__recording *recording, pb_request *request, const question *q,
                          const pick *p, double lat, double lon, pb_trace *out, pb_error *error)
{
    int64_t      around = p->bursts ? LATE_US : AROUND_US;
    rows         r      = {.from_us = p->of.start_us - around, .to_us = p->of.end_us + around, .stride = 1};
    pb_trace_ask ask    = pb_trace_ask_default();
    pb_error     why    = {0};
    pb_status status = pb__points_read(store, request, recording->id, p->car, r.from_us, r.to_us, take_row, &r, error);
    if (status == PB_OK && r.full) status = pb_error_set(error, PB_E_NOMEM, "out of memory");
    ask.start_us   = p->of.start_us;
    ask.end_us     = p->of.end_us;
    ask.bursts     = p->bursts;
    ask.lap_m      = p->lap_m;
    ask.step_m     = q->step_m;
    ask.points_max = q->points;
    ask.channels   = q->channels;
    ask.lat_deg    = lat;
    ask.lon_deg    = lon;
    if (status == PB_OK) status = pb_trace_make(&ask, r.at, r.n, out, &why);
    if (status != PB_OK && why.text[0])
        status = pb_error_set(error, status == PB_E_EMPTY ? PB_E_NOENT : status, "lap %u of car %d: %s", p->lap, p->car,
                              why.text);
    free(r.at);
    return status;
}

/* ---- the answer ---- */

static void put_values(pb_json_writer *w, const char *key, const float *values, uint32_t n, double by, int decimals)
{
    pb_json_array(w, key);
    for (uint32_t i = 0; i < n; i++)
        isfinite(values[i]) ? pb_json_put_fixed(w, NULL, (double)values[i] * by, decimals) : pb_json_put_null(w, NULL);
    pb_json_array_end(w);
}

static void put_trace(pb_json_writer *w, const pick *p, const pb_trace *t)
{
    pb_json_object(w, NULL);
    pb_json_put_i64(w, "car", p->car);
    pb_json_put_i64(w, "lap", p->lap);
    pb_json_put_i64(w, "time_ms", llround(p->of.time_s * 1000));
    pb_json_put_text(w, "by", p->by_windows ? "counter" : p->bursts ? "driven" : "line");
    pb_json_put_text(w, "distance", pb_trace_way_name((pb_trace_way)t->way));
    pb_json_put_fixed(w, "length_m", (double)t->length_m, 1);
    pb_json_put_i64(w, "rows", t->rows);
    pb_json_put_i64(w, "holes", t->holes);
    pb_json_put_fixed(w, "longest_hole_m", (double)t->longest_hole_m, 1);
    put_values(w, "elapsed_ms", t->elapsed_s, t->n, 1000, 0);
    if (t->has_place) {
        put_values(w, "x_m", t->x_m, t->n, 1, 1);
        put_values(w, "y_m", t->y_m, t->n, 1, 1);
    }
    pb_json_object(w, "values");
    for (int k = 0; k < PB_CH_N; k++)
        if ((t->has >> k) & 1u)
            put_values(w, pb_channel_name((pb_channel)k), t->ch[k], t->n, 1, pb__channel_decimals(k));
    pb_json_object_end(w);
    pb_json_object_end(w);
}

static void put_channels(pb_json_writer *w, const pb_trace *traces, uint32_t n)
{
    uint32_t has = 0;
    for (uint32_t i = 0; i < n; i++) has |= traces[i].has;
    pb_json_array(w, "channels");
    for (int k = 0; k < PB_CH_N; k++) {
        if (!((has >> k) & 1u)) continue;
        pb_json_object(w, NULL);
        pb_json_put_text(w, "name", pb_channel_name((pb_channel)k));
        pb_json_put_text(w, "unit", pb__channel_unit(k)[0] ? pb__channel_unit(k) : NULL);
        pb_json_object_end(w);
    }
    pb_json_array_end(w);
}

/* The step that all of them have, as far as lengths are known before they are read. */
static void settle_step(question *q)
{
    float longest = 0;
    for (uint32_t i = 0; i < q->n; i++) longest = fmaxf(longest, q->at[i].lap_m);
    if (longest / q->step_m > (float)(q->points - 1)) q->step_m = longest / (float)(q->points - 1);
}

/* One step for all of them: that of the longest. Where a length is not known before (no lap distance) the first round
 * finds it, and the second makes those anew whose step was smaller. */
static pb_status make_traces(pb_store *store, const pb__recording *recording, pb_request *request, question *q,
                             pb_trace *traces, pb_error *error)
{
    double lat = NAN, lon = NAN;
    for (uint32_t i = 0; i < 2 * q->n; i++) {
        pb_trace *t = &traces[i % q->n];
        if (t->n > 0 && t->step_m >= q->step_m) continue;
        pb_trace_fini(t);
        PB_TRY(trace_of(store, recording, request, q, &q->at[i % q->n], lat, lon, t, error));
        q->step_m = t->step_m;
        if (!isnan(lat)) continue;
        lat = t->lat_deg;
        lon = t->lon_deg;
    }
    return PB_OK;
}

static pb_status put_traces(pb_recordings *t, pb_store *store, const pb__recording *recording, pb_request *request,
                            pb_reply *reply, pb_error *error)
{
    question q                = {0};
    pb_trace traces[LAPS_MAX] = {0};
    PB_TRY(read_question(request, reply, &q));
    PB_TRY(find_laps(t, store, recording, request, &q, error));
    settle_step(&q);
    pb_status status = make_traces(store, recording, request, &q, traces, error);
    if (status == PB_OK) {
        pb_json_writer *w = pb_reply_json(reply);
        pb_json_object(w, NULL);
        pb_json_put_text(w, "recording", recording->id);
        pb_json_put_fixed(w, "step_m", (double)q.step_m, 4);
        put_channels(w, traces, q.n);
        pb_json_array(w, "traces");
        for (uint32_t i = 0; i < q.n; i++) put_trace(w, &q.at[i], &traces[i]);
        pb_json_array_end(w);
        pb_json_object_end(w);
    }
    for (uint32_t i = 0; i < q.n; i++) pb_trace_fini(&traces[i]);
    return status;
}

pb_status pb__run_traces(void *context, pb_request *request, pb_reply *reply, pb_error *error)
{
    return pb__telemetry_do(context, put_traces, request, reply, error);
}
