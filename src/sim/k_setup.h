/* k_setup.h - what is drawn once per trial: pace, wear, stops, retirements and
 * the neutralisations of the race. */
#ifndef PB_K_SETUP_H
#define PB_K_SETUP_H

static inline void k_setup_wear(const pb_sim_model *m, k_state *s, uint64_t seed, vi trial)
{
    k_words d = k_draw4(seed, trial, 0, 0, DRAW_RACE);
    vf      g = vf_set(m->wear_sigma);
    for (uint32_t k = 0; k < PB_COMPOUNDS_MAX; k++) {
        vf z = vf_mul(k_normal(k & 1 ? k_high(d.w[k / 2]) : k_low(d.w[k / 2])), g);
        /* a lognormal of mean 1 to second order, kept positive */
        vf mult = vf_add(vf_add(vf_set(1.0f), z), vf_mul(vf_set(0.5f), vf_sub(vf_mul(z, z), vf_mul(g, g))));
        vf_store(s->compound_wear[k], vf_max(mult, vf_set(0.05f)));
    }
}

/* Level, wear, cost and lap of every set this car may fit. */
static inline void k_setup_entries(const pb_sim_model *m, k_state *s, uint64_t seed, vi trial, uint32_t c, vf pace,
                                   vf wear, vf common_loss)
{
    const pb__car     *car = &m->car[c];
    const pb__entries *e   = &car->entry;
    k_words            d   = {{vi_set(0), vi_set(0), vi_set(0), vi_set(0)}};
    uint32_t           n   = car->n_entries - (!m->dry && !s->wet_tyres ? 2 : 0); /* no rain, no wet tyres to draw */
    for (uint32_t j = 0; j < n; j++) {
        if (j % 2 == 0) d = k_draw4(seed, trial, c, j / 2, DRAW_ENTRY);
        vi a = d.w[2 * (j % 2)], b = d.w[2 * (j % 2) + 1];
        vf level = vf_add(vf_add(pace, vf_set(e->level_s[j])), vf_mul(k_normal(k_low(a)), vf_set(m->stint_sigma)));
        vf slope = vf_mul(vf_mul(vf_set(e->wear_s[j]), wear), vf_load(s->compound_wear[e->compound[j]]));
        slope    = vf_add(slope, vf_mul(k_normal(k_high(a)), vf_set(m->stint_wear_sigma)));
        vf_store(s->set[c][j].level, level);
        vf_store(s->set[c][j].wear, slope);
        vf stop =
            vf_add(vf_add(k_stop(m->stop_table, k_low(b)), common_loss), vf_set(car->stop_s + e->extra_s[e->next[j]]));
        vf_store(s->set[c][j].stop, stop);
        vi lap = vi_add(vi_set(e->stop_lap[j]), vi_round(vf_mul(k_normal(k_high(b)), vf_set(car->jitter))));
        lap    = vi_min(vi_max(lap, vi_set((int32_t)m->first_lap)), vi_set((int32_t)m->n_laps - 1));
        vi_store(s->set[c][j].lap, e->stop_lap[j] >= PB__NEVER ? vi_set(PB__NEVER) : lap);
    }
}

