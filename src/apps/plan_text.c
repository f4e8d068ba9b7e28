#include "plan_text.h"

#include <stdio.h>
#include <string.h>

static pb_status no_such(pb_span word, const char *option, const char *text, const pb_race_spec *spec, pb_error *error)
{
    const char *names[PB_COMPOUNDS_MAX];
    char        list[PB_COMPOUNDS_MAX * 18] = "";
    for (uint32_t k = 0; k < spec->n_compounds; k++) {
        names[k]    = spec->compounds[k].name;
        size_t used = strlen(list);
        snprintf(list + used, sizeof list - used, "%s%s", k ? ", " : "", names[k]);
    }
    const char *near = pb_nearest(word, names, spec->n_compounds);
    if (near)
        return pb_error_set(error, PB_E_USAGE, "%s %.60s: there is no tyre '%.*s' in this race; did you mean %s?",
                            option, text, (int)word.len, word.at, near);
    return pb_error_set(error, PB_E_USAGE, "%s %.60s: there is no tyre '%.*s' in this race; there are %s", option, text,
                        (int)word.len, word.at, list);
}

/* The next word up to a dash. */
static pb_span next_word(pb_span *list)
{
    const char *dash = memchr(list->at, '-', list->len);
    pb_span     word = {list->at, dash ? (size_t)(dash - list->at) : list->len};
    size_t      used = word.len + (dash ? 1 : 0);
    list->at += used;
    list->len -= used;
    return word;
}

static bool find(const pb_race_spec *spec, pb_span word, uint8_t *out)
{
    for (uint8_t k = 0; k < spec->n_compounds; k++)
        if (pb_span_equal_nocase(word, spec->compounds[k].name)) {
            *out = k;
            return true;
        }
    return false;
}

static pb_status read_sets(pb_span sets, const char *option, const char *text, const pb_race_spec *spec, pb_plan *plan,
                           pb_error *error)
{
    do {
        pb_span word = next_word(&sets);
        uint8_t k    = 0;
        if (plan->n_stints == PB_PLAN_STINTS)
            return pb_error_set(error, PB_E_USAGE, "%s %.60s: at most %d sets in a plan", option, text, PB_PLAN_STINTS);
        if (!find(spec, word, &k)) return no_such(word, option, text, spec, error);
        plan->stints[plan->n_stints++].compound = k;
    } while (sets.len > 0);
    return PB_OK;
}

static pb_status read_laps(pb_span laps, const char *option, const char *text, pb_plan *plan, pb_error *error)
{
    uint32_t n = 0;
    while (laps.len > 0) {
        pb_span word = next_word(&laps);
        int64_t lap  = 0;
        if (!pb_span_to_i64(word, &lap) || lap < 1 || lap > PB_LAPS_MAX)
            return pb_error_set(error, PB_E_USAGE, "%s %.60s: '%.*s' is no lap; stops are written as in MEDIUM-HARD,18",
                                option, text, (int)word.len, word.at);
        if (++n < plan->n_stints) plan->stints[n].in_lap = (uint16_t)lap;
    }
    if (n + 1 == plan->n_stints) return PB_OK;
    return pb_error_set(error, PB_E_USAGE, "%s %.60s: %u set(s) take %u stop(s), and %u lap(s) are given", option, text,
                        plan->n_stints, plan->n_stints - 1u, n);
}

pb_status plan_text_read(const char *text, const char *option, const pb_race_spec *spec, pb_plan *out, pb_error *error)
{
    pb_plan     plan  = {.weight_prob = 1};
    const char *comma = strchr(text, ',');
    pb_span     sets  = {text, comma ? (size_t)(comma - text) : strlen(text)},
            laps      = comma ? pb_span_of(comma + 1) : (pb_span){text, 0};
    PB_TRY(read_sets(sets, option, text, spec, &plan, error));
    PB_TRY(read_laps(laps, option, text, &plan, error));
    *out = plan;
    return PB_OK;
}

void plan_text_write(const pb_race_spec *spec, const pb_plan *plan, char out[PLAN_TEXT_MAX])
{
    size_t len = 0;
    for (uint32_t i = 0; i < plan->n_stints; i++)
        len += (size_t)snprintf(out + len, PLAN_TEXT_MAX - len, "%s%s", i ? "-" : "",
                                spec->compounds[plan->stints[i].compound].name);
    for (uint32_t i = 1; i < plan->n_stints; i++)
        len += (size_t)snprintf(out + len, PLAN_TEXT_MAX - len, "%c%u", i > 1 ? '-' : ',', plan->stints[i].in_lap);
}
