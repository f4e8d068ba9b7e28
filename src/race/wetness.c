/* wetness: what a wet track costs on which tyre, and where two tyres are even. */
#include "pitboard/race_spec.h"

double pb_weather_loss_s(const pb_weather_spec *w, pb_tyre_kind kind, double wetness_frac)
{
    return w->dry_lap_s[kind] + w->wet_slope_s[kind] * wetness_frac +
           w->wet_curve_s[kind] * wetness_frac * wetness_frac;
}

double pb_weather_even_at(const pb_weather_spec *w, pb_tyre_kind drier, pb_tyre_kind wetter, double more_s)
{
    double lo = 0, hi = 1;
    for (int i = 0; i < 40; i++) {
        double mid = (lo + hi) / 2;
        if (pb_weather_loss_s(w, drier, mid) - pb_weather_loss_s(w, wetter, mid) < more_s)
            lo = mid;
        else
            hi = mid;
    }
    return (lo + hi) / 2;
}
