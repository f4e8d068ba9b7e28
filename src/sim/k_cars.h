/* k_cars.h - one lap of every car on an empty track: pace, fuel, tyre, noise,
 * and whether it means to stop. Cars by number; leaves one packed word a car. */
#ifndef PB_K_CARS_H
#define PB_K_CARS_H

static inline vm k_stopped(const int32_t *lo, const int32_t *hi, uint32_t c)
{
    return c < 32 ? k_bit(vi_load(lo), c) : k_bit(vi_load(hi), c - 32);
}

/* Stops that the rain asked for: out of the plan, or back to where it was left. */
static inline void k_fit_for_rain(const pb_sim_model *m, k_state *s, uint32_t c, vm rain)
{
    k_car *car = &s->car[c];
    vi     to = vi_load(car->rain_to), now = vi_load(car->entry);
    vm     leave = vi_lt_if(rain, now, vi_set((int32_t)m->car[c].n_entries - 2));
    vi_store(car->resume, vi_sel(leave, vi_gather(m->car[c].entry.next_slick, now), vi_load(car->resume)));
    to = vi_sel(vi_eq(to, vi_set(PB__NEVER)), vi_load(car->resume), to);
    vi_store(car->rain_to, vi_sel(rain, vi_set(-1), vi_load(car->rain_to)));
    k_fit_named(m, s, c, to, rain);
}

/* What somebody who watches this car is told of its stop at the end of `lap`. */
static inline void k_watch_stop(const k_state *s, uint32_t c, uint32_t lanes, uint32_t lap, const pb_sim_watch *w)
{
    for (; lanes != 0; lanes &= lanes - 1) {
        uint32_t l = (uint32_t)__builtin_ctz(lanes), at = (uint32_t)s->trial[l] - w->first, n = 0;
        if (at >= w->count) continue;
        uint16_t *stop = w->stop + (size_t)at * PB_SIM_WATCH_STOPS;
        while (n < PB_SIM_WATCH_STOPS && stop[n] != 0) n++;
        if (n < PB_SIM_WATCH_STOPS) stop[n] = (uint16_t)(lap | (uint32_t)s->car[c].entry[l] << 10);
    }
}

/* Cars that came out of the pits: new set, cold tyres. Returns the warm-up. */
static inline vf k_new_set(const pb_sim_model *m, k_state *s, uint32_t c, vm stopped, uint32_t lap, pb_sim_result *r)
{
    vm plan = stopped;
    if (s->wet) {
        vm rain = vm_and(stopped, vi_lt(vi_set(-1), vi_load(s->car[c].rain_to)));
        plan    = vm_and(stopped, vm_not(rain));
        if (vm_any(rain)) k_fit_for_rain(m, s, c, rain);
    }
    k_fit_next(m, s, c, plan);
    if (r) {
        uint32_t spec = m->car[c].spec_index;
        uint64_t n    = (uint64_t)__builtin_popcount(vm_bits(stopped) & s->valid);
        r->stops[spec] += n;
        r->pit_lap[spec * (r->n_laps + 1) + lap - 1] += n;
        if (r->watch.stop && r->watch.car[0] == spec)
            k_watch_stop(s, c, vm_bits(stopped) & s->valid, lap - 1, &r->watch);
    }
    return vf_keep(stopped, vf_load(s->car[c].warm));
}

/* A tyre for another track: the car changes when it costs more than its nerve. */
static inline vm k_rain_call(const pb_sim_model *m, k_state *s, uint32_t c, vf loss)
{
    const pb__car *car  = &m->car[c];
    vi             best = vi_load(s->best_kind), kind = vi_load(s->car[c].kind);
    vm      call = vf_lt_if(vm_not(vi_eq(best, kind)), vf_load(s->car[c].rain_at), vf_sub(loss, vf_load(s->best_loss)));
    int32_t inter = (int32_t)car->n_entries - 2, wet = (int32_t)car->n_entries - 1;
    vi      to = vi_sel(vi_eq(best, vi_set(PB_TYRE_SLICK)), vi_set(PB__NEVER),
                        vi_sel(vi_eq(best, vi_set(PB_TYRE_WET)), vi_set(wet), vi_set(inter)));
    vi_store(s->car[c].rain_to, vi_sel(call, to, vi_load(s->car[c].rain_to)));
    return call;
}

