/* f1_udp_history: Session History and Tyre Sets, one car a datagram: laps as the game
 * keeps them, which corrects what was told while they were driven; stints. */
#include "f1_udp_state.h"

static int32_t known(int32_t ms)
{
    return ms > 0 ? ms : PB_MS_NONE;
}

void pb__f1_deleted(const pb_f1_udp *u, pb__f1_car *car, unsigned lap, bool deleted, const char *why)
{
    if (lap == 0 || lap > PB__F1_LAPS || car->laps[lap].deleted == deleted) return;
    car->laps[lap].deleted = deleted;
    pb_event *e            = pb__f1_event_of(u, PB_EV_LAP_DELETED, car);
    e->lap                 = (uint16_t)lap;
    e->value               = car->laps[lap].ms ? car->laps[lap].ms : PB_MS_NONE;
    e->flag                = deleted;
    (void)pb_span_copy(pb_span_of(why), e->text, sizeof e->text);
    pb__f1_say(u, e);
}

static void tell_row(const pb_f1_udp *u, pb__f1_car *car, uint8_t lap, const uint8_t *row)
{
    const pb__f1_layout *l         = u->at;
    pb__f1_lap          *told      = &car->laps[lap];
    int32_t              ms        = pb__f1_whole(row, l->h_time);
    const int32_t        sector[3] = {known(pb__f1_split_ms(row, l->h_s1, l->h_s1_min)),
                                      known(pb__f1_split_ms(row, l->h_s2, l->h_s2_min)),
                                      known(pb__f1_split_ms(row, l->h_s3, l->h_s3_min))};
    if (ms == 0) return; /* not finished */
    if (ms != told->ms || memcmp(sector, told->sector, sizeof sector) != 0) {
        told->ms = ms;
        memcpy(told->sector, sector, sizeof sector);
        pb_event *e   = pb__f1_event_of(u, PB_EV_LAP, car);
        e->lap        = lap;
        e->value      = ms;
        e->session_ms = told->end_ms;
        memcpy(e->sectors, sector, sizeof sector);
        pb__f1_say(u, e);
    }
    bool deleted = (pb__f1_u8(row, l->h_valid) & 1) == 0;
    pb__f1_deleted(u, car, lap, deleted, deleted ? "lap invalid" : "");
}

static const uint8_t *row_of(const pb__f1_rows *rows, const uint8_t *at, unsigned i)
{
    return at + rows->at + (size_t)i * rows->step;
}

static void tell_rows(const pb_f1_udp *u, pb__f1_car *car, const uint8_t *at, const uint8_t *before)
{
    const pb__f1_rows *rows = &u->at->h_rows_at;
    unsigned           n    = pb__f1_u8(at, u->at->h_laps);
    for (unsigned i = 0; i < n && i < rows->n; i++) {
        const uint8_t *row = row_of(rows, at, i);
        if (!before || memcmp(row, row_of(rows, before, i), rows->step) != 0) tell_row(u, car, (uint8_t)(i + 1), row);
    }
}

static void tell_best(const pb_f1_udp *u, pb__f1_car *car, const uint8_t *at)
{
    unsigned lap = pb__f1_u8(at, u->at->h_best);
    if (lap == 0 || lap > u->at->h_rows_at.n) return;
    int32_t ms = pb__f1_whole(row_of(&u->at->h_rows_at, at, lap - 1), u->at->h_time);
    if (ms == 0 || ms == car->best_ms) return;
    car->best_ms = ms;
    pb_event *e  = pb__f1_event_of(u, PB_EV_BEST_LAP, car);
    e->value     = ms;
    e->lap       = (uint16_t)lap;
    pb__f1_say(u, e);
}

void pb__f1_stint(pb_f1_udp *u, pb__f1_car *car, unsigned i, uint8_t compound, uint8_t from)
{
    pb__f1_stint_told *told = &car->stints[i];
    if (told->known && told->compound == compound && told->from == from) return;
    *told       = (pb__f1_stint_told){compound, from, 1};
    pb_event *e = pb__f1_event_of(u, PB_EV_STINT, car);
    e->index    = (uint8_t)i;
    e->value    = compound ? compound : -1;
    e->aux      = -1;
    e->lap      = from;
    pb__f1_say(u, e);
}

static void tell_stints(pb_f1_udp *u, pb__f1_car *car, const uint8_t *at)
{
    const pb__f1_rows *rows = &u->at->h_sets_at;
    unsigned           n    = pb__f1_u8(at, u->at->h_stints);
    uint8_t            from = 1;
    for (unsigned i = 0; i < n && i < rows->n; i++) {
        const uint8_t *row = row_of(rows, at, i);
        uint8_t        end = pb__f1_u8(row, u->at->h_end);
        pb__f1_stint(u, car, i, (uint8_t)pb__f1_compound(u->s.format, pb__f1_u8(row, u->at->h_compound)), from);
        if (end == 255) break; /* the set that is on */
        from = (uint8_t)(end + 1);
    }
}

/* One without a stamp comes after the end and cannot be placed: it must not know less. */
static bool knows_less(const pb_f1_udp *u, const uint8_t *at, const uint8_t *before)
{
    return u->h.frame == 0 && u->h.time_ms == 0 && pb__f1_u8(at, u->at->h_laps) < pb__f1_u8(before, u->at->h_laps);
}

void pb__f1_take_history(pb_f1_udp *u, const uint8_t *at)
{
    unsigned    i    = pb__f1_u8(at, u->at->h_car);
    pb__f1_car *car  = pb__f1_car_at(u, i);
    size_t      size = pb__f1_packet_size(u->s.format, PB__F1_HISTORY);
    if (!car) return;
    uint8_t *kept  = u->s.history[i];
    bool     again = u->s.have_history >> i & 1u;
    if (again && (memcmp(kept + u->h.size, at + u->h.size, size - u->h.size) == 0 || knows_less(u, at, kept))) return;
    tell_rows(u, car, at, again ? kept : NULL);
    tell_best(u, car, at);
    tell_stints(u, car, at);
    u->s.have_history |= 1u << i;
    memcpy(kept, at, size);
}

/* The set that is on, where Car Status has not told. */
void pb__f1_take_tyre_sets(pb_f1_udp *u, const uint8_t *at)
{
    pb__f1_car        *car    = pb__f1_car_at(u, pb__f1_u8(at, u->at->t_car));
    unsigned           fitted = pb__f1_u8(at, u->at->t_fitted);
    const pb__f1_rows *rows   = &u->at->tyre_sets_at;
    if (!car || car->restricted || car->heard_status || fitted >= rows->n) return;
    pb_compound compound = pb__f1_compound(u->s.format, pb__f1_u8(row_of(rows, at, fitted), u->at->t_compound));
    if (compound == PB_COMPOUND_UNKNOWN) return;
    pb__f1_tyre(u, car, (uint8_t)compound, -1);
    car->heard_status = true;
}
