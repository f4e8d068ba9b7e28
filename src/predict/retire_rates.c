#include "retire_rates.h"

#include <math.h>
#include <string.h>

#include "pitboard/num.h"

#define BEFORE_PROB 0.15   /* of the field before any race, 2014-2017 */
#define BEFORE_STARTS 20.0 /* what that counts as: one race */

static double fade(double half_life_races)
{
    return pb_exp(-M_LN2 / half_life_races);
}

void pb__retire_rates_init(const pb_form_rules *rules, pb__retire_rates *rates)
{
    memset(rates, 0, sizeof *rates);
    rates->field_fade = fade(rules->retire_field_races);
    rates->car_fade   = fade(rules->retire_car_races);
    rates->shrink     = rules->retire_shrink_starts;
    rates->field      = (pb__retire_count){BEFORE_PROB * BEFORE_STARTS, BEFORE_STARTS};
}

double pb__retire_field_prob(const pb__retire_rates *rates)
{
    return rates->field.retired / rates->field.starts;
}

static double shrunk(const pb__retire_count *count, double to, double starts)
{
    return (count->retired + starts * to) / (count->starts + starts);
}

double pb__retire_car_prob(const pb__retire_rates *rates, const pb__form_entry *car)
{
    double team = shrunk(&rates->of[car->team], pb__retire_field_prob(rates), rates->shrink);
    return shrunk(&rates->of[car->driver], team, rates->shrink);
}

static void add(pb__retire_count *count, const pb__form_entry *car)
{
    count->starts += 1;
    count->retired += car->retired;
}

static void fade_count(pb__retire_count *count, double kept)
{
    count->starts *= kept;
    count->retired *= kept;
}

/* The field keeps at least one race's weight of what was before. */
void pb__retire_rates_see(pb__retire_rates *rates, const pb__form_race *race)
{
    bool any = false;
    for (uint32_t c = 0; c < race->n; c++) any |= race->car[c].started;
    if (!any) return;
    fade_count(&rates->field, rates->field_fade);
    for (uint32_t i = 0; i < PB__FORM_NAMES_MAX; i++) fade_count(&rates->of[i], rates->car_fade);
    for (uint32_t c = 0; c < race->n; c++) {
        if (!race->car[c].started) continue;
        add(&rates->field, &race->car[c]);
        add(&rates->of[race->car[c].driver], &race->car[c]);
        add(&rates->of[race->car[c].team], &race->car[c]);
    }
}
