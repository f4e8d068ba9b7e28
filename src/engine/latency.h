/* latency.h - how long things took, as counts in classes a few percent wide.
 *
 * One thread adds, any may look: what it sees is at most a moment old. */
#ifndef PB_ENGINE_LATENCY_H
#define PB_ENGINE_LATENCY_H

#include <stdatomic.h>
#include <stdint.h>

#define PB__LATENCY_STEPS 32u /* classes of each doubling */
#define PB__LATENCY_CLASSES (PB__LATENCY_STEPS * 32u)

typedef struct pb__latency {
    atomic_uint_least64_t n, max_us;
    atomic_uint_least64_t classes[PB__LATENCY_CLASSES];
} pb__latency;

/* Below 0 (a clock was set back) counts as 0. */
void pb__latency_add(pb__latency *l, int64_t us);
/* The time that share of them did not exceed, ms; 0 when there is none. */
double pb__latency_at(const pb__latency *l, double share);

#endif
