/* The deciding thread: always the newest point; one that was overtaken is told in the
 * next call. */
#include <stdlib.h>
#include <string.h>

#include "live.h"

static void note_skipped(pb_live *live, uint64_t event)
{
    pb__mailbox *m = &live->mailbox;
    atomic_fetch_add(&live->skipped, 1);
    if (m->n_skipped == PB__SKIPPED_MAX) { /* the newest are kept; how many there were is counted */
        memmove(m->skipped, m->skipped + 1, sizeof m->skipped - sizeof m->skipped[0]);
        m->n_skipped--;
    }
    m->skipped[m->n_skipped++] = event;
}

/* While it is hushed the newest is kept, and asked about when that ends. */
void pb__mailbox_put(pb_live *live, const pb_decision_point *point)
{
    pb__mailbox *m = &live->mailbox;
    pthread_mutex_lock(&m->lock);
    bool hushed = atomic_load(&live->hushed); /* under the lock: what is held now is seen by the release to come */
    if (m->full) note_skipped(live, m->waiting->at.event);
    m->waiting_begun = atomic_load(&live->begun);
    bool taken       = pb_ask_take(m->waiting, live->pipeline, point, NULL) == PB_OK;
    m->full          = taken && !hushed;
    m->held          = taken && hushed;
    if (!hushed) atomic_fetch_add(&live->decisions, 1);
    if (!hushed && !taken) note_skipped(live, point->event);
    pthread_cond_signal(&m->come);
    pthread_mutex_unlock(&m->lock);
}

void pb__mailbox_release(pb_live *live)
{
    pb__mailbox *m = &live->mailbox;
    pthread_mutex_lock(&m->lock);
    m->full = m->full || (m->held && m->waiting_begun == atomic_load(&live->begun));
    if (m->held && m->full) atomic_fetch_add(&live->decisions, 1);
    m->held = false;
    pthread_cond_signal(&m->come);
    pthread_mutex_unlock(&m->lock);
}

/* Waits for a point; false when there will be none. */
static bool wait_for_point(pb__mailbox *m)
{
    pthread_mutex_lock(&m->lock);
    while (!m->full && !m->closed) pthread_cond_wait(&m->come, &m->lock);
    bool have = !m->closed;
    pthread_mutex_unlock(&m->lock);
    return have;
}

/* The newest point; false when there is none any more. */
static bool take(pb__mailbox *m, uint64_t skipped[PB__SKIPPED_MAX], uint32_t *n_skipped)
{
    pthread_mutex_lock(&m->lock);
    bool have = m->full && !m->closed; /* at the end nobody waits for a call any more */
    if (have) {
        pb_ask *ask      = m->waiting;
        m->waiting       = m->working;
        m->working       = ask;
        m->full          = false;
        m->working_begun = m->waiting_begun;
        *n_skipped       = m->n_skipped;
        memcpy(skipped, m->skipped, m->n_skipped * sizeof *skipped);
        m->n_skipped = 0;
    }
    pthread_mutex_unlock(&m->lock);
    return have;
}

/* A newer point waits, or nobody waits for an answer any more. */
static bool is_overtaken(pb__mailbox *m)
{
    pthread_mutex_lock(&m->lock);
    bool overtaken = m->full || m->closed;
    pthread_mutex_unlock(&m->lock);
    return overtaken;
}

/* Recorded and told; an answer about a race that was begun again since is of no use. */
static void hand_out(pb_live *live, uint32_t begun, pb_bytes *line)
{
    pb_span text = {line->at, line->len};
    if (atomic_load(&live->begun) == begun) {
        if (!pb__live_give_call(live, begun, text)) atomic_fetch_add(&live->decide_failed, 1);
        if (live->batch) pb__batch_call(live->batch, text);
    }
    pb_bytes_free(line);
}

static void answer(pb_live *live, const uint64_t *skipped, uint32_t n_skipped)
{
    pb_bytes line;
    bool     failed = false;
    pb_error error;
    uint32_t begun = live->mailbox.working_begun;
    int64_t  start = pb_engine_mono_us();
    if (pb_ask_answer(live->mailbox.working, skipped, n_skipped, live->options.decide, live->options.decide_user, &line,
                      &failed, &error) != PB_OK) {
        atomic_fetch_add(&live->decide_failed, 1);
        pb__part_tell(&live->decide_part, PB_PART_STALLED, error.text);
        return;
    }
    atomic_store(&live->decide_us, (uint64_t)(pb_engine_mono_us() - start));
    atomic_fetch_add(failed ? &live->decide_failed : &live->decided, 1);
    pb__part_tell(&live->decide_part, failed ? PB_PART_STALLED : PB_PART_OK, failed ? line.at : "");
    hand_out(live, begun, &line);
}

/* After our car, and only while nothing newer waits; what is counted and timed are points, by our car. */
static void answer_for_mate(pb_live *live)
{
    pb_bytes line;
    bool     failed = false;
    pb_error error;
    if (is_overtaken(&live->mailbox) || !pb_ask_turn_to_mate(live->mailbox.working)) return;
    if (pb_ask_answer(live->mailbox.working, NULL, 0, live->options.decide, live->options.decide_user, &line, &failed,
                      &error) == PB_OK)
        hand_out(live, live->mailbox.working_begun, &line);
}

/* Others may have a turn between the two cars. */
void *pb__live_decide(void *with)
{
    pb_live             *live = with;
    const pb_live_hooks *h    = &live->options.hooks;
    uint64_t             skipped[PB__SKIPPED_MAX];
    uint32_t             n_skipped = 0;
    pb__step_back();
    while (wait_for_point(&live->mailbox)) {
        if (h->turn) h->turn(h->user, true);
        bool taken = take(&live->mailbox, skipped, &n_skipped);
        if (taken) answer(live, skipped, n_skipped);
        if (h->turn) h->turn(h->user, false);
        if (!taken || is_overtaken(&live->mailbox)) continue;
        if (h->turn) h->turn(h->user, true);
        answer_for_mate(live);
        if (h->turn) h->turn(h->user, false);
    }
    return NULL;
}
