/* row_weather: rain, by the station and by what the field does. */
#include <math.h>

#include "scene.h"

#define QUARTER_MS (15 * 60 * 1000)

/* The latest reading up to a time, NULL none. */
static const pb_weather_row *reading(const pb_scene_context *context, int32_t at_ms)
{
    const pb_weather_row *found = NULL;
    for (uint32_t i = 0; i < context->n_weather; i++) {
        const pb_weather_row *row = &context->weather[i];
        if (row->session_ms == PB_MS_NONE || row->session_ms > at_ms) continue;
        if (!found || row->session_ms >= found->session_ms) found = row;
    }
    return found;
}

static void station_part(const pb_scene *scene, int32_t at_ms, float *out)
{
    const pb_weather_row *now = reading(&scene->context, at_ms);
    if (!now) return;
    const pb_weather_row *then = reading(&scene->context, at_ms - QUARTER_MS);
    out[PB_LF_track_degc]      = now->track_degc;
    out[PB_LF_air_degc]        = now->air_degc;
    if (now->rain < 0) return;
    out[PB_LF_rain] = now->rain;
    if (then && then->rain >= 0) out[PB_LF_rain_change] = (float)(now->rain - then->rain);
}

/* Shares of running cars that changed between slicks and rain tyres on the last three laps. */
static void switches(const pb_scene *scene, double *to_rain, double *to_dry)
{
    uint32_t rain = 0, dry = 0;
    for (uint32_t k = 0; k < scene->n_order; k++) {
        const pb__car *car = &scene->car[scene->order[k]];
        for (uint32_t v = car->n_visits; v-- > 0 && car->visit[v].lap + 3 >= pb__last(car)->number;) {
            const pb__visit *visit = &car->visit[v];
            if (!visit->seen || visit->on == PB_COMPOUND_UNKNOWN || visit->off == PB_COMPOUND_UNKNOWN) continue;
            bool from_rain = pb_compound_is_wet((pb_compound)visit->off),
                 on_rain   = pb_compound_is_wet((pb_compound)visit->on);
            rain += !from_rain && on_rain;
            dry += from_rain && !on_rain;
        }
    }
    double n = scene->n_running ? scene->n_running : 1;
    *to_rain = rain / n;
    *to_dry  = dry / n;
}

void pb__row_weather(const pb_scene *scene, const pb__car *car, uint32_t index, float *out)
{
    double to_rain, to_dry;
    (void)index;
    switches(scene, &to_rain, &to_dry);
    out[PB_LF_wet_share]    = (float)scene->wet_share;
    out[PB_LF_wet_change_3] = (float)(scene->wet_share - scene->wet_share_3);
    out[PB_LF_to_rain_3]    = (float)to_rain;
    out[PB_LF_to_dry_3]     = (float)to_dry;
    out[PB_LF_cross_s]      = (float)scene->cross_s;
    station_part(scene, pb__last(car)->session_ms, out);
}
