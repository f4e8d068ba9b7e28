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
/* Form before each of the races 0 .. at; out has at + 1. Race `at` shows its entry
 * list alone. */
pb_status pb__form_upto(const pb_history *history, size_t at, const pb_form_rules *rules, pb_form *out,
                        pb_error *error);

#endif
