/* kernel.h - one race, lap after lap, for as many trials at once as there are
 * lanes. Included by kernel_<isa>.c after lanes_<isa>.h; KERNEL(name) adds the
 * ending. The scalar one is the definition. */
#include <stddef.h>

#include "k_state.h"

#include "k_draw.h"

#include "k_setup.h"

#include "k_cars.h"

#include "k_walk.h"

#include "k_order.h"

#include "k_lap_end.h"

#include "k_count.h"

/* More than dirty air, an unexpected stop and a red flag's lane can add to a lap. */
#define NEUTRAL_MARGIN_S 150.0f

static inline k_lap k_begin_lap(const pb_sim_model *m, const k_state *s, uint32_t n)
{
    k_lap lap;
    float ticks = m->lap_s[n] * m->ticks;
    vi    at = vi_add(vi_mul(vi_load(s->slot), vi_set(LANES)), vi_lane());
    vi    on = vi_sub(vi_gather(s->on[0], at), vi_set(m->reference_ticks[n - 1]));
    vi    off = vi_sub(vi_gather(s->off[0], at), vi_set(m->reference_ticks[n - 1]));
    vi    kind = vi_gather(s->slot_kind[0], at);
    lap.n = n;
    lap.overtake_word = vi_set(0);
    lap.ticks_lap = vf_set(ticks);
    lap.inv_green = 1.0f / ticks;
    lap.inv_lead = 1.0f / (m->sc_lead * ticks);
    lap.inv_catch = 1.0f / (m->sc_catch * ticks);
    lap.inv_vsc = 1.0f / (m->vsc_mult * ticks);
    lap.on = vf_from(on);
    lap.off = vf_from(off);
    /* a phase that begins after the last car has ended this lap does not touch it */
    vm touches = vi_lt(on, vi_set(PB__OUT_TICKS)); /* `never` lies beyond */
    lap.sc = vm_and(touches, vi_eq(kind, vi_set(PB_NEUTRAL_SC)));
    lap.vsc = vm_and(touches, vi_eq(kind, vi_set(PB_NEUTRAL_VSC)));
    lap.red = vm_and(touches, vi_eq(kind, vi_set(PB_NEUTRAL_RED)));
    lap.live = vm_not(k_mask(s->done));
    lap.noise = vf_set(1.0f);
    if (!m->dry) lap.noise = vf_add(vf_set(1.0f), vf_mul(vf_set(m->wet_noise), vf_load(s->wetness)));
    /* the leader's share of the lap behind the safety car spares the tyres */
    vf start = vf_from(k_time(s, 0));
    vf slow = vf_mul(vf_sub(vf_min(lap.off, vf_add(start, lap.ticks_lap)), vf_max(lap.on, start)), vf_set(lap.inv_green));
    slow = vf_sel(vm_or(lap.sc, lap.vsc), vf_min(vf_max(slow, vf_set(0.0f)), vf_set(1.0f)), vf_set(0.0f));
    lap.wear = vf_sub(vf_set(1.0f), vf_mul(slow, vf_set(1.0f - m->wear_mult)));
    return lap;
}

/* Whether any car of any trial can meet a neutralisation on this lap: the phase
 * must begin before the last car, held up by nobody yet, can be at the line. */
static inline int k_any_neutral(const pb_sim_model *m, const k_state *s, const k_lap *lap)
{
    vm any = vm_or(lap->red, vm_or(lap->sc, lap->vsc));
    if (!vm_any(any)) return 0;
    vi last = vi_set(-(1 << 28)), slowest = vi_set(-(1 << 30));
    for (uint32_t p = 0; p < m->n_cars; p++) {
        vi t = k_time(s, p);
        last = vi_sel(vi_lt(t, vi_set(PB__OUT_TICKS)), vi_max(last, t), last);
        slowest = vi_max(slowest, vi_load(s->word[p]));
    }
    vf margin = vf_set(NEUTRAL_MARGIN_S * m->ticks);
    vf end = vf_add(vf_add(vf_from(vi_add(last, vi_max(vi_sra(slowest, 12), vi_set(0)))), lap->ticks_lap), margin);
    return vm_any(vm_and(any, vf_lt(lap->on, end)));
}

static inline void k_play(const pb_sim_model *m, k_state *s, uint64_t seed, uint32_t first, pb_sim_result *r)
{
    vi trial = vi_add(vi_set((int32_t)first), vi_lane());
    k_setup(m, s, seed, trial);
    k_order(m, s);
    if (!m->from_grid) k_next_phase(m, s, vm_not(vm_none()), m->first_lap - 1);
    for (uint32_t n = m->first_lap; n <= m->n_laps; n++) {
        if (!m->dry) k_weather(m, s, seed, trial, n);
        k_lap lap = k_begin_lap(m, s, n);
        k_cars_lap(m, s, &lap, seed, trial, r);
        const int scramble = m->from_grid && n == 1;
        if (scramble)
            k_walk(m, s, &lap, 1, 1);
        else if (k_any_neutral(m, s, &lap))
            k_walk(m, s, &lap, 1, 0);
        else
            k_walk(m, s, &lap, 0, 0);
        k_order(m, s);
        vm green = vm_not(vm_or(lap.red, vm_and(vm_or(lap.sc, lap.vsc), vf_lt(lap.on, vf_add(vf_from(k_time(s, 0)), lap.ticks_lap)))));
        if (m->lapping) k_lapping(m, s, &lap, green);
        k_next_phase(m, s, lap.live, n);
        if (m->time_limited) {
            k_time_limit(m, s, n);
            if (!vm_any(vm_not(k_mask(s->done)))) {
                if (r && first < r->trace.trials) k_trace(m, s, n, first, r);
                break;
            }
        }
        if (r && first < r->trace.trials) k_trace(m, s, n, first, r);
    }
    k_add_penalties(m, s);
    k_order(m, s);
}

size_t KERNEL(pb__scratch_bytes)(void) { return sizeof(k_state); }

void KERNEL(pb__run)(const pb_sim_model *m, uint64_t seed, uint32_t first, uint32_t count, void *scratch,
                     pb_sim_result *result, uint64_t *hash)
{
    k_state *s = scratch;
    for (uint32_t done = 0; done < count; done += LANES) {
        uint32_t n = count - done < LANES ? count - done : LANES;
        s->valid = (uint32_t)((1ull << n) - 1u);
        k_play(m, s, seed, first + done, result);
        for (uint32_t l = 0; l < n; l++) {
            if (result) k_count_trial(m, s, l, result);
            if (hash) *hash += k_hash_trial(m, s, l, first + done + l);
        }
    }
}
