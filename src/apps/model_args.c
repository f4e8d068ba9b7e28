#include "model_args.h"

#include <stdio.h>
#include <string.h>

#define NAMES_MAX 32

pb_status model_args_dir(const char *option, char out[PB_REGISTRY_PATH_MAX], pb_error *error)
{
    if (!option) return pb_registry_default_dir(out, error);
    if (pb_span_copy(pb_span_of(option), out, PB_REGISTRY_PATH_MAX)) return PB_OK;
    return pb_error_set(error, PB_E_USAGE, "--models: the path is too long");
}

pb_status model_args_kind(const char *name, const pb_model_kind **out, pb_error *error)
{
    const char *names[NAMES_MAX];
    char        list[256] = "";
    size_t      n         = 0;
    for (; pb_model_kinds[n] && n < NAMES_MAX; n++) {
        names[n] = pb_model_kinds[n]->name;
        if (strcmp(names[n], name) == 0) {
            *out = pb_model_kinds[n];
            return PB_OK;
        }
        size_t used = strlen(list);
        snprintf(list + used, sizeof list - used, "%s%s", n ? ", " : "", names[n]);
    }
    const char *near = pb_nearest(pb_span_of(name), names, n);
    if (near) return pb_error_set(error, PB_E_USAGE, "'%s' is no kind of model; did you mean %s?", name, near);
    return pb_error_set(error, PB_E_USAGE, "'%s' is no kind of model; there are: %s", name, list);
}

pb_status model_args_version(const char *text, const pb_model_kind **kind, bool *has_version, uint32_t *version,
                             pb_error *error)
{
    char        name[64];
    int64_t     number = 0;
    const char *colon  = strchr(text, ':');
    pb_span     front  = {text, colon ? (size_t)(colon - text) : strlen(text)};
    if (!pb_span_copy(front, name, sizeof name))
        return pb_error_set(error, PB_E_USAGE, "'%s' is no kind of model", text);
    PB_TRY(model_args_kind(name, kind, error));
    *has_version = colon != NULL;
    if (!colon) return PB_OK;
    if (!pb_span_to_i64(pb_span_of(colon + 1), &number) || number < 0 || number > 9999)
        return pb_error_set(error, PB_E_USAGE, "'%s': a version is a number from 0 (what ships) on, as %s:1", text,
                            name);
    *version = (uint32_t)number;
    return PB_OK;
}

pb_status model_args_race(const char *option, const char *text, int *season, int *round, pb_error *error)
{
    int64_t s = 0, r = 0;
    if (!text) return PB_OK;
    const char *colon = strchr(text, ':');
    bool        right = colon && pb_span_to_i64((pb_span){text, (size_t)(colon - text)}, &s) &&
                 pb_span_to_i64(pb_span_of(colon + 1), &r);
    if (!right || s < 1950 || s > 2200 || r < 1 || r > 99)
        return pb_error_set(error, PB_E_USAGE, "%s takes SEASON:ROUND as 2022:10, not %s", option, text);
    *season = (int)s;
    *round  = (int)r;
    return PB_OK;
}
