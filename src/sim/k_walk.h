/* k_walk.h - the lap on the road: front to rear through the order at the line,
 * each car against the last running car ahead. Dirty air, passing, being held,
 * neutralisations, pit entry.
 *
 * Three passes over the places, so that the long arithmetic of many places is
 * under way at once: line up, draw who would pass whom (against the car just
 * ahead at the line), then walk. What the walk carries from place to place is
 * short: the time until which the road is blocked. A race under green takes the version without the
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
        vf noise =
            vf_mul(vf_gather(s->car[0].stop_noise, vi_add(vi_mul(id, vi_set(K_CAR_WORDS)), vi_lane())), vf_all(ticks));
        vf cost = vf_sub(vf_add(vf_set(loss), noise), saved);
        *free   = vi_add(*free, vi_round(vf_sel(take, cost, vf_keep(planned, vf_sub(vf_set(0.0f), saved)))));
        *word   = vi_or_if(take, *word, vi_k(stop));
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
        vf gap   = vf_mul(vf_from(vi_sub(arrive, vi_load(arrived[q]))), vf_all(inv_ticks));
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
static inline vf k_against(const k_state *s, vi lead, vf gap, vm train)
{
    vf near = vf_min(gap, vf_all(pass_knee)), far = vf_sub(gap, near);
    vf x = vf_add(vf_all(pass_bias), vf_mul(vf_all(pass_delta), vf_from(lead)));
    x    = vf_add(x, vf_mul(vf_all(pass_near), near));
    x    = vf_add(x, vf_mul(vf_all(pass_far), far));
    return vf_add_if(train, x, vf_all(pass_train));
}

static inline vf k_dirty_air(const pb_sim_model *m, const k_state *s, vf gap)
{
    vf in_air = vf_min(gap, vf_all(air_max));
    vi knot   = vi_round(vf_min(vf_sub(vf_mul(in_air, vf_all(air_scale)), vf_set(0.5f)), vf_set(15.0f)));
    return vf_add(vf_lut16(m->air_a, knot), vf_mul(vf_lut16(m->air_b, knot), in_air)); /* ticks */
}

/* The field in the order at the line, as the passes over it leave it. */
typedef struct k_road {
    _Alignas(64) int32_t word[PB_CARS_MAX][LANES];
    _Alignas(64) float gap[PB_CARS_MAX][LANES];    /* to the car ahead, s */
    _Alignas(64) int32_t hold[PB_CARS_MAX][LANES]; /* gap it keeps when it is held */
    _Alignas(64) int32_t arrived[PB_CARS_MAX][LANES];
    vm       pass[PB_CARS_MAX]; /* it would get by */
    uint32_t n;                 /* places that still run in some trial */
} k_road;

/* First: who is where, and how far behind the next. */
static inline void k_line_up(const pb_sim_model *m, const k_state *s, const k_lap *lap, k_road *road)
{
    vi ahead = vi_set(NOBODY);
    for (road->n = 0; road->n < m->n_cars; road->n++) {
        uint32_t p   = road->n;
        vi       key = vi_load(s->key[p]), start = vi_sra(key, PB__ID_BITS);
        if (LANES == 1 && !vm_any(vi_lt(start, lap->limit))) break; /* wider, some trial nearly always runs */
        vi at = vi_add(vi_sll(vi_and(key, vi_k(id)), LANES_LOG2), vi_lane());
        vi_store(road->word[p], vi_gather(s->word[0], at));
        vf_store(road->gap[p], vf_mul(vf_from(vi_max(vi_sub(start, ahead), vi_set(0))), vf_all(inv_ticks)));
        ahead = start;
    }
}

static inline vi k_pace(const k_road *road, uint32_t p)
{
    return vi_sra(vi_sll(vi_load(road->word[p]), 20), 23);
}

/* Second: whether each car would pass the one ahead, and how close it follows
 * otherwise. Nothing here waits for what happens at another place. */
static inline void k_draw_passes(const pb_sim_model *m, const k_state *s, const k_lap *lap, k_road *road)
{
    vi pace_ahead = k_pace(road, 0);
    for (uint32_t p = 1; p < road->n; p++) {
        vi draw  = k_hash(lap->overtake_word, vi_and(vi_load(s->key[p]), vi_k(id)));
        vf gap   = vf_load(road->gap[p]);
        vm train = vf_lt(vf_load(road->gap[p - 1]), vf_all(train_gap_s));
        vi pace = k_pace(road, p), lead = vi_sub(pace_ahead, pace);
        pace_ahead    = pace;
        road->pass[p] = k_bernoulli_odds(vf_add(vf_from(k_high(draw)), vf_set(0.5f)),
                                         k_against(s, lead, vf_min(gap, vf_all(reach_s)), train));
        vi_store(road->hold[p],
                 vi_bits(vf_lut16((const float *)m->hold_ticks, vi_and(vi_srl(draw, 12), vi_k(nibble)))));
    }
}

/* When the car at place p is at the line: it passes, is held, or is alone.
 * `blocked`: until when those ahead fill the road; `lane`: what it loses in the
 * lane, behind a safety car after the queue has brought it there. */
