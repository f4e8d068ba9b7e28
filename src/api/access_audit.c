/* access_audit: what was changed, by whom: a queue that never lets a request wait, and
 * the rows it becomes. */
#include <stdlib.h>
#include <string.h>

#include "access_parts.h"
#include "pitboard/engine.h"
#include "pitboard/store_server.h"

/* What both databases take, and no terminal is driven by. */
static void put(char *to, size_t cap, const char *text)
{
    pb_span all   = pb_span_of(text);
    bool    valid = pb_utf8_valid(all);
    if (valid)
        pb_utf8_copy(all, to, cap);
    else
        (void)pb_span_copy(all, to, cap);
    for (char *c = to; *c; c++)
        if ((unsigned char)*c < 0x20 || *c == 0x7f || (!valid && (signed char)*c < 0)) *c = '?';
}

static int64_t now_us(const pb_access *a)
{
    return a->options.now_s ? pb__access_now(a) * 1000000 : pb_engine_utc_us();
}

static pb__audit_entry *place(pb__audit_queue *q)
{
    if (!q->at) q->at = malloc(PB__AUDIT_MAX * sizeof *q->at);
    if (q->at && q->n < PB__AUDIT_MAX) return &q->at[q->n++];
    q->lost++;
    return NULL;
}

void pb_access_audit(void *access, const pb_caller *caller, const char *address, const char *route, const char *target,
                     int status, const char *id)
{
    pb_access *a = access;
    pthread_mutex_lock(&a->audit.lock);
    pb__audit_entry *e = place(&a->audit);
    if (e) {
        e->at_us  = now_us(a);
        e->status = status;
        put(e->team, sizeof e->team, caller->team);
        put(e->user, sizeof e->user, caller->user);
        put(e->address, sizeof e->address, address);
        put(e->route, sizeof e->route, route);
        put(e->target, sizeof e->target, target);
        put(e->id, sizeof e->id, id);
    }
    pthread_mutex_unlock(&a->audit.lock);
    if (!e) pb_metric_add(a->lost, NULL, 1);
}

typedef struct batch {
    pb__audit_entry *at;
    uint32_t         n;
} batch;

static pb_status write_batch(pb_access *a, pb_store *store, void *with, pb_error *error)
{
    static const char sql[] = "INSERT INTO server_audit(at_us, team, name, address, route, target, status, trace) "
                              "VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
    const batch      *b     = with;
    (void)a;
    for (uint32_t i = 0; i < b->n; i++) {
        const pb__audit_entry *e        = &b->at[i];
        pb_value               values[] = {pb_value_i64(e->at_us),    pb_value_text(e->team),  pb_value_text(e->user),
                                           pb_value_text(e->address), pb_value_text(e->route), pb_value_text(e->target),
                                           pb_value_i64(e->status),   pb_value_text(e->id)};
        PB_TRY(pb_store_change(store, sql, values, 8, NULL, error));
    }
    return PB_OK;
}

/* Rows that could not be written go back in front of those that came meanwhile. */
static void put_back(pb__audit_queue *q, batch *b)
{
    pthread_mutex_lock(&q->lock);
    uint32_t fit = PB__AUDIT_MAX - b->n < q->n ? PB__AUDIT_MAX - b->n : q->n;
    if (q->at) memcpy(b->at + b->n, q->at, fit * sizeof *q->at);
    q->lost += q->n - fit;
    free(q->at);
    q->at = b->at;
    q->n  = b->n + fit;
    pthread_mutex_unlock(&q->lock);
}

pb_status pb__audit_flush(pb_access *a, pb_error *error)
{
    pb__audit_queue *q = &a->audit;
    pthread_mutex_lock(&q->lock);
    batch b = {q->at, q->n};
    if (b.n > 0) {
        q->at = NULL;
        q->n  = 0;
    }
    pthread_mutex_unlock(&q->lock);
    if (b.n == 0) return PB_OK;
    pb_status status = pb__access_do(a, write_batch, &b, error);
    if (status == PB_OK)
        free(b.at);
    else
        put_back(q, &b);
    return status;
}
