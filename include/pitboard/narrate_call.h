/* pitboard/narrate_call.h - a call in words: evidence, flip conditions, rules,
 * confidence, and what to say on the radio.
 *
 * Numbers go in, sentences come out; nothing is computed here. Every sentence
 * names the car its number belongs to. No sentence names a car that is not in the
 * race file, or is out of the race: then there is nothing to say, the verb returns
 * false and writes "".
 *
 * The spec gives codes, names, and who runs; the call belongs to it. All verbs
 * write a NUL-terminated text of at most cap - 1 bytes, whole UTF-8 characters
 * only, and nothing where cap is 0. PB_SENTENCE_MAX is room enough for any of
 * them. Numbers are rounded as people say them:
 *
 *     s        one decimal       wear of a flip, s a lap: two
 *     prob     whole per cent    "under 1 %", "over 99 %" at the ends; a difference of
 *              two chances in percentage points, one decimal
 *     points   two decimals
 *     places   one decimal: a difference of mean places
 *     place, laps, sets: whole
 *
 * A number that is not finite, or beyond a million, is not said (false).
 *
 * Floor 5. Uses race and below. */
#ifndef PITBOARD_NARRATE_CALL_H
#define PITBOARD_NARRATE_CALL_H

#include "pitboard/race_call.h"

#ifdef __cplusplus
extern "C" {
#endif

#define PB_SENTENCE_MAX 192

/* "LEC: the set is 14 laps old", "HAM stops on this lap with chance 43 %": the
 * pattern of the kind (race_call.h) with its car and value. What is not of one
 * rival alone or of the race begins with whom it is about. */
bool pb_narrate_fact(const pb_race_spec *spec, const pb_call *call, const pb_fact *fact, char *out, size_t cap);

/* "stay out if the gap to HAM ahead is above 2.3 s", "box if a safety car comes
 * before lap 31", "box, by itself on lap 27". False for PB_FLIP_NONE. The value
 * of PB_FLIP_SC is the last lap on which it would still turn the call. */
bool pb_narrate_flip(const pb_race_spec *spec, const pb_call *call, const pb_flip *flip, char *out, size_t cap);

/* "two-compound rule: VER still owes a second dry compound, lap 76 at the latest";
 * ", it decides the call" is added where it binds. */
bool pb_narrate_rule(const pb_race_spec *spec, const pb_call *call, const pb_call_rule *rule, char *out, size_t cap);

/* Where rain is about: "intermediates fit the track as it is, 0.4 s a lap faster than
 * slicks; slicks from lap 46 on if it goes on drying". */
bool pb_narrate_rain(const pb_race_spec *spec, const pb_call *call, char *out, size_t cap);
/* Why the call is for another kind than fits: "it changes to slicks: the call looks
 * ahead", "it stays on slicks: a change takes longer to earn back its stop than the 15 laps left".
 * False where it is for that kind. */
bool pb_narrate_rain_why(const pb_race_spec *spec, const pb_call *call, char *out, size_t cap);
/* The joint call of a team: "BOT now, RUS stays out to lap 70; both now would wait
 * 2.0 s", "both now, BOT before RUS, which waits 2.0 s", "neither now". False where
 * there is no mate to settle it with. */
bool pb_narrate_team(const pb_race_spec *spec, const pb_call *call, char *out, size_t cap);
/* The best of the other options, which its gain is measured against: "only RUS now". */
bool pb_narrate_team_against(const pb_race_spec *spec, const pb_call *call, char *out, size_t cap);
/* "alone RUS boxes; with BOT in on this lap it stays out". False where the joint call
 * leaves the single call as it is. */
bool pb_narrate_team_turn(const pb_race_spec *spec, const pb_call *call, char *out, size_t cap);
/* "swap now, RUS lets BOT by: BOT behind is 0.6 s a lap faster and ends ahead anyway
 * with chance 21 %", or "no swap: " and why. */
bool pb_narrate_swap(const pb_race_spec *spec, const pb_call *call, char *out, size_t cap);

/* How sure action k of the call is, in words and per cent: "likely 72 %". Its
 * confidence p is the chance that it ends at least as well as the next best call
 * (ties half), so one half says nothing:
 *
 *     p  0 -    0.15 -   0.35 -    0.45 -         0.55 -            0.65 -   0.85 - 1
 *        clearly likely   slightly  no clear call,  slightly better   likely   clear
 *        worse   worse    worse
 *
 * The best two calls of a call that is not clear are "no clear call, 54 %"
 * whatever p is; where the call goes against a gain whose interval excludes zero,
 * "pit walls against our numbers, 12 %". False when there is no action k, or p is no probability. */
bool pb_narrate_confidence(const pb_call *call, uint32_t k, char *out, size_t cap);
/* The words alone: static. */
const char *pb_narrate_sure(double p);

/* What the engineer says for action k: at most 15 words, "Box this lap, box, hard
 * tyre. You rejoin ahead of Norris." Surnames in Formula 1, where the code is
 * known; else the code. The best of a call that is not clear asks the driver:
 * "Close call, we lean box, hard tyre. How are the tyres?", or "We lean box, hard
 * tyre, against our numbers. How are the tyres?" Under a red flag
 * (PB_RULE_RED_FREE) "Red flag, we change tyres, hard tyre. Bring it in slowly."
 * False when there is no action k. */
#define PB_RADIO_WORDS_MAX 15
bool pb_narrate_radio(const pb_race_spec *spec, const pb_call *call, uint32_t k, char *out, size_t cap);

#ifdef __cplusplus
}
#endif
#endif