static inline vi k_contest(const pb_sim_model *m, const k_state *s, const k_lap *lap, const k_road *road, uint32_t p,
                           vi blocked, vi free, vi lane, vm slowed, const int neutral)
{
    vm racing = vi_clear(vi_load(road->word[p]), vi_k(stop)), pass = road->pass[p];
    vm near = vf_lt_if(racing, vf_load(road->gap[p]), vf_all(reach_s));
    vi hold = vi_load(road->hold[p]);
    if (neutral) { /* nobody passes, and the queue has its own gap */
        vm queue = vm_and(slowed, lap->safety_car);
        pass     = vm_and(pass, vm_not(slowed));
        near     = vm_or(near, vm_or(vm_and(racing, slowed), queue));
        hold     = vi_sel(queue, vi_add(lap->hold, lane), hold);
    }
    vi held    = vi_max(free, vi_add(blocked, hold));
    vi through = vi_min(free, vi_sub(blocked, vi_all(pass_lead)));
    if (m->pass_free) through = free, pass = vm_not(slowed);
    return vi_sel(near, vi_sel(pass, through, held), free);
}

/* When the car at place p would be at the line if nobody were in its way, its
 * stop included; `road_time`: without the stop. Changes its word when it takes a
 * stop it had not planned. */
static inline vi k_free_time(const pb_sim_model *m, const k_state *s, const k_lap *lap, k_road *road, uint32_t p,
                             vi leader, vm *slowed, vi *road_time, const int neutral, const int scramble)
{
    vi key = vi_load(s->key[p]), start = vi_sra(key, PB__ID_BITS), word = vi_load(road->word[p]);
    vf extra = scramble ? vf_set(0.0f) : k_dirty_air(m, s, vf_load(road->gap[p])), start_f = vf_from(start);
    if (neutral) {
        vf added = k_slow_down(m, lap, start_f, p == 0, vf_from(vi_sub(start, leader)), slowed);
        extra    = vf_add(vf_sel(*slowed, vf_set(0.0f), extra), added);
    }
    vi free    = vi_add(vi_add(start, vi_sra(word, 12)), vi_round(extra));
    *road_time = free;
    if (neutral) {
        const int32_t loss = (int32_t)(m->loss_s * m->ticks);
        *road_time         = vi_sub_if(vi_test(word, vi_k(stop)), free, vi_set(loss));
        k_cheap_stops(m, s, lap, start_f, vi_and(key, vi_k(id)), &free, &word);
    }
    vi_store(road->word[p], word);
    return free;
}

/* The second car of a team that stops on this lap waits for the first. */
static inline vi k_stack(const pb_sim_model *m, const k_state *s, k_road *road, uint32_t p, vi free, vm stops,
                         k_set stopped)
{
    vi id = vi_and(vi_load(s->key[p]), vi_k(id));
    if (vm_any(stops)) {
        vm both = vm_and(stops, k_has(m, stopped, vi_xor(id, vi_set(1))));
        both    = vi_lt_if(both, id, vi_set((int32_t)m->n_paired));
        if (vm_any(both)) free = vi_add(free, k_stack_wait(m, s, p, both, id, free, road->arrived));
    }
    vi_store(road->arrived[p], free);
    return free;
}

static inline __attribute__((always_inline)) void k_walk(const pb_sim_model *m, k_state *s, const k_lap *lap,
                                                         const int neutral, const int scramble)
{
    const k_set empty   = {vi_set(0), vi_set(0)};
    const vi    leader  = vi_sra(vi_load(s->key[0]), PB__ID_BITS);
    k_set       stopped = empty, cover = empty, ahead = empty;
    vi          latest = vi_set(NOBODY), blocked = vi_set(NOBODY), before = vi_set(NOBODY);
    k_road      road;

    k_line_up(m, s, lap, &road);
    if (!scramble) k_draw_passes(m, s, lap, &road);
    road.pass[0] = vm_none();
    vi_store(road.hold[0], vi_set(0));
    /* a car that does not run any more has only such cars behind it: what is
     * carried from there on does not matter */
    for (uint32_t p = 0; p < road.n; p++) {
        vi key = vi_load(s->key[p]), id = vi_and(key, vi_k(id));
        vm run = vi_lt(vi_sra(key, PB__ID_BITS), lap->limit), slowed = vm_none();
        vi road_time;
        vi free  = k_free_time(m, s, lap, &road, p, leader, &slowed, &road_time, neutral, scramble);
        vi word  = vi_load(road.word[p]);
        vm stops = vi_test_if(run, word, vi_k(stop));
        if (m->double_stack && (neutral || lap->stacked)) free = k_stack(m, s, &road, p, free, stops, stopped);

        vi lane = vi_sub(free, road_time);
        vi time = scramble ? free : k_contest(m, s, lap, &road, p, blocked, free, lane, slowed, neutral);
        time    = vi_min(time, vi_k(top));
        if (m->loser && !scramble && p > 0) { /* the car that was passed loses a little more */
            vm lost = vi_lt_if(vm_and(run, vi_eq(before, blocked)), time, blocked);
            vi_store(s->key[p - 1], vi_add_if(lost, vi_load(s->key[p - 1]), vi_set(m->loser_ticks << PB__ID_BITS)));
            blocked = vi_add_if(lost, blocked, vi_set(m->loser_ticks));
        }
        before = time;

        k_set bit = k_bit_of(m, id);
        k_put(m, &stopped, stops, bit);
        if (m->cover) k_put(m, &cover, vf_lt_if(stops, vf_load(road.gap[p]), vf_all(cover_gap_s)), ahead);
        ahead   = bit;
        blocked = vi_max_if(vi_clear(word, vi_k(stop_retire)), blocked, time);
        latest  = vi_max_if(run, latest, time);

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
