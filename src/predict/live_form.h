/* live_form.h - what earlier races say of a race: how strong its cars are (form)
 * and what a stop costs at its circuit.
 *
 * Shared inside predict only. */
#ifndef PB_LIVE_FORM_H
#define PB_LIVE_FORM_H

#include "pitboard/predict_form.h"

typedef struct pb__live_form {
    pb_form form;   /* cars as in the log */
    double  loss_s; /* a green stop, in- and out-lap against clean ones */
} pb__live_form;

/* Before race `at`. PB_E_NOMEM, PB_E_RANGE. */
pb_status pb__live_form_before(const pb_history *history, size_t at, const pb_form_rules *rules, pb__live_form *out,
                               pb_error *error);
/* Before every race; out has history->n. */
pb_status pb__live_form_walk(const pb_history *history, const pb_form_rules *rules, pb__live_form *out,
                             pb_error *error);

/* What a green stop cost before race `at`: median of the newest earlier edition
 * with five stops, else of the races before it. */
double pb__live_loss_before(const pb_history *history, size_t at);

#endif
