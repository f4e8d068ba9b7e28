/* weather_seen: what others fit tells how wet the track is. */
#include <math.h>

#include "pitboard/predict.h"

void pb_fit_change_seen(pb_race_spec *spec, pb_tyre_kind to)
{
    pb_weather_spec *w    = &spec->weather;
    uint32_t         from = spec->from_lap;
    double           even = to == PB_TYRE_WET ? pb_weather_even_at(w, PB_TYRE_INTERMEDIATE, PB_TYRE_WET, 0)
                                              : pb_weather_even_at(w, PB_TYRE_SLICK, PB_TYRE_INTERMEDIATE, 0),
           step           = to == PB_TYRE_SLICK ? w->drying_frac : w->wetting_frac;
    double now            = to == PB_TYRE_SLICK ? fmin(w->wetness_frac[from], even) : fmax(w->wetness_frac[from], even);
    if (from == 0) return;
    w->wetness_frac[from] = now;
    w->known_laps         = (uint16_t)from;
    if (from > 1) w->wetness_frac[from - 1] = to == PB_TYRE_SLICK ? fmin(now + step, 1) : fmax(now - step, 0);
    pb_race_spec_note(spec, "/weather/wetness_frac", 1, "somebody changes to %s tyres: taken as the crossover",
                      to == PB_TYRE_SLICK ? "slick" : "wet");
}
