/* form_learn.h - rules of form from races that are read already.
 *
 * Shared inside predict only. */
#ifndef PB_PREDICT_FORM_LEARN_H
#define PB_PREDICT_FORM_LEARN_H

#include "form_filter.h"
#include "retire_rates.h"

void pb__form_learn_field(const pb__form_field *field, bool quick, pb_form_rules *rules);
/* Form before each race of the field; out has field->n, season and round are left
 * to the caller. */
pb_status pb__form_walk_field(const pb__form_field *field, const pb_form_rules *rules, pb_form *out, pb_error *error);

#endif
