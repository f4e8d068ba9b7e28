/* call_swap: whether the cars of a team exchange places on the road, played: the
 * one in front falls to just behind the other, which loses nothing. */
#include "call_team.h"

#define CLOSE_S 5.0 /* further apart the one in front would give away too much to be asked */

/* Share of the races in which the rear car ends ahead. */
static double share_ahead(const pb__pair *p, const pb__runner *r, uint32_t rear)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < r->n; i++) n += (r->own[i] < r->rival[i]) == (p->side[0].car == rear);
    return r->n > 0 ? (double)n / r->n : 0;
}

/* The places change hands; the next car behind stays behind. */
static void exchange(pb_race_spec *spec, uint32_t front, uint32_t rear)
{
    pb_car_state *f = &spec->cars[front].state, *r = &spec->cars[rear].state;
    uint8_t       third = pb__car_behind(spec, rear), place = f->position;
    double        gap_s = r->gap_s + spec->traffic.pass_lead_s;
    if (third != PB_CALL_NOBODY && spec->cars[third].state.gap_s < gap_s)
        gap_s = (r->gap_s + spec->cars[third].state.gap_s) / 2;
    f->gap_s    = gap_s;
    f->position = r->position;
    r->position = place;
}

static pb_status play(const pb__pair *p, uint32_t way, pb_team_swap *out, pb_error *error)
{
    pb_race_spec *spec  = pb_decider_spec(p->w->d);
    pb_car_state  front = spec->cars[out->front].state, rear = spec->cars[out->rear].state;
    pb__runner    swapped;
    exchange(spec, out->front, out->rear);
    pb_status status             = pb__pair_play(p, way, PB__SWAP_SLOT, &swapped, error);
    spec->cars[out->front].state = front;
    spec->cars[out->rear].state  = rear;
    if (status != PB_OK) return status;
    out->gain = pb__pair_less(p, &swapped, &p->run[way]);
    out->swap = out->gain.lo > 0 ? PB_SWAP_NOW : PB_SWAP_NO_GAIN;
    pb__runner_close(&swapped);
    return PB_OK;
}

pb_status pb__call_swap(const pb__pair *p, uint32_t way, pb_error *error)
{
    const pb_race_spec *spec = p->w->spec;
    uint32_t            a = p->side[0].car, b = p->side[1].car;
    bool                leads = spec->cars[a].state.position < spec->cars[b].state.position;
    pb_team_swap       *out   = &p->w->call->team.swap;
    out->front                = (uint8_t)(leads ? a : b);
    out->rear                 = (uint8_t)(leads ? b : a);
    out->faster_s             = pb__lap_s(spec, out->front) - pb__lap_s(spec, out->rear);
    out->p_ahead              = share_ahead(p, &p->run[way], out->rear);
    out->swap                 = p->w->flag != 0 ? PB_SWAP_FLAG : PB_SWAP_APART;
    bool follows              = pb__car_behind(spec, out->front) == out->rear &&
                   spec->cars[out->rear].state.gap_s - spec->cars[out->front].state.gap_s <= CLOSE_S;
    return p->w->flag == 0 && follows ? play(p, way, out, error) : PB_OK;
}
