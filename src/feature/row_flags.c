/* row_flags: neutralisations, as this car saw them and as those behind it did. */
#include <math.h>

#include "scene.h"

#define VSC_BITS (PB_STATUS_BIT_VSC | PB_STATUS_BIT_VSC_ENDING)

static void own_part(const pb__car *car, float *out)
{
    const pb_lap   *last = pb__last(car);
    const pb__fact *fact = pb__last_fact(car);
    out[PB_LF_sc]        = (last->status & PB_STATUS_BIT_SC) != 0;
    out[PB_LF_vsc]       = (last->status & VSC_BITS) != 0;
    out[PB_LF_yellow]    = (last->status & PB_STATUS_BIT_YELLOW) != 0;
    out[PB_LF_sc_laps]   = fact->sc_laps;
    out[PB_LF_vsc_laps]  = fact->vsc_laps;
    out[PB_LF_red_seen]  = fact->red_seen;
    if (fact->since_neutral != UINT16_MAX) out[PB_LF_since_neutral] = fact->since_neutral;
}

/* Rows of others that ended after this car's crossing and began before its next. */
static void after_part(const pb_scene *scene, const pb__car *car, float *out)
{
    const pb_lap *last = pb__last(car);
    int32_t       from = last->session_ms, latest = from, lag = INT32_MAX;
    int           fresh = PB_STATUS_BITS_NEUTRAL & ~last->status, seen = 0, latest_status = 0;
    uint32_t      pits = 0;
    for (uint32_t k = 0; k < scene->n_order; k++) {
        const pb__car *other = &scene->car[scene->order[k]];
        const pb_lap  *row   = pb__last(other);
        if (row->session_ms <= from) continue;
        seen |= row->status;
        pits += row->pit_in_ms != PB_MS_NONE && row->pit_in_ms > from;
        if ((row->status & fresh) && row->session_ms - from < lag) lag = row->session_ms - from;
        if (row->session_ms > latest) {
            latest        = row->session_ms;
            latest_status = row->status;
        }
    }
    out[PB_LF_after_look_s] = (float)(latest - from) * 1e-3f;
    out[PB_LF_after_sc]     = (seen & PB_STATUS_BIT_SC) != 0;
    out[PB_LF_after_vsc]    = (seen & VSC_BITS) != 0;
    out[PB_LF_after_yellow] = (seen & PB_STATUS_BIT_YELLOW) != 0;
    out[PB_LF_after_pits]   = (float)pits / (float)(scene->n_running ? scene->n_running : 1);
    if (latest > from) out[PB_LF_after_clear] = latest_status == PB_STATUS_BIT_CLEAR;
    if (lag < INT32_MAX) out[PB_LF_after_lag_s] = (float)lag * 1e-3f;
}

void pb__row_flags(const pb_scene *scene, const pb__car *car, uint32_t index, float *out)
{
    (void)index;
    own_part(car, out);
    after_part(scene, car, out);
}
