/* k_count.h - a played race becomes counts. */
#ifndef PB_K_COUNT_H
#define PB_K_COUNT_H

static inline void k_add_penalties(const pb_sim_model *m, k_state *s)
{
    for (uint32_t p = 0; p < m->n_cars; p++) {
        vi key = vi_load(s->key[p]), id = vi_and(key, vi_k(id));
        vm run  = vi_lt(vi_sra(key, PB__ID_BITS), vi_set(PB__OUT_TICKS));
        vi late = vi_gather(s->car[0].penalty, vi_add(vi_mul(id, vi_set(K_CAR_WORDS)), vi_lane()));
        vi_store(s->key[p], vi_add(key, vi_sel(run, vi_sll(late, PB__ID_BITS), vi_set(0))));
    }
}

/* Whoever is at place p in each trial. */
static inline void k_count_place(const pb_sim_model *m, const k_state *s, uint32_t p, uint32_t lanes, vf scale,
                                 vf origin, pb_sim_result *r)
{
    int32_t id[LANES] __attribute__((aligned(64))), bin[LANES] __attribute__((aligned(64)));
    vi      key = vi_load(s->key[p]), ticks = vi_sra(key, PB__ID_BITS);
    vi      at = vi_round(vf_sub(vf_add(vf_mul(vf_from(ticks), scale), origin), vf_set(0.5f)));
    at         = vi_min(vi_max(at, vi_set(0)), vi_set(PB_SIM_TIME_BINS - 1));
    vi_store(id, vi_and(key, vi_k(id)));
    vi_store(bin, vi_sel(vi_lt(ticks, vi_set(PB__OUT_TICKS)), at, vi_set(-1)));
    for (uint32_t l = 0; l < lanes; l++) {
        uint32_t c = m->spec_of_id[id[l]];
        r->place[c * m->n_cars + p]++;
        if (bin[l] >= 0)
            r->time_bins[c * PB_SIM_TIME_BINS + (uint32_t)bin[l]]++;
        else
            r->dnf[c]++;
    }
}

static inline void k_count_classes(const pb_sim_model *m, const k_state *s, uint32_t lane, pb_sim_result *r)
{
    uint32_t in_class[PB_CARS_MAX] = {0};
    for (uint32_t p = 0; p < m->n_cars; p++) {
        const pb__car *car = &m->car[s->key[p][lane] & ((1 << PB__ID_BITS) - 1)];
        r->class_place[car->spec_index * m->n_cars + in_class[car->class_id]++]++;
    }
}

/* The places of the cars somebody watches, trial by trial. */
static inline void k_watch(const pb_sim_model *m, const k_state *s, uint32_t lanes, const pb_sim_watch *w)
{
    for (uint32_t k = 0; k < w->n_cars; k++)
        for (uint32_t p = 0; p < m->n_cars; p++)
            for (uint32_t l = 0; l < lanes; l++) {
                uint32_t at = (uint32_t)s->trial[l] - w->first;
                if (at < w->count && m->spec_of_id[s->key[p][l] & ((1 << PB__ID_BITS) - 1)] == w->car[k])
                    w->place[k * w->count + at] = (uint8_t)(p + 1);
            }
}

static inline void k_count(const pb_sim_model *m, const k_state *s, uint32_t lanes, pb_sim_result *r)
{
    if (r->watch.n_cars > 0) k_watch(m, s, lanes, &r->watch);
    float per_s  = (float)(1.0 / r->time_bin_s);
    vf    origin = vf_mul(vf_sub(vf_load(s->finish_ref), vf_set((float)r->time_origin_s)), vf_set(per_s));
    for (uint32_t p = 0; p < m->n_cars; p++) k_count_place(m, s, p, lanes, vf_set(m->inv_ticks * per_s), origin, r);
    for (uint32_t c = 0; c < m->n_cars; c++)
        for (uint32_t l = 0; l < lanes; l++)
            r->strategy[m->spec_of_id[c] * PB_SIM_STRATEGIES + (uint32_t)s->car[c].entry[l]]++;
    for (uint32_t l = 0; l < lanes; l++) {
        if (m->n_classes > 1) k_count_classes(m, s, l, r);
        r->sc += (s->seen[l] >> PB_NEUTRAL_SC) & 1;
        r->vsc += (s->seen[l] >> PB_NEUTRAL_VSC) & 1;
        r->red += (s->seen[l] >> PB_NEUTRAL_RED) & 1;
        r->wet += (s->seen[l] >> 4) & 1;
    }
    r->trials += lanes;
}

static inline void k_trace(const pb_sim_model *m, const k_state *s, uint32_t lap, vm live, pb_sim_result *r)
{
    uint32_t racing = vm_bits(live) & s->valid;
    for (uint32_t l = 0; l < LANES; l++) {
        if (!(racing >> l & 1) || (uint32_t)s->trial[l] >= r->trace.trials) continue;
        size_t row = ((size_t)(uint32_t)s->trial[l] * m->n_laps + lap - 1) * m->n_cars;
        for (uint32_t p = 0; p < m->n_cars; p++) {
            int32_t  key = s->key[p][l], ticks = key >> PB__ID_BITS;
            uint32_t c   = m->car[key & ((1 << PB__ID_BITS) - 1)].spec_index;
            bool     out = ticks >= PB__OUT_TICKS;
            r->trace.gap_s[row + c] =
                out ? __builtin_nanf("") : (float)(ticks - (s->key[0][l] >> PB__ID_BITS)) * m->inv_ticks;
            r->trace.place[row + c] = (uint8_t)(out ? 0 : p + 1);
        }
    }
}

/* The order of the trials does not matter: hashes are added. */
static inline uint64_t k_hash_trial(const pb_sim_model *m, const k_state *s, uint32_t lane, uint32_t trial)
{
    uint64_t h = 0x9E3779B97F4A7C15ull * (trial + 1ull);
    for (uint32_t p = 0; p < m->n_cars; p++) {
        h ^= (uint32_t)s->key[p][lane];
        h *= 0xff51afd7ed558ccdull;
        h ^= h >> 32;
    }
    return h;
}

#endif
