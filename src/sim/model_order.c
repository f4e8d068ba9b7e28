/* model_order.c - a sorting network for n keys: Batcher's merge exchange
 * (Knuth, The Art of Computer Programming 3, 5.2.2, algorithm M). */
#include "model_parts.h"

void pb__model_order(pb_sim_model *m)
{
    uint32_t n = m->n_cars, t = 1;
    while ((1u << t) < n) t++;
    m->n_exchanges = 0;
    for (uint32_t p = 1u << (t - 1); p > 0; p /= 2) {
        uint32_t q = 1u << (t - 1), r = 0, d = p;
        for (;;) {
            for (uint32_t i = 0; i + d < n; i++) {
                if ((i & p) != r) continue;
                PB_ASSERT(m->n_exchanges < PB__EXCHANGES);
                m->exchange[m->n_exchanges][0]   = (uint8_t)i;
                m->exchange[m->n_exchanges++][1] = (uint8_t)(i + d);
            }
            if (q == p) break;
            d = q - p;
            q /= 2;
            r = p;
        }
    }
}
