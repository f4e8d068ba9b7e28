/* form_filter.h - one view of strength followed through the races.
 *
 * The state holds every driver and team seen so far and, first, what the whole
 * field of a race has in common (who is missing shifts all scores). One car of
 * one race is seen as common + team + driver + noise. A result further than three
 * sigmas from what was expected counts as three: a wing lost on lap 1 is no news
 * of strength.
 *
 * Shared inside predict only. */
#ifndef PB_PREDICT_FORM_FILTER_H
#define PB_PREDICT_FORM_FILTER_H

#include "form_seen.h"

typedef struct pb__form_filter {
    pb_form_rule rule;
    int          view;
    int16_t      season;                   /* of the newest race, 0 none */
    uint32_t     n, cap;                   /* states in use; row length of cov */
    int16_t      slot[PB__FORM_NAMES_MAX]; /* state of a name, 0: not yet seen */
    bool         team[PB__FORM_NAMES_MAX]; /* by state */
    double      *mean;                     /* cap */
    double      *cov;                      /* cap x cap */
    double      *gain;                     /* cap, scratch */
} pb__form_filter;

/* For names 0 .. n_names - 1. Release with pb__form_filter_fini. */
pb_status pb__form_filter_init(const pb_form_rule *rule, int view, uint32_t n_names, pb__form_filter *filter);
void      pb__form_filter_fini(pb__form_filter *filter);

/* Strengths move on to the start of this race, whose cars enter where they are new. */
void pb__form_filter_move(pb__form_filter *filter, const pb__form_race *race);
/* Mean and variance of a car's strength; of a race that was moved to. */
void pb__form_filter_read(const pb__form_filter *filter, const pb__form_entry *car, double *team, double *driver,
                          double *var);
/* Learns from what the race showed. Returns the log likelihood of it, less what
 * is common to all rules. */
double pb__form_filter_see(pb__form_filter *filter, const pb__form_race *race);

#endif
