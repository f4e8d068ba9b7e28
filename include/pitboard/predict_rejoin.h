/* pitboard/predict_rejoin.h - where a stop now would put a car.
 *
 * Asked of any running car after any of its laps: if it comes in at the end of the
 * next one, in which place does it end its out-lap, behind whom and ahead of whom?
 * The answer is a distribution: what the stop costs is known to a second or two,
 * and the others may stop on the same or on the next lap (kind "rejoin",
 * docs/models/rejoin.md).
 *
 *     pb_rejoin_desk_create(model, &history, at, PB_REJOIN_BY_CLOCK, &desk, &error);
 *     ask.car = c; ask.lap = laps it has completed;
 *     pb_rejoin_of(desk, &ask, &answer, &error);
 *     pb_rejoin_desk_destroy(desk);
 *
 * A desk is for one race, finished or running, and keeps what it was asked before:
 * one thread. Only rows that the sight shows are used, so a log that ends there
 * gives the same answer.
 *
 * Floor 4. Uses predict_model and below. */
#ifndef PITBOARD_PREDICT_REJOIN_H
#define PITBOARD_PREDICT_REJOIN_H

#include "pitboard/feature_lap.h"
#include "pitboard/predict_model.h"

#ifdef __cplusplus
extern "C" {
#endif

/* What is seen. By lap: every car's rows up to the asked lap, also of cars that end
 * it later (back-tests are scored so). By clock: rows that had ended by then. */
typedef enum pb_rejoin_sight { PB_REJOIN_BY_LAP, PB_REJOIN_BY_CLOCK } pb_rejoin_sight;

/* What is out while the car comes in. ONSET: came out on this lap of the car; the
 * stop then costs a share of the green loss (effects.md, section 6). */
typedef enum pb_rejoin_flag {
    PB_REJOIN_GREEN = 0,
    PB_REJOIN_SC_ONSET,
    PB_REJOIN_SC, /* out for a lap or longer */
    PB_REJOIN_VSC_ONSET,
    PB_REJOIN_VSC,
    PB_REJOIN_FLAGS
} pb_rejoin_flag;

/* One question. Start from pb_rejoin_ask_default(). */
typedef struct pb_rejoin_ask {
    uint32_t       car;
    uint16_t       lap;    /* completed; it comes in at the end of lap + 1. >= 1 */
    int32_t        now_ms; /* by clock: session time, not before the car ended that lap; PB_MS_NONE: when it did */
    pb_rejoin_flag flag;
    double         extra_s; /* known on top of an ordinary stop: repairs, a wait behind the team mate. Any sign */
    bool           stops[PB_CARS_MAX]; /* rivals known to stop at the end of the lap they are on */
} pb_rejoin_ask;

pb_rejoin_ask pb_rejoin_ask_default(void);

/* Another running car. */
typedef struct pb_rejoin_rival {
    uint16_t car;        /* index in the log */
    double   p_ahead;    /* P(it ends the out-lap's lap number before us) */
    double   p_stop;     /* P(it stops before that, by the lap after ours at the latest) */
    double   gap_s;      /* at the end of our out-lap if it does not stop: > 0 it is behind us */
    double   stop_gap_s; /* and if it does */
} pb_rejoin_rival;

typedef struct pb_rejoin {
    double          p[PB_CARS_MAX]; /* P(place = i + 1); sums to 1 */
    uint32_t        place;          /* that is told: best for an exact hit, with near misses counting a quarter */
    double          mean_place;
    double          p_exact;              /* of `place` */
    double          p_within1;            /* that it is at most one off; recalibrated */
    double          loss_s;               /* expected, against staying out, at the end of the out-lap */
    double          loss_lo_s, loss_hi_s; /* 80 % interval */
    uint16_t        stops_seen;           /* stops of this race the loss rests on */
    uint32_t        n;
    pb_rejoin_rival rival[PB_CARS_MAX]; /* by gap_s: the farthest ahead first */
    int16_t         ahead, behind;      /* index in rival[] of the nearest ones where `place` is told; -1 none */
    double          ahead_s, behind_s;
    double          traffic_s; /* expected loss of one lap begun that close behind somebody */
    /* What not knowing the rivals' stops costs: the same once they are known, expected. */
    double known_p_exact;          /* mean over what they may do; >= about p_exact */
    double entropy, known_entropy; /* of p, and of what is left of it then; nats */
} pb_rejoin;

typedef struct pb_rejoin_desk pb_rejoin_desk;

/* For race `at` of the history; what came before it tells about circuit and teams,
 * where it has nothing the model does. All are borrowed until the desk is
 * destroyed. PB_E_RANGE or PB_E_MISSING for a model that is none of this kind. */
pb_status pb_rejoin_desk_create(const pb_model *model, const pb_history *history, size_t at, pb_rejoin_sight sight,
                                pb_rejoin_desk **out, pb_error *error);
void      pb_rejoin_desk_destroy(pb_rejoin_desk *desk);
/* PB_E_RANGE for a car, lap, flag or number out of range; PB_E_EMPTY when the car did
 * not end that lap or it is not seen at now_ms. */
pb_status pb_rejoin_of(pb_rejoin_desk *desk, const pb_rejoin_ask *ask, pb_rejoin *out, pb_error *error);
/* The neighbours that go with r->place: of all that could be with so many rivals
 * ahead the likeliest, so place 1 has nobody ahead and the last one nobody behind.
 * Reads place, n and rival[], sets ahead, behind, ahead_s and behind_s (>= 0; 0
 * without a neighbour). */
void pb_rejoin_neighbours(pb_rejoin *r);

#ifdef __cplusplus
}
#endif
#endif
