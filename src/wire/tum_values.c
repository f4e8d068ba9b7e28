/* Numbers of a TUM file, where null means "not used". */
#include "tum_race.h"

pb_json pb__tum_root(const pb__tum_race *race, int doc)
{
    return pb_json_root(race->docs[doc]);
}

pb_json pb__tum_of_car(const pb__tum_race *race, int doc, int c)
{
    return pb_json_get(pb__tum_root(race, doc), race->spec->cars[c].code);
}

pb_status pb__tum_may(const pb__tum_race *race, pb_json object, const char *key, double lo, double hi, double *out)
{
    pb_json at = pb_json_get(object, key);
    if (!pb_json_present(at) || pb_json_is_null(at)) return PB_OK;
    return pb_json_f64(at, lo, hi, out, race->error);
}

pb_status pb__tum_need(const pb__tum_race *race, pb_json object, const char *key, double lo, double hi, double *out)
{
    pb_json at = pb_json_get(object, key);
    PB_TRY(pb_json_need(at, race->error));
    return pb_json_f64(at, lo, hi, out, race->error);
}
