#include "rejoin_board.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "penalty.h"
#include "pitboard/num.h"

#define REACH_S 60.0  /* farther away no stop changes who is ahead */
#define AFTER_LAPS 2U /* from the end of lap k to the end of the out-lap */
#define USUAL_LAP_S 90.0

/* ---- making one ---- */

pb_status pb__rejoin_board_init(pb__rejoin_board *board, const pb_history_race *race, pb_pitcall_sight sight,
                                const pb__rejoin_known *known, pb_error *error)
{
    size_t n         = (size_t)race->log->n_cars * (PB_LAPS_MAX + 1);
    *board           = (pb__rejoin_board){.race = race, .sight = sight, .known = *known};
    board->view      = malloc(sizeof *board->view);
    board->costs     = malloc(PB__REJOIN_COSTS_MAX * sizeof *board->costs);
    board->call      = malloc((n + 1) * sizeof *board->call);
    pb_status status = board->view && board->costs && board->call ? PB_OK : PB_E_NOMEM;
    if (status != PB_OK) pb_error_set(error, status, "%s: no memory for a stop's rivals", race->log->source);
    if (status == PB_OK) status = pb_scene_create(race->log, NULL, &board->scene, error);
    if (status != PB_OK) {
        pb__rejoin_board_fini(board);
        return status;
    }
    pb__rejoin_view_init(board->view, race->log);
    for (size_t i = 0; i < n; i++) board->call[i] = NAN;
    return PB_OK;
}

void pb__rejoin_board_fini(pb__rejoin_board *board)
{
    pb_scene_destroy(board->scene);
    free(board->view);
    free(board->costs);
    free(board->call);
    *board = (pb__rejoin_board){0};
}

/* The level moves with what is seen. */
static void look(pb__rejoin_board *b, uint16_t max_lap, int32_t max_ms)
{
    if (b->looked && b->view->max_lap == max_lap && b->view->max_ms == max_ms) return;
    pb__rejoin_look(b->view, max_lap, max_ms);
    size_t n  = pb__rejoin_costs(b->view, b->race, b->known.pace, b->known.team_s, b->costs, PB__REJOIN_COSTS_MAX);
    b->level  = pb__rejoin_level_of(&b->known.before, b->costs, n);
    b->looked = true;
}

/* ---- calls ---- */

static double log_odds(double p)
{
    return pb_log(p) - pb_log(1 - p);
}

/* Lap features of a car as of its row, under the sight it is judged by. */
static bool features(const pb__rejoin_board *b, uint32_t car, int32_t row, float x[PB_LF_N])
{
    const pb_lap *lap    = &b->race->log->cars[car].laps[row];
    bool          by_lap = b->sight == PB_PITCALL_BY_LAP;
    pb_scene_look(b->scene, lap->number, by_lap ? INT32_MAX : lap->session_ms);
    return pb_scene_row(b->scene, car, x);
}

static int neutral_kind(pb_rejoin_flag flag)
{
    return flag == PB_REJOIN_SC || flag == PB_REJOIN_SC_ONSET ? PB_NEUTRAL_SC : PB_NEUTRAL_VSC;
}

/* Log-odds that a car stops at the end of the lap after its row. */
static double ask_call(const pb__rejoin_board *b, uint32_t car, int32_t row, pb_rejoin_flag flag)
{
    float full[PB_LF_N], x[PB__PITCALL_N], margin;
    if (!b->known.calls || !features(b, car, row, full)) return log_odds(b->known.rate);
    pb__pitcall_pick(full, x);
    if (flag != PB_REJOIN_GREEN) pb__pitcall_set_neutral(x, b->sight, neutral_kind(flag));
    pb_forest_margin(b->known.calls, x, NULL, &margin);
    return (double)margin;
}

static double call_of(const pb__rejoin_board *b, uint32_t car, int32_t row, pb_rejoin_flag flag)
{
    float *kept = &b->call[(size_t)car * (PB_LAPS_MAX + 1) + b->race->log->cars[car].laps[row].number];
    if (flag != PB_REJOIN_GREEN) return ask_call(b, car, row, flag);
    if (isnan(*kept)) *kept = (float)ask_call(b, car, row, flag);
    return (double)*kept;
}

/* ---- where the others are ---- */

static double seconds(int32_t from_ms, int32_t to_ms)
{
    return ((double)to_ms - from_ms) / 1000.0;
}

