/* retire_rates.h - how often cars do not take the flag: the field, each team,
 * each driver, the newest races first.
 *
 * Counts fade with every race. A team's rate is its counts on top of the field's
 * rate taken as so many starts, a driver's on top of the team's in the same way:
 * shrunk hard, for who retires is mostly luck (docs/models/retire.md).
 *
 * Shared inside predict only. */
#ifndef PB_PREDICT_RETIRE_RATES_H
#define PB_PREDICT_RETIRE_RATES_H

#include "form_seen.h"

typedef struct pb__retire_count {
    double retired, starts;
} pb__retire_count;

typedef struct pb__retire_rates {
    double           field_fade, car_fade; /* share kept from race to race */
    double           shrink;               /* starts */
    pb__retire_count field;
    pb__retire_count of[PB__FORM_NAMES_MAX];
} pb__retire_rates;

void   pb__retire_rates_init(const pb_form_rules *rules, pb__retire_rates *rates);
double pb__retire_field_prob(const pb__retire_rates *rates);
double pb__retire_car_prob(const pb__retire_rates *rates, const pb__form_entry *car);
void   pb__retire_rates_see(pb__retire_rates *rates, const pb__form_race *race);

#endif
