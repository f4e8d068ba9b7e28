/* pitboard/race.h - the vocabulary: compounds, flags, and a race as it was
 * recorded, lap by lap.
 *
 * A pb_race_log is what an import produces: every accepted row of every car,
 * with nothing guessed. What is derived from it (stops, the order at the flag,
 * neutralisation phases, the state after any lap) is computed here by pure
 * functions. A race that is to be played out is another thing: pb_race_spec in
 * race_spec.h.
 *
 * Times are integer milliseconds on the session clock; PB_MS_NONE is "not
 * known". Laps count from 1. An in-lap is the lap at whose end the car enters
 * the pit lane.
 *
 * Floor 2. Uses base, num, codec. */
#ifndef PITBOARD_RACE_H
#define PITBOARD_RACE_H

#include "pitboard/base.h"

#ifdef __cplusplus
extern "C" {
#endif

#define PB_CARS_MAX 40
#define PB_CARS_MIN 2
#define PB_LAPS_MAX 512        /* 24 hours of 170 s laps */
#define PB_MS_NONE  INT32_MIN

/* A tyre as the feed names it, relative to the weekend. */
typedef enum pb_compound {
    PB_COMPOUND_UNKNOWN = 0,
    PB_COMPOUND_SOFT,
    PB_COMPOUND_MEDIUM,
    PB_COMPOUND_HARD,
    PB_COMPOUND_INTERMEDIATE,
    PB_COMPOUND_WET,
    PB_COMPOUND_HYPERSOFT,     /* 2018 has seven slicks; Compound in the CSV stays relative */
    PB_COMPOUND_ULTRASOFT,
    PB_COMPOUND_SUPERSOFT,
    PB_COMPOUND_SUPERHARD,
    PB_COMPOUND_N
} pb_compound;

const char *pb_compound_name(pb_compound compound);          /* "MEDIUM"; "UNKNOWN" if out of range */
pb_compound pb_compound_from_name(pb_span name);             /* any case, PB_COMPOUND_UNKNOWN if none */
bool        pb_compound_is_wet(pb_compound compound);        /* intermediate or wet */

/* Track status seen during a lap: bit k is set when digit k of the feed was. */
enum {
    PB_STATUS_BIT_UNKNOWN    = 1 << 0,
    PB_STATUS_BIT_CLEAR      = 1 << 1,
    PB_STATUS_BIT_YELLOW     = 1 << 2,
    PB_STATUS_BIT_SC         = 1 << 4,
    PB_STATUS_BIT_RED        = 1 << 5,
    PB_STATUS_BIT_VSC        = 1 << 6,
    PB_STATUS_BIT_VSC_ENDING = 1 << 7,
    PB_STATUS_BITS_NEUTRAL   = PB_STATUS_BIT_SC | PB_STATUS_BIT_RED | PB_STATUS_BIT_VSC | PB_STATUS_BIT_VSC_ENDING,
};

typedef enum pb_neutral_kind { PB_NEUTRAL_SC = 1, PB_NEUTRAL_VSC = 2, PB_NEUTRAL_RED = 3 } pb_neutral_kind;

/* One lap of one car as recorded. */
typedef struct pb_lap {
    uint16_t number;            /* 1 .. PB_LAPS_MAX */
    int32_t  time_ms;           /* > 0, or PB_MS_NONE */
    int32_t  session_ms;        /* end of the lap on the session clock, or PB_MS_NONE */
    int32_t  start_ms;          /* start of the lap on the session clock where the source tells, or PB_MS_NONE */
    int32_t  pit_in_ms;         /* session clock, or PB_MS_NONE */
    int32_t  pit_out_ms;
    int32_t  sector_ms[3];      /* or PB_MS_NONE */
    uint8_t  position;          /* at the end of the lap; 0 unknown */
    uint8_t  stint;             /* as the feed counts it; 0 unknown */
    uint8_t  compound;          /* pb_compound */
    char     odd_compound[16];  /* what the source wrote where it is no tyre known here; "" when it wrote nothing */
    char     compound_name[16]; /* "C3", "HYPERSOFT", "" when not given */
    int16_t  tyre_age_laps;     /* laps on the set including this one; -1 unknown */
    int8_t   fresh;             /* 1 new, 0 used, -1 unknown */
    uint8_t  status;            /* PB_STATUS_BIT_* */
    char     status_order[8];   /* the same digits in the order they were seen, each once; "" not known */
    bool     accurate;          /* the feed's own judgement */
    bool     deleted;
    bool     generated;         /* made up by the feed's library */
    uint32_t line;              /* of the source file, for messages */
} pb_lap;

/* One car and its laps, ordered by lap number, no number twice; every lap has a
 * session time. */
typedef struct pb_log_car {
    char     code[8];           /* "VER" */
    int16_t  number;            /* 1; 0 unknown */
    char     team[40];          /* as the source wrote it */
    uint8_t  grid;              /* 1.., 0 unknown */
    pb_lap  *laps;
    uint32_t n_laps;
} pb_log_car;

/* A row that was refused, with the reason. */
typedef struct pb_quarantine {
    uint32_t line;
    char     reason[160];
} pb_quarantine;

/* A whole recorded race. Owns everything below it through its arena. */
typedef struct pb_race_log {
    int16_t        season;          /* 2023; 0 unknown */
    int16_t        round;           /* 7; 0 unknown */
    bool           sprint;
    char           event[48];       /* "spanish" */
    char           circuit[32];     /* crosswalk id, "barcelona"; "" unknown */
    char           source[256];     /* file it came from */
    pb_log_car    *cars;            /* by code, at most PB_CARS_MAX; every car has a lap */
    uint32_t       n_cars;
    pb_quarantine *quarantined;     /* rows refused, in file order */
    uint32_t       n_quarantined;
    uint32_t       n_rows;          /* data rows in the file = accepted + quarantined */
    uint32_t       n_accepted;
    pb_arena       arena;
} pb_race_log;

/* Cars and laps of another race, in an arena of its own; what was quarantined stays
 * behind. PB_E_NOMEM leaves *to as it was. */
pb_status pb_race_log_copy(const pb_race_log *from, pb_race_log *to);

/* "2023 Spanish Grand Prix", "2025 Miami Sprint": season, event, kind. */
void pb_race_log_title(const pb_race_log *log, char *out, size_t cap);

void pb_race_log_init(pb_race_log *log);
void pb_race_log_fini(pb_race_log *log);

/* ---- what follows from the rows; definitions: docs/race-model.md, "Truth" ---- */

/* How each car ended, by the definitions of the evaluation protocols. */
typedef struct pb_car_result {
    uint16_t laps_done;         /* completed laps */
    int32_t  end_ms;            /* session time at the last completed lap, PB_MS_NONE if none */
    bool     took_flag;         /* finished the race, lapped or not */
    uint8_t  place;             /* road order: laps done, then time; 1 .. */
} pb_car_result;

typedef struct pb_race_outcome {
    uint16_t      laps;                      /* race distance that was run */
    int32_t       start_ms;                  /* lights out, session clock; estimated where lap 1 was not timed */
    int32_t       flag_ms;                   /* chequered flag, session clock */
    int32_t       lead_ms[PB_LAPS_MAX + 1];  /* leader's end of lap L; [0] unused; PB_MS_NONE if none */
    int16_t       lead_car[PB_LAPS_MAX + 1]; /* index of that car, -1 if none */
    pb_car_result car[PB_CARS_MAX];
    uint8_t       order[PB_CARS_MAX];        /* car indices, winner first */
} pb_race_outcome;

/* PB_E_EMPTY when no car completed a lap. */
pb_status pb_race_outcome_of(const pb_race_log *log, pb_race_outcome *out);
/* Where the leader was at a time: 12.25 = a quarter into lap 13. [0, laps] */
double pb_leader_progress(const pb_race_outcome *outcome, int32_t session_ms);

/* A tyre the source names and this library does not know. */
typedef struct pb_odd_tyre {
    char     name[16];
    char     car[8];            /* the first that ran on it */
    uint16_t lap;               /* of that car */
    uint32_t laps;              /* of all cars */
} pb_odd_tyre;

/* Every such tyre of a race; writes at most cap, returns how many were written. */
uint32_t pb_odd_tyres(const pb_race_log *log, pb_odd_tyre *out, uint32_t cap);

/* A tyre stop: entered the lane at the end of in_lap and left on another set. An
 * entry that was not recorded is told by the exit, or where a car has no pit time
 * at all by the set alone. */
typedef struct pb_tyre_stop {
    uint16_t in_lap;
    uint8_t  compound;          /* fitted */
    int32_t  lane_ms;           /* pit_out - pit_in, PB_MS_NONE if either is missing */
    int16_t  new_age_laps;      /* age of the new set before its first lap, -1 unknown */
    bool     neutral;           /* SC, VSC or red touched the in-lap */
    bool     red;               /* changed under a red flag (no lane cost) */
} pb_tyre_stop;

/* Tyre stops of one car in order; writes at most cap, returns how many there
 * are. A set runs on when the compound is the same and the age exactly one
 * higher, whatever the feed's stint number says; with with_red also sets that
 * changed during a red flag. */
uint32_t pb_car_stops(const pb_race_log *log, uint32_t car, const pb_race_outcome *outcome, bool with_red,
                      pb_tyre_stop *out, uint32_t cap);

/* From the pit entry to the end of the in-lap, the median of the race; 0 where no
 * lap tells. */
int32_t pb_entry_to_line_ms(const pb_race_log *log);

/* Same set on rows i and i + 1 of this car. */
bool pb_same_set(const pb_log_car *car, uint32_t i);
/* Row index of lap L, or -1. */
int32_t pb_lap_row(const pb_log_car *car, uint32_t lap);
/* A green racing lap whose time can be used for pace: clear status alone,
 * accurate, timed, neither in- nor out-lap. */
bool pb_lap_is_clean(const pb_lap *lap);

/* A neutralisation in leader progress: 12.25 = a quarter into lap 13. */
typedef struct pb_neutral_phase {
    pb_neutral_kind kind;
    double          start_progress;   /* [0, laps] */
    double          end_progress;     /* > start */
    int32_t         start_ms;         /* session clock; exact when status times were read, else estimated */
    int32_t         end_ms;
    bool            exact;            /* from a status feed, not from lap flags */
} pb_neutral_phase;

/* Phases estimated from the per-lap status digits of all cars. Returns how many
 * there are, writes at most cap. */
uint32_t pb_neutral_phases(const pb_race_log *log, const pb_race_outcome *outcome, pb_neutral_phase *out, uint32_t cap);

/* Leaves only what was known when the leader completed lap L: rows whose
 * session time is at most the leader's end of lap L, and cars that have such a
 * row (L = 1 leaves the leader alone, L = 0 nothing), as if the file ended
 * there. Who led is judged by the rows that stay. A lap that was never reached
 * leaves everything. The cut is made in place; counts and quarantine stay. */
void pb_race_log_cut(pb_race_log *log, uint32_t lap);

/* ---- names between sources and seasons (D7) ---- */

/* Crosswalk id of a circuit from any event, circuit or track name and season
 * ("spanish", 2023 -> "barcelona"; "Catalunya" -> "barcelona"). NULL if none.
 * Static string. */
const char *pb_circuit_id(pb_span name, int season);
/* An event as files name it: "São Paulo Grand Prix" -> "sao_paulo". out has cap
 * bytes. */
void        pb_event_slug(pb_span event, char *out, size_t cap);
/* Ids of the circuits that are known here, each once; NULL past the last. Static. */
const char *pb_circuit_known(uint32_t i);
/* Scheduled laps at a circuit in a season, from circuit length (least laps over
 * 305 km, Monaco 260 km); 0 if the circuit is not known. */
int         pb_scheduled_laps(const char *circuit_id, int season, bool sprint);
double      pb_circuit_length_m(const char *circuit_id, int season);   /* 0 if not known */
/* One name for a team over the years ("AlphaTauri", "RB" -> "faenza");
 * the input, lowered, when it is not in the table. out has cap bytes. */
void        pb_team_id(pb_span name, int season, char *out, size_t cap);
/* Three-letter code of a driver from a name, number-free id or code ("verstappen",
 * "Max Verstappen", "VER" -> "VER"). NULL if none. Static string. */
const char *pb_driver_code(pb_span name);
/* The surname behind a code in a season, plain ASCII ("VER", 2023 -> "Verstappen",
 * 2013 -> "Vergne"). False, and out "", when the code is not in the table or the
 * name does not fit. cap > 0. */
bool        pb_driver_surname(pb_span code, int season, char *out, size_t cap);

#ifdef __cplusplus
}
#endif
#endif
