/* How long things took: see latency.h. Class k of doubling d holds
 * (32 + k) * 2^d .. (33 + k) * 2^d microseconds; below 32 us each has its own. */
#include "latency.h"

static uint32_t class_of(uint64_t us)
{
    uint32_t doubling = 0;
    while (us >= 2 * PB__LATENCY_STEPS && doubling < 30) {
        us >>= 1;
        doubling++;
    }
    uint32_t k = us >= 2 * PB__LATENCY_STEPS ? 2 * PB__LATENCY_STEPS - 1 : (uint32_t)us;
    return doubling * PB__LATENCY_STEPS + k;
}

static uint64_t end_of(uint32_t class)
{
    uint32_t doubling = class < 2 * PB__LATENCY_STEPS ? 0 : class / PB__LATENCY_STEPS - 1;
    return (uint64_t)(class - doubling * PB__LATENCY_STEPS + 1) << doubling;
}

static void bump(atomic_uint_least64_t *count)
{
    atomic_store_explicit(count, atomic_load_explicit(count, memory_order_relaxed) + 1, memory_order_relaxed);
}

void pb__latency_add(pb__latency *l, int64_t us)
{
    uint64_t took = us < 0 ? 0 : (uint64_t)us;
    bump(&l->classes[class_of(took)]);
    bump(&l->n);
    if (took > atomic_load_explicit(&l->max_us, memory_order_relaxed))
        atomic_store_explicit(&l->max_us, took, memory_order_relaxed);
}

double pb__latency_at(const pb__latency *l, double share)
{
    double   wanted = share * (double)atomic_load(&l->n);
    uint64_t sum    = 0;
    for (uint32_t i = 0; i < PB__LATENCY_CLASSES; i++) {
        sum += atomic_load(&l->classes[i]);
        if (sum > 0 && (double)sum >= wanted) return (double)end_of(i) / 1000;
    }
    return 0;
}
