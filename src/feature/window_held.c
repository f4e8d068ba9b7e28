/* window_held: points of a car wait, sorted by time, until no older one may come.
 *
 *     gone to the windows | waiting: first .. first + n - 1    newest
 *     ------------------->|----------------------------------->|
 *                           at most late_us, at most PB_WINDOW_HELD_MAX */
#include "window_work.h"

#define MASK (PB_WINDOW_HELD_MAX - 1u)
_Static_assert((PB_WINDOW_HELD_MAX & MASK) == 0, "a ring");

static pb__sample *held_at(pb__held *held, uint32_t i)
{
    return &held->at[(held->first + i) & MASK];
}

/* Where a point of this time belongs. */
static uint32_t place_of(pb__held *held, int64_t time_us)
{
    uint32_t i = held->n;
    while (i > 0 && held_at(held, i - 1)->time_us > time_us) i--;
    return i;
}

static const char *refused(const pb__held *held, int64_t time_us, int64_t late_us)
{
    if (held->any && time_us < held->newest_us - late_us) return "late";
    if (!held->any_gone || time_us > held->gone_us) return NULL;
    return time_us == held->gone_us ? "double" : "late";
}

const char *pb__held_put(pb__held *held, const pb__sample *sample, int64_t late_us, bool *reordered)
{
    const char *why = refused(held, sample->time_us, late_us);
    if (why != NULL) return why;
    uint32_t at = place_of(held, sample->time_us);
    if (at > 0 && held_at(held, at - 1)->time_us == sample->time_us) return "double";
    PB_ASSERT(held->n < PB_WINDOW_HELD_MAX);
    for (uint32_t i = held->n; i > at; i--) *held_at(held, i) = *held_at(held, i - 1);
    *held_at(held, at) = *sample;
    *reordered         = at < held->n++;
    if (!held->any || sample->time_us > held->newest_us) held->newest_us = sample->time_us;
    held->any = true;
    return NULL;
}

const pb__sample *pb__held_take(pb__held *held)
{
    if (held->n == 0) return NULL;
    const pb__sample *oldest = held_at(held, 0);

    held->first = (held->first + 1) & MASK;
    held->n--;
    held->any_gone = true;
    held->gone_us  = oldest->time_us;
    return oldest;
}

const pb__sample *pb__held_next(pb__held *held, int64_t late_us, uint64_t *early)
{
    bool waits = held->n == 0 || held_at(held, 0)->time_us >= held->newest_us - late_us;
    if (waits && held->n < PB_WINDOW_HELD_MAX) return NULL;
    *early += waits;
    return pb__held_take(held);
}
