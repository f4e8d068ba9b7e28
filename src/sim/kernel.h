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

/* How far ahead of the last car, in green laps, a neutralisation may begin and
 * still touch its lap. */
#define NEUTRAL_REACH_LAPS 1.1f
/* The neutralisation that may touch this lap, and what it makes of a lap. */
static inline void k_lap_neutral(const pb_sim_model *m, const k_state *s, k_lap *lap)
{
    float ticks = m->lap_s[lap->n] * m->ticks;
    vi    on    = vi_sub(vi_load(s->now_on), vi_set(m->reference_ticks[lap->n - 1])),
       off      = vi_sub(vi_load(s->now_off), vi_set(m->reference_ticks[lap->n - 1]));
    vi kind     = vi_load(s->now_kind);
    vf never    = vf_set(1e9f);
    vm sc = vi_eq(kind, vi_set(PB_NEUTRAL_SC)), vsc = vi_eq(kind, vi_set(PB_NEUTRAL_VSC));
    vm red = vi_eq(kind, vi_set(PB_NEUTRAL_RED)), slow = vm_or(sc, vsc);
    /* what begins after the last car can be at the pit entry belongs to the next
     * lap; a red flag may still catch it in the lane */
    vf on_f = vf_from(on), end = vf_add(vf_from(vi_load(s->latest)), vf_set(NEUTRAL_REACH_LAPS * ticks));
    slow              = vf_lt_if(slow, on_f, end);
    red               = vf_lt_if(red, on_f, vf_add(end, vf_set(m->loss_s * m->ticks)));
    lap->on           = vf_sel(slow, on_f, never);
    lap->off          = vf_sel(slow, vf_from(off), never);
    lap->red_on       = vf_sel(red, on_f, never);
    lap->safety_car   = sc;
    lap->share        = vf_sel(sc, vf_set(1.0f / (m->sc_catch * ticks)), vf_set(1.0f / (m->vsc_mult * ticks)));
    lap->leader_share = vf_sel(sc, vf_set(1.0f / (m->sc_lead * ticks)), lap->share);
    lap->cost         = vf_sel(sc, vf_set((m->sc_catch - 1.0f) * ticks), vf_set((m->vsc_mult - 1.0f) * ticks));
    lap->leader_cost  = vf_sel(sc, vf_set((m->sc_lead - 1.0f) * ticks), lap->cost);
    lap->hold         = vi_set(m->sc_gap_ticks);
    lap->saved_onset  = vf_sel(sc, vf_set(m->sc_onset), vf_set(m->vsc_onset));
    lap->saved_later  = vf_sel(sc, vf_set(m->sc_later), vf_set(m->vsc_later));
    lap->stretch      = vf_sel(sc, vf_set(m->sc_catch), vf_set(m->vsc_mult));
    lap->escape       = vf_sel(sc, vf_set(1.0f - 1.0f / m->sc_catch), vf_set(1.0f - 1.0f / m->vsc_mult));
    lap->red          = vm_any(red);
    lap->neutral      = vm_any(vm_or(slow, red));
}

static inline uint64_t k_union(const int32_t *lo, const int32_t *hi)
{
    return (uint64_t)vi_union(vi_load(hi)) << 32 | vi_union(vi_load(lo));
}

static inline k_lap k_begin_lap(const pb_sim_model *m, const k_state *s, uint32_t n)
{
    k_lap lap;
    float ticks       = m->lap_s[n] * m->ticks;
    lap.n             = n;
    lap.overtake_word = vi_set(0);
    lap.stacked       = 0;
    lap.stopped       = k_union(s->stopped_lo, s->stopped_hi);
    lap.covered       = m->cover ? k_union(s->cover_lo, s->cover_hi) : 0;
    lap.lapping       = m->lapping && n % LAPPING_EVERY == 1 ? k_union(s->lapped_lo, s->lapped_hi) : 0;
    lap.green         = vf_set(ticks);
    lap.per_lap       = 1.0f / ticks;
    lap.live          = vm_not(k_mask(s->done));
    lap.limit         = vi_sel(lap.live, vi_set(PB__OUT_TICKS), vi_set(INT32_MIN));
    lap.noise         = vf_set(1.0f);
    if (s->wet) lap.noise = vf_add(vf_set(1.0f), vf_mul(vf_set(m->wet_noise), vf_load(s->wetness)));
    k_lap_neutral(m, s, &lap);
    /* the leader's share of the lap behind the safety car spares the tyres */
    lap.wear = vf_sub(vf_set(1.0f), vf_mul(k_slowed_share(&lap, vf_from(k_time(s, 0)), lap.leader_share),
                                           vf_set(1.0f - m->wear_mult)));
    return lap;
}

