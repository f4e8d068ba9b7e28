/* What is counted of all sessions together, when somebody asks: no team, session or car is named. */
#include <stdlib.h>
#include <string.h>

#include "pitboard/engine_metrics.h"
#include "sessions.h"
#include "sessions_counts.h"

#define SESSIONS_MAX 256 /* remembered; more are not counted */

typedef struct known {
    char               id[PB_SESSION_ID_MAX];
    pb__session_counts was;
    bool               here; /* seen in this look */
} known;

typedef struct pb__sessions_sums {
    pthread_mutex_t    lock; /* two may print at once */
    known              known[SESSIONS_MAX];
    uint32_t           n_known;
    pb__session_counts sum;
    /* of this look */
    uint32_t state[PB_SESSION_FAILED + 1];
    uint64_t ring_record, ring_process, ring_record_max, ring_process_max, undurable, unstored;
    double   decide_s, latency_p99_s;
} pb__sessions_sums;

static known *know(pb__sessions_sums *x, const char *id)
{
    for (uint32_t i = 0; i < x->n_known; i++) {
        if (strcmp(x->known[i].id, id) == 0) return &x->known[i];
    }
    if (x->n_known == SESSIONS_MAX) return NULL;
    known *k = &x->known[x->n_known++];
    *k       = (known){0};
    pb_span_copy(pb_span_of(id), k->id, sizeof k->id);
    return k;
}

static uint64_t behind(uint64_t ahead, uint64_t at)
{
    return ahead > at ? ahead - at : 0;
}

static void more(double *most, double value)
{
    if (value > *most) *most = value;
}

static void look_at_gauges(pb__sessions_sums *x, const pb_live_status *s)
{
    x->ring_record += s->record_ring.used;
    x->ring_process += s->process_ring.used;
    x->ring_record_max += s->record_ring.bytes;
    x->ring_process_max += s->process_ring.bytes;
    if (s->record != PB_PART_OFF) x->undurable += behind(s->seq, s->durable_seq);
    if (s->store != PB_PART_OFF) x->unstored += behind(s->durable_seq, s->applied_seq);
    more(&x->decide_s, 1e-3 * s->decide_ms);
    more(&x->latency_p99_s, 1e-3 * s->latency.p99_ms);
}

static void look_at_one(void *user, pb_session *session)
{
    pb__sessions_sums *x    = user;
    pb_live           *live = pb_session_live(session);
    known             *k    = know(x, pb_session_id(session));
    pb_live_status     status;
    pb__session_counts now;
    pthread_mutex_lock(&session->lock);
    x->state[session->state]++;
    pthread_mutex_unlock(&session->lock);
    if (k) k->here = true;
    if (!live || !k) return; /* it is being wound back: next time */
    pb_live_status_get(live, &status);
    look_at_gauges(x, &status);
    pb__session_counts_of(&status, &now);
    pb__session_counts_go_on(&x->sum, &k->was, &now);
}

static void forget_the_gone(pb__sessions_sums *x)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < x->n_known; i++) {
        if (x->known[i].here) x->known[kept++] = x->known[i];
    }
    x->n_known = kept;
    for (uint32_t i = 0; i < kept; i++) x->known[i].here = false;
}

/* ---- told ---- */
static void tell_count(pb_metrics *m, const char *name, const char *help, uint64_t value)
{
    pb_metric_set(pb_metric_counter(m, name, help, NULL), NULL, (double)value);
}

static void tell_gauge(pb_metrics *m, const char *name, const char *help, double value)
{
    pb_metric_set(pb_metric_gauge(m, name, help, NULL), NULL, value);
}

