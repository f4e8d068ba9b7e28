/* k_walk.h - the lap on the road: front to rear through the order at the line,
 * each car against the last running car ahead. Dirty air, passing, being held,
 * neutralisations, pit entry.
 *
 * Only `the car ahead` is carried from place to place; draws and probabilities
 * do not depend on it. A race under green takes the version without the
 * neutral parts (neutral = 0), which gives the same numbers. */
#ifndef PB_K_WALK_H
#define PB_K_WALK_H

typedef struct k_ahead {
    vi time;        /* of the car that blocks the road, at the end of this lap */
    vi pace;        /* its own, 1/64 s */
    vf train;       /* log-odds lost when it is in a train itself */
    vi last_start;  /* of the running car just ahead, at the start of this lap */
    vi last_id;
} k_ahead;

typedef struct k_neutral {
    vm  slowed;     /* under SC or VSC for a part of this lap */
    vf  extra;      /* ticks */
} k_neutral;

#define NOBODY (-(1 << 28))

/* What this car loses because of the neutralisation that touches its lap: green
 * up to the onset, slowed until the end or the line, green after. */
static inline k_neutral k_slow_down(const pb_sim_model *m, const k_lap *lap, vf start, vm leads, vf behind)
{
    vf    full = lap->ticks_lap;
    vf    green = vf_min(vf_max(vf_mul(vf_sub(lap->on, start), vf_set(lap->inv_green)), vf_set(0.0f)), vf_set(1.0f));
    vm    picked = vm_and(leads, vf_lt(green, vf_set(1e-6f)));
    vf    mult = vf_sel(picked, vf_set(m->sc_lead), vf_set(m->sc_catch));
    if (!m->unlap) mult = vf_sel(vf_lt(full, behind), vf_set(m->sc_lead), mult);
    mult = vf_sel(lap->sc, mult, vf_set(m->vsc_mult));
    vf    inv_mult = vf_sel(picked, vf_set(lap->inv_lead), vf_set(lap->inv_catch));
    if (!m->unlap) inv_mult = vf_sel(vf_lt(full, behind), vf_set(lap->inv_lead), inv_mult);
    inv_mult = vf_sel(lap->sc, inv_mult, vf_set(lap->inv_vsc));
    vf time_left = vf_sub(vf_sub(lap->off, start), vf_mul(green, full));
    vf slow = vf_max(vf_min(vf_sub(vf_set(1.0f), green), vf_mul(time_left, inv_mult)), vf_set(0.0f));
    slow = vf_sel(vm_or(lap->sc, lap->vsc), slow, vf_set(0.0f));
    k_neutral k;
    k.extra = vf_mul(vf_mul(slow, vf_sub(mult, vf_set(1.0f))), full);
    k.slowed = vf_lt(vf_set(0.02f), slow);
    return k;
}

typedef struct k_cheap {
    vm open;        /* neutralised when the car comes to the pit entry */
    vm usable;      /* and in time to decide */
    vf saved;       /* ticks of a green stop that are not paid */
} k_cheap;

/* What a stop at the end of this lap costs less. `entry` is when the car comes
 * by the pit entry, on the clock of this lap's start; a neutralisation that ends while it is in the lane saves in
 * proportion. */
static inline k_cheap k_cheap_stop(const pb_sim_model *m, const k_lap *lap, vf start, vf entry)
{
    k_cheap k;
    vm      onset = vf_lt(start, lap->on);
    vf      saved = vf_sel(lap->sc, vf_sel(onset, vf_set(m->sc_onset), vf_set(m->sc_later)),
                           vf_sel(onset, vf_set(m->vsc_onset), vf_set(m->vsc_later)));
    vf      loss = vf_set(m->loss_s * m->ticks);
    vf      part = vf_min(vf_max(vf_mul(vf_sub(lap->off, entry), vf_set(m->inv_loss_ticks)), vf_set(0.0f)), vf_set(1.0f));
    vm      yellow = vm_or(lap->sc, lap->vsc);
    k.open = vm_and(yellow, vm_and(vf_lt(lap->on, entry), vf_lt(entry, lap->off)));
    k.usable = vm_and(k.open, vm_and(vf_lt(vf_add(lap->on, vf_set(m->react_ticks)), entry), vf_lt(vf_set(0.3f), part)));
    k.saved = vf_sel(k.open, vf_mul(vf_mul(saved, part), loss), vf_set(0.0f));
    vm red = vm_and(lap->red, vf_lt(lap->on, vf_add(entry, loss)));
    k.saved = vf_sel(red, loss, k.saved);
    return k;
}

/* How long the second car of a team waits: its mate came in this lap, just
 * ahead. Rare, so it may look for him. */
