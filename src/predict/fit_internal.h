/* fit_internal.h - one race being turned into a race file: what the parts of
 * the fit hand to each other.
 *
 * Order of the parts: check, tyres, pace, plans, pit, neutral, weather, state,
 * match. Each reads what came before and writes its own piece of the spec, with
 * a note for every number.
 *
 * Shared inside predict; fit_*.c only. */
#ifndef PB_PREDICT_FIT_INTERNAL_H
#define PB_PREDICT_FIT_INTERNAL_H

#include "pace_model.h"
#include "pitboard/predict.h"

#define PB__NO_COMPOUND 255

typedef struct pb__fit {
    const pb_race_log      *log;
    const pb_prior         *prior;
    const pb_prior_circuit *circuit; /* of the prior; NULL when it has not been seen */
    const pb_fit_options   *options;
    pb_race_spec           *spec;
    pb_race_outcome         outcome;
    bool                    has_laps; /* outcome and pace hold something */
    bool                    has_pace;
    pb__pace_model          pace;
    uint16_t                laps;                       /* race distance that will be played */
    uint8_t                 compound_of[PB_COMPOUND_N]; /* index in spec->compounds or PB__NO_COMPOUND */
    uint32_t                n_phases;
    pb_neutral_phase        phases[32];
} pb__fit;

/* Refuses a log that cannot be played, with the reason. Before the first lap no
 * lap has a time. */
pb_status pb__fit_check(const pb_race_log *log, bool need_times, pb_error *error);

void pb__fit_tyres(pb__fit *fit);   /* compounds, wear, offsets, warm-up, evolution, base lap */
void pb__fit_grid(pb__fit *fit);    /* cars, numbers, teams, slots */
void pb__fit_pace(pb__fit *fit);    /* pace and its uncertainty of each car */
void pb__fit_plans(pb__fit *fit);   /* stops as they were, or a plausible continuation */
void pb__fit_pit(pb__fit *fit);     /* pit loss, team stops */
void pb__fit_neutral(pb__fit *fit); /* phases as they were */
void pb__fit_weather(pb__fit *fit); /* level of each lap, wetness */
void pb__fit_onset(pb__fit *fit);   /* rain that has just begun in a race that was dry */
void pb__fit_state(pb__fit *fit);   /* where everybody stands at the end of from_lap */
/* The in-lap at whose end a car went into the lane to stop, and from where it has
 * not come round again; NULL when it is on the track, or in the lane for another
 * reason: see fit_lane.c. */
const pb_lap *pb__fit_open_stop(const pb__fit *fit, uint32_t car);
/* Moves each car's pace until the played race has the recorded green pace. */
pb_status pb__fit_match(pb__fit *fit, pb_error *error);

#endif
