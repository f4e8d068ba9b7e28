/* lt_tell_timing: TimingData: where the cars are, their laps, sectors, speeds, visits to
 * the pit lane. DriverRaceInfo and LapSeries tell a part of it again.
 *
 * An entry with the number of its car in it is a whole description (the first one, or a
 * key frame): its values are states, and empty ones are no news. Any other entry is a
 * change, and its empty values clear. The events of one entry come in one order: the
 * lane, then the lap counter, then what belongs to the lap. */
#include "lt_parts.h"

#define NUMBER_MAX 999

/* One car's entry: what of it was sent, by word. */
typedef struct entry {
    const pb__lt_out  *o;
    const pb__lt_node *of;
    const pb__lt_node *sent[PB__LT_W_N];
    int16_t            car;
    bool               whole;
} entry;

/* A value that is news: sent, and in a whole description different and not empty from the start. */
static bool is_news(const entry *e, const pb__lt_node *node)
{
    if (!pb__lt_sent(e->o, node)) return false;
    if (!e->whole) return true;
    bool empty = node->kind == PB__LT_NULL || (node->kind == PB__LT_TEXT && node->len == 0);
    return node->changed >= e->o->since && !(empty && node->born >= e->o->since);
}

static void tell_whole(const entry *e, pb__lt_word word, pb_event_kind kind, int64_t lo)
{
    int64_t v = 0;
    if (is_news(e, e->sent[word]) && pb__lt_take_whole(e->o, e->sent[word], lo, NUMBER_MAX, &v))
        pb__lt_tell(e->o, kind, e->car, v);
}

/* A lap or sector time; an empty one clears and is 0. */
static void tell_time(const entry *e, const pb__lt_node *value, pb_event_kind kind, uint8_t index, uint16_t lap)
{
    int32_t  ms = 0;
    pb_event ev = pb__lt_event(e->o, kind, e->car);
    if (!is_news(e, value)) return;
    if (value->kind == PB__LT_TEXT && value->len > 0 && !pb__lt_take_ms(e->o, value, &ms)) return;
    ev.index = index;
    ev.lap   = lap;
    ev.value = ms;
    pb__lt_emit(e->o, &ev);
}

static void tell_best(const entry *e)
{
    const pb__lt_node *best = e->sent[PB__LT_W_BestLapTime], *value = pb__lt_get(best, PB__LT_W_Value);
    int64_t            lap = 0;
    (void)pb__lt_whole(pb__lt_get(best, PB__LT_W_Lap), 0, PB_LAPS_MAX, &lap);
    tell_time(e, value, PB_EV_BEST_LAP, 0, (uint16_t)lap);
}

static void tell_sectors(const entry *e)
{
    const pb__lt_node *sectors = e->sent[PB__LT_W_Sectors];
    if (!sectors || (sectors->kind != PB__LT_LIST && sectors->kind != PB__LT_OBJECT)) return;
    for (uint32_t i = 0; i < sectors->len; i++) {
        int64_t index = 0;
        if (!pb__lt_sent(e->o, sectors->kids[i]) || !pb__lt_name_whole(sectors, i, 0, 2, &index)) continue;
        tell_time(e, pb__lt_get(sectors->kids[i], PB__LT_W_Value), PB_EV_SECTOR, (uint8_t)index, 0);
    }
}

static void tell_speeds(const entry *e)
{
    static const pb__lt_word traps[] = {PB__LT_W_I1, PB__LT_W_I2, PB__LT_W_FL, PB__LT_W_ST};
    for (uint8_t i = 0; i < 4; i++) {
        int64_t            v    = 0;
        const pb__lt_node *trap = pb__lt_get(pb__lt_get(e->sent[PB__LT_W_Speeds], traps[i]), PB__LT_W_Value);
        if (!is_news(e, trap) || !pb__lt_take_whole(e->o, trap, 0, NUMBER_MAX, &v)) continue;
        pb_event ev = pb__lt_event(e->o, PB_EV_SPEED, e->car);
        ev.index    = i;
        ev.value    = (int32_t)v;
        pb__lt_emit(e->o, &ev);
    }
}

/* ---- gaps ---- */

static void tell_gap(const pb__lt_out *o, int16_t car, pb_event_kind kind, pb_span text)
{
    pb__lt_gap gap = {0};
    pb_event   ev  = pb__lt_event(o, kind, car);
    if (!pb__lt_gap_of(text, &gap)) {
        pb__lt_refuse(o, "a gap that cannot be read");
        return;
    }
    ev.value = gap.value;
    ev.flag  = gap.laps;
    pb__lt_emit(o, &ev);
}

static void tell_gap_of(const entry *e, const pb__lt_node *node, pb_event_kind kind)
{
    if (is_news(e, node)) tell_gap(e->o, e->car, kind, pb__lt_text(node));
}

/* Qualifying: a list, one a part of the session; the part that runs is the last one. */
static const pb__lt_node *last_stats(const entry *e)
{
    const pb__lt_node *stats = e->sent[PB__LT_W_Stats], *last = NULL;
    if (!stats || (stats->kind != PB__LT_LIST && stats->kind != PB__LT_OBJECT)) return NULL;
    for (uint32_t i = 0; i < stats->len; i++)
        if (pb__lt_sent(e->o, stats->kids[i])) last = stats->kids[i];
    return last;
}

