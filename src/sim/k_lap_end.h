/* k_lap_end.h - between two laps: lapping, red flags, the next neutralisation,
 * the weather, the time limit. */
#ifndef PB_K_LAP_END_H
#define PB_K_LAP_END_H

static inline vi k_time(const k_state *s, uint32_t place)
{
    return vi_sra(vi_load(s->key[place]), PB__ID_BITS);
}

static inline void k_remember(k_state *s, vi car, vm which, vi value)
{
    int32_t cars[LANES] __attribute__((aligned(64))), values[LANES] __attribute__((aligned(64)));
    vi_store(cars, car);
    vi_store(values, value);
    for (uint32_t lanes = vm_bits(which), l; lanes; lanes &= lanes - 1) {
        l                        = (uint32_t)__builtin_ctz(lanes);
        s->lapped_by[cars[l]][l] = values[l];
    }
}

/* The car at place p is a lap down in the trials of `down`: steps through the
 * places ahead of it from the last that is known to have come by, and charges
 * it. Below 0, the state a race under way begins with, is counted, not charged. */
static inline void k_lap_car(const pb_sim_model *m, k_state *s, uint32_t p, vm down, vm green, vi one_lap,
                             k_set *lappers)
{
    vi id    = vi_min(vi_and(vi_load(s->key[p]), vi_k(id)), vi_set((int32_t)m->n_cars - 1));
    vi known = vi_gather(s->lapped_by[0], vi_add(vi_sll(id, LANES_LOG2), vi_lane()));
    vi time = k_time(s, p), q = vi_max(known, vi_set(0)), cost = vi_set(0), price = vi_set(m->lapped_ticks);
    vm charged = vm_and(green, vm_not(vi_lt(known, vi_set(0)))), by = down;
    for (;;) {
        vi key = vi_gather(s->key[0], vi_add(vi_sll(q, LANES_LOG2), vi_lane()));
        by     = vi_lt_if(vi_lt_if(by, q, vi_set((int32_t)p)), one_lap, vi_sub(time, vi_sra(key, PB__ID_BITS)));
        if (!vm_any(by)) break;
        vm pays = vm_and(by, charged);
        k_put(m, lappers, pays, k_bit_of(m, vi_and(key, vi_k(id))));
        cost  = vi_add_if(pays, cost, price);
        price = vi_set(m->lapped_more_ticks);
        q     = vi_add_if(by, q, vi_set(1));
    }
    vi_store(s->key[p], vi_add(vi_load(s->key[p]), vi_sll(cost, PB__ID_BITS)));
    k_remember(s, id, vm_and(down, vm_not(vi_eq(q, known))), q);
}

/* Cars that were lapped lose time to each car that came by; those lose a little
 * on their next lap. The order within the field may be off by that until the
 * next line. Only the tail that is a lap down is looked at. */
static inline void k_lapping(const pb_sim_model *m, k_state *s, const k_lap *lap)
{
    vm    green   = vm_not(vf_lt(lap->on, vf_add(vf_from(k_time(s, 0)), lap->green)));
    vi    one_lap = vi_round(lap->green), out = vi_set(PB__OUT_TICKS), first = k_time(s, 0);
    k_set lappers = {vi_set(0), vi_set(0)};
    vm    open    = lap->live; /* trials in which the last car on the lead lap is still ahead of p */
    for (uint32_t p = m->n_cars; p-- > 1;) {
        vi time = k_time(s, p);
        vm run  = vm_and(vi_lt(time, out), lap->live);
        vm down = vi_lt_if(run, one_lap, vi_sub(time, first));
        open    = vm_and(open, vm_or(vm_not(run), down));
        if (!vm_any(open)) break;
        if (vm_any(down)) k_lap_car(m, s, p, down, green, one_lap, &lappers);
    }
    vi_store(s->lapped_lo, lappers.lo);
    vi_store(s->lapped_hi, lappers.hi);
}

/* Red flag: the order stands, the gaps are gone, tyres may be changed for
 * nothing where the rules say so. A car whose plan stops here uses the stop; with
 * reactions on, any car takes its next set. */
static inline void k_red_flag(const pb_sim_model *m, k_state *s, vm red, uint32_t lap)
{
    vi leader = k_time(s, 0), seen = vi_set(0);
    for (uint32_t p = 0; p < m->n_cars; p++) {
        vi key   = vi_load(s->key[p]);
        vm run   = vm_and(red, vi_lt(vi_sra(key, PB__ID_BITS), vi_set(PB__OUT_TICKS)));
        vi time  = vi_add(leader, vi_mul(seen, vi_set(m->restart_gap_ticks)));
        vi fresh = vi_or(vi_sll(time, PB__ID_BITS), vi_and(key, vi_k(id)));
        vi_store(s->key[p], vi_sel(run, fresh, key));
        seen = vi_add(seen, vi_sel(run, vi_set(1), vi_set(0)));
    }
    for (uint32_t c = 0; c < m->n_cars; c++)
        vi_store(s->lapped_by[c], vi_sel(red, vi_set(0), vi_load(s->lapped_by[c])));
    for (uint32_t c = 0; c < m->n_cars && m->free_tyres; c++) {
        vi stop_lap = vi_load(s->car[c].stop_lap);
        vm already  = k_stopped(s->stopped_lo, s->stopped_hi, c);
        vm due      = vm_and(vm_and(red, vm_not(already)),
                             vi_lt(stop_lap, vi_set((int32_t)lap + (m->react_sc ? PB__NEVER - 1000 : 2))));
        if (vm_any(due)) k_fit_next(m, s, c, due);
        if (!m->react_sc) continue;
        vm rest =
            vm_and(vm_and(red, vm_not(already)), vm_not(due)); /* no stop left in the plan: a fresh set all the same */
        vf_store(s->car[c].age, vf_sel(rest, vf_set(0.0f), vf_load(s->car[c].age)));
    }
}

