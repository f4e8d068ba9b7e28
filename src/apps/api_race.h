/* api_race.h - the race a body asks about: the id of one we have, a race file as an
 * object, or one that is followed.
 *
 *     {"race": "2023-07", ...}    of the store, or of those that come with the program
 *     {"race": {"format": "pitboard-race-1", ...}, ...}
 *     {"session": "live", ...}    followed here, by the asker's team
 *     {..., "set": {"pit.loss_s": 22, "cars.VER.pace_s": 0.1}}
 *
 * Never a path: an id is digits and a dash, or the name of a bundled race.
 *
 * Used by the routes of api_work. */
#ifndef PB_APPS_API_RACE_H
#define PB_APPS_API_RACE_H

#include "api_ask.h"

#define API_RACE_ID_MAX 48

typedef struct api_race {
    pb__race_choice choice;
    char            id[API_RACE_ID_MAX];
    pb_race_log     log;  /* of an id */
    bool            laps; /* it has laps */
    char           *text; /* of an object */
    char           *sets[PB__LIST_MAX];

    pb__list base; /* of a session: what is set in all of them */

    /* of a session, at its lap of now */
    decide_flag flag;              /* what is out; DECIDE_FLAG_AS_IS: what the laps show */
    const char *boxed;             /* who is in the lane, "HAM,VER"; NULL nobody */
    int32_t     asked_ms, flag_ms; /* session clock now, and since when the flag is out; 0: as of live_ask */
    char        boxed_text[LIVE_BOXED_MAX], distance[LIVE_DISTANCE_MAX];
} api_race;

/* True for a body whose race has laps, or is a race file: "race", or "session". */
bool api_race_named(pb_json body);

/* Reads "race" or "session", "set" and the lap under lap_key ("lap", "from_lap"; of a session now, unless told). PB_E_RULE with the
 * pointer for a race that is not there. api_race_free in every case. */
pb_status api_race_read(const api_ask *ask, const char *lap_key, api_race *out, pb_error *error);
void      api_race_free(api_race *race);
/* Takes back what the body sets; returns how many values that were. */
uint32_t api_race_unset(api_race *race);
/* What is known beside the laps of a session, into the race that was made of them. */
pb_status api_race_state(const api_race *race, pb_race_spec *spec, pb_error *error);

/* A body with "race" tells nothing of what laps tell: PB_E_RULE with the pointer of the key that does. */
pb_status api_race_alone(pb_json body, pb_error *error);

/* The laps of a race by its id. PB_E_NOENT. *log must be initialised. */
pb_status api_race_log(const char *id, const char *store_url, pb_race_log *log, pb_error *error);

#endif
