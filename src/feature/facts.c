/* facts: what a row tells with the rows of its car before it.
 *
 * Everything here rests on rows with a lower number and an earlier clock, so it
 * is the same under every sight that sees the row. */
#include <stdlib.h>

#include "pitboard/num.h"
#include "scene.h"

#define LANE_MAX_MS 60000
#define LANE_SLACK_MS 1000 /* a visit that kept its set in the feed: at least the median stop less this */
#define LANES_MAX 512
#define MADE_UP_MS 150000 /* what the feed adds for a lap it did not see */
#define MADE_UP_TOL_MS 10

static bool follows(const pb_lap *a)
{
    return a[1].number == a->number + 1;
}

static bool same_set(const pb_lap *a)
{
    if (a[1].compound != a->compound) return false;
    if (a->tyre_age_laps < 0 || a[1].tyre_age_laps < 0) return a[1].stint == a->stint;
    return a[1].tyre_age_laps == a->tyre_age_laps + 1;
}

static bool green(const pb_lap *a)
{
    return !((a->status | a[1].status) & PB_STATUS_BITS_NEUTRAL);
}

/* Median lane time of the green stops that any sight with this row sees; NAN none. */
static double lane_median_ms(const pb_scene *scene, uint16_t lap, int32_t end_ms)
{
    double   v[LANES_MAX];
    uint32_t n = 0;
    for (uint32_t i = 0; i < scene->n_lanes && n < LANES_MAX; i++)
        if (scene->lane[i].lap <= lap && scene->lane[i].end_ms <= end_ms) v[n++] = scene->lane[i].lane_ms;
    return pb_median(v, n);
}

/* in and the row after it are seen: was it a tyre stop? A visit under green that
 * took as long as one is, even where the feed kept the set (2022 round 11). */
bool pb__visit_is_stop(const pb_scene *scene, const pb_lap *in)
{
    if (!same_set(in)) return true;
    if (!green(in) || in[1].pit_out_ms == PB_MS_NONE) return false;
    int32_t lane_ms = in[1].pit_out_ms - in->pit_in_ms;
    return lane_ms >= lane_median_ms(scene, in[1].number, in[1].session_ms) - LANE_SLACK_MS && lane_ms < LANE_MAX_MS;
}

/* The set of a[1] is another than that of a. */
static bool new_set(const pb_scene *scene, const pb_lap *a)
{
    bool named = a->compound != PB_COMPOUND_UNKNOWN && a[1].compound != PB_COMPOUND_UNKNOWN;
    if (!follows(a)) return named && a->compound != a[1].compound;
    if (a->pit_in_ms != PB_MS_NONE) return pb__visit_is_stop(scene, a);
    bool red = (a->status | a[1].status) & PB_STATUS_BIT_RED;
    return red && named && !same_set(a);
}

static bool made_up(const pb_lap *row, uint32_t i)
{
    if (row[i].time_ms != PB_MS_NONE) return false;
    if (i == 0) return row[i].position == 0;
    return abs(row[i].session_ms - row[i - 1].session_ms - MADE_UP_MS) <= MADE_UP_TOL_MS;
}

static void count_flags(const pb_lap *a, const pb__fact *before, pb__fact *f)
{
    bool sc          = a->status & PB_STATUS_BIT_SC;
    bool vsc         = a->status & (PB_STATUS_BIT_VSC | PB_STATUS_BIT_VSC_ENDING);
    f->sc_laps       = (uint8_t)(sc ? (before ? before->sc_laps : 0) + 1 : 0);
    f->vsc_laps      = (uint8_t)(vsc ? (before ? before->vsc_laps : 0) + 1 : 0);
    f->red_seen      = (a->status & PB_STATUS_BIT_RED) || (before && before->red_seen);
    bool never       = !before || before->since_neutral == UINT16_MAX;
    f->since_neutral = (a->status & PB_STATUS_BITS_NEUTRAL) ? 0
                       : never                              ? UINT16_MAX
                                                            : (uint16_t)(before->since_neutral + 1);
}

void pb__facts(const pb_scene *scene, const pb_lap *row, uint32_t n, pb__fact *out)
{
    for (uint32_t i = 0; i < n; i++) {
        const pb__fact *before = i ? &out[i - 1] : NULL;
        bool            fresh  = i > 0 && new_set(scene, &row[i - 1]);
        pb__fact       *f      = &out[i];
        f->first               = fresh || i == 0 ? (uint16_t)i : before->first;
        f->sets                = (uint8_t)(i == 0 ? 0 : before->sets + fresh);
        f->stint_laps          = (uint16_t)(row[i].number - row[f->first].number + 1);
        f->age                 = row[i].tyre_age_laps >= 0 ? row[i].tyre_age_laps : (int16_t)f->stint_laps;
        f->fitted_neutral = fresh ? (row[i - 1].status & PB_STATUS_BITS_NEUTRAL) != 0 : i && before->fitted_neutral;
        f->used           = i ? before->used : 0;
        if (row[i].compound >= PB_COMPOUND_SOFT && row[i].compound <= PB_COMPOUND_WET)
            f->used = (uint8_t)(f->used | 1u << row[i].compound);
        f->clean   = pb_lap_is_clean(&row[i]);
        f->made_up = made_up(row, i);
        count_flags(&row[i], before, f);
    }
}
