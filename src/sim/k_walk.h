/* k_walk.h - the lap on the road: front to rear through the order at the line,
 * each car against the last running car ahead. Dirty air, passing, being held,
 * neutralisations, pit entry.
 *
 * What is carried from place to place is short: the time until which the road is
 * blocked, and who was just ahead at the line. Whether a car passes is drawn
 * against the car just ahead, so the long part of the arithmetic never waits for
 * the outcome of another place. A race under green takes the version without the
 * neutral parts (neutral = 0), which gives the same numbers. */
#ifndef PB_K_WALK_H
#define PB_K_WALK_H

#define NOBODY (-(1 << 28))

/* What share of its lap this car spends slowed: green up to the onset, slowed
 * until the end or the line, green after. */
static inline vf k_slowed_share(const k_lap *lap, vf start, vf share)
{
    vf green = vf_mul(vf_sub(lap->on, start), vf_set(lap->per_lap));
    green    = vf_min(vf_max(green, vf_set(0.0f)), vf_set(1.0f));
    vf left  = vf_sub(vf_sub(lap->off, start), vf_mul(green, lap->green));
    return vf_max(vf_min(vf_sub(vf_set(1.0f), green), vf_mul(left, share)), vf_set(0.0f));
}

/* Ticks the neutralisation adds to this car's lap. The leader drives behind the
 * safety car once it is out when his lap begins; others close up faster. */
static inline vf k_slow_down(const pb_sim_model *m, const k_lap *lap, vf start, int leads, vf behind, vm *slowed)
{
    vm queue = vm_none();
    vf share = lap->share, cost = lap->cost;
    if (leads) queue = vf_lt(lap->on, start);
    if (!m->unlap) queue = vm_or(queue, vf_lt(lap->green, behind)); /* a lapped car stays in the train */
    if (leads || !m->unlap) {
        share = vf_sel(queue, lap->leader_share, share);
        cost  = vf_sel(queue, lap->leader_cost, cost);
    }
    vf slow = k_slowed_share(lap, start, share);
    *slowed = vf_lt(vf_set(0.02f), slow);
    return vf_mul(slow, cost);
}

/* What a stop at the end of this lap saves against a green one, for cars of
 * `open` that come to the pit entry under SC or VSC. One that ends while the car
 * is in the lane saves in proportion. The measured cost is against cars that are
 * slowed all the while; standing in the lane escapes that, so it is added. */
static inline vf k_saved(const pb_sim_model *m, const k_lap *lap, vf start, vf entry, vm open)
{
    vf loss    = vf_set(m->loss_s * m->ticks);
    vf left    = vf_max(vf_sub(lap->off, entry), vf_set(0.0f));
    vf saved   = vf_mul(vf_sel(vf_lt(start, lap->on), lap->saved_onset, lap->saved_later), loss);
    saved      = vf_mul(saved, vf_min(vf_mul(left, vf_set(m->inv_loss_ticks)), vf_set(1.0f)));
    vf escaped = vf_mul(vf_min(left, vf_mul(vf_sub(loss, saved), lap->stretch)), lap->escape);
    return vf_keep(open, vf_sub(saved, escaped));
}

/* Stops under a neutralisation: planned ones get cheaper, and cars that want a
 * cheap stop and see it in time take it. Changes the arrival and the flags. */
static inline void k_cheap_stops(const pb_sim_model *m, const k_state *s, const k_lap *lap, vf start, vi id, vi *free,
                                 vi *word)
{
    const float loss    = m->loss_s * m->ticks;
    vm          planned = vi_test(*word, vi_k(stop)), asks = vi_test(*word, vi_k(stop_cheap));
    vf          entry = vf_sub_if(planned, vf_add(vf_from(*free), lap->green), vf_set(loss));
    vm          open  = vf_lt_if(vf_lt_if(asks, lap->on, entry), entry, lap->off);
    if (vm_any(open)) {
        vf saved = k_saved(m, lap, start, entry, open);
        vm seen  = vf_lt_if(open, vf_add(lap->on, vf_set(m->react_ticks)), entry);
        seen     = vf_lt_if(seen, vf_add(entry, vf_set(0.3f * loss)), lap->off);
        vm take  = vm_and(seen, vm_not(planned));
        vf noise = vf_mul(vf_gather(s->car[0].stop_noise, vi_add(vi_mul(id, vi_set(K_CAR_WORDS)), vi_lane())),
                          vf_set(m->ticks));
        vf cost  = vf_sub(vf_add(vf_set(loss), noise), saved);
        *free    = vi_add(*free, vi_round(vf_sel(take, cost, vf_keep(planned, vf_sub(vf_set(0.0f), saved)))));
        *word    = vi_or_if(take, *word, vi_k(stop));
    }
    if (lap->red) { /* the race is stopped while they are in the lane */
        vm stopped = vf_lt_if(planned, lap->red_on, vf_add(entry, vf_set(loss)));
        *free      = vi_sub_if(stopped, *free, vi_set((int32_t)loss));
    }
}

