/* k_cars.h - one lap of every car on an empty track: pace, fuel, tyre, noise,
 * and whether it means to stop. Cars by number; leaves one packed word a car. */
#ifndef PB_K_CARS_H
#define PB_K_CARS_H

static inline vm k_stopped(const int32_t *lo, const int32_t *hi, uint32_t c)
{
    return c < 32 ? k_bit(vi_load(lo), c) : k_bit(vi_load(hi), c - 32);
}

/* Which entry the stop leads to: the plan's next, or what the rain asks for. */
static inline void k_next_entry(const pb_sim_model *m, k_state *s, uint32_t c, vm stopped)
{
    vi now = vi_load(s->entry[c]), next = vi_gather(m->car[c].entry.next, now);
    if (!m->dry) {
        vi to = vi_load(s->rain_to[c]);
        vm rain = vi_lt(vi_set(-1), to);
        vm slick_now = vi_eq(vi_load(s->kind[c]), vi_set(PB_TYRE_SLICK));
        vm leave = vm_and(vm_and(stopped, rain), slick_now); /* remember where the plan was */
        vi_store(s->resume[c], vi_sel(leave, next, vi_load(s->resume[c])));
        vm back = vm_and(rain, vi_eq(to, vi_set(PB__NEVER)));
        next = vi_sel(rain, vi_sel(back, vi_load(s->resume[c]), to), next);
        vi_store(s->rain_to[c], vi_sel(stopped, vi_set(-1), to));
    }
    vi_store(s->entry[c], vi_sel(stopped, next, now));
}

/* Cars that came out of the pits: new set, cold tyres. Returns the warm-up. */
static inline vf k_new_set(const pb_sim_model *m, k_state *s, uint32_t c, vm stopped, uint32_t lap, pb_sim_result *r)
{
    k_next_entry(m, s, c, stopped);
    k_fit_set(m, s, c, stopped);
    if (r) {
        uint32_t spec = m->car[c].spec_index;
        uint64_t n = (uint64_t)__builtin_popcount(vm_bits(stopped) & s->valid);
        r->stops[spec] += n;
        r->pit_lap[spec * (r->n_laps + 1) + lap - 1] += n;
    }
    return vf_sel(stopped, vf_gather(m->car[c].entry.warm_s, vi_load(s->entry[c])), vf_set(0.0f));
}

/* A tyre for another track: the car changes when it costs more than its nerve. */
static inline vm k_rain_call(const pb_sim_model *m, k_state *s, uint32_t c, vf loss)
{
    const pb__car *car = &m->car[c];
    vi best = vi_load(s->best_kind), kind = vi_load(s->kind[c]);
    vf best_loss = vf_min(vf_load(s->tyre_loss[0]), vf_min(vf_load(s->tyre_loss[1]), vf_load(s->tyre_loss[2])));
    vm call = vm_and(vm_not(vi_eq(best, kind)), vf_lt(vf_load(s->rain_at[c]), vf_sub(loss, best_loss)));
    int32_t inter = (int32_t)car->n_entries - 2, wet = (int32_t)car->n_entries - 1;
    vi to = vi_sel(vi_eq(best, vi_set(PB_TYRE_SLICK)), vi_set(PB__NEVER),
                   vi_sel(vi_eq(best, vi_set(PB_TYRE_WET)), vi_set(wet), vi_set(inter)));
    vi_store(s->rain_to[c], vi_sel(call, to, vi_load(s->rain_to[c])));
    return call;
}

static inline vf k_weather_loss(const k_state *s, uint32_t c)
{
    vi kind = vi_load(s->kind[c]);
    return vf_sel(vi_eq(kind, vi_set(0)), vf_load(s->tyre_loss[0]),
                  vf_sel(vi_eq(kind, vi_set(1)), vf_load(s->tyre_loss[1]), vf_load(s->tyre_loss[2])));
}

static inline vf k_noise(const pb_sim_model *m, k_state *s, uint32_t c, vi half, vf mult)
{
    const float *q = m->car[c].noise;
    vf           z = k_normal(half);
    vf e = vf_add(vf_set(q[0]), vf_mul(z, vf_add(vf_set(q[1]), vf_mul(z, vf_add(vf_set(q[2]), vf_mul(z, vf_set(q[3])))))));
    vf before = vf_load(s->ar[c]), now = vf_add(vf_mul(vf_set(m->phi), before), e);
    vf_store(s->ar[c], now);
    vf x = vf_mul(vf_add(now, vf_mul(vf_set(m->theta), before)), mult);
    if (m->slow) {
        vm slow = vi_lt(half, vi_set(m->slow_below));
        if (vm_any(slow)) x = vf_add(x, vf_sel(slow, vf_gather(m->slow_s, vi_min(half, vi_set(m->slow_below))), vf_set(0.0f)));
    }
    return x;
}