/* Puts set j under the cars of mask. */
static inline void k_fit(const pb_sim_model *m, k_state *s, uint32_t c, uint32_t j, vm mask)
{
    const pb__entries *e   = &m->car[c].entry;
    k_car             *car = &s->car[c];
    vi_store(car->entry, vi_sel(mask, vi_set((int32_t)j), vi_load(car->entry)));
    vf_store(car->level, vf_sel(mask, vf_load(s->set[c][j].level), vf_load(car->level)));
    vf_store(car->wear, vf_sel(mask, vf_load(s->set[c][j].wear), vf_load(car->wear)));
    vf_store(car->stop_noise, vf_sel(mask, vf_load(s->set[c][j].stop), vf_load(car->stop_noise)));
    vi_store(car->stop_lap, vi_sel(mask, vi_load(s->set[c][j].lap), vi_load(car->stop_lap)));
    vf_store(car->age, vf_sel(mask, vf_set(e->age0[j]), vf_load(car->age)));
    vf_store(car->cheap_age, vf_sel(mask, vf_set(e->cheap_age[j]), vf_load(car->cheap_age)));
    vf_store(car->warm, vf_sel(mask, vf_set(e->warm_s[j]), vf_load(car->warm)));
    if (m->quad) vf_store(car->quad, vf_sel(mask, vf_set(e->quad_s[j]), vf_load(car->quad)));
    if (m->cliff) {
        vf_store(car->cliff, vf_sel(mask, vf_set(e->cliff_s[j]), vf_load(car->cliff)));
        vf_store(car->cliff_at, vf_sel(mask, vf_set(e->cliff_at[j]), vf_load(car->cliff_at)));
    }
    if (!m->dry) vi_store(car->kind, vi_sel(mask, vi_set(e->kind[j]), vi_load(car->kind)));
}

/* Fits entry by entry what the lanes of mask name in `to`, or the set that
 * follows it in the plan; few different ones at a time. */
static inline void k_fit_each(const pb_sim_model *m, k_state *s, uint32_t c, vi to, vm mask, int next)
{
    int32_t names[LANES] __attribute__((aligned(64)));
    vi_store(names, to);
    while (vm_any(mask)) {
        int32_t j    = names[__builtin_ctz(vm_bits(mask))];
        vm      here = vm_and(mask, vi_eq(to, vi_set(j)));
        k_fit(m, s, c, (uint32_t)(next ? m->car[c].entry.next[j] : j), here);
        mask = vm_and(mask, vm_not(here));
    }
}

/* Each car of mask gets the set that `to` names. */
static inline void k_fit_named(const pb_sim_model *m, k_state *s, uint32_t c, vi to, vm mask)
{
    k_fit_each(m, s, c, to, mask, 0);
}

/* Each car of mask gets the next set of its plan. */
static inline void k_fit_next(const pb_sim_model *m, k_state *s, uint32_t c, vm mask)
{
    k_fit_each(m, s, c, vi_load(s->car[c].entry), mask, 1);
}

static inline vi k_first_entry(const pb__car *car, vi half)
{
    vi j    = vi_set(car->plan_first[0]);
    vm open = vi_lt(vi_set(car->plan_below[0] - 1), half); /* half >= below: another plan */
    for (uint32_t p = 1; p < car->n_plans; p++) {
        j    = vi_sel(open, vi_set(car->plan_first[p]), j);
        open = vm_and(open, vi_lt(vi_set(car->plan_below[p] - 1), half));
    }
    return j;
}

/* The lap a car stops on for good: effects.md 8, 18 % of retirements by lap 3. */
static inline vi k_retire_lap(const pb_sim_model *m, const pb__car *car, vi below, vi when, vi early)
{
    float span = (float)(m->last_retire > m->first_lap ? m->last_retire - m->first_lap : 1);
    vf    u    = k_uniform(when);
    vi    late = vi_add(vi_set((int32_t)m->first_lap + 1), vi_round(vf_sub(vf_mul(u, vf_set(span)), vf_set(0.5f))));
    if (m->from_grid) {
        vi first = vi_add(vi_set(1), vi_round(vf_sub(vf_mul(u, vf_set(3.0f)), vf_set(0.5f))));
        late     = vi_sel(vi_lt(early, vi_set(11796)), first, late); /* 0.18 of 65,536 */
    }
    return vi_sel(vi_lt(below, vi_set(car->dnf_below)), vi_min(late, vi_set((int32_t)m->last_retire)),
                  vi_set(PB__NEVER));
}

