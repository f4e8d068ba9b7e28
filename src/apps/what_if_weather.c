/* what_if_weather: see there. */
#include "what_if_weather.h"

#include <math.h>

#include "api_ask.h"

typedef struct rain {
    uint32_t from, to; /* laps; from 0: none */
    double   soak;
} rain;

double what_if_wetness(const pb_race_spec *spec)
{
    const pb_weather_spec *w   = &spec->weather;
    uint32_t               lap = spec->from_lap > 0 ? spec->from_lap : 1;
    if (w->known_laps == 0) return 0;
    return w->wetness_frac[lap < w->known_laps ? lap : w->known_laps];
}

static pb_status read_frac(pb_json at, const char *key, double *out, bool *told, pb_error *error)
{
    pb_error why   = {0};
    pb_json  value = pb_json_get(at, key);
    *told          = pb_json_present(value) && !pb_json_is_null(value);
    if (!*told || pb_json_f64(value, 0, 1, out, &why) == PB_OK) return PB_OK;
    return pb_error_set(error, PB_E_RULE, "%s: from 0, dry, to 1, soaked", value.pointer);
}

/* Laps of rain: told with its beginning, and of the race. */
static pb_status check_rain(pb_json at, const pb_race_spec *spec, const rain *r, bool soaks, pb_error *error)
{
    uint32_t laps = spec->rules.laps;
    if (r->from == 0 && (r->to > 0 || soaks))
        return pb_error_set(error, PB_E_RULE, "%s/rain_from: from which lap does it rain?", at.pointer);
    if (r->from != 0 && (r->from <= spec->from_lap || r->from > laps))
        return pb_error_set(error, PB_E_RULE, "%s/rain_from: the laps to come are %u to %u", at.pointer,
                            spec->from_lap + 1u, laps);
    if (r->to > laps)
        return pb_error_set(error, PB_E_RULE, "%s/rain_to: the race has %u laps; left out: to the end", at.pointer,
                            laps);
    if (r->to > 0 && r->to < r->from)
        return pb_error_set(error, PB_E_RULE, "%s/rain_to: it cannot end on lap %u when it begins on lap %u",
                            at.pointer, r->to, r->from);
    return PB_OK;
}

static pb_status read_rain(pb_json at, const pb_race_spec *spec, rain *r, pb_error *error)
{
    bool soaks;
    r->soak = spec->weather.soak_frac;
    PB_TRY(api_read_u32(at, "rain_from", 1, PB_LAPS_MAX, &r->from, error));
    PB_TRY(api_read_u32(at, "rain_to", 1, PB_LAPS_MAX, &r->to, error));
    PB_TRY(read_frac(at, "soak", &r->soak, &soaks, error));
    PB_TRY(check_rain(at, spec, r, soaks, error));
    if (r->to == 0) r->to = spec->rules.laps;
    return PB_OK;
}

/* Lap after lap from the moment on. */
static void wet_laps(pb_race_spec *spec, const rain *r, double now)
{
    pb_weather_spec *w = &spec->weather;
    for (uint32_t lap = 1; lap <= spec->rules.laps; lap++) {
        if (lap <= spec->from_lap && lap <= w->known_laps) continue; /* as it was */
        if (lap > spec->from_lap) {
            bool falls = r->from > 0 && lap >= r->from && lap <= r->to;
            now        = falls ? fmax(now, fmin(now + w->wetting_frac, r->soak)) : fmax(now - w->drying_frac, 0);
        }
        w->wetness_frac[lap] = now;
    }
    if (spec->from_lap == 0) w->rain_prob = 0;
    w->known_laps = spec->rules.laps;
    spec->effects |= PB_EFFECT_WEATHER | PB_EFFECT_REACT_RAIN;
}

pb_status what_if_weather(pb_json at, pb_race_spec *spec, what_if_change *to, pb_error *error)
{
    rain   r   = {0};
    bool   wet = false;
    double now = what_if_wetness(spec);
    if (!pb_json_present(at) || pb_json_is_null(at)) return PB_OK;
    PB_TRY(read_frac(at, "track_wetness", &now, &wet, error));
    PB_TRY(read_rain(at, spec, &r, error));
    if (!wet && r.from == 0) return PB_OK;
    wet_laps(spec, &r, now);
    if (wet) what_if_say(to, "track wetness %.2f now", now);
    if (r.from > 0) what_if_say(to, "rain on laps %u to %u, up to %.2f", r.from, r.to, r.soak);
    to->other = true;
    return PB_OK;
}
