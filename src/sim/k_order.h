/* k_order.h - the order at the line: a sorting network over the keys of every
 * place. No branch depends on the data. */
#ifndef PB_K_ORDER_H
#define PB_K_ORDER_H

static inline void k_order(const pb_sim_model *m, k_state *s)
{
    for (uint32_t k = 0; k < m->n_exchanges; k++) {
        int32_t *a = s->key[m->exchange[k][0]], *b = s->key[m->exchange[k][1]];
        vi       x = vi_load(a), y = vi_load(b);
        vi_store(a, vi_min(x, y));
        vi_store(b, vi_max(x, y));
    }
}

#endif