static inline void k_setup_start(const pb_sim_model *m, k_state *s, uint32_t c, vi half)
{
    const pb__car *car = &m->car[c];
    vi             key;
    if (car->out_ticks > 0) {
        key = vi_set(car->out_ticks);
    } else if (m->from_grid) {
        vf z      = k_normal(half);
        vf skewed = vf_add(z, vf_mul(vf_set(car->start_skew), vf_sub(vf_mul(z, z), vf_set(1.0f))));
        vf late   = vf_add(vf_set(car->start_s), vf_mul(skewed, vf_set(car->start_sigma_s)));
        key       = vi_add(vi_set(car->start_key_ticks), vi_round(vf_mul(late, vf_set(m->ticks))));
    } else {
        key = vi_set(car->start_key_ticks);
    }
    vi_store(s->key[c], vi_or(vi_sll(key, PB__ID_BITS), vi_set((int32_t)c)));
}

static inline void k_setup_car(const pb_sim_model *m, k_state *s, uint64_t seed, vi trial, uint32_t c, vf common_loss)
{
    const pb__car *car = &m->car[c];
    k_words        a = k_draw4(seed, trial, c, 0, DRAW_CAR), b = k_draw4(seed, trial, c, 1, DRAW_CAR);
    vf             pace = vf_add(vf_set(car->pace_s), vf_mul(k_normal(k_low(a.w[0])), vf_set(car->pace_sigma_s)));
    vf wear = vf_max(vf_add(vf_set(1.0f), vf_mul(k_normal(k_high(a.w[0])), vf_set(car->wear_sigma))), vf_set(0.05f));
    k_setup_start(m, s, c, k_low(a.w[1]));
    k_setup_entries(m, s, seed, trial, c, pace, wear, common_loss);
    k_fit_named(m, s, c, k_first_entry(car, k_high(a.w[1])), vm_not(vm_none()));
    vf_store(s->car[c].age, vf_set(car->age0 >= 0.0f ? car->age0 : car->entry.age0[car->plan_first[0]]));
    vi_store(s->car[c].retire, k_retire_lap(m, car, k_low(a.w[2]), k_high(a.w[2]), k_low(a.w[3])));
    vf_store(s->car[c].ar, vf_set(car->ar0));
    /* logit of a uniform, by the normal's scale: 1.702 z (max. error 0.0095 in probability) */
    vf_store(s->car[c].cheap_at, vf_sub(vf_mul(k_normal(k_high(a.w[3])), vf_set(1.702f)), vf_set(m->cheap_bias)));
    vm answers = vi_lt(k_low(b.w[0]), vi_set(car->cover_below));
    vi_store(s->car[c].cover_laps, vi_sel(answers, vi_set((int32_t)m->cover_laps), vi_set(0)));
    vm penalised = vi_lt(k_high(b.w[0]), vi_set(car->penalty_below));
    vf penalty   = vf_add(vf_set(car->penalty_s), vf_sel(penalised, vf_set(5.0f), vf_set(0.0f)));
    vi_store(s->car[c].penalty, vi_round(vf_mul(penalty, vf_set(m->ticks))));
    vi_store(s->lapped_by[c], vi_set(m->from_grid ? 0 : -1));
    if (m->dry) return;
    vf spread = vf_mul(vf_mul(k_normal(k_low(b.w[1])), vf_set(m->rain_sigma)), vf_set(1.44269504f));
    vf_store(s->car[c].rain_at,
             vf_mul(vf_set(m->rain_loss), k_exp2(vf_min(vf_max(spread, vf_set(-8.0f)), vf_set(8.0f)))));
    vi_store(s->car[c].rain_to, vi_set(-1));
    vi_store(s->car[c].resume, vi_set(0));
}

/* Index of the first of n rising 16-bit bounds that half lies below, as a
 * count of bounds at or under it. */
static inline vi k_pick(const int32_t *below, uint32_t n, vi half)
{
    vi count = vi_set(0);
    for (uint32_t i = 0; i + 1 < n; i++)
        count = vi_add(count, vi_sel(vi_lt(half, vi_set(below[i])), vi_set(0), vi_set(1)));
    return count;
}

