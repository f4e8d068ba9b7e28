/* points_print: what a body of points says, as JSON for a person. */
#include <math.h>
#include <string.h>

#include "points_work.h"

#define REASONS_MAX 64

typedef struct printer {
    pb_json_writer *to;
    const char     *why[REASONS_MAX];
    uint64_t        count[REASONS_MAX], others;
    uint32_t        n;
} printer;

static void print_point(void *user, const pb_point *point)
{
    pb_json_writer *w = ((printer *)user)->to;
    pb_json_object(w, NULL);
    pb_json_put_i64(w, "time_us", point->time_us);
    pb_json_put_i64(w, "car", point->car);
    pb_json_put_i64(w, "lap", point->lap);
    if (point->session[0]) pb_json_put_text(w, "session", point->session);
    for (int c = 0; c < PB_CH_N; c++)
        if (pb_point_has(point, (pb_channel)c))
            pb_json_put_f64(w, pb_channel_name((pb_channel)c), (double)point->ch[c]);
    if (!isnan(point->lat_deg)) pb_json_put_f64(w, "lat_deg", point->lat_deg);
    if (!isnan(point->lon_deg)) pb_json_put_f64(w, "lon_deg", point->lon_deg);
    pb_json_object_end(w);
}

static void note_refused(void *user, const char *why)
{
    printer *p = user;
    uint32_t i = 0;
    while (i < p->n && strcmp(p->why[i], why) != 0) i++;
    if (i == REASONS_MAX) {
        p->others++;
        return;
    }
    if (i == p->n) p->why[p->n++] = why;
    p->count[i]++;
}

static void print_refused(const printer *p)
{
    pb_json_object(p->to, "refused");
    for (uint32_t i = 0; i < p->n; i++) pb_json_put_i64(p->to, p->why[i], (int64_t)p->count[i]);
    if (p->others) pb_json_put_i64(p->to, "for other reasons", (int64_t)p->others);
    pb_json_object_end(p->to);
}

static const char *const forms[]    = {"none", "json", "json array", "ndjson", "msgpack", "csv", "long csv"};
static const char *const packings[] = {"none", "gzip", "zstd"};

pb_status pb_points_print(pb_span body, pb_json_writer *to, pb_error *error)
{
    pb_points *points;
    printer    p = {.to = to};
    PB_TRY(pb_points_create(&points, error));
    pb_feed_sink sink = {.user = &p, .point = print_point, .refused = note_refused};

    pb_json_object(to, NULL);
    pb_json_put_text(to, "format", "points");
    pb_json_array(to, "points");
    pb_points_feed(points, body, 0, &sink);
    pb_json_array_end(to);
    pb_json_put_text(to, "packet", forms[points->form]);
    pb_json_put_text(to, "packing", packings[points->packing]);
    print_refused(&p);
    pb_json_object_end(to);
    bool nothing = points->form == PB__POINTS_NOTHING;
    pb_points_destroy(points);
    if (!nothing) return PB_OK;
    return pb_error_set(error, PB_E_SYNTAX, "no telemetry points: %s", p.n ? p.why[0] : "nothing known");
}