/* How long the second car of a team waits: its mate came in this lap, just
 * ahead. Rare, so it may look for him. */
static inline vi k_stack_wait(const pb_sim_model *m, const k_state *s, uint32_t place, vm both, vi id, vi arrive,
                              int32_t arrived[][LANES])
{
    vi mate = vi_xor(id, vi_set(1)), wait = vi_set(0);
    for (uint32_t q = 0; q < place; q++) {
        vi other = vi_and(vi_load(s->key[q]), vi_k(id));
        vm here  = vm_and(both, vi_eq(other, mate));
        vf gap   = vf_mul(vf_from(vi_sub(arrive, vi_load(arrived[q]))), vf_set(m->inv_ticks));
        vf part =
            vf_max(vf_sub(vf_set(1.0f), vf_mul(vf_max(gap, vf_set(0.0f)), vf_set(m->inv_stack_gap))), vf_set(0.0f));
        wait = vi_sel(here, vi_round(vf_mul(part, vf_set(m->stack_s * m->ticks))), wait);
    }
    return wait;
}

/* Sets of cars, a bit each: 32 in the first word, the rest in the second. */
typedef struct k_set {
    vi lo, hi;
} k_set;

static inline k_set k_bit_of(const pb_sim_model *m, vi id)
{
    k_set b = {vi_sllv(vi_k(one), id), vi_set(0)};
    if (m->n_cars > 32) b.hi = vi_sllv(vi_set(1), vi_sub(id, vi_set(32)));
    return b;
}

static inline void k_put(const pb_sim_model *m, k_set *set, vm mask, k_set bit)
{
    set->lo = vi_or_if(mask, set->lo, bit.lo);
    if (m->n_cars > 32) set->hi = vi_or_if(mask, set->hi, bit.hi);
}

static inline vm k_has(const pb_sim_model *m, k_set set, vi id)
{
    k_set b  = k_bit_of(m, id);
    vm    in = vi_test(set.lo, b.lo);
    return m->n_cars > 32 ? vm_or(in, vi_test(set.hi, b.hi)) : in;
}

/* log2 of the odds against a pass; the model's numbers carry sign and base. */
static inline vf k_against(const pb_sim_model *m, vi lead, vf gap, vm train)
{
    vf near = vf_min(gap, vf_set(m->pass_knee)), far = vf_sub(gap, near);
    vf x = vf_add(vf_set(m->pass_bias), vf_mul(vf_set(m->pass_delta), vf_from(lead)));
    x    = vf_add(x, vf_mul(vf_set(m->pass_near), near));
    x    = vf_add(x, vf_mul(vf_set(m->pass_far), far));
    return vf_add_if(train, x, vf_set(m->pass_train));
}

static inline vf k_dirty_air(const pb_sim_model *m, vf gap)
{
    vf in_air = vf_min(gap, vf_set(m->air_max));
    vi knot   = vi_round(vf_min(vf_sub(vf_mul(in_air, vf_set(m->air_scale)), vf_set(0.5f)), vf_set(15.0f)));
    return vf_add(vf_lut16(m->air_a, knot), vf_mul(vf_lut16(m->air_b, knot), in_air)); /* ticks */
}

/* The car just ahead at the start of this lap, and the time until which the
 * road is blocked: the slowest of all ahead. */
typedef struct k_ahead {
    vi    time;
    vi    start;
    vi    pace; /* 1/64 s */
    vf    gap;  /* its own, to the next ahead */
    k_set bit;
} k_ahead;

/* When this car is at the line: it passes, is held, or is alone. */
static inline vi k_contest(const pb_sim_model *m, const k_lap *lap, const k_ahead *ahead, vi id, vi pace, vf gap,
                           vi free, vm racing, vm slowed, const int neutral)
{
    vi draw = k_hash(lap->overtake_word, id);
    vf u    = vf_from(k_high(draw));
    vm near = vf_lt_if(racing, gap, vf_set(m->reach_s));
    vi hold = vi_bits(vf_lut16((const float *)m->hold_ticks, vi_and(vi_srl(draw, 12), vi_k(nibble))));
    if (neutral) {
        u    = vf_sel(slowed, vf_set(1e6f), u); /* nobody passes */
        near = vm_or(near, vm_and(racing, slowed));
        hold = vi_sel(vm_and(slowed, lap->safety_car), lap->hold, hold);
    }
    vf against = k_against(m, vi_sub(ahead->pace, pace), vf_min(gap, vf_set(m->reach_s)),
                           vf_lt(ahead->gap, vf_set(m->train_gap_s)));
    vm pass    = k_bernoulli_odds(u, against);
    vi held    = vi_max(free, vi_add(ahead->time, hold));
    vi through = vi_min(free, vi_sub(ahead->time, vi_set(m->pass_lead)));
    if (m->pass_free) through = free, pass = vm_not(slowed);
    return vi_sel(near, vi_sel(pass, through, held), free);
}