static inline vi k_stack_wait(const pb_sim_model *m, const k_state *s, uint32_t place, vm both, vi id, vi arrive,
                              int32_t arrived[][LANES])
{
    vi mate = vi_xor(id, vi_set(1)), wait = vi_set(0);
    for (uint32_t q = 0; q < place; q++) {
        vi other = vi_and(vi_load(s->key[q]), vi_set((1 << PB__ID_BITS) - 1));
        vm here = vm_and(both, vi_eq(other, mate));
        vf gap = vf_mul(vf_from(vi_sub(arrive, vi_load(arrived[q]))), vf_set(m->inv_ticks));
        vf part = vf_max(vf_sub(vf_set(1.0f), vf_mul(vf_max(gap, vf_set(0.0f)), vf_set(m->inv_stack_gap))), vf_set(0.0f));
        wait = vi_sel(here, vi_round(vf_mul(part, vf_set(m->stack_s * m->ticks))), wait);
    }
    return wait;
}

typedef struct k_marks {
    vi stopped_lo, stopped_hi, cover_lo, cover_hi;
} k_marks;

static inline void k_mark(const pb_sim_model *m, vi *lo, vi *hi, vm mask, vi id)
{
    *lo = vi_or(*lo, vi_sel(mask, vi_sllv(vi_set(1), id), vi_set(0)));
    if (m->n_cars > 32) *hi = vi_or(*hi, vi_sel(mask, vi_sllv(vi_set(1), vi_sub(id, vi_set(32))), vi_set(0)));
}

static inline vm k_marked(const pb_sim_model *m, vi lo, vi hi, vi id)
{
    vi bit = vi_and(vi_srlv(lo, id), vi_set(1));
    if (m->n_cars > 32) bit = vi_or(bit, vi_and(vi_srlv(hi, vi_sub(id, vi_set(32))), vi_set(1)));
    return vi_eq(bit, vi_set(1));
}

static inline vf k_pass_odds(const pb_sim_model *m, vf delta, vf gap, vf train)
{
    vf near = vf_min(gap, vf_set(m->pass_knee)), far = vf_max(vf_sub(gap, vf_set(m->pass_knee)), vf_set(0.0f));
    vf eta = vf_add(vf_set(m->pass_bias), vf_mul(vf_set(m->pass_delta), delta));
    eta = vf_sub(eta, vf_mul(vf_set(m->pass_near), near));
    eta = vf_sub(eta, vf_mul(vf_set(m->pass_far), far));
    return vf_sub(eta, train);
}

