/* neutral: when the race was neutralised, from what the cars saw in their laps.
 *
 *     car A  |--- clear ---|---- SC ----|---- SC ----|--- clear ---|
 *     car B    |--- clear ---|---- SC ----|---- SC ----|--- clear ---|
 *                          ^ ^                       ^ ^
 *                     start lies here            end lies here
 *
 * A lap without the status proves that it was not on at any time of that lap;
 * what no such lap covers is a gap. A lap with the status in a gap makes it a
 * phase: it began before the first of its laps ended, and ended after the last
 * of them began. The middle of what is possible is the estimate, with two
 * exceptions. At the end of a safety car the field is in a queue and crosses the
 * line together, so laps tell little; race control clears the track shortly
 * before the leader reaches the line. And where few cars crossed the line around
 * the start or end of a VSC, the time that laps lost tells more. */
#include "neutral_pace.h"
#include "pitboard/race.h"

#define RESTART_GAP_MS 240000 /* longer than any lap behind a safety car: the race stood still */
#define PIT_EXIT_MS 8000      /* from the start of a restart lap to the pit exit (2024 Japan: 6.6 s) */

/* Median of the 25 safety cars of 41 races of 2018-2025 with a status feed that
 * did not end in a red flag: share of the leader's lap (0.80 to 0.97). */
#define SC_END_FRAC 0.91

#define WIDE_MS 20000 /* the middle of less is nearer than lap times tell: 7 s */

typedef struct window {
    int32_t from, to;
} window;

/* When the lap was driven. from is PB_MS_NONE when its start is not known. */
static window window_of(const pb_log_car *car, uint32_t i, int32_t start_ms)
{
    const pb_lap *lap   = &car->laps[i];
    bool          after = i > 0 && car->laps[i - 1].number + 1 == lap->number;
    int32_t       from  = after ? car->laps[i - 1].session_ms : lap->number == 1 ? start_ms : PB_MS_NONE;
    if (lap->start_ms != PB_MS_NONE) {
        if (lap->start_ms > from) from = lap->start_ms;
    } else if (lap->time_ms != PB_MS_NONE) {
        int32_t timed = lap->session_ms - lap->time_ms;
        if (timed > from) from = timed;
    } else if (from != PB_MS_NONE && lap->session_ms - from > RESTART_GAP_MS) {
        from = lap->pit_out_ms != PB_MS_NONE && lap->pit_out_ms - PIT_EXIT_MS > from ? lap->pit_out_ms - PIT_EXIT_MS
                                                                                     : PB_MS_NONE;
    }
    return (window){from, lap->session_ms};
}

/* The last row of a car that stopped on it proves nothing: its time is made up. */
static bool proves(const pb_race_outcome *outcome, uint32_t c, const pb_lap *lap)
{
    return lap->status != 0 && !(lap->status & PB_STATUS_BIT_UNKNOWN) && lap->number <= outcome->car[c].laps_done;
}

/* The next lap, over all cars by its start, that proves that nothing of `mask`
 * was on. at[c] is how far car c has been read. */
static bool next_clear(const pb_race_log *log, const pb_race_outcome *outcome, uint8_t mask, uint32_t *at, window *out)
{
    uint32_t best = PB_CARS_MAX;
    for (uint32_t c = 0; c < log->n_cars; c++) {
        const pb_log_car *car = &log->cars[c];
        for (; at[c] < car->n_laps; at[c]++) {
            window w = window_of(car, at[c], outcome->start_ms);
            if ((car->laps[at[c]].status & mask) || !proves(outcome, c, &car->laps[at[c]])) continue;
            if (w.from == PB_MS_NONE || w.to <= w.from) continue;
            if (best == PB_CARS_MAX || w.from < out->from) {
                best = c;
                *out = w;
            }
            break;
        }
    }
    if (best == PB_CARS_MAX) return false;
    at[best]++;
    return true;
}

/* Where a phase may begin and end. */
typedef struct bounds {
    window start, end;
} bounds;

/* Narrows a gap by the laps that saw the status in it; false when none did. */
static bool seen_in(const pb_race_log *log, const pb_race_outcome *outcome, uint8_t mask, window gap, bounds *out)
{
    bool seen = false;
    *out      = (bounds){.start = gap, .end = gap};
    for (uint32_t c = 0; c < log->n_cars; c++) {
        const pb_log_car *car = &log->cars[c];
        for (uint32_t i = 0; i < car->n_laps; i++) {
            if (!(car->laps[i].status & mask)) continue;
            window w = window_of(car, i, outcome->start_ms);
            if (w.to <= gap.from || (w.from != PB_MS_NONE && w.from >= gap.to)) continue;
            seen = true;
            if (w.to < out->start.to) out->start.to = w.to;
            if (w.from > out->end.from) out->end.from = w.from;
        }
    }
    return seen;
}