/* One car, one lap. pit_ticks: a green stop. */
static inline __attribute__((always_inline)) void k_car_lap(const pb_sim_model *m, k_state *s, const k_lap *lap,
                                                            uint32_t c, vi half, pb_sim_result *r)
{
    vf warm = vf_set(0.0f);
    vm stopped = k_stopped(s->stopped_lo, s->stopped_hi, c);
    if (vm_any(stopped)) warm = k_new_set(m, s, c, stopped, lap->n, r);

    vf age = vf_load(s->age[c]);
    vf pace = vf_add(vf_add(vf_load(s->level[c]), vf_set(m->fuel_s[c][lap->n])), vf_mul(vf_load(s->wear[c]), age));
    if (m->quad) pace = vf_add(pace, vf_mul(vf_load(s->quad[c]), vf_mul(age, age)));
    pace = vf_add(pace, warm);
    vm stop = vm_none();
    if (!m->dry) {
        vf loss = k_weather_loss(s, c);
        pace = vf_add(pace, loss);
        if (m->wet_react) stop = k_rain_call(m, s, c, loss);
    }
    vf time = vf_add(pace, k_noise(m, s, c, half, lap->noise));
    vf_store(s->age[c], vf_add(age, lap->wear));

    /* stop when the plan says so, earlier to cover */
    vi due = vi_load(s->stop_lap[c]), now = vi_set((int32_t)lap->n);
    vi covered = due;
    if (m->cover) covered = vi_sub_if(k_stopped(s->cover_lo, s->cover_hi, c), due, vi_load(s->cover_laps[c]));
    vm retires = vi_lt(vi_load(s->retire[c]), vi_set((int32_t)lap->n + 1));
    stop = vm_or(stop, vi_lt(covered, vi_set((int32_t)lap->n + 1)));
    stop = vm_and(stop, vm_not(retires));
    if (lap->n >= m->n_laps) stop = vm_none();
    vf loss = vf_keep(stop, vf_add(vf_set(m->loss_s), vf_load(s->stop_noise[c])));
    vi flags = vi_or(vi_keep(stop, vi_set(FLAG_STOP)), vi_keep(retires, vi_set(FLAG_RETIRE)));
    if (lap->neutral && m->react_sc && lap->n + 2 < m->n_laps) {
        float left = (float)(m->n_laps - lap->n) / (float)m->n_laps;
        vf    eta = vf_add(vf_mul(vf_load(s->cheap_age[c]), age), vf_set(m->cheap_left * left));
        vm    cheap = vm_or(vf_lt(vf_load(s->cheap_at[c]), eta), vi_lt(vi_sub(due, now), vi_set(3)));
        cheap = vm_and(cheap, vm_not(retires));
        flags = vi_or_if(cheap, flags, vi_set(FLAG_CHEAP));
    }

    vi delta = vi_round(vf_mul(vf_add(time, loss), vf_set(m->ticks)));
    delta = vi_max(vi_min(delta, vi_set(WORD_MAX)), vi_set(-WORD_MAX));
    vf p = vf_min(vf_max(vf_mul(pace, vf_set(PACE_UNIT)), vf_set(-PACE_MAX)), vf_set(PACE_MAX));
    vi word = vi_or(vi_sll(delta, 12), vi_sll(vi_and(vi_round(p), vi_set(511)), 3));
    vi_store(s->word[c], vi_or(word, flags));
}

/* All cars. Two cars share one random word: 16 bits each. */
static inline void k_cars_lap(const pb_sim_model *m, k_state *s, k_lap *lap, uint64_t seed, vi trial, pb_sim_result *r)
{
    uint32_t n_words = (m->n_cars + 1) / 2 + 1; /* and one for passing */
    for (uint32_t block = 0; block * 4 < n_words; block++) {
        k_words d = k_draw4(seed, trial, block, lap->n, DRAW_LAP);
        for (uint32_t k = 0; k < 4; k++) {
            uint32_t c = (block * 4 + k) * 2;
            if (c < m->n_cars) k_car_lap(m, s, lap, c, k_low(d.w[k]), r);
            if (c + 1 < m->n_cars) k_car_lap(m, s, lap, c + 1, k_high(d.w[k]), r);
            if (block * 4 + k + 1 == n_words) lap->overtake_word = d.w[k];
        }
    }
}

#endif