static void tell_gaps(const entry *e)
{
    const pb__lt_node *ahead = e->sent[PB__LT_W_IntervalToPositionAhead], *stats = last_stats(e);
    tell_gap_of(e, e->sent[PB__LT_W_GapToLeader], PB_EV_GAP);
    tell_gap_of(e, e->sent[PB__LT_W_TimeDiffToFastest], PB_EV_GAP);
    tell_gap_of(e, pb__lt_get(stats, PB__LT_W_TimeDiffToFastest), PB_EV_GAP);
    tell_gap_of(e, pb__lt_get(ahead, PB__LT_W_Value), PB_EV_INTERVAL);
    tell_gap_of(e, e->sent[PB__LT_W_TimeDiffToPositionAhead], PB_EV_INTERVAL);
    tell_gap_of(e, pb__lt_get(stats, PB__LT_W_TimeDifftoPositionAhead), PB_EV_INTERVAL);
}

/* ---- states ---- */

/* A change from the other value, or the first word in an entry that tells changes, is a
 * moment; anything else is a state. */
static void tell_lane(const entry *e)
{
    const pb__lt_node *node = e->sent[PB__LT_W_InPit];
    bool               in   = false;
    if (!is_news(e, node) || !pb__lt_truth(node, &in)) return;
    if (!e->whole && node->changed >= e->o->since)
        pb__lt_tell(e->o, in ? PB_EV_PIT_IN : PB_EV_PIT_OUT, e->car, 0);
    else
        pb__lt_tell(e->o, PB_EV_IN_PIT, e->car, in);
}

/* False is news only after true. */
static void tell_flag(const entry *e, pb__lt_word word, pb_event_kind kind)
{
    const pb__lt_node *node = e->sent[word];
    bool               on   = false;
    if (!is_news(e, node) || !pb__lt_truth(node, &on)) return;
    if (!on && (node->changed < e->o->since || node->born >= e->o->since)) return;
    pb_event ev = pb__lt_event(e->o, kind, e->car);
    ev.flag     = on;
    pb__lt_emit(e->o, &ev);
}

static void tell_entry(const entry *e)
{
    tell_whole(e, PB__LT_W_Position, PB_EV_POSITION, 1);
    tell_lane(e);
    tell_whole(e, PB__LT_W_NumberOfLaps, PB_EV_LAPS, 0);
    tell_time(e, pb__lt_get(e->sent[PB__LT_W_LastLapTime], PB__LT_W_Value), PB_EV_LAST_LAP, 0, 0);
    tell_best(e);
    tell_sectors(e);
    tell_speeds(e);
    tell_gaps(e);
    tell_whole(e, PB__LT_W_NumberOfPitStops, PB_EV_STOPS, 0);
    tell_flag(e, PB__LT_W_Retired, PB_EV_RETIRED);
    tell_flag(e, PB__LT_W_Stopped, PB_EV_STOPPED);
}

/* Sorts what was sent by word. */
static void read_entry(entry *e)
{
    e->whole = e->o->frame;
    for (uint32_t i = 0; i < e->of->len; i++) {
        const pb__lt_node *kid = e->of->kids[i];
        if (pb__lt_sent(e->o, kid)) e->sent[kid->word] = kid;
    }
    if (e->sent[PB__LT_W_RacingNumber]) e->whole = true;
}

void pb__lt_tell_timing(pb__lt_out *o)
{
    const pb__lt_node *lines = pb__lt_get(o->root, PB__LT_W_Lines);
    if (!lines || lines->kind != PB__LT_OBJECT || !pb__lt_sent(o, lines)) return;
    for (uint32_t i = 0; i < lines->len; i++) {
        entry e = {.o = o, .of = lines->kids[i]};
        if (!pb__lt_car(o, lines, i, &e.car) || e.of->kind != PB__LT_OBJECT) continue;
        read_entry(&e);
        tell_entry(&e);
    }
}

/* ---- the same again ---- */

void pb__lt_tell_race_info(pb__lt_out *o)
{
    if (o->root->kind != PB__LT_OBJECT) return;
    for (uint32_t i = 0; i < o->root->len; i++) {
        entry e = {.o = o, .of = o->root->kids[i]};
        if (!pb__lt_car(o, o->root, i, &e.car) || e.of->kind != PB__LT_OBJECT) continue;
        read_entry(&e);
        tell_whole(&e, PB__LT_W_Position, PB_EV_POSITION, 1);
        tell_gap_of(&e, e.sent[PB__LT_W_Gap], PB_EV_GAP);
        tell_gap_of(&e, e.sent[PB__LT_W_Interval], PB_EV_INTERVAL);
        tell_flag(&e, PB__LT_W_IsOut, PB_EV_RETIRED);
    }
}

/* The newest place of the list: element n is the place at the end of lap n. */
static void tell_last_place(const pb__lt_out *o, int16_t car, const pb__lt_node *places)
{
    const pb__lt_node *last = NULL;
    int64_t            lap = 0, n = 0, place = 0;
    if (!places || (places->kind != PB__LT_LIST && places->kind != PB__LT_OBJECT)) return;
    for (uint32_t i = 0; i < places->len; i++) {
        if (!pb__lt_new(o, places->kids[i]) || !pb__lt_name_whole(places, i, 0, PB_LAPS_MAX, &n)) continue;
        if (last && n < lap) continue;
        last = places->kids[i];
        lap  = n;
    }
    if (!last || !pb__lt_take_whole(o, last, 1, NUMBER_MAX, &place)) return;
    pb_event ev = pb__lt_event(o, PB_EV_POSITION, car);
    ev.value    = (int32_t)place;
    ev.lap      = (uint16_t)lap;
    pb__lt_emit(o, &ev);
}

void pb__lt_tell_lap_series(pb__lt_out *o)
{
    if (o->root->kind != PB__LT_OBJECT) return;
    for (uint32_t i = 0; i < o->root->len; i++) {
        int16_t car = 0;
        if (pb__lt_car(o, o->root, i, &car))
            tell_last_place(o, car, pb__lt_get(o->root->kids[i], PB__LT_W_LapPosition));
    }
}
