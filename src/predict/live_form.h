/* live_form.h - what earlier races say of the cars of a race: where drivers and
 * teams finished, how fast they were, what a stop costs here.
 *
 * Means over earlier races that fade with every race, shrunk to the middle of the
 * field. Nothing of the race itself is read but who drives for whom.
 *
 * Shared inside predict only. */
#ifndef PB_LIVE_FORM_H
#define PB_LIVE_FORM_H

#include "pitboard/predict_model.h"

typedef struct pb__form_car {
    double driver_place, team_place; /* mean place, of 20 */
    double driver_pace, team_pace;   /* green pace against the field's, per cent; > 0 slower */
} pb__form_car;

typedef struct pb__form {
    pb__form_car car[PB_CARS_MAX]; /* as in the log */
    double       loss_s;           /* of a green stop at this circuit, in- and out-lap against clean ones */
} pb__form;

/* What one race adds; computed once a race. */
typedef struct pb__form_race {
    int16_t  season;
    char     circuit[32];
    uint32_t n;
    struct {
        char   code[8], team[40];
        double place; /* of 20 */
        double pace;  /* per cent, NAN without enough clean laps */
    } car[PB_CARS_MAX];
    double loss_s; /* median, NAN: fewer than five stops */
} pb__form_race;

/* Of race `at` of a history; false when it says nothing (not usable, a sprint). */
bool pb__form_race_of(const pb_history_race *race, pb__form_race *out);

/* Form before race `at`: everything earlier in the history. PB_E_NOMEM. */
pb_status pb__form_before(const pb_history *history, size_t at, pb__form *out);
/* The same from races that were read already, oldest first. */
void pb__form_from(const pb__form_race *const *races, size_t n, const pb_race_log *log, pb__form *out);

/* Median of the field's clean laps of every lap number, s; NAN with fewer than
 * five. field has PB_LAPS_MAX + 1. */
void pb__field_laps(const pb_race_log *log, double *field);

#endif
