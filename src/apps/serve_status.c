#include "serve_status.h"

#include <inttypes.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "terminal.h"

/* ---- taking ---- */

static double cpu_seconds(void)
{
    struct rusage u;
    if (getrusage(RUSAGE_SELF, &u) != 0) return 0;
    return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) + 1e-6 * (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec);
}

static int64_t resident_kb(void)
{
    long  pages = 0, resident = 0;
    FILE *f = fopen("/proc/self/statm", "r");
    if (!f) return 0;
    if (fscanf(f, "%ld %ld", &pages, &resident) != 2) resident = 0; /* NOLINT(cert-err34-c): the kernel's own */
    (void)fclose(f);
    return (int64_t)resident * sysconf(_SC_PAGESIZE) / 1024;
}

void serve_status_take(serve_status *s, pb_live *live)
{
    double cpu = cpu_seconds(), before_s = s->now.up_s, used = s->cpu_total;
    s->before = s->now;
    pb_live_status_get(live, &s->now);
    double took  = s->now.up_s - before_s;
    s->cpu_frac  = took > 0 ? (cpu - used) / took : 0;
    s->cpu_total = cpu;
    s->rss_kb    = resident_kb();
}

static uint64_t all_received(const pb_live_status *s)
{
    uint64_t n = 0;
    for (int k = 0; k < PB_FEED_N; k++) n += s->received[k];
    return n;
}

static double rate(const serve_status *s)
{
    double took = s->now.up_s - s->before.up_s;
    return took > 0 ? (double)(all_received(&s->now) - all_received(&s->before)) / took : 0;
}

static uint64_t all_dropped(const pb_live_status *s)
{
    uint64_t n = 0;
    for (int k = 0; k < PB_FEED_N; k++) n += s->drops[k].kernel + s->drops[k].record + s->drops[k].process;
    return n;
}

/* ---- the last call ---- */

typedef struct last_call {
    int64_t event, lap;
    char    action[24], compound[24], radio[160]; /* "": none, or it failed */
} last_call;

static bool read_call(pb_span text, last_call *out)
{
    pb_json_doc *doc = NULL;
    *out             = (last_call){0};
    if (text.len == 0 || pb_json_parse(text, "call", &doc, NULL) != PB_OK) return false;
    pb_json root = pb_json_root(doc), first = pb_json_at(pb_json_get(pb_json_get(root, "call"), "actions"), 0);
    (void)pb_json_i64(pb_json_get(root, "event"), 0, INT64_MAX, &out->event, NULL);
    (void)pb_json_i64(pb_json_get(root, "lap"), 0, UINT16_MAX, &out->lap, NULL);
    (void)pb_json_text(pb_json_get(first, "action"), out->action, sizeof out->action, NULL);
    (void)pb_json_text(pb_json_get(first, "compound"), out->compound, sizeof out->compound, NULL);
    (void)pb_json_text(pb_json_get(first, "radio"), out->radio, sizeof out->radio, NULL);
    pb_json_free(doc);
    return true;
}

/* ---- JSON ---- */

static void put_u64(pb_json_writer *w, const char *key, uint64_t value)
{
    pb_json_put_i64(w, key, value > INT64_MAX ? INT64_MAX : (int64_t)value);
}

static void put_ring(pb_json_writer *w, const char *key, const pb_ring_stats *s)
{
    pb_json_object(w, key);
    put_u64(w, "bytes", s->bytes);
    put_u64(w, "used", s->used);
    put_u64(w, "high_water", s->high_water);
    put_u64(w, "waiting", s->waiting);
    put_u64(w, "full", s->full);
    pb_json_object_end(w);
}

static void put_sources(pb_json_writer *w, const pb_live_status *s)
{
    pb_json_object(w, "sources");
    for (int k = 1; k < PB_FEED_N; k++) {
        pb_json_object(w, pb_feed_kind_name((pb_feed_kind)k));
        put_u64(w, "received", s->received[k]);
        put_u64(w, "dropped_kernel", s->drops[k].kernel);
        put_u64(w, "dropped_record", s->drops[k].record);
        put_u64(w, "dropped_process", s->drops[k].process);
        put_u64(w, "cut", s->drops[k].cut);
        pb_json_object_end(w);
    }
    pb_json_object_end(w);
}

