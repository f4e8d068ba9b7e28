/* pitboard/predict_profile.h - what the history says of a driver or a team: pace,
 * starts, tyre life, steadiness, stops, passing, against the team mate.
 *
 * Three steps. A race is measured car by car (nothing else is looked at). Measured
 * races make a book, in which what only the pool can tell is taken off: what a
 * grid slot gives at the start, what pace and place give on the track. Out of the
 * book come estimates: a driver's mean over races, drawn towards the field's by
 * as much as the noise of single races asks for (two levels: races within a
 * season, seasons within a driver), with a 90 % interval.
 *
 *     log -> pb_profile_race -> pb_profile_book -> pb_profile_estimate -> JSON
 *
 * What cannot be said is NAN with a reason: too few races, too small a field, or
 * drivers that differ by no more than single races do. Which measures come back
 * the season after was tried on real seasons: docs/profile.md, pb_profile_proof.
 *
 * Floor 4. Uses predict_store and below. Deterministic; reads no clock. */
#ifndef PITBOARD_PREDICT_PROFILE_H
#define PITBOARD_PREDICT_PROFILE_H

#include "pitboard/codec.h"
#include "pitboard/predict_store.h"
#include "pitboard/race.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum pb_profile_measure {
    PB_PROFILE_PACE = 0,   /* % of the best lap off the field's median on the same laps; below 0: faster */
    PB_PROFILE_MATE,       /* the same against the team mate of the race */
    PB_PROFILE_START,      /* places on lap 1 beyond what the slot gives */
    PB_PROFILE_TYRE,       /* s a lap of age that tyres fade more than the field's on the same compound */
    PB_PROFILE_STEADY,     /* s of spread of clear laps about their trend, less the race's field */
    PB_PROFILE_STOP,       /* s in the pit lane less the race's usual stop */
    PB_PROFILE_PASSING,    /* places won on the track beyond what pace and place give */
    PB_PROFILE_SOFT,       /* slices: pace against the own pace elsewhere, %: on a compound ... */
    PB_PROFILE_MEDIUM,
    PB_PROFILE_HARD,
    PB_PROFILE_SLOW,       /* ... at slow, middling and fast circuits ... */
    PB_PROFILE_MIDDLING,
    PB_PROFILE_FAST,
    PB_PROFILE_WET,        /* ... in the wet */
    PB_PROFILE_MEASURES
} pb_profile_measure;
#define PB_PROFILE_SLICES PB_PROFILE_SOFT      /* measures before it are the main ones */

/* What was found when the measure of a season was held against the season after
 * (docs/profile.md has the command). */
typedef struct pb_profile_proof {
    double      rho, lo, hi;     /* rank correlation, 90 % interval */
    uint16_t    pairs;           /* driver-seasons compared */
    bool        trait;           /* repeats, if weakly; else no estimate is given, only what was seen */
    const char *verdict;         /* "repeats" (lo > 0.2), "weak" (lo > 0), "does not repeat", "not tried" (few pairs) */
} pb_profile_proof;
#define PB_PROFILE_PAIRS_LEAST 30

/* Standard deviations: of single races about a season, of seasons about a driver (or team), of drivers. */
typedef struct pb_profile_spread {
    double race, season, unit;
} pb_profile_spread;

typedef struct pb_profile_about {
    const char *name, *title, *unit, *what;
    bool        high_is_good;
    uint8_t     decimals;
    const char *samples;         /* what the count of samples counts: "laps" */
    pb_profile_proof driver, team;
    pb_profile_spread driver_spread, team_spread; /* of the same races; used where a book is too thin for its own */
} pb_profile_about;
const pb_profile_about *pb_profile_about_of(pb_profile_measure measure);

/* ---- a race, measured ---- */

typedef struct pb_profile_car {
    char     driver[8], team[36], team_name[40];
    uint8_t  grid, place;        /* 0 unknown; place in the order on the road */
    bool     took_flag;
    uint16_t laps, clean_laps;
    uint16_t passes, passed;     /* on the track, under green, for place */
    float    value[PB_PROFILE_MEASURES];     /* NAN: not seen. Before the book: what is raw */
    uint16_t samples[PB_PROFILE_MEASURES];
    float    raw[2];             /* of starts, of passing: what the pool is taken off */
    float    basis[3];           /* slot; place after lap 1 and rank of pace: what it depends on */
} pb_profile_car;

typedef struct pb_profile_race {
    char     id[16], event[48], circuit[32];
    int16_t  season, round;
    bool     sprint, wet;
    float    speed_kmh;          /* of the best clean lap of a dry race; NAN unknown */
    uint64_t mark;               /* of the rows it was measured from; the caller's */
    uint32_t n_cars;
    pb_profile_car *cars;        /* owned */
} pb_profile_race;

/* Free with pb_profile_race_fini. PB_E_EMPTY: no race to speak of (three laps behind
 * the safety car, no times); PB_E_NOMEM. */