static void tell_feeds(pb_metrics *m, const pb__session_counts *sum)
{
    static const char *const places[PB__DROP_PLACES] = {"kernel", "record", "process", "cut"};

    pb_metric *received = pb_metric_counter(m, "pitboard_records_received_total", "records received", "feed");
    pb_metric *dropped = pb_metric_counter(m, "pitboard_records_dropped_total", "records lost, by where", "feed,place");
    for (size_t i = PB_FEED_NONE + 1; i < PB_FEED_N; i++) {
        const char *feed = pb_feed_kind_name((pb_feed_kind)i);
        pb_metric_set(received, feed, (double)sum->received[i]);
        for (size_t p = 0; p < PB__DROP_PLACES; p++) {
            char values[64];
            snprintf(values, sizeof values, "%s,%s", feed, places[p]);
            pb_metric_set(dropped, values, (double)sum->dropped[i][p]);
        }
    }
}

static void tell_rings(pb_metrics *m, const pb__sessions_sums *x)
{
    pb_metric *used = pb_metric_gauge(m, "pitboard_ring_used_bytes", "bytes that wait in rings", "ring");
    pb_metric *size = pb_metric_gauge(m, "pitboard_ring_size_bytes", "bytes that rings can hold", "ring");
    pb_metric_set(used, "record", (double)x->ring_record);
    pb_metric_set(used, "process", (double)x->ring_process);
    pb_metric_set(size, "record", (double)x->ring_record_max);
    pb_metric_set(size, "process", (double)x->ring_process_max);
}

static void tell(pb_metrics *m, const pb__sessions_sums *x)
{
    const pb__session_counts *sum = &x->sum;
    tell_feeds(m, sum);
    tell_rings(m, x);
    tell_count(m, "pitboard_received_bytes_total", "bytes of records received", sum->received_bytes);
    tell_count(m, "pitboard_points_total", "telemetry points taken in", sum->points);
    tell_count(m, "pitboard_events_total", "race events taken in", sum->events);
    tell_count(m, "pitboard_refused_total", "records that made no sense", sum->refused);
    tell_count(m, "pitboard_store_rows_total", "rows committed by sessions", sum->rows);
    pb_metric *points =
        pb_metric_counter(m, "pitboard_decision_points_total", "decision points by what came of them", "result");
    pb_metric_set(points, "decided", (double)sum->decided);
    pb_metric_set(points, "skipped", (double)sum->skipped);
    pb_metric_set(points, "failed", (double)sum->decide_failed);
    pb_metric *sessions = pb_metric_gauge(m, "pitboard_sessions", "sessions that are there", "state");
    for (int i = 0; i <= PB_SESSION_FAILED; i++)
        pb_metric_set(sessions, pb_session_state_name((pb_session_state)i), x->state[i]);
    tell_gauge(m, "pitboard_record_lag_records", "records received and not yet on disk", (double)x->undurable);
    tell_gauge(m, "pitboard_store_lag_records", "records on disk and not yet in the store", (double)x->unstored);
    tell_gauge(m, "pitboard_last_decide_seconds", "the last decision took, longest of all sessions", x->decide_s);
    tell_gauge(m, "pitboard_ingest_p99_seconds", "from receipt to the updated window, p99, longest of all sessions",
               x->latency_p99_s);
}

static void look(void *user, pb_metrics *m)
{
    pb_sessions       *all = user;
    pb__sessions_sums *x   = all->sums;
    pthread_mutex_lock(&x->lock);
    memset(x->state, 0, sizeof x->state);
    x->ring_record = x->ring_process = x->ring_record_max = x->ring_process_max = x->undurable = x->unstored = 0;
    x->decide_s = x->latency_p99_s = 0;
    pb_sessions_each(all, NULL, look_at_one, x);
    forget_the_gone(x);
    tell(m, x);
    pthread_mutex_unlock(&x->lock);
}

void pb__sessions_count(pb_sessions *all)
{
    if (!all->options.metrics) return;
    all->sums = calloc(1, sizeof *all->sums);
    if (!all->sums) return;
    pthread_mutex_init(&all->sums->lock, NULL);
    pb_metrics_before_print(all->options.metrics, look, all);
}

void pb__sessions_count_no_more(pb_sessions *all)
{
    if (!all->sums) return;
    pthread_mutex_destroy(&all->sums->lock);
    free(all->sums);
}