static inline void k_add_phase(k_state *s, vi count, vm add, vi on, vi off, vi kind)
{
    for (uint32_t k = 0; k < PB__SLOTS; k++) {
        vm here = vm_and(add, vi_eq(count, vi_set((int32_t)k)));
        vi_store(s->on[k], vi_sel(here, on, vi_load(s->on[k])));
        vi_store(s->off[k], vi_sel(here, off, vi_load(s->off[k])));
        vi_store(s->slot_kind[k], vi_sel(here, kind, vi_load(s->slot_kind[k])));
    }
}

/* A crash brings the safety car: one running car is out on that lap. */
static inline void k_crash(const pb_sim_model *m, k_state *s, vm crash, vi half, uint32_t lap)
{
    vi victim = vi_srl(vi_mul(half, vi_set((int32_t)m->n_cars)), 16);
    for (uint32_t c = 0; c < m->n_cars; c++) {
        vm hit = vm_and(crash, vi_eq(victim, vi_set((int32_t)c)));
        vi r   = vi_load(s->car[c].retire);
        vi_store(s->car[c].retire, vi_sel(hit, vi_min(r, vi_set((int32_t)lap)), r));
    }
}

/* Seconds to ticks; 1/16 of the resolution keeps the rounding inside 2^22. */
static inline vi k_clock(const pb_sim_model *m, vf seconds)
{
    return vi_sll(vi_round(vf_min(vf_mul(seconds, vf_set(m->ticks * 0.0625f)), vf_set(4194303.0f))), 4);
}

static inline void k_current_phase(k_state *s)
{
    vi at = vi_add(vi_sll(vi_load(s->slot), LANES_LOG2), vi_lane());
    vi_store(s->now_on, vi_gather(s->on[0], at));
    vi_store(s->now_off, vi_gather(s->off[0], at));
    vi_store(s->now_kind, vi_gather(s->slot_kind[0], at));
}

/* Walks the leader's laps once and writes down when the race is neutralised.
 * progress and clock are those of the expected leader; what a phase costs him
 * is added to every later clock. */
