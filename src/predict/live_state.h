/* live_state.h - a race as it stands when the leader ends a lap, from the rows
 * that are there by then and from nothing else.
 *
 * The log is copied and cut (pb_race_log_cut), so a file that ends at that moment
 * gives the same state. Gaps are to the leader at equal laps; a car that should
 * have ended its next lap already falls behind with every second it does not.
 *
 * Shared inside predict only. */
#ifndef PB_LIVE_STATE_H
#define PB_LIVE_STATE_H

#include "live_form.h"
#include "truth.h"

/* One car that was seen. NAN: not known. */
typedef struct pb__live_car {
    char               code[8];
    int32_t            car;     /* in the whole log */
    bool               gone;    /* out of the race: made-up last row, or unseen for three laps of the leader */
    bool               stopped; /* ... by a made-up last row: does not come back */
    bool               in_pit;  /* entered the lane at the end of its last row */
    bool               out_lap; /* its last row was an out-lap */
    bool               wet;     /* on wet tyres */
    bool               owes;    /* dry so far and on one compound only */
    uint16_t           laps;    /* completed */
    uint8_t            stops;
    uint8_t            compounds;   /* slick compounds used */
    uint8_t            compound;    /* pb_compound */
    uint8_t            start_place; /* grid, or the place at the end of its first lap */
    uint32_t           place;       /* among those running, 1 ..; gone: after them */
    double             gap_s;       /* to the leader, >= 0 */
    double             late_s;      /* past the time its next lap should have taken */
    double             age;         /* laps of its tyres */
    double             pace_s;      /* last five clean laps against the field's median of the same laps */
    double             race_pace_s; /* all clean laps, the same */
    double             last_s;      /* its last lap against the field's median of that lap */
    const pb_form_car *form;
} pb__live_car;

typedef struct pb__live_state {
    uint16_t     lap, laps;          /* leader's; scheduled (least lap + 1) */
    uint32_t     n, running;         /* cars seen; of those running. Running cars come first, by place */
    uint32_t     starters;           /* as far as seen or by the greatest slot of the grid */
    bool         sc, vsc, red;       /* in the leader's lap */
    uint16_t     laps_since_neutral; /* 99: none yet */
    double       wet_share;          /* running cars on wet tyres */
    double       lap_s;              /* leader's last green lap, s */
    double       loss_s;             /* of a green stop here */
    double       mean_age, mean_stops;
    pb__live_car car[PB_CARS_MAX];
} pb__live_state;

/* Copies of a log to cut; create once for many laps. */
typedef struct pb__live_view pb__live_view;
pb__live_view               *pb__live_view_create(const pb_race_log *log); /* NULL: no memory */
void                         pb__live_view_destroy(pb__live_view *view);

/* State at the leader's end of `lap`. form: of the same log, before the race; must
 * outlive the state. PB_E_EMPTY when nobody has completed a lap by then. */
pb_status pb__live_state_at(pb__live_view *view, uint32_t lap, const pb__live_form *form, pb__live_state *out);

#endif