pb_status pb_profile_race_of(const pb_race_log *log, const char *id, pb_profile_race *out, pb_error *error);
pb_status pb_profile_race_copy(const pb_profile_race *from, pb_profile_race *to);
void      pb_profile_race_fini(pb_profile_race *race);

/* ---- the book ---- */

typedef struct pb_profile_name {
    char     id[36], name[64];   /* driver: surname; team: as it was last called */
    char     team[36], team_name[40];        /* newest, of a driver */
    int16_t  first_season, last_season;
    uint16_t races, sprints;
    uint32_t laps, clean_laps;
} pb_profile_name;

typedef struct pb_profile_row {  /* a car in a race, by numbers */
    uint16_t race, car, driver, team;
} pb_profile_row;

typedef struct pb_profile_book {
    pb_profile_race *races;      /* by season, round, sprint first; owned */
    uint32_t         n_races;
    pb_profile_row  *rows;       /* in that order; owned */
    uint32_t         n_rows;
    pb_profile_name *drivers, *teams;        /* by id; owned */
    uint32_t         n_drivers, n_teams;
    uint32_t         left_out;   /* races that could not be measured */
} pb_profile_book;

/* Takes the races over (the array too), also on error. */
pb_status pb_profile_book_make(pb_profile_race *races, uint32_t n, pb_profile_book *out, pb_error *error);
void      pb_profile_book_fini(pb_profile_book *book);

/* Every race of the main series that has laps in the store, seasons from .. to (0: no
 * bound). before (may be NULL): a book of the same store; races whose rows are as they
 * were are taken from it. */
pb_status pb_profile_book_read(pb_store *store, int from, int to, const pb_profile_book *before, pb_profile_book *out,
                               pb_error *error);
/* Changes when the store was written to by an import. */
pb_status pb_profile_store_mark(pb_store *store, uint64_t *mark, pb_error *error);

/* ---- estimates ---- */

typedef enum pb_profile_of { PB_PROFILE_DRIVER, PB_PROFILE_TEAM } pb_profile_of;

typedef struct pb_profile_estimate {
    double   value, lo, hi;      /* shrunk, 90 %; NAN with why */
    double   mean;               /* of the races, as seen; NAN none */
    double   trust;              /* how much of the mean is kept, [0, 1] */
    uint16_t races, rank, of;    /* rank 1 is best, among those that have a value */
    uint32_t samples;
    bool     shipped;            /* the spreads behind it are those that ship, not the book's */
    char     why[96];            /* "" when there is a value */
} pb_profile_estimate;

/* Of every driver (or team) of the book, in their order: out has n_drivers (n_teams)
 * entries. season 0: all. A measure that is no trait has means and no values. */
pb_status pb_profile_estimate_all(const pb_profile_book *book, pb_profile_of of, pb_profile_measure measure, int season,
                                  pb_profile_estimate *out, pb_error *error);

/* ---- against the mate ---- */
typedef struct pb_profile_mate {
    uint16_t driver;             /* in book->drivers */
    int16_t  first_season, last_season;
    uint16_t races;              /* side by side */
    uint16_t both_finished, ahead;           /* took the flag, both; in front of the mate */
    uint16_t both_grid, grid_ahead;
    uint16_t paced;              /* races with a pace of both */
    double   pace_pct, lo, hi;   /* mean of own less mate's, 90 % by resampling the races; NAN below three */
} pb_profile_mate;

/* Those beside whom a driver drove, most races first; writes at most cap, returns how
 * many there are. */
uint32_t pb_profile_mates(const pb_profile_book *book, uint32_t driver, int season, pb_profile_mate *out, uint32_t cap);

/* ---- does it come back? ---- */
typedef struct pb_profile_repeat {
    double   rho, lo, hi;        /* season Y against Y + 1, ranks; 90 % by resampling drivers */
    double   skill;              /* 1 - squared error of the estimate of Y as forecast of Y + 1 / that of the field's mean */
    double   halves;             /* odd races against even ones of one season, ranks */
    double   moved;              /* rho of those who changed team in between; NAN below ten */
    double   covered;            /* share of half seasons whose mean lay in the 90 % that the other half gave */
    uint32_t pairs, half_pairs, moved_pairs, cover_n;
    pb_profile_spread spread;
} pb_profile_repeat;
pb_status pb_profile_repeat_of(const pb_profile_book *book, pb_profile_of of, pb_profile_measure measure,
                               pb_profile_repeat *out, pb_error *error);

/* ---- words ---- */

/* Index of a driver by code or surname, of a team by id or name; -1 none. */
int32_t pb_profile_find(const pb_profile_book *book, pb_profile_of of, const char *name);
/* One profile as JSON members of the object that is open; who -1: known, but without laps
 * (id tells who). */
pb_status pb_profile_put(const pb_profile_book *book, pb_profile_of of, int32_t who, const char *id, int season,
                         pb_json_writer *w, pb_error *error);
/* Rows of a list, one object each in the array that is open: those who raced in the season. */
pb_status pb_profile_put_list(const pb_profile_book *book, pb_profile_of of, int season, pb_json_writer *w,
                              pb_error *error);

#ifdef __cplusplus
}
#endif
#endif