static inline void k_setup_phases(const pb_sim_model *m, k_state *s, uint64_t seed, vi trial)
{
    vi never = vi_set(0x3fffffff), count = vi_set(0), seen = vi_set(0);
    for (uint32_t k = 0; k < PB__SLOTS + 2; k++) {
        vi_store(s->on[k], k < m->n_fixed ? vi_set(m->fixed_on[k]) : never);
        vi_store(s->off[k], k < m->n_fixed ? vi_set(m->fixed_off[k]) : never);
        vi_store(s->slot_kind[k], vi_set(k < m->n_fixed ? m->fixed_kind[k] : 0));
    }
    for (uint32_t k = 0; k < m->n_fixed; k++) seen = vi_or(seen, vi_set(1 << m->fixed_kind[k]));
    vi_store(s->slot, vi_set(0));
    vi_store(s->seen, seen);
    if (m->fixed_neutral) return;
    count     = vi_set((int32_t)m->n_fixed);
    vf delay  = vf_set(m->fixed_delay_s),
       busy   = vf_set(m->n_fixed ? (float)m->fixed_off[m->n_fixed - 1] * m->inv_ticks : -1e9f);
    k_words d = {{vi_set(0), vi_set(0), vi_set(0), vi_set(0)}};
    for (uint32_t n = m->first_lap; n <= m->n_laps; n++) {
        uint32_t i = n - m->first_lap;
        if (i % 8 == 0) d = k_draw4(seed, trial, i / 8, 0, DRAW_PHASE);
        vi half = i & 1 ? k_high(d.w[i % 8 / 2]) : k_low(d.w[i % 8 / 2]);
        vm sc = vi_lt(half, vi_set(m->sc_below[n])), any = vi_lt(half, vi_set(m->vsc_below[n]));
        if (!vm_any(any)) continue;
        k_words x = k_draw4(seed, trial, n, 1, DRAW_PHASE), y = k_draw4(seed, trial, n, 2, DRAW_PHASE);
        vf      f = k_uniform(k_low(x.w[0])), lap = vf_set(m->lap_s[n]);
        vf      start = vf_set((float)m->reference_s[n - 1] + (float)m->leader_ticks[n - 1] * m->inv_ticks);
        vf      on    = vf_add(vf_add(start, delay), vf_mul(f, lap));
        any           = vm_and(vm_and(any, vf_lt(busy, on)), vi_lt(count, vi_set(PB__SLOTS - 2)));
        if (m->time_limited) any = vf_lt_if(any, on, vf_set((float)m->limit_s)); /* no race any more */
        sc     = vm_and(sc, any);
        vm vsc = vm_and(any, vm_not(sc));
        /* lengths in laps of the leader */
        vf v_laps = vf_add(vf_from(k_pick(m->vsc_laps_below, 5, k_high(x.w[0]))), vf_set(0.5f));
        vf s_laps = vf_sub(vf_add(vf_from(k_pick(m->sc_laps_below, 10, k_low(x.w[1]))), vf_set(1.0f)), f);
        vf v_time = vf_mul(v_laps, vf_mul(lap, vf_set(m->vsc_mult)));
        vf first  = vf_mul(vf_sub(vf_set(1.0f), f), vf_set(m->sc_catch));
        vf s_time = vf_mul(lap, vf_add(first, vf_mul(vf_max(vf_sub(s_laps, vf_sub(vf_set(1.0f), f)), vf_set(0.0f)),
                                                     vf_set(m->sc_lead))));
        vf off    = vf_add(on, vf_sel(sc, s_time, v_time));
        vi on_t = k_clock(m, on), off_t = k_clock(m, off);
        k_add_phase(s, count, any, on_t, off_t, vi_sel(sc, vi_set(PB_NEUTRAL_SC), vi_set(PB_NEUTRAL_VSC)));
        count = vi_add(count, vi_sel(any, vi_set(1), vi_set(0)));
        /* a VSC may turn into an SC of its own length */
        vm worse  = vm_and(vsc, vi_lt(k_high(x.w[1]), vi_set(m->vsc_to_sc_below)));
        vf w_laps = vf_add(vf_from(k_pick(m->sc_laps_below, 10, k_low(x.w[2]))), vf_set(0.5f));
        vf w_time = vf_mul(vf_mul(w_laps, lap), vf_set(m->sc_lead));
        vf off2   = vf_add(off, vf_sel(worse, w_time, vf_set(0.0f)));
        vi off2_t = k_clock(m, off2);
        k_add_phase(s, count, worse, off_t, off2_t, vi_set(PB_NEUTRAL_SC));
        count = vi_add(count, vi_sel(worse, vi_set(1), vi_set(0)));
        /* an SC may end red */
        vm safety = vm_or(sc, worse);
        vm red    = vm_and(safety, vi_lt(k_high(x.w[2]), vi_set(m->sc_to_red_below)));
        k_add_phase(s, count, red, off2_t, vi_add(off2_t, vi_set(16)), vi_set(PB_NEUTRAL_RED));
        count    = vi_add(count, vi_sel(red, vi_set(1), vi_set(0)));
        seen     = vi_or(seen, vi_sel(safety, vi_set(1 << PB_NEUTRAL_SC), vi_set(0)));
        seen     = vi_or(seen, vi_sel(vsc, vi_set(1 << PB_NEUTRAL_VSC), vi_set(0)));
        seen     = vi_or(seen, vi_sel(red, vi_set(1 << PB_NEUTRAL_RED), vi_set(0)));
        vf taken = vf_sub(off2, on);
        vf laps  = vf_add(vf_sel(sc, s_laps, v_laps), vf_sel(worse, w_laps, vf_set(0.0f)));
        delay    = vf_add(delay, vf_sel(any, vf_sub(taken, vf_mul(laps, lap)), vf_set(0.0f)));
        busy     = vf_sel(any, off2, busy);
        vm crash = vm_and(sc, vi_lt(k_low(x.w[3]), vi_set(m->crash_below)));
        k_crash(m, s, crash, k_low(y.w[0]), n);
    }
    vi_store(s->seen, seen);
}