static void put_record(pb_json_writer *w, const pb_live_status *s)
{
    pb_json_object(w, "record");
    pb_json_put_text(w, "state", pb_part_state_name(s->record));
    pb_json_put_text(w, "why", s->record_why[0] ? s->record_why : NULL);
    pb_json_put_text(w, "id", s->record_id);
    put_u64(w, "bytes", s->record_bytes);
    put_u64(w, "failures", s->record_failures);
    put_u64(w, "cut_bytes", s->record_cut);
    put_ring(w, "queue", &s->record_ring);
    pb_json_object_end(w);
}

static void put_store(pb_json_writer *w, const pb_live_status *s)
{
    pb_json_object(w, "store");
    pb_json_put_text(w, "state", pb_part_state_name(s->store));
    pb_json_put_text(w, "why", s->store_why[0] ? s->store_why : NULL);
    put_u64(w, "lag", s->store != PB_PART_OFF && s->durable_seq > s->applied_seq ? s->durable_seq - s->applied_seq : 0);
    put_u64(w, "rows", s->store_rows);
    put_u64(w, "failures", s->store_failures);
    pb_json_object_end(w);
}

static void put_latency(pb_json_writer *w, const pb_live_latency *l)
{
    pb_json_object(w, "latency");
    put_u64(w, "n", l->n);
    pb_json_put_fixed(w, "p50_ms", l->p50_ms, 3);
    pb_json_put_fixed(w, "p99_ms", l->p99_ms, 3);
    pb_json_put_fixed(w, "max_ms", l->max_ms, 3);
    pb_json_object_end(w);
}

static void put_decide(pb_json_writer *w, const pb_live_status *s)
{
    pb_json_object(w, "decide");
    put_u64(w, "points", s->decisions);
    put_u64(w, "made", s->decided);
    put_u64(w, "skipped", s->skipped);
    put_u64(w, "failed", s->decide_failed);
    pb_json_put_fixed(w, "last_ms", s->decide_ms, 3);
    pb_json_put_text(w, "why", s->decide_why[0] ? s->decide_why : NULL);
    pb_json_object_end(w);
}

typedef struct race_put {
    pb_json_writer *w;
} race_put;

static const pb_live_car *car_of(const pb_race_state *s, int16_t key)
{
    for (uint8_t i = 0; i < s->n_cars; i++)
        if (s->cars[i].key == key) return &s->cars[i];
    return NULL;
}

static void put_car(pb_json_writer *w, const pb_live_car *c)
{
    pb_json_object(w, "car");
    pb_json_put_i64(w, "number", c->number);
    pb_json_put_text(w, "code", c->code);
    pb_json_put_i64(w, "position", c->position);
    pb_json_put_i64(w, "laps", c->laps);
    if (c->gap.ms != PB_MS_NONE) pb_json_put_fixed(w, "gap_s", c->gap.ms / 1000.0, 3);
    pb_json_put_text(w, "compound", pb_compound_name((pb_compound)c->compound));
    pb_json_put_i64(w, "tyre_age_laps", c->tyre_age_laps);
    pb_json_object_end(w);
}

static void put_call(pb_json_writer *w, pb_span text)
{
    last_call call;
    if (!read_call(text, &call)) {
        pb_json_put_null(w, "call");
        return;
    }
    pb_json_object(w, "call");
    pb_json_put_i64(w, "event", call.event);
    pb_json_put_i64(w, "lap", call.lap);
    pb_json_put_text(w, "action", call.action[0] ? call.action : NULL);
    pb_json_put_text(w, "compound", call.compound[0] ? call.compound : NULL);
    pb_json_put_text(w, "radio", call.radio[0] ? call.radio : NULL);
    pb_json_object_end(w);
}

static void put_race(void *user, const pb_pipeline *pipeline, pb_span call)
{
    pb_json_writer      *w    = ((race_put *)user)->w;
    const pb_race_state *s    = pb_pipeline_state(pipeline);
    const pb_live_car   *ours = car_of(s, pb_pipeline_own_car(pipeline));
    put_call(w, call);
    pb_json_object(w, "race");
    pb_json_put_text(w, "session", s->session);
    pb_json_put_text(w, "name", s->name);
    pb_json_put_i64(w, "lap", s->leader_lap);
    pb_json_put_i64(w, "laps", s->laps_total);
    pb_json_put_i64(w, "cars", s->n_cars);
    pb_json_put_i64(w, "track", s->track);
    if (ours) put_car(w, ours);
    pb_json_object_end(w);
}

