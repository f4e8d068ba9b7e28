/* profile_run.h - what the profile command asks and shows.
 *
 * Used by the profile command only. */
#ifndef PB_APPS_PROFILE_RUN_H
#define PB_APPS_PROFILE_RUN_H

#include <stdio.h>

#include "options.h"
#include "pitboard/predict_profile.h"

typedef struct profile_source {
    const char *store;
    pb__list    data; /* folders or lap files in place of a store */
    const char *grids;
    int32_t     season_from, season_to; /* races the field is made of; 0: all */
} profile_source;

/* Release with pb_profile_book_fini. */
pb_status profile_read(const profile_source *source, pb_profile_book *out, pb_error *error);

/* For people. */
pb_status profile_table(const pb_profile_book *book, pb_profile_of of, int32_t who, int season, FILE *to,
                        pb_error *error);
pb_status profile_list_table(const pb_profile_book *book, pb_profile_of of, int season, FILE *to, pb_error *error);
/* What of a season comes back in the next, measure by measure. */
pb_status profile_proof(const pb_profile_book *book, bool json, FILE *to, pb_error *error);

#endif