static int32_t middle(window w)
{
    return w.from + (w.to - w.from) / 2;
}

/* The moment within `in` at which the leader was SC_END_FRAC through a lap, the
 * one nearest to the middle; the middle when there is none. */
static int32_t sc_end(const pb_race_outcome *outcome, window in)
{
    int32_t best = middle(in);
    int64_t off  = INT64_MAX;
    for (uint32_t l = 1; l <= outcome->laps; l++) {
        int32_t from = l > 1 ? outcome->lead_ms[l - 1] : outcome->start_ms, to = outcome->lead_ms[l];
        if (from == PB_MS_NONE || to == PB_MS_NONE) continue;
        int32_t t    = from + (int32_t)(SC_END_FRAC * (to - from));
        int64_t away = t > middle(in) ? (int64_t)t - middle(in) : (int64_t)middle(in) - t;
        if (t <= in.from || t >= in.to || away >= off) continue;
        best = t;
        off  = away;
    }
    return best;
}

/* One estimate from the bounds. A phase that no clear lap follows was on to the
 * end of what is known. */
static window estimate(const pb_race_log *log, const pb_race_outcome *outcome, pb_neutral_kind kind, bounds b)
{
    window w = {middle(b.start), middle(b.end)};
    if (kind == PB_NEUTRAL_VSC && b.start.to - b.start.from > WIDE_MS)
        (void)pb__vsc_edge(log, PB__EDGE_START, b.start.from, b.start.to, &w.from);
    if (kind == PB_NEUTRAL_VSC && b.end.to - b.end.from > WIDE_MS)
        (void)pb__vsc_edge(log, PB__EDGE_END, b.end.from, b.end.to, &w.to);
    if (kind == PB_NEUTRAL_SC) w.to = sc_end(outcome, b.end);
    if (b.end.to >= outcome->flag_ms) w.to = outcome->flag_ms;
    if (w.to <= w.from) w.to = w.from + (b.end.to - w.from) / 2;
    return w;
}

typedef struct phase_list {
    pb_neutral_phase *at;
    uint32_t          n, cap;
} phase_list;

/* Kept in order of start. */
static void add(phase_list *list, pb_neutral_kind kind, window w)
{
    uint32_t at = list->n < list->cap ? list->n : list->cap;
    list->n++;
    for (; at > 0 && list->at[at - 1].start_ms > w.from; at--)
        if (at < list->cap) list->at[at] = list->at[at - 1];
    if (at < list->cap) list->at[at] = (pb_neutral_phase){.kind = kind, .start_ms = w.from, .end_ms = w.to};
}

static void phases_of(const pb_race_log *log, const pb_race_outcome *outcome, pb_neutral_kind kind, uint8_t mask,
                      phase_list *list)
{
    uint32_t at[PB_CARS_MAX] = {0};
    int32_t  clear_until     = outcome->start_ms;
    window   clear           = {0, 0};
    bounds   found;
    bool     more = true;
    while (more && clear_until < outcome->flag_ms) {
        more       = next_clear(log, outcome, mask, at, &clear);
        window gap = {clear_until, more && clear.from < outcome->flag_ms ? clear.from : outcome->flag_ms};
        if (gap.to > gap.from && seen_in(log, outcome, mask, gap, &found)) {
            window w = estimate(log, outcome, kind, found);
            if (w.to > w.from) add(list, kind, w);
        }
        if (more && clear.to > clear_until) clear_until = clear.to;
    }
}

/* One status follows another: a phase ends where the next begins. */
static void end_where_next_begins(pb_neutral_phase *phases, uint32_t n)
{
    for (uint32_t i = 0; i + 1 < n; i++)
        if (phases[i].end_ms > phases[i + 1].start_ms && phases[i + 1].start_ms > phases[i].start_ms)
            phases[i].end_ms = phases[i + 1].start_ms;
}

uint32_t pb_neutral_phases(const pb_race_log *log, const pb_race_outcome *outcome, pb_neutral_phase *out, uint32_t cap)
{
    phase_list list = {.at = out, .cap = cap};
    if (outcome->start_ms == PB_MS_NONE) return 0;
    phases_of(log, outcome, PB_NEUTRAL_SC, PB_STATUS_BIT_SC, &list);
    phases_of(log, outcome, PB_NEUTRAL_VSC, PB_STATUS_BIT_VSC | PB_STATUS_BIT_VSC_ENDING, &list);
    phases_of(log, outcome, PB_NEUTRAL_RED, PB_STATUS_BIT_RED, &list);
    uint32_t written = list.n < cap ? list.n : cap;
    end_where_next_begins(out, written);
    for (uint32_t i = 0; i < written; i++) {
        out[i].start_progress = pb_leader_progress(outcome, out[i].start_ms);
        out[i].end_progress   = pb_leader_progress(outcome, out[i].end_ms);
    }
    return list.n;
}