void serve_status_json(const serve_status *status, pb_live *live, FILE *to)
{
    const pb_live_status *s = &status->now;
    pb_json_writer        w;
    race_put              race = {&w};
    pb_json_begin(&w, to, 0);
    pb_json_object(&w, NULL);
    pb_json_put_i64(&w, "time_us", s->now_us);
    pb_json_put_fixed(&w, "up_s", s->up_s, 3);
    pb_json_put_bool(&w, "recovering", s->recovering);
    pb_json_put_i64(&w, "udp_port", s->udp_port);
    pb_json_put_i64(&w, "points_port", s->points_port);
    put_u64(&w, "seq", s->seq);
    put_u64(&w, "durable_seq", s->durable_seq);
    put_u64(&w, "processed_seq", s->processed_seq);
    put_u64(&w, "applied_seq", s->applied_seq);
    put_u64(&w, "received", all_received(s));
    pb_json_put_fixed(&w, "records_per_s", rate(status), 1);
    put_u64(&w, "dropped", all_dropped(s));
    put_sources(&w, s);
    put_record(&w, s);
    put_store(&w, s);
    put_ring(&w, "process_queue", &s->process_ring);
    put_latency(&w, &s->latency);
    put_u64(&w, "points", s->points);
    put_u64(&w, "windows", s->windows);
    put_u64(&w, "events", s->events);
    put_u64(&w, "refused", s->refused);
    put_u64(&w, "clocks", s->clocks);
    put_u64(&w, "forwarded", s->forwarded);
    put_u64(&w, "forward_failed", s->forward_failed);
    put_decide(&w, s);
    pb_json_put_fixed(&w, "cpu_frac", status->cpu_frac, 4);
    pb_json_put_i64(&w, "rss_kb", status->rss_kb);
    pb_live_see(live, put_race, &race);
    pb_json_object_end(&w);
    pb_json_end(&w);
    (void)fflush(to);
}

/* ---- one line ---- */

static void print_race(void *user, const pb_pipeline *pipeline, pb_span call)
{
    FILE                *to   = user;
    const pb_race_state *s    = pb_pipeline_state(pipeline);
    const pb_live_car   *ours = car_of(s, pb_pipeline_own_car(pipeline));
    last_call            last;
    if (s->leader_lap > 0) (void)fprintf(to, "lap %u/%u  ", s->leader_lap, s->laps_total);
    if (!ours) return;
    (void)fprintf(to, "%s P%u", ours->code[0] ? ours->code : "our car", ours->position);
    if (ours->gap.ms != PB_MS_NONE) (void)fprintf(to, " +%.3f", ours->gap.ms / 1000.0);
    if (read_call(call, &last) && last.action[0])
        (void)fprintf(to, "  %s%s%s%s%s (lap %d)", pb__paint(to, PB__BOLD), last.action, last.compound[0] ? " " : "",
                      last.compound, pb__paint(to, PB__PLAIN), (int)last.lap);
    (void)fputs("  ", to);
}

static void print_part(FILE *to, const char *name, pb_part_state state, const char *why)
{
    if (state == PB_PART_OK || state == PB_PART_OFF)
        (void)fprintf(to, "  %s %s", name, pb_part_state_name(state));
    else
        (void)fprintf(to, "  %s%s %s: %s%s", pb__paint(to, PB__RED), name, pb_part_state_name(state), why,
                      pb__paint(to, PB__PLAIN));
}

void serve_status_line(const serve_status *status, pb_live *live, FILE *to)
{
    const pb_live_status *s = &status->now;
    char                  a[32], b[32], c[32];
    pb_live_see(live, print_race, to);
    (void)fprintf(to, "%s records/s  on disk %s", pb__thousands((uint64_t)(rate(status) + 0.5), a),
                  pb__thousands(s->durable_seq, b));
    print_part(to, "record", s->record, s->record_why);
    print_part(to, "store", s->store, s->store_why);
    if (s->store != PB_PART_OFF && s->durable_seq > s->applied_seq)
        (void)fprintf(to, " (%s behind)", pb__thousands(s->durable_seq - s->applied_seq, c));
    if (s->latency.n > 0) (void)fprintf(to, "  p99 %.1f ms", s->latency.p99_ms);
    if (s->decisions > 0) (void)fprintf(to, "  calls %" PRIu64 "/%" PRIu64, s->decided, s->decisions);
    (void)fprintf(to, "  dropped %s%s\n", pb__thousands(all_dropped(s), a), s->recovering ? "  recovering" : "");
    (void)fflush(to);
}
