/* A gain with its interval, in JSON: see json_gain.h. */
#include "json_gain.h"

#define DECIMALS 6

void json_gain(pb_json_writer *w, const char *key, const pb_gain *gain, const char *unit)
{
    pb_json_object(w, key);
    pb_json_put_fixed(w, "value", gain->value, DECIMALS);
    pb_json_put_fixed(w, "lo", gain->lo, DECIMALS);
    pb_json_put_fixed(w, "hi", gain->hi, DECIMALS);
    pb_json_put_text(w, "unit", unit);
    pb_json_object_end(w);
}