static inline vf k_weather_loss(const k_state *s, uint32_t c)
{
    vi kind = vi_load(s->car[c].kind);
    return vf_sel(vi_eq(kind, vi_set(0)), vf_load(s->tyre_loss[0]),
                  vf_sel(vi_eq(kind, vi_set(1)), vf_load(s->tyre_loss[1]), vf_load(s->tyre_loss[2])));
}

/* Leaves how far off its pace this car is on this lap, s. */
static inline void k_noise(const pb_sim_model *m, k_state *s, uint32_t c, vi half, vf mult)
{
    const float *q = m->car[c].noise;
    vf           z = k_normal(half);
    vf           e =
        vf_add(vf_set(q[0]), vf_mul(z, vf_add(vf_set(q[1]), vf_mul(z, vf_add(vf_set(q[2]), vf_mul(z, vf_set(q[3])))))));
    vf before = vf_load(s->car[c].ar), now = vf_add(vf_mul(vf_all(phi), before), e);
    vf_store(s->car[c].ar, now);
    vf x = vf_add(now, vf_mul(vf_all(theta), before));
    if (s->wet) x = vf_mul(x, mult);
    if (m->slow) {
        vf d = vf_max(vf_sub(z, vf_all(slow_z)), vf_set(0.0f));
        x    = vf_add(x, vf_mul(d, vf_add(vf_all(slow_a), vf_mul(d, vf_all(slow_b)))));
    }
    vf_store(s->car[c].noise, x);
}

