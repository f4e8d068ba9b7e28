/* A race file of the TUM race simulation (Heilmeier et al. 2018): becomes a race
 * spec with the real stops and phases. */
#include <stdlib.h>
#include <string.h>

#include "ini_json.h"
#include "tum_race.h"

/* What the TUM model does not have. Weather: its rain tyres carry their pace on the
 * wet track in k_0. Reactions: the stops are those that were made. */
#define EFFECTS_OFF                                                                                                    \
    (PB_EFFECT_WEATHER | PB_EFFECT_REACT_RAIN | PB_EFFECT_REACT_SC | PB_EFFECT_COVER | PB_EFFECT_PLAN_JITTER |         \
     PB_EFFECT_PENALTIES | PB_EFFECT_RED_FLAG)

static const struct {
    const char *section, *key;
} wanted[PB__TUM_DOCS] = {
    [PB__TUM_RACE] = {"RACE_PARS", "race_pars"},        [PB__TUM_TRACK] = {"TRACK_PARS", "track_pars"},
    [PB__TUM_CARS] = {"CAR_PARS", "car_pars"},          [PB__TUM_TYRES] = {"TIRESET_PARS", "tireset_pars"},
    [PB__TUM_DRIVERS] = {"DRIVER_PARS", "driver_pars"}, [PB__TUM_EVENTS] = {"EVENT_PARS", "event_pars"},
};

static pb_status open_documents(pb__tum_race *race, pb_span text)
{
    for (int d = 0; d < PB__TUM_DOCS; d++) {
        pb__ini_entry entry;
        PB_TRY(pb__ini_find(text, race->path, wanted[d].section, wanted[d].key, &entry, race->error));
        PB_TRY(pb__ini_parse(&entry, race->path, &race->docs[d], race->error));
        PB_TRY(pb_json_is_object(pb__tum_root(race, d), race->error));
    }
    return PB_OK;
}

static pb_status check_spec(const pb__tum_race *race)
{
    pb_error  found;
    pb_status status = pb_race_spec_check(race->spec, &found);
    if (status == PB_OK) return PB_OK;
    return pb_error_set(race->error, status, "%s: as a race: %s", race->path, found.text);
}

static pb_status read_steps(pb__tum_race *race, pb_span text)
{
    PB_TRY(open_documents(race, text));
    PB_TRY(pb__tum_read_track(race));
    PB_TRY(pb__tum_read_plans(race));
    PB_TRY(pb__tum_read_tyres(race));
    PB_TRY(pb__tum_read_cars(race));
    PB_TRY(pb__tum_read_events(race));
    return check_spec(race);
}

pb_status pb_wire_read_tum(pb_span text, const char *path, pb_race_spec *spec, pb_error *error)
{
    pb__tum_race race = {.path = path, .error = error, .spec = malloc(sizeof *spec)};
    if (!race.spec) return pb_error_set(error, PB_E_NOMEM, "%s: out of memory", path);
    pb_race_spec_default(race.spec);
    race.spec->effects &= ~(uint32_t)(EFFECTS_OFF);
    pb_race_spec_note(race.spec, "/effects", 0, "what the TUM model lacks is off; its plans are followed as they are");
    pb_status status = pb_span_trim(text).len ? read_steps(&race, text)
                                              : pb_error_set(error, PB_E_EMPTY, "%s: the file is empty", path);
    if (status == PB_OK) *spec = *race.spec;
    for (int d = 0; d < PB__TUM_DOCS; d++) pb_json_free(race.docs[d]);
    free(race.spec);
    return status;
}

bool pb_wire_is_tum(pb_span text)
{
    static const char head[] = "[RACE_PARS]";
    size_t            window = text.len < 65536 ? text.len : 65536;
    return window > 0 && memmem(text.at, window, head, sizeof head - 1) != NULL;
}
