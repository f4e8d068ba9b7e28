/* pitboard/predict_undercut.h - two cars close together, one stops first: is the
 * one behind ahead when both have done their out-laps?
 *
 * Undercut: the car behind (the attacker) stops at the end of this lap and the car
 * ahead (the defender) answers some laps later. Overcut: the defender stops and
 * the attacker stays out. What the first to stop wins is worked out from the tyre
 * filter: old tyres against new ones, lap by lap, and the pace of both cars; how
 * sure that is, and how often stops go wrong, is learned from past races (kind
 * "undercut", docs/models/undercut.md).
 *
 * Says nothing of the rest of the race, and nothing of a stop under a safety car:
 * the track is taken to stay green. Both cars are taken to leave on new tyres of
 * the same kind.
 *
 * Floor 4. Uses feature, predict_model, predict_tyre. */
#ifndef PITBOARD_PREDICT_UNDERCUT_H
#define PITBOARD_PREDICT_UNDERCUT_H

#include "pitboard/feature_lap.h"
#include "pitboard/predict_tyre.h"

#ifdef __cplusplus
extern "C" {
#endif

#define PB_UNDERCUT_LAPS 6    /* an answer that comes later is no answer */
#define PB_UNDERCUT_GAP_S 6.0 /* cars further apart are no pair */

/* Two cars at a moment. All borrowed. The three views show the same rows: the
 * scene has looked with the numbers of the sight, the tyres have been fed with it
 * (pb_undercut_tyres makes such a filter; one that follows the race will do). */
typedef struct pb_undercut_pair {
    const pb_model       *model; /* kind "undercut"; NULL: the constants of docs/models/undercut.md */
    const pb_scene       *scene;
    const pb_tyre_filter *tyres;
    pb_sight              sight;            /* by clock: max_lap PB_LAPS_MAX */
    uint32_t              attacker;         /* index of the car behind */
    uint32_t              defender;         /* of the car ahead, not always the next one */
    double                attacker_extra_s; /* known to be added to its stop: a penalty to serve. >= 0 */
    double                defender_extra_s;
} pb_undercut_pair;

typedef struct pb_undercut {
    uint16_t in_lap;    /* the first stop is at the end of this lap */
    double   gap_s;     /* the attacker is behind by, on the last lap both have ended; > 0 */
    double   p_success; /* that the attacker is ahead after both out-laps, (0, 1) */
    double   gain_s;    /* what it wins by then; it is ahead when that is more than gap_s */
    double   gain_sd_s; /* with slow stops, which make the tails long */
    bool     prior;     /* no model: constants answered */
} pb_undercut;

/* A filter for the race of the sight, fed with its rows: what earlier races say
 * of tyres and drivers is that of the model (or of any that has learned tyres,
 * "pace"). history and at name the race among those before it; history NULL: only
 * the circuit is known. model NULL: pb_tyre_prior_default. Destroy it.
 * PB_E_MISSING for a model without "tyre.*", PB_E_NOMEM. */
pb_status pb_undercut_tyres(const pb_model *model, const pb_history *history, size_t at, const pb_sight *sight,
                            pb_tyre_filter **out, pb_error *error);

/* The car behind stops at the end of this lap (overcut: the car ahead does), the
 * other one answer_laps later, 0 .. PB_UNDERCUT_LAPS; 0 is the same lap. Any lap
 * of a race, any pair that:
 * PB_E_RANGE        cars that are not in the race or one and the same; answer_laps;
 *                   extra seconds that are no number or negative
 * PB_E_EMPTY        one of them is not seen or not running any more
 * PB_E_RULE         they are not on the same lap, the attacker is not behind, or
 *                   by more than PB_UNDERCUT_GAP_S; one is in the lane; the race
 *                   ends before the second out-lap
 * PB_E_UNSUPPORTED  one is on intermediates or wets
 * PB_E_MISSING      a model without the numbers of this kind
 * On any error *out is untouched. */
pb_status pb_undercut_ask(const pb_undercut_pair *pair, bool overcut, uint32_t answer_laps, pb_undercut *out,
                          pb_error *error);

/* The same without knowing when the second car answers. */
typedef struct pb_undercut_outlook {
    uint16_t    in_lap;
    double      gap_s;
    uint32_t    n;                              /* answers the distance leaves room for: at[0] .. at[n - 1]; n >= 1 */
    pb_undercut at[PB_UNDERCUT_LAPS + 1];       /* by laps until the answer; 0: the same lap */
    double      p_answer[PB_UNDERCUT_LAPS + 2]; /* chance of each; the last one: later or never; sums to 1 */
    double      p_success;                      /* over all of them; a later answer counts as the latest one */
    uint32_t    laps_needed;                    /* fewest laps, 1 .., for p_success of a half; 0: not within six */
    bool        answer_prior;                   /* p_answer are plain rates: no model of pit calls, or it knows no
                                                 * next stop */
} pb_undercut_outlook;

/* pitcall: a model of that kind, for when the second car answers; NULL: the rates
 * of past pairs. Errors as pb_undercut_ask. */
pb_status pb_undercut_look_ahead(const pb_undercut_pair *pair, bool overcut, const pb_model *pitcall,
                                 pb_undercut_outlook *out, pb_error *error);

#ifdef __cplusplus
}
#endif
#endif
