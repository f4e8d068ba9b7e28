/* call_work.h - one call in the making: what its parts hand to each other.
 *
 * Order of the parts: rules, ranking, actions, tyre, duels, neutral answers, rain,
 * team, rejoin, penalty, deadline, labels, mode, facts, flips. Each reads what
 * came before and writes its own piece of the call.
 *
 * Shared inside decide; call_*.c only. */
#ifndef PB_DECIDE_CALL_WORK_H
#define PB_DECIDE_CALL_WORK_H

#include "decider.h"
#include "options.h"

typedef struct pb__work {
    pb_decider              *d;
    const pb_race_spec      *spec; /* d's */
    const pb_decide_view    *view;
    const pb_decide_options *options;
    uint32_t                 car;
    const pb_car_state      *state; /* of the car */
    pb_call                 *call;
    uint32_t                 n;
    pb_candidate             candidate[PB_CANDIDATES_MAX];
    pb_ranked                ranked[PB_CANDIDATES_MAX];
    pb_neutral_kind          flag;                 /* what is out now, by the view or by the race file; 0 green */
    uint16_t                 flag_ends;            /* leader lap it is expected to end on */
    double                   p_set[PB_COMPOUND_N]; /* what pit walls fitted there; all 0 not known */
    double                   hazard; /* chance that pit walls stop such a car on this lap; NAN not known */
} pb__work;

/* A note of what was assumed; dropped when there are too many. */
void pb__call_note(pb_call *call, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* What is known before anything is ranked: flag, rules, what pit walls did. */
void pb__call_begin(pb__work *w, pb_call *out);
/* Nobody named, nothing known. */
pb_call_team pb__team_none(void);
/* Calls closer than this are told as no clear call; in the aim's unit. */
double pb__call_tie(const pb_aim *aim);
/* The fact that tells a gain in the aim's unit; tie: how near two calls are. */
pb_fact_kind pb__gain_fact(const pb_aim *aim, bool tie);

/* Stops at the end of the next lap. */
bool pb__stops_now(const pb_race_spec *spec, const pb_plan *plan);
/* Best ranked candidate that stops now (or does not); -1 none. */
int pb__best_of(const pb__work *w, bool now);
/* Cars next to ours on the road that run on the same lap; NOBODY none. */
uint8_t pb__car_ahead(const pb_race_spec *spec, uint32_t car);
uint8_t pb__car_behind(const pb_race_spec *spec, uint32_t car);
/* Chance of rival c to take a cheap stop, as the simulator has it. */
double pb__cheap_stop_prob(const pb_race_spec *spec, uint32_t car);
/* Chance that a rival stops at the end of this lap, and within the next three. 1 for
 * one that is known to be on its way. */
double pb__rival_stops_now(const pb__work *w, uint32_t car);
double pb__rival_stops_soon(const pb__work *w, uint32_t car);
/* Loss of a stop at the end of this lap under the flag that is out. */
double pb__loss_now_s(const pb__work *w);
/* The set has run on a wet or drying track: how much slower it got tells nothing of its wear. */
bool pb__stint_was_wet(const pb__work *w);
/* Seconds a green lap of this car takes about now. */
double pb__lap_s(const pb_race_spec *spec, uint32_t car);

pb_status pb__call_actions(pb__work *w, pb_error *error); /* ranking, actions, window, what is clear */
void      pb__call_duels(pb__work *w);
pb_status pb__call_neutral(pb__work *w, pb_error *error); /* the table, and the answers for now */
pb_status pb__call_rain(pb__work *w, pb_error *error);
pb_status pb__call_team(pb__work *w, pb_error *error);
void      pb__call_rejoin(pb__work *w); /* after the team: its other car may be in the way */
pb_status pb__call_penalty(pb__work *w, pb_error *error);
void      pb__call_tyre(pb__work *w);
void      pb__call_deadline(pb__work *w);
void      pb__call_mode(pb__work *w);
void      pb__call_labels(pb__work *w); /* BOX becomes UNDERCUT or COVER where a duel is why; rivals */
void      pb__call_facts(pb__work *w);
pb_status pb__call_flips(pb__work *w, pb_error *error);
pb_status pb__call_red(pb__work *w, pb_error *error);

#endif