static double usual_lap_s(pb__rejoin_board *b, uint32_t lap)
{
    for (uint32_t k = lap; k >= 2 && k + 3 > lap; k--) {
        double s = pb__rejoin_field_s(b->view, k);
        if (!isnan(s)) return s;
    }
    return USUAL_LAP_S;
}

/* How much longer than the asked car a rival takes for a lap that car has done. */
static double foretold_s(pb__rejoin_board *b, const pb__rejoin_case *c, uint32_t lap, double rival_pace)
{
    const pb_log_car *own   = &b->race->log->cars[c->car];
    int32_t           i     = pb_lap_row(own, lap);
    double            lap_s = i >= 0 ? pb__rejoin_lap_s(own, i) : NAN;
    bool ordinary = i >= 1 && own->laps[i].pit_in_ms == PB_MS_NONE && own->laps[i - 1].pit_in_ms == PB_MS_NONE;
    if (isnan(lap_s)) return 0;
    return ordinary ? rival_pace - c->pace_s / AFTER_LAPS : usual_lap_s(b, lap) + rival_pace - lap_s;
}

/* Lead at the end of lap k of the asked car, NAN when nothing is known of it. */
static double lead_of(pb__rejoin_board *b, const pb__rejoin_case *c, uint32_t car, int32_t row, double pace)
{
    const pb_log_car *own = &b->race->log->cars[c->car], *other = &b->race->log->cars[car];
    uint32_t          last  = other->laps[row].number;
    int32_t           at_ms = own->laps[pb_lap_row(own, c->lap)].session_ms;
    if (last > c->lap)
        return seconds(at_ms, other->laps[row].session_ms) - (last - c->lap) * (usual_lap_s(b, c->lap) + pace);
    int32_t i = pb_lap_row(own, last);
    if (i < 0) return NAN;
    double lead = seconds(own->laps[i].session_ms, other->laps[row].session_ms);
    for (uint32_t lap = last + 1; lap <= c->lap; lap++) lead += foretold_s(b, c, lap, pace);
    return lead;
}

static bool is_mate(const pb_race_log *log, uint32_t a, uint32_t b)
{
    return log->cars[a].team[0] && strcmp(log->cars[a].team, log->cars[b].team) == 0;
}

/* Margins at the end of the out-lap. Under a flag nobody goes by his own pace. */
static void set_margins(const pb__rejoin_board *b, const pb__rejoin_case *c, pb_rejoin_flag flag, pb__rejoin_rival *r)
{
    double faster = flag == PB_REJOIN_GREEN ? r->pace_s - c->pace_s : 0, team = b->known.team_s[r->car];
    double out                  = r->lead_s + faster - c->loss_s;
    double fresh                = b->known.pace[PB__REJOIN_PACE_FRESH] * r->exposed; /* full laps after the out-lap */
    r->margin[PB__REJOIN_OUT]   = out;
    r->margin[PB__REJOIN_WHOLE] = out + c->level.loss_s + team;
    r->margin[PB__REJOIN_PART]  = out + c->level.in_s;
    r->margin[PB__REJOIN_LANE]  = out + c->level.loss_s + team - c->level.in_s + fresh;
    r->certain                  = fabs(r->lead_s) > REACH_S;
}

/* False when the car is out of the race, as far as one sees. */
static bool place_rival(pb__rejoin_board *b, const pb__rejoin_case *c, uint32_t car, pb_rejoin_flag flag, bool runs,
                        pb__rejoin_rival *out)
{
    const pb_log_car *other = &b->race->log->cars[car];
    int32_t           row   = pb__rejoin_last(b->view, car);
    uint32_t          last  = row >= 0 ? other->laps[row].number : 0;
    if (row < 0 || !runs || (b->sight == PB_PITCALL_BY_LAP && last != c->lap)) return false;
    double pace = pb__rejoin_pace(b->view, b->known.pace, car, row);
    *out        = (pb__rejoin_rival){.car     = (uint16_t)car,
                                     .in_lane = other->laps[row].pit_in_ms != PB_MS_NONE,
                                     .mate    = is_mate(b->race->log, c->car, car),
                                     .lead_s  = lead_of(b, c, car, row, pace),
                                     .pace_s  = AFTER_LAPS * pace};
    if (isnan(out->lead_s)) return false;
    out->exposed = (uint8_t)(last <= c->lap ? c->lap + 1 - last : 0);
    set_margins(b, c, flag, out);
    if (last >= c->lap + AFTER_LAPS) out->margin[PB__REJOIN_OUT] = -REACH_S; /* has ended that lap already */
    out->certain = out->certain || last >= c->lap + AFTER_LAPS;
    return true;
}