static inline __attribute__((always_inline)) void k_walk(const pb_sim_model *m, k_state *s, const k_lap *lap,
                                                         const int neutral, const int scramble)
{
    const vf inv_ticks = vf_set(m->inv_ticks), ticks = vf_set(m->ticks);
    const vi id_mask = vi_set((1 << PB__ID_BITS) - 1);
    k_ahead  ahead = { vi_set(NOBODY), vi_set(0), vf_set(0.0f), vi_set(NOBODY), vi_set(63) };
    k_marks  marks = { vi_set(0), vi_set(0), vi_set(0), vi_set(0) };
    int32_t  arrived[PB_CARS_MAX][LANES] __attribute__((aligned(64)));
    const vi leader = vi_sra(vi_load(s->key[0]), PB__ID_BITS);

    for (uint32_t p = 0; p < m->n_cars; p++) {
        vi key = vi_load(s->key[p]), id = vi_and(key, id_mask), start = vi_sra(key, PB__ID_BITS);
        vm run = vm_and(vi_lt(start, vi_set(PB__OUT_TICKS)), lap->live);
        vi word = vi_gather(s->word[0], vi_add(vi_mul(id, vi_set(LANES)), vi_lane()));
        vi pace = vi_sra(vi_sll(word, 20), 23);
        vm stop = vi_eq(vi_and(word, vi_set(FLAG_STOP)), vi_set(FLAG_STOP));
        vm retire = vi_eq(vi_and(word, vi_set(FLAG_RETIRE)), vi_set(FLAG_RETIRE));
        vf gap = vf_mul(vf_from(vi_max(vi_sub(start, ahead.last_start), vi_set(0))), inv_ticks);

        vf in_air = vf_min(gap, vf_set(m->air_max));
        vi knot = vi_round(vf_min(vf_sub(vf_mul(in_air, vf_set(m->air_scale)), vf_set(0.5f)), vf_set(15.0f)));
        knot = vi_max(knot, vi_set(0));
        vf extra = vf_mul(vf_add(vf_lut16(m->air_a, knot), vf_mul(vf_lut16(m->air_b, knot), in_air)), ticks);
        if (scramble) extra = vf_set(0.0f);

        vm slowed = vm_none();
        vf start_f = vf_from(start);
        if (neutral) {
            vm leads = vi_eq(ahead.time, vi_set(NOBODY));
            vf behind = vf_from(vi_sub(start, leader));
            k_neutral k = k_slow_down(m, lap, start_f, leads, behind);
            slowed = k.slowed;
            extra = vf_add(vf_sel(slowed, vf_set(0.0f), extra), k.extra);
        }
        vi free = vi_add(vi_add(start, vi_sra(word, 12)), vi_round(extra));

        if (neutral) {
            vf entry = vf_sub(vf_add(vf_from(free), lap->ticks_lap), vf_sel(stop, vf_set(m->loss_s * m->ticks), vf_set(0.0f)));
            k_cheap k = k_cheap_stop(m, lap, start_f, entry);
            free = vi_sub(free, vi_sel(stop, vi_round(k.saved), vi_set(0)));
            vm wants = vi_eq(vi_and(word, vi_set(FLAG_CHEAP)), vi_set(FLAG_CHEAP));
            vm take = vm_and(vm_and(wants, k.usable), vm_not(stop));
            if (vm_any(take)) {
                vf noise = vf_gather(s->stop_noise[0], vi_add(vi_mul(id, vi_set(LANES)), vi_lane()));
                vf cost = vf_sub(vf_mul(vf_add(vf_set(m->loss_s), noise), ticks), k.saved);
                free = vi_add(free, vi_sel(take, vi_round(cost), vi_set(0)));
                stop = vm_or(stop, take);
            }
        }
        stop = vm_and(vm_and(stop, run), vm_not(retire));

        if (m->double_stack) {
            vm both = vm_and(stop, k_marked(m, marks.stopped_lo, marks.stopped_hi, vi_xor(id, vi_set(1))));
            both = vm_and(both, vi_lt(id, vi_set((int32_t)m->n_paired)));
            if (vm_any(both)) free = vi_add(free, k_stack_wait(m, s, p, both, id, free, arrived));
            vi_store(arrived[p], free);
        }

        /* against the car ahead */
        vi time = free;
        if (!scramble) {
            vi draw = k_hash(lap->overtake_word, id);
            vf delta = vf_mul(vf_from(vi_sub(ahead.pace, pace)), vf_set(1.0f / PACE_UNIT));
            vm pass = k_bernoulli_logit(k_uniform(k_high(draw)), k_pass_odds(m, delta, gap, ahead.train));
            pass = vm_or(pass, vf_lt(vf_set(m->reach_s), gap));
            vi hold = vi_bits(vf_lut16((const float *)m->hold_ticks, vi_and(draw, vi_set(15))));
            if (neutral) {
                pass = vm_and(pass, vm_not(slowed));
                hold = vi_sel(vm_and(slowed, lap->sc), vi_set(m->sc_gap_ticks), hold);
            }
            if (m->pass_free) pass = vm_not(slowed);
            vm racing = vm_not(stop);
            vi held = vi_max(free, vi_add(ahead.time, hold));
            vi through = vi_min(free, vi_sub(ahead.time, vi_set(m->pass_lead)));
            vm near = vf_lt(gap, vf_set(m->reach_s));
            if (m->pass_free) near = vm_none();
            vi passed = vi_sel(vm_and(near, vm_not(vi_eq(ahead.time, vi_set(NOBODY)))), through, free);
            time = vi_sel(racing, vi_sel(pass, passed, held), free);
            if (m->loser && p > 0) {
                vm lost = vm_and(vm_and(racing, pass), vm_and(run, vi_lt(time, ahead.time)));
                vi before = vi_load(s->key[p - 1]);
                vm is_prev = vm_and(lost, vi_eq(vi_sra(before, PB__ID_BITS), ahead.time));
                vi_store(s->key[p - 1], vi_add(before, vi_sel(is_prev, vi_set(m->loser_ticks << PB__ID_BITS), vi_set(0))));
            }
        }
        time = vi_min(time, vi_set(PB__OUT_TICKS - 1));

        /* hand over to the place behind */
        vm blocks = vm_and(run, vm_not(vm_or(stop, retire)));
        vm slower = vm_and(blocks, vi_lt(ahead.time, time));
        ahead.time = vi_sel(slower, time, ahead.time);
        ahead.pace = vi_sel(slower, pace, ahead.pace);
        vf queue = vf_sel(vf_lt(gap, vf_set(m->train_gap_s)), vf_set(m->pass_train), vf_set(0.0f));
        ahead.train = vf_sel(slower, queue, ahead.train);
        k_mark(m, &marks.stopped_lo, &marks.stopped_hi, stop, id);
        if (m->cover) {
            vm threatens = vm_and(stop, vf_lt(gap, vf_set(m->cover_gap_s)));
            k_mark(m, &marks.cover_lo, &marks.cover_hi, threatens, ahead.last_id);
        }
        ahead.last_start = vi_sel(run, start, ahead.last_start);
        ahead.last_id = vi_sel(run, id, ahead.last_id);

        int32_t rank = PB__OUT_TICKS + (int32_t)(m->n_laps - lap->n + 1) * PB__OUT_LAP + (int32_t)p;
        vi out = vi_or(vi_sll(vi_sel(retire, vi_set(rank), time), PB__ID_BITS), id);
        vi_store(s->key[p], vi_sel(run, out, key));
    }
    vi_store(s->stopped_lo, marks.stopped_lo);
    vi_store(s->stopped_hi, marks.stopped_hi);
    vi_store(s->cover_lo, marks.cover_lo);
    vi_store(s->cover_hi, marks.cover_hi);
}

#endif
