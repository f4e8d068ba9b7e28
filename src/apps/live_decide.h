/* live_decide.h - the engine's decision points answered by live_call: what the tracker
 * knows becomes the question of `pitboard recommend`.
 *
 * Used by the commands that follow a race. */
#ifndef PB_APPS_LIVE_DECIDE_H
#define PB_APPS_LIVE_DECIDE_H

#include "live_call.h"
#include "pitboard/engine_decide.h"

/* What a tracker knew as a question; its car is the caller's to name. key: whose question it is, and therefore not among
 * the cars in the lane; 0 nobody's. */
#define LIVE_BOXED_MAX 320
void live_question(const pb_ask *ask, int16_t key, char boxed[LIVE_BOXED_MAX], live_ask *out);

/* A pb_engine_decide; its user is a live_caller. */
pb_status live_decide_call(void *caller, const pb_ask *ask, pb_json_writer *to, pb_error *error);

/* What the commands' options say, one row each of their tables. */
typedef struct live_decide_args {
    const char *models, *grids, *objective, *isa;
    pb__list    data, set;
    uint32_t    trials, threads; /* 0: the default */
    uint64_t    seed;
} live_decide_args;

/* NOLINTBEGIN(bugprone-macro-parentheses): type and field are names */
#define LIVE_DECIDE_OPTIONS(type, field)                                                                               \
    {"trials", PB__OPT_U32, offsetof(type, field.trials), "N", "races to play for a call (20,000)", 100, 100000000},   \
        {"threads", PB__OPT_U32, offsetof(type, field.threads), "T", "of a call: as many as cores, unless given", 1,   \
         PB_THREADS_MAX},                                                                                              \
        {"seed", PB__OPT_U64, offsetof(type, field.seed), "S", "the same seed gives the same calls (1)", 0,            \
         INT64_MAX},                                                                                                   \
        {"objective", PB__OPT_TEXT, offsetof(type, field.objective), "AIM",                                            \
         "points, position, win, top:N, cvar, championship (points)", 0, 0},                                           \
        {"set", PB__OPT_LIST, offsetof(type, field.set), "KEY=VALUE",                                                  \
         "change a value of the race that calls play; repeatable", 0, 0},                                              \
        {"data", PB__OPT_LIST, offsetof(type, field.data), "PATH", "races before it: folder or lap CSV; repeatable",   \
         0, 0},                                                                                                        \
        {"grids", PB__OPT_TEXT, offsetof(type, field.grids), "FILE", "starting grids: season,round,driver,grid", 0,    \
         0},                                                                                                           \
        {"models", PB__OPT_TEXT, offsetof(type, field.models), "DIR", "where versions of models are kept", 0, 0},      \
    {                                                                                                                  \
        "isa", PB__OPT_TEXT, offsetof(type, field.isa), "X", "force scalar, portable, avx2 or avx512", 0, 0            \
    }
/* NOLINTEND(bugprone-macro-parentheses) */

/* Destroy with live_caller_destroy. The texts of args must live as long. */
pb_status live_decide_make(const live_decide_args *args, live_caller **out, pb_error *error);

#endif