/* ---- the case ---- */

static bool runs_now(const pb__rejoin_board *b, uint32_t car)
{
    return b->sight == PB_PITCALL_BY_LAP || pb_scene_runs(b->scene, car);
}

static void add_rivals(pb__rejoin_board *b, pb_rejoin_flag flag, pb__rejoin_case *c)
{
    pb__rejoin_rival far[PB_CARS_MAX], near;
    bool             runs[PB_CARS_MAX];
    uint32_t         n_far = 0;
    pb_scene_look(b->scene, b->view->max_lap, b->view->max_ms);
    for (uint32_t o = 0; o < b->race->log->n_cars; o++) runs[o] = runs_now(b, o);
    for (uint32_t o = 0; o < b->race->log->n_cars; o++) {
        if (o == c->car || !place_rival(b, c, o, flag, runs[o], &near)) continue;
        if (near.certain)
            far[n_far++] = near;
        else
            c->rival[c->n_reach++] = near;
    }
    memcpy(c->rival + c->n_reach, far, n_far * sizeof *far);
    c->n = c->n_reach + n_far;
    for (uint32_t i = 0; i < c->n_reach; i++)
        if (!c->rival[i].in_lane)
            c->rival[i].call = call_of(b, c->rival[i].car, pb__rejoin_last(b->view, c->rival[i].car), flag);
}

static double known_or(float x, double otherwise)
{
    return isnan(x) ? otherwise : (double)x;
}

/* Stops seen so far, and rain, say how sure the loss is. */
static uint8_t group_of(const pb__rejoin_case *c)
{
    if (c->wet_share > 0) return 2;
    return c->level.seen >= 2;
}

static void set_own(pb__rejoin_board *b, int32_t row, const pb__rejoin_terms *terms, pb__rejoin_case *c)
{
    float x[PB_LF_N];
    bool  seen = features(b, c->car, row, x);
    c->level   = b->level;
    if (terms->flag != PB_REJOIN_GREEN) c->level.loss_s *= terms->share;
    c->pending_s   = pb__penalty_pending_s(b->race, c->car, c->lap + 1U);
    c->loss_s      = c->level.loss_s + b->known.team_s[c->car] + c->pending_s + terms->extra_s;
    c->pace_s      = AFTER_LAPS * pb__rejoin_pace(b->view, b->known.pace, c->car, row);
    c->wet_share   = seen ? known_or(x[PB_LF_wet_share], 0) : 0;
    c->field_stops = seen ? known_or(x[PB_LF_field_stops_1], 0) : 0;
    c->near_stops  = seen ? known_or(x[PB_LF_near_stopped_2], 0) : 0;
    c->call        = call_of(b, c->car, row, terms->flag);
    c->group       = group_of(c);
}

pb_status pb__rejoin_case_of(pb__rejoin_board *board, uint32_t car, uint16_t lap, int32_t max_ms,
                             const pb__rejoin_terms *terms, pb__rejoin_case *out, pb_error *error)
{
    const pb_log_car *own = &board->race->log->cars[car];
    int32_t           row = pb_lap_row(own, lap);
    if (row < 0) return pb_error_set(error, PB_E_EMPTY, "rejoin: %s has no lap %u", own->code, lap);
    int32_t at_ms = own->laps[row].session_ms;
    if (board->sight == PB_PITCALL_BY_CLOCK && max_ms != PB_MS_NONE && max_ms < at_ms)
        return pb_error_set(error, PB_E_EMPTY, "rejoin: %s has not ended lap %u by then", own->code, lap);
    if (board->sight == PB_PITCALL_BY_LAP)
        look(board, lap, INT32_MAX);
    else
        look(board, PB_LAPS_MAX, max_ms == PB_MS_NONE ? at_ms : max_ms);
    memset(out, 0, sizeof *out);
    out->car = (uint16_t)car;
    out->lap = lap;
    set_own(board, row, terms, out);
    add_rivals(board, terms->flag, out);
    return PB_OK;
}
