/* form_seen.h - what earlier races show of the strength of their cars, with
 * drivers and teams as numbers.
 *
 * Shared inside predict only. */
#ifndef PB_PREDICT_FORM_SEEN_H
#define PB_PREDICT_FORM_SEEN_H

#include "pitboard/predict_form.h"

#define PB__FORM_NAMES_MAX 320 /* drivers and teams of a history */

/* A car in a race. Index = index in the log. */
typedef struct pb__form_entry {
    int16_t driver, team;        /* numbers in pb__form_field.name */
    double  seen[PB_FORM_VIEWS]; /* NAN: not seen */
    bool    started, retired;    /* for the rates of retirement; started is false where nothing can be said */
} pb__form_entry;

typedef struct pb__form_race {
    int16_t         season;
    bool            sprint;
    uint32_t        n;
    pb__form_entry *car;
} pb__form_race;

typedef struct pb__form_field {
    pb__form_race *race; /* one a race of the history */
    size_t         n;
    char (*name)[40];
    uint32_t n_names;
    pb_arena arena;
} pb__form_field;

/* Reads races 0 .. last of a history; what race `last` itself shows stays unread
 * (entry list alone) unless `whole`. Release with pb__form_field_fini. */
pb_status pb__form_field_init(const pb_history *history, size_t last, bool whole, pb__form_field *field,
                              pb_error *error);
void      pb__form_field_fini(pb__form_field *field);

/* Median clean lap against the field's on the same lap number, % of the best lap,
 * 0 the median car; NAN with fewer than five such laps. Clean: pb_lap_is_clean,
 * lap >= 4, within 107 % of the best (160 % in a wet race). */
void pb__form_pace(const pb_history_race *race, double pace_pct[PB_CARS_MAX]);

#endif
