/* lane_level.h - how long a visit to the pit lane takes: a level for every race,
 * and what a team adds to it.
 *
 *     lane = level(race) + team + own stops so far + penalty still to serve + rest
 *
 * The level starts at that of the latest edition (speed limits change: Singapore
 * 30.7 to 24.1 s), or at the median of all circuits, and follows the visits of the
 * race as they come. Both are robust: a visit far off, and an old edition that the
 * race contradicts, lose their weight as in a Student-t likelihood. A team is the
 * weighted median of its rests in earlier races, shrunk to nothing while it is thin.
 *
 * Times in seconds. Shared inside predict; pitstop_*.c. */
#ifndef PB_PREDICT_LANE_LEVEL_H
#define PB_PREDICT_LANE_LEVEL_H

#include "truth.h"

/* What training chooses; all > 0 but own_share >= 0. */
typedef struct pb__lane_options {
    double scale_s;     /* core spread of a visit */
    double tail;        /* a visit beyond this many scales loses weight */
    double same_s;      /* how far a level may be from that of the latest edition */
    double new_s;       /* and from the median of all circuits, at one not seen before */
    double team_keep;   /* weight a race keeps for every race that follows */
    double team_shrink; /* races' worth of visits at which a team counts half */
    double own_share;   /* of what this team's visits of today were off */
} pb__lane_options;

pb__lane_options pb__lane_options_default(void);

/* One visit with what could be known before it. */
typedef struct pb__lane_visit {
    uint16_t car, in_lap;
    double   lane_s;     /* what it took */
    double   pending_s;  /* penalty to serve */
    double   level_s;    /* expected level at that moment */
    double   team_s;     /* team, with its own stops of today */
    uint16_t seen;       /* visits of this race the level rests on */
    double   prior_sd_s; /* same_s or new_s: whether the circuit had been seen */
} pb__lane_visit;

/* level + team + pending */
double pb__lane_expected_s(const pb__lane_visit *visit);

/* Every green visit of races 0 .. n - 1, each seen from the races and the visits
 * before it; visits of race r are visit[first[r]] .. visit[first[r + 1] - 1]. */
typedef struct pb__lane_book {
    pb__lane_visit *visit;
    size_t          n;
    size_t         *first; /* n_races + 1 */
    size_t          n_races;
    double (*team_s)[PB_CARS_MAX]; /* of race r's cars, before it began */
} pb__lane_book;

/* PB_E_NOMEM. Release with pb__lane_book_fini. */
pb_status pb__lane_book_init(const pb_history *history, size_t n, const pb__lane_options *options, pb__lane_book *out);
void      pb__lane_book_fini(pb__lane_book *book);

#endif
