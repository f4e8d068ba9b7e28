/* Numbers of a TUM file, where null means "not used". */
#include <stdlib.h>

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

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

double pb__tum_median(double *value, size_t n)
{
    PB_ASSERT(n > 0);
    qsort(value, n, sizeof *value, by_size);
    return n % 2 ? value[n / 2] : 0.5 * (value[n / 2 - 1] + value[n / 2]);
}
