/* train_report.h - trained models as a table and as JSON.
 *
 * Used by the train and models commands only. */
#ifndef PB_APPS_TRAIN_REPORT_H
#define PB_APPS_TRAIN_REPORT_H

#include <stdio.h>

#include "pitboard/codec.h"
#include "train_run.h"

/* Where a trained model went. */
typedef struct train_stored {
    uint32_t number; /* version in the registry, 0: not there */
    bool     promoted;
    char     path[PB_REGISTRY_PATH_MAX]; /* file it was written to with --out, "" else */
} train_stored;

void train_table(const train_kind *t, const train_stored *stored, size_t n, FILE *to);
void train_json(const train_kind *t, const train_stored *stored, size_t n, FILE *to);
void train_put(const train_kind *t, const train_stored *stored, size_t n, pb_json_writer *to); /* as a value */
/* The keys that describe a version, into an open object. */
void train_put_meta(pb_json_writer *w, const pb_model_meta *meta);

#endif
