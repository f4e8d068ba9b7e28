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

/* A neutralisation that is out, and when it came. */
typedef struct phase {
    int     bits;     /* SC or VSC; 0: none is out */
    int32_t first_ms; /* end of the first lap with it */
    int32_t clear_ms; /* end of the last lap without it before that, INT32_MIN none */
    int32_t since_ms; /* this car's last crossing without it */
} phase;

static phase find_phase(const pb_scene *scene, const pb__car *car)
{
    int      kinds = PB_STATUS_BIT_SC | VSC_BITS;
    uint32_t i     = car->n - 1;
    phase    p     = {.first_ms = INT32_MAX, .clear_ms = INT32_MIN};
    while (i > 0 && (car->row[i].status & kinds)) i--;
    p.since_ms = car->row[i].session_ms;
    for (uint32_t k = 0; k < scene->n_order; k++) {
        const pb__car *other = &scene->car[scene->order[k]];
        for (uint32_t r = other->n; r-- > 0 && other->row[r].session_ms > p.since_ms;) {
            if (!(other->row[r].status & kinds) || other->row[r].session_ms >= p.first_ms) continue;
            p.first_ms = other->row[r].session_ms;
            p.bits     = other->row[r].status & kinds;
        }
    }
    return p;
}

static void last_clear(const pb_scene *scene, phase *p)
{
    for (uint32_t k = 0; k < scene->n_order; k++) {
        const pb__car *other = &scene->car[scene->order[k]];
        for (uint32_t r = other->n; r-- > 0;) {
            const pb_lap *row = &other->row[r];
            if (row->session_ms >= p->first_ms || (row->status & (PB_STATUS_BIT_SC | VSC_BITS))) continue;
            if (row->session_ms > p->clear_ms) p->clear_ms = row->session_ms;
            break;
        }
    }
}

static bool entered_since(const pb__car *car, int32_t since_ms)
{
    return car->n_visits > 0 && car->visit[car->n_visits - 1].in_ms > since_ms;
}

static void phase_part(const pb_scene *scene, const pb__car *car, float *out)
{
    uint32_t pits = 0;
    int32_t  now  = pb__last(car)->session_ms;
    phase    p    = find_phase(scene, car);
    if (p.bits == 0) return;
    last_clear(scene, &p);
    int32_t since = p.clear_ms != INT32_MIN ? p.clear_ms : p.since_ms;
    for (uint32_t k = 0; k < scene->n_order; k++) pits += entered_since(&scene->car[scene->order[k]], since);
    out[PB_LF_neutral_first_s] = (float)(p.first_ms - now) * 1e-3f;
    if (p.clear_ms != INT32_MIN) out[PB_LF_neutral_clear_s] = (float)(p.clear_ms - now) * 1e-3f;
    out[PB_LF_phase_stops_share] = (float)pits / (float)(scene->n_running ? scene->n_running : 1);
    out[PB_LF_phase_stopped]     = entered_since(car, since);
}

void pb__row_flags(const pb_scene *scene, const pb__car *car, uint32_t index, float *out)
{
    (void)index;
    own_part(car, out);
    after_part(scene, car, out);
    phase_part(scene, car, out);
}
