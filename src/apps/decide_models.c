#include "decide_models.h"

#include <stdio.h>
#include <string.h>

static const char *const names[DECIDE_MODELS_N] = {
    [DECIDE_PITCALL] = "pitcall", [DECIDE_REJOIN] = "rejoin", [DECIDE_UNDERCUT] = "undercut",
    [DECIDE_RAIN] = "rain",       [DECIDE_PACE] = "pace",
};

const char *decide_model_name(decide_model which)
{
    return names[which];
}

pb_status decide_models_load(const char *dir, decide_models *out, pb_error *error)
{
    *out             = (decide_models){0};
    pb_status status = PB_OK;
    for (int k = 0; k < DECIDE_MODELS_N && status == PB_OK; k++) {
        const pb_model_kind *kind = pb_model_kind_find(names[k]);
        out->known[k]             = kind != NULL;
        if (kind) status = pb_registry_active(dir, kind, &out->at[k], &out->choice[k], error);
    }
    return status;
}

void decide_models_free(decide_models *models)
{
    for (int k = 0; k < DECIDE_MODELS_N; k++) pb_model_destroy(models->at[k]);
    *models = (decide_models){0};
}

void decide_model_why(const decide_models *models, decide_model which, char *out, size_t cap)
{
    const char *name = names[which], *fallback = models->choice[which].fallback;
    out[0] = '\0';
    if (!models->known[which])
        snprintf(out, cap, "%s: this version has no such model", name);
    else if (fallback[0])
        snprintf(out, cap, "%s: %s", name, fallback);
    else if (!models->at[which])
        snprintf(out, cap, "%s: no model to use", name);
}
