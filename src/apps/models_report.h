/* models_report.h - versions of models as tables and JSON.
 *
 * Used by the models command only. */
#ifndef PB_APPS_MODELS_REPORT_H
#define PB_APPS_MODELS_REPORT_H

#include <stdio.h>

#include "pitboard/predict_registry.h"

/* All versions of one kind. */
typedef struct models_of_kind {
    const pb_model_kind *kind;
    pb_model_version    *versions;
    size_t               n;
    pb_model_choice      choice; /* what is used now */
} models_of_kind;

/* dir "": what ships alone. free() versions in every case. */
pb_status models_gather(const char *dir, const pb_model_kind *kind, models_of_kind *out, pb_error *error);

void models_list_table(const models_of_kind *list, size_t n, FILE *to);
void models_list_json(const models_of_kind *list, size_t n, const char *dir, FILE *to);
/* One of them, as a value. */
void models_kind_put(const models_of_kind *kind, pb_json_writer *to);
void models_show_table(const pb_model_kind *kind, uint32_t number, const pb_model *model, FILE *to);
void models_show_json(const pb_model_kind *kind, uint32_t number, const pb_model *model, FILE *to);

#endif
