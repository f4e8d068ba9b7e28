/* stops_view.h - what a view holds; stops_view.c makes and asks it, stops_kind.c
 * gives its reasons.
 *
 * Shared inside predict only. */
#ifndef PB_PREDICT_STOPS_VIEW_H
#define PB_PREDICT_STOPS_VIEW_H

#include "stops_parts.h"

struct pb_stops_view {
    char              circuit[32];
    int16_t           season;
    uint16_t          laps;
    uint32_t          least; /* stops, by the rules */
    pb__stops_place   place; /* borrows circuit */
    pb__stops_book    book;
    pb__stops_learned learned;
    pb__stops_signs   signs;
    double            p_stops[PB_STOPS_MAX + 1]; /* of the race, before teams and rules */
    pb__stops_past   *past;
    size_t            n_past;
};

#endif
