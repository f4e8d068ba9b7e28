/* race_arg.h - the RACE operand of a command: a file of any form we know,
 * turned into a race that can be played.
 *
 *     race file (.json)  ->  as it is
 *     lap CSV            ->  cut at --from-lap, then fitted with what ships; from the
 *                            grid with hindsight, or as it was known before
 *     TUM race INI       ->  as its authors fitted it
 *
 * Then every --set KEY=VALUE is applied, in order; what says how laps are to be
 * read (circuit, season, rules.laps, pace and so on) before they are. */
#ifndef PB_APPS_RACE_ARG_H
#define PB_APPS_RACE_ARG_H

#include "grids.h"
#include "options.h"
#include "pitboard/codec.h"
#include "pitboard/predict.h"
#include "pitboard/race_gaps.h"
#include "pitboard/race_spec.h"

typedef enum pb__form { PB__FORM_NONE, PB__FORM_RACE, PB__FORM_LAPS, PB__FORM_TUM } pb__form;

/* Told by content, not by name. */
pb__form pb__form_of(pb_span text);
/* Why it is none, in words that end a sentence "FILE: ...". */
const char *pb__form_why_none(pb_span text);

/* What every race is made with, read once for many of them. */
typedef struct pb__race_kit {
    const pb_prior        *prior;
    const struct pb_model *pit_wall; /* that plans for rivals; NULL: none to use */
    const pb__grids       *grids;    /* NULL: none were given */
} pb__race_kit;

/* What is in memory already, so that no file is read: laps, the text of a file, or a
 * race that is made; at most one of them. */
typedef struct pb__race_given {
    pb_span                 text;   /* of any form; at NULL: none */
    const pb_race_spec     *spec;   /* under way, or from the grid; copied. NULL: none */
    const pb_race_log      *log;    /* as a file would give it; it is copied. NULL: read path */
    const pb_neutral_phase *phases; /* so far, from a status feed; NULL: from the flags of the laps */
    uint32_t                n_phases;
} pb__race_given;

typedef struct pb__race_choice {
    const char *path;       /* or what messages call the race */
    const char *store;      /* "sqlite:PATH": path is the id of a race in it; NULL: path is a file */
    const char *grids;      /* file with starting grids, for a lap CSV; may be NULL */
    uint32_t    from_lap;   /* 0: the grid, or the state a race file starts from */
    const char *lap_option; /* that gave from_lap, for messages; NULL: "--from-lap" */
    bool        before;     /* a lap CSV from the grid: only what was known before the race, unless --set pace=actual */
    const char *models;     /* folder of versions of the pit wall that plans for rivals; NULL: what ships */
    pb__list    set;

    pb__race_given      given;
    const pb__race_kit *kit; /* instead of grids and models; NULL: they are read for this race */
} pb__race_choice;

typedef struct pb__race_notes {
    uint32_t     quarantined; /* rows of a lap CSV that were left out */
    bool         unseen;      /* laps were there and nothing of them was used (pb__race_choice.before) */
    bool         lap1_grid;   /* but the order at the end of lap 1, for want of a grid */
    pb_race_gaps gaps;        /* of a lap CSV cut at from_lap: what its rows left out; cars as the spec's */
} pb__race_notes;

/* Fills *spec; it passes pb_race_spec_check. */
pb_status pb__race_load(const pb__race_choice *choice, pb_race_spec *spec, pb__race_notes *notes, pb_error *error);

/* The laps a race was made of. */
typedef struct pb__race_laps {
    pb_race_log log; /* cut at from_lap; its cars are those of the spec, in order */
    bool        has; /* false: a race file, which has no laps */
    uint32_t    n_absent;
    char        absent[PB_CARS_MAX][8]; /* cars that completed no lap before the cut: not in the spec */
} pb__race_laps;

/* The same, and the laps with it. Free them in every case. */
pb_status pb__race_load_laps(const pb__race_choice *choice, pb_race_spec *spec, pb__race_laps *laps,
                             pb__race_notes *notes, pb_error *error);
void      pb__race_laps_free(pb__race_laps *laps);

/* A rule that was lowered, or that a car can no longer keep, in words: the first of
 * them from *at on, moved past it. False: no more. */
bool pb__race_relaxed(const pb_race_spec *spec, uint32_t *at, char *out, size_t cap);

/* ---- race_set.c ---- */

/* "pit.loss_s=22" and so on, on a race: the key is the path in the race file, with dots;
 * a car is named by its code or number in the list, a compound by its name. */
pb_status pb__race_set(pb_race_spec *spec, const pb__list *settings, pb_error *error);

#endif