static inline void k_play(const pb_sim_model *m, k_state *s, uint64_t seed, int trace, pb_sim_result *r)
{
    vi trial = vi_load(s->trial);
    k_setup(m, s, seed, trial);
    k_order(m, s);
    if (!m->from_grid) k_next_phase(m, s, vm_not(vm_none()), m->first_lap - 1);
    for (uint32_t n = m->first_lap; n <= m->n_laps; n++) {
        if (!m->dry) k_weather(m, s, n);
        k_lap lap = k_begin_lap(m, s, n);
        k_cars_lap(m, s, &lap, seed, trial, r);
        if (m->from_grid && n == 1)
            k_walk(m, s, &lap, 1, 1);
        else if (lap.neutral)
            k_walk(m, s, &lap, 1, 0);
        else
            k_walk(m, s, &lap, 0, 0);
        k_order(m, s);
        if (m->lapping && n % LAPPING_EVERY == 0) k_lapping(m, s, &lap);
        if (m->time_limited) k_time_limit(m, s, n);
        vm live = vm_not(k_mask(s->done));
        if (n < m->n_laps) k_next_phase(m, s, live, n);
        if (trace) k_trace(m, s, n, lap.live, r);
        if (!vm_any(live)) break;
    }
    k_add_penalties(m, s);
    k_order(m, s);
}

/* Trials whose first neutralisation comes at about the same time share a batch,
 * so that most laps of most batches are green in every lane. Only the order of
 * the work changes: a trial is what (seed, trial) says. */
#define GROUP 4096

typedef struct k_turn {
    int32_t when, trial;
} k_turn;

/* By how many phases they have (none, one, more), then by the first; those with
 * more by the first in steps of about a thousand seconds, then by the second.
 * Wet trials last, by the rain in steps of 16 laps, then by the first phase. */
static inline int32_t k_when(const pb_sim_model *m, const k_state *s, uint32_t lane)
{
    int32_t rain = m->dry ? PB__NEVER : s->rain_on[0][lane], never = 0x3fffffff;
    int32_t first = s->on[m->n_fixed][lane], second = s->on[m->n_fixed + 1][lane];
    if (rain < PB__NEVER) return (int32_t)(3u << 28) | (rain >> 4 & 63) << 22 | (first >> 4 & 0x3fffff);
    if (first >= never) return 0;
    if (second >= never) return 1 << 28 | (first & 0x0fffffff);
    return 2 << 28 | (first >> 21 & 63) << 22 | (second >> 4 & 0x3fffff);
}

static inline void k_plan_turns(const pb_sim_model *m, k_state *s, uint64_t seed, uint32_t first, uint32_t n,
                                k_turn *turn)
{
    for (uint32_t i = 0; i < n; i += LANES) {
        vi_store(s->trial, vi_add(vi_set((int32_t)(first + i)), vi_lane()));
        k_setup_phases(m, s, seed, vi_load(s->trial));
        if (!m->dry) k_setup_rain(m, s, seed, vi_load(s->trial));
        for (uint32_t l = 0; l < LANES && i + l < n; l++) turn[i + l] = (k_turn){k_when(m, s, l), s->trial[l]};
    }
    for (uint32_t gap = n / 2 ? n / 2 : 1; gap > 0; gap /= 2) /* shell sort: short and in place */
        for (uint32_t i = gap; i < n; i++) {
            k_turn   x = turn[i];
            uint32_t j = i;
            for (; j >= gap && turn[j - gap].when > x.when; j -= gap) turn[j] = turn[j - gap];
            turn[j] = x;
        }
}

static inline void k_fill_all(const pb_sim_model *m, k_state *s)
{
#define K_FIELD(name) vf_store(s->all.name, vf_set(m->name));
    K_ALL_FLOATS(K_FIELD)
#undef K_FIELD
#define K_FIELD(name) vi_store(s->all.name, vi_set(m->name));
    K_ALL_INTS(K_FIELD)
#undef K_FIELD
}

size_t KERNEL(pb__scratch_bytes)(void)
{
    return sizeof(k_state);
}

void KERNEL(pb__run)(const pb_sim_model *m, uint64_t seed, uint32_t first, uint32_t count, void *scratch,
                     pb_sim_result *result, uint64_t *hash)
{
    k_state *s = scratch;
    k_fill_all(m, s);
    k_turn turn[GROUP];
    for (uint32_t done = 0; done < count; done += GROUP) {
        uint32_t n     = count - done < GROUP ? count - done : GROUP;
        int      trace = result && first + done < result->trace.trials;
        k_plan_turns(m, s, seed, first + done, n, turn);
        for (uint32_t i = 0; i < n; i += LANES) {
            uint32_t lanes = n - i < LANES ? n - i : LANES;
            s->valid       = (uint32_t)((1ull << lanes) - 1u);
            for (uint32_t l = 0; l < LANES; l++) s->trial[l] = turn[l < lanes ? i + l : n - 1].trial;
            k_play(m, s, seed, trace, result);
            if (result) k_count(m, s, lanes, result);
            for (uint32_t l = 0; hash && l < lanes; l++) *hash += k_hash_trial(m, s, l, (uint32_t)s->trial[l]);
        }
    }
}
