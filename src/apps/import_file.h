/* import_file.h - one file on its way in. */
#ifndef PB_APPS_IMPORT_FILE_H
#define PB_APPS_IMPORT_FILE_H

#include "grids.h"
#include "import_list.h"
#include "pitboard/predict.h"

typedef struct pb__import {
    const char      *format; /* "auto", "fastf1", "tum", "pitboard" */
    const char      *out;    /* NULL: write nothing */
    bool             out_is_dir;
    const pb_prior  *prior;
    pb__grids        grids;
    pb_race_spec    *spec; /* to work in */
    pb__import_list *list;
} pb__import;

bool pb__import_knows(const char *format);

/* Adds the file's race and its quarantined rows to the list. An error means that
 * the file holds no race; the list is as it was. */
pb_status pb__import_file(const pb__import *import, const char *path, pb_error *error);

#endif
