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

void pb__mailbox_put(pb_live *live, const pb_decision_point *point)
{
    pb__mailbox *m = &live->mailbox;
    pthread_mutex_lock(&m->lock);
    atomic_fetch_add(&live->decisions, 1);
    if (m->full) note_skipped(live, m->waiting->at.event);
    m->full = pb_ask_take(m->waiting, live->pipeline, point, NULL) == PB_OK;
    if (!m->full) note_skipped(live, point->event);
    pthread_cond_signal(&m->come);
    pthread_mutex_unlock(&m->lock);
}

/* Waits for a point; false when there will be none. */
static bool take(pb__mailbox *m, uint64_t skipped[PB__SKIPPED_MAX], uint32_t *n_skipped)
{
    pthread_mutex_lock(&m->lock);
    while (!m->full && !m->closed) pthread_cond_wait(&m->come, &m->lock);
    bool have = m->full && !m->closed; /* at the end nobody waits for a call any more */
    if (have) {
        pb_ask *ask = m->waiting;
        m->waiting  = m->working;
        m->working  = ask;
        m->full     = false;
        *n_skipped  = m->n_skipped;
        memcpy(skipped, m->skipped, m->n_skipped * sizeof *skipped);
        m->n_skipped = 0;
    }
    pthread_mutex_unlock(&m->lock);
    return have;
}

static void answer(pb_live *live, const uint64_t *skipped, uint32_t n_skipped)
{
    pb_bytes line;
    bool     failed = false;
    pb_error error;
    int64_t  start = pb__mono_us();
    if (pb_ask_answer(live->mailbox.working, skipped, n_skipped, live->options.decide, live->options.decide_user, &line,
                      &failed, &error) != PB_OK) {
        atomic_fetch_add(&live->decide_failed, 1);
        pb__part_tell(&live->decide_part, PB_PART_STALLED, error.text);
        return;
    }
    atomic_store(&live->decide_us, (uint64_t)(pb__mono_us() - start));
    atomic_fetch_add(failed ? &live->decide_failed : &live->decided, 1);
    pb__part_tell(&live->decide_part, failed ? PB_PART_STALLED : PB_PART_OK, failed ? line.at : "");
    pb_span text = {line.at, line.len};
    if (!pb__live_give_call(live, text)) atomic_fetch_add(&live->decide_failed, 1);
    if (live->options.bus) (void)pb_bus_publish(live->options.bus, "calls", text);
    pb_bytes_free(&line);
}

void *pb__live_decide(void *with)
{
    pb_live *live = with;
    uint64_t skipped[PB__SKIPPED_MAX];
    uint32_t n_skipped = 0;
    pb__step_back();
    while (take(&live->mailbox, skipped, &n_skipped)) answer(live, skipped, n_skipped);
    return NULL;
}