/* One car, one lap. Returns where it plans to stop. */
static inline __attribute__((always_inline)) vm k_car_lap(const pb_sim_model *m, k_state *s, const k_lap *lap,
                                                          uint32_t c, pb_sim_result *r)
{
    vf warm = vf_set(0.0f);
    if (lap->stopped >> c & 1) warm = k_new_set(m, s, c, k_stopped(s->stopped_lo, s->stopped_hi, c), lap->n, r);

    vf age = vf_load(s->car[c].age);
    vf pace =
        vf_add(vf_add(vf_load(s->car[c].level), vf_set(m->fuel_s[c][lap->n])), vf_mul(vf_load(s->car[c].wear), age));
    if (m->quad) pace = vf_add(pace, vf_mul(vf_load(s->car[c].quad), vf_mul(age, age)));
    if (m->cliff) {
        vf over = vf_max(vf_sub(age, vf_load(s->car[c].cliff_at)), vf_set(0.0f));
        pace    = vf_add(pace, vf_mul(vf_load(s->car[c].cliff), over));
    }
    pace    = vf_add(pace, warm);
    vm stop = vm_none();
    if (s->wet) {
        vf loss = k_weather_loss(s, c);
        pace    = vf_add(pace, loss);
        if (m->wet_react && lap->n > m->car[c].obeys_until) stop = k_rain_call(m, s, c, loss);
    }
    vf time = vf_add(pace, vf_load(s->car[c].noise));
    vf_store(s->car[c].age, vf_add(age, lap->wear));

    if (lap->lapping >> c & 1) /* traffic met on the lap before */
        time = vf_add_if(k_stopped(s->lapped_lo, s->lapped_hi, c), time, vf_set(m->lapping_s));

    /* stop when the plan says so, earlier to cover */
    vi due = vi_load(s->car[c].stop_lap), now = vi_set((int32_t)lap->n);
    vi covered = due;
    if (lap->covered >> c & 1)
        covered = vi_sub_if(k_stopped(s->cover_lo, s->cover_hi, c), due, vi_load(s->car[c].cover_laps));
    stop      = vm_or(stop, vi_lt(covered, vi_set((int32_t)lap->n + 1)));
    vi flags  = vi_set(0);
    vm leaves = vm_none();
    if (s->retires[c][lap->n / 64] >> lap->n % 64 & 1) {
        leaves = vi_eq(vi_load(s->car[c].retire), now);
        stop   = vm_and(stop, vm_not(leaves));
        flags  = vi_keep(leaves, vi_k(retire));
    }
    if (lap->n >= m->n_laps) stop = vm_none();
    vf loss = vf_keep(stop, vf_add(vf_all(loss_s), vf_load(s->car[c].stop_noise)));
    flags   = vi_or_if(stop, flags, vi_k(stop));
    if (lap->neutral && m->react_sc && lap->n + 2 < m->n_laps && lap->n > m->car[c].obeys_until) {
        float left  = lap->n < m->likely_laps ? (float)(m->likely_laps - lap->n) / (float)m->likely_laps : 0.0f;
        vf    eta   = vf_add(vf_mul(vf_load(s->car[c].cheap_age), age), vf_set(m->cheap_left * left));
        vm    cheap = vm_or(vf_lt(vf_load(s->car[c].cheap_at), eta), vi_lt(vi_sub(due, now), vi_set(3)));
        vm worn     = vf_lt(vf_set(lap->n > PB__FRESH_LAPS ? PB__FRESH_LAPS - 0.5f : -1.0f), age);
        cheap       = vm_and(vm_and(cheap, worn), vm_not(leaves));
        flags       = vi_or_if(cheap, flags, vi_set(PB__FLAG_CHEAP));
    }

    /* bounded before it is rounded: beyond 2^22 the kernels would not agree */
    vf ticks = vf_mul(vf_add(time, loss), vf_all(ticks));
    vi delta = vi_round(vf_min(vf_max(ticks, vf_set(-WORD_MAX)), vf_set(WORD_MAX)));
    vf p     = vf_min(vf_max(vf_mul(pace, vf_set(PACE_UNIT)), vf_set(-PACE_MAX)), vf_set(PACE_MAX));
    vi word  = vi_or(vi_sll(delta, 12), vi_sll(vi_and(vi_round(p), vi_k(pace_bits)), 3));
    vi_store(s->word[c], vi_or(word, flags));
    return stop;
}

/* The noise of all cars first, in a short loop of its own. Two cars share one
 * random word: 16 bits each; one more word is for passing. */
static inline void k_draw_lap(const pb_sim_model *m, k_state *s, k_lap *lap, uint64_t seed, vi trial)
{
    uint32_t n_words = (m->n_cars + 1) / 2 + 1;
    for (uint32_t block = 0; block * 4 < n_words; block++) {
        k_words d = k_draw4(seed, trial, block, lap->n, DRAW_LAP);
        for (uint32_t k = 0; k < 4; k++) {
            uint32_t c = (block * 4 + k) * 2;
            if (block * 4 + k + 1 == n_words) lap->overtake_word = d.w[k];
            if (c < m->n_cars) k_noise(m, s, c, k_low(d.w[k]), lap->noise);
            if (c + 1 < m->n_cars) k_noise(m, s, c + 1, k_high(d.w[k]), lap->noise);
        }
    }
}

static inline void k_cars_lap(const pb_sim_model *m, k_state *s, k_lap *lap, uint64_t seed, vi trial, pb_sim_result *r)
{
    k_draw_lap(m, s, lap, seed, trial);
    for (uint32_t c = 0; c < m->n_cars; c += 2) {
        vm a = k_car_lap(m, s, lap, c, r), b = vm_none();
        if (c + 1 < m->n_cars) b = k_car_lap(m, s, lap, c + 1, r);
        lap->stacked |= vm_any(vm_and(a, b));
    }
}

#endif