/* A draw to the first lap whose bound lies above it. */
static inline vi k_first_lap(const int32_t *by, uint32_t n_laps, vi half)
{
    vi lap = vi_set(1);
    for (uint32_t n = 1; n <= n_laps; n++) lap = vi_add(lap, vi_sel(vi_lt(half, vi_set(by[n])), vi_set(0), vi_set(1)));
    return vi_sel(vi_lt(vi_set((int32_t)n_laps), lap), vi_set(PB__NEVER), lap);
}

/* When it rains: up to two spells after what is known; lengths in laps. */
static inline void k_setup_rain(const pb_sim_model *m, k_state *s, uint64_t seed, vi trial)
{
    k_words d     = k_draw4(seed, trial, 0, 0, DRAW_WEATHER);
    vi      known = vi_set((int32_t)(m->wet_known >= m->first_lap ? m->wet_known : m->first_lap - 1));
    for (uint32_t k = 0; k < 2; k++) {
        vi wait   = k_first_lap(m->rain_by, m->n_laps, k_low(d.w[2 * k])),
           length = k_first_lap(m->rain_over_by, m->n_laps, k_high(d.w[2 * k]));
        if (k == 0 && m->rain_at_start) wait = vi_set(1);
        if (!m->rain_possible) wait = vi_set(PB__NEVER);
        vi on  = vi_min(vi_add(known, wait), vi_set(PB__NEVER));
        vi off = vi_min(vi_add(on, length), vi_set(PB__NEVER));
        vi_store(s->rain_on[k], on);
        vi_store(s->rain_off[k], off);
        known = off;
    }
}

static inline void k_note_retirements(const pb_sim_model *m, k_state *s)
{
    for (uint32_t c = 0; c < m->n_cars; c++) {
        for (uint32_t w = 0; w <= m->n_laps / 64; w++) s->retires[c][w] = 0;
        for (uint32_t l = 0; l < LANES; l++) {
            uint32_t lap = (uint32_t)s->car[c].retire[l];
            if (lap <= m->n_laps) s->retires[c][lap / 64] |= UINT64_C(1) << lap % 64;
        }
    }
}

static inline void k_setup(const pb_sim_model *m, k_state *s, uint64_t seed, vi trial)
{
    k_setup_wear(m, s, seed, trial);
    k_words d           = k_draw4(seed, trial, 1, 0, DRAW_RACE);
    vf      common_loss = vf_mul(k_normal(k_low(d.w[0])), vf_set(m->loss_sigma_s));
    if (!m->dry) k_setup_rain(m, s, seed, trial);
    s->wet_tyres = !m->dry && (m->wet_start || vm_any(vi_lt(vi_load(s->rain_on[0]), vi_set(PB__NEVER))));
    for (uint32_t c = 0; c < m->n_cars; c++) k_setup_car(m, s, seed, trial, c, common_loss);
    k_setup_phases(m, s, seed, trial);
    k_current_phase(s);
    k_note_retirements(m, s);
    vi zero = vi_set(0), latest = vi_set(-(1 << 28));
    for (uint32_t c = 0; c < m->n_cars; c++) {
        vi time = vi_sra(vi_load(s->key[c]), PB__ID_BITS);
        latest  = vi_max_if(vi_lt(time, vi_set(PB__OUT_TICKS)), latest, time);
    }
    vi_store(s->latest, latest);
    vi_store(s->stopped_lo, zero);
    vi_store(s->stopped_hi, zero);
    vi_store(s->cover_lo, zero);
    vi_store(s->cover_hi, zero);
    vi_store(s->lapped_lo, zero);
    vi_store(s->lapped_hi, zero);
    vi_store(s->done, zero);
    vi_store(s->left, vi_set(-1));
    s->wet = !m->dry && (m->wet_start || m->wetness[m->first_lap > 0 ? m->first_lap - 1 : 0] > 0.0f);
    if (!m->dry) k_setup_rain(m, s, seed, trial);
    vf_store(s->wetness, vf_set(m->wetness[m->first_lap > 0 ? m->first_lap - 1 : 0]));
    vf_store(s->finish_ref, vf_set((float)m->reference_s[m->n_laps]));
}

#endif