/* The car that was passed loses a little more. */
static inline void k_loser(const pb_sim_model *m, k_state *s, uint32_t p, vm run, vi time, const k_ahead *ahead)
{
    vi before = vi_load(s->key[p - 1]);
    vm lost   = vm_and(vi_lt_if(run, time, ahead->time), vi_eq(vi_sra(before, PB__ID_BITS), ahead->time));
    vi_store(s->key[p - 1], vi_add_if(lost, before, vi_set(m->loser_ticks << PB__ID_BITS)));
}

static inline __attribute__((always_inline)) void k_walk(const pb_sim_model *m, k_state *s, const k_lap *lap,
                                                         const int neutral, const int scramble)
{
    const vi    id_mask = vi_k(id), leader = vi_sra(vi_load(s->key[0]), PB__ID_BITS);
    const k_set empty   = {vi_set(0), vi_set(0)};
    k_ahead     ahead   = {vi_set(NOBODY), vi_set(NOBODY), vi_set(0), vf_set(1e6f), empty};
    k_set       stopped = empty, cover = empty;
    vi          latest = vi_set(NOBODY);
    int32_t     arrived[PB_CARS_MAX][LANES] __attribute__((aligned(64)));

    /* a car that does not run any more has only such cars behind it: what is
     * carried from there on does not matter */
    for (uint32_t p = 0; p < m->n_cars; p++) {
        vi key = vi_load(s->key[p]), id = vi_and(key, id_mask), start = vi_sra(key, PB__ID_BITS);
        vm run = vi_lt(start, lap->limit);
        if (!vm_any(run)) break;
        vi at   = vi_add(vi_sll(id, LANES_LOG2), vi_lane());
        vi word = vi_gather(s->word[0], at), pace = vi_sra(vi_sll(word, 20), 23);
        vf gap = vf_mul(vf_from(vi_max(vi_sub(start, ahead.start), vi_set(0))), vf_set(m->inv_ticks));

        vf extra   = scramble ? vf_set(0.0f) : k_dirty_air(m, gap);
        vm slowed  = vm_none();
        vf start_f = vf_from(start);
        if (neutral) {
            vf added = k_slow_down(m, lap, start_f, p == 0, vf_from(vi_sub(start, leader)), &slowed);
            extra    = vf_add(vf_sel(slowed, vf_set(0.0f), extra), added);
        }
        vi free = vi_add(vi_add(start, vi_sra(word, 12)), vi_round(extra));
        if (neutral) k_cheap_stops(m, s, lap, start_f, id, &free, &word);
        if (m->double_stack && (neutral || lap->stacked)) {
            vm both = vi_test_if(run, word, vi_k(stop));
            if (vm_any(both)) {
                both = vm_and(vm_and(both, k_has(m, stopped, vi_xor(id, vi_set(1)))),
                              vi_lt(id, vi_set((int32_t)m->n_paired)));
                if (vm_any(both)) free = vi_add(free, k_stack_wait(m, s, p, both, id, free, arrived));
            }
            vi_store(arrived[p], free);
        }

        vi time = free;
        if (!scramble)
            time = k_contest(m, lap, &ahead, id, pace, gap, free, vi_clear(word, vi_k(stop)), slowed, neutral);
        time = vi_min(time, vi_k(top));
        if (m->loser && !scramble && p > 0) k_loser(m, s, p, run, time, &ahead);

        k_set bit   = k_bit_of(m, id);
        vm    stops = vi_test_if(run, word, vi_k(stop));
        k_put(m, &stopped, stops, bit);
        if (m->cover) k_put(m, &cover, vf_lt_if(stops, gap, vf_set(m->cover_gap_s)), ahead.bit);
        ahead.time  = vi_max_if(vi_clear(word, vi_k(stop_retire)), ahead.time, time);
        latest      = vi_max_if(run, latest, time);
        ahead.start = start;
        ahead.pace  = pace;
        ahead.gap   = gap;
        ahead.bit   = bit;

        int32_t rank = PB__OUT_TICKS + (int32_t)(m->n_laps - lap->n + 1) * PB__OUT_LAP + (int32_t)p;
        vi      out  = vi_sel(vi_test(word, vi_k(retire)), vi_set(rank), time);
        vi_store(s->key[p], vi_sel(run, vi_or(vi_sll(out, PB__ID_BITS), id), key));
    }
    vi_store(s->latest, latest);
    vi_store(s->stopped_lo, stopped.lo);
    vi_store(s->stopped_hi, stopped.hi);
    vi_store(s->cover_lo, cover.lo);
    vi_store(s->cover_hi, cover.hi);
}

#endif