/* Moves every trial to the neutralisation that is current when its leader
 * begins the next lap; a red flag that is due acts now. A red flag acts at its
 * onset, anything else is over at its end; an SC that ends red is two. */
static inline void k_next_phase(const pb_sim_model *m, k_state *s, vm live, uint32_t lap)
{
    for (int twice = 0; twice < 2; twice++) {
        vi on = vi_load(s->now_on), off = vi_load(s->now_off),
           past = vi_add(k_time(s, 0), vi_set(m->reference_ticks[lap] + 1));
        if (!vm_any(vi_lt(vi_min(on, off), past))) return;
        vm red = vi_lt_if(vm_and(live, vi_eq(vi_load(s->now_kind), vi_set(PB_NEUTRAL_RED))), on, past);
        if (vm_any(red)) k_red_flag(m, s, red, lap);
        vm over = vm_or(red, vi_lt(off, past));
        vi slot = vi_add_if(over, vi_load(s->slot), vi_set(1));
        vi_store(s->slot, vi_min(slot, vi_set(PB__SLOTS + 1)));
        k_current_phase(s);
    }
}

static inline void k_weather(const pb_sim_model *m, k_state *s, uint32_t lap)
{
    vf w = vf_load(s->wetness);
    if (lap <= m->wet_known) {
        w = vf_set(m->wetness[lap]);
    } else {
        vi now  = vi_set((int32_t)lap + 1);
        vm rain = vm_none();
        for (uint32_t k = 0; k < 2; k++)
            rain = vm_or(rain, vm_and(vi_lt(vi_load(s->rain_on[k]), now), vm_not(vi_lt(vi_load(s->rain_off[k]), now))));
        vf wetter = vf_max(w, vf_min(vf_add(w, vf_set(m->wetting)), vf_set(m->soak)));
        w         = vf_sel(rain, wetter, vf_max(vf_add(w, vf_set(-m->drying)), vf_set(0.0f)));
    }
    s->wet = s->wet || vm_any(vf_lt(vf_set(0.0f), w));
    if (!s->wet) return;
    vf_store(s->wetness, w);
    vf loss[3];
    for (uint32_t k = 0; k < 3; k++) {
        loss[k] = vf_add(vf_set(m->dry_lap[k]),
                         vf_mul(w, vf_add(vf_set(m->wet_slope[k]), vf_mul(w, vf_set(m->wet_curve[k])))));
        vf_store(s->tyre_loss[k], loss[k]);
    }
    vi best = vi_sel(vf_lt(loss[1], loss[0]), vi_set(1), vi_set(0));
    best    = vi_sel(vf_lt(loss[2], vf_min(loss[0], loss[1])), vi_set(2), best);
    vi_store(s->best_kind, best);
    vf_store(s->best_loss, vf_min(loss[0], vf_min(loss[1], loss[2])));
    vm wet = vf_lt_if(vm_not(k_mask(s->done)), vf_set(0.2f), w);
    vi_store(s->seen, vi_or(vi_load(s->seen), vi_sel(wet, vi_set(16), vi_set(0))));
}

/* Timed races: the leader ends a lap after the limit, then extra laps. */
static inline void k_time_limit(const pb_sim_model *m, k_state *s, uint32_t lap)
{
    vi clock = vi_add(k_time(s, 0), vi_set(m->reference_ticks[lap])), left = vi_load(s->left);
    vm late = vm_and(vi_lt(left, vi_set(0)), vi_lt(vi_set(m->limit_ticks), clock));
    left    = vi_sel(late, vi_set((int32_t)m->limit_extra),
                     vi_sub(left, vi_sel(vi_lt(vi_set(0), left), vi_set(1), vi_set(0))));
    vm end  = vm_and(vm_not(k_mask(s->done)), vi_eq(left, vi_set(0)));
    vf_store(s->finish_ref, vf_sel(end, vf_set((float)m->reference_s[lap]), vf_load(s->finish_ref)));
    vi_store(s->done, vi_sel(vi_eq(left, vi_set(0)), vi_set(-1), vi_load(s->done)));
    vi_store(s->left, left);
    vi_store(s->stopped_lo, vi_sel(end, vi_set(0), vi_load(s->stopped_lo))); /* nobody comes out of the pits again */
    vi_store(s->stopped_hi, vi_sel(end, vi_set(0), vi_load(s->stopped_hi)));
}

#endif
