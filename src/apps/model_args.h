/* model_args.h - what the commands about models understand alike. */
#ifndef PB_APPS_MODEL_ARGS_H
#define PB_APPS_MODEL_ARGS_H

#include "options.h"
#include "pitboard/predict_registry.h"

/* The folder: what was given, else the user's. */
pb_status model_args_dir(const char *option, char out[PB_REGISTRY_PATH_MAX], pb_error *error);
/* A kind by name; the message lists them and the nearest. */
pb_status model_args_kind(const char *name, const pb_model_kind **out, pb_error *error);
/* "pitcall:3" or, where *version may stay as it is, "pitcall". */
pb_status model_args_version(const char *text, const pb_model_kind **kind, bool *has_version, uint32_t *version,
                             pb_error *error);
/* "2022:10", for the option of this name; NULL leaves both alone. */
pb_status model_args_race(const char *option, const char *text, int *season, int *round, pb_error *error);

#endif
