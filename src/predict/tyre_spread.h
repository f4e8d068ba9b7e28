/* tyre_spread.h - one number a race said, over many races: mean, and how much of
 * its spread belongs to the circuit, to the season, and to the race alone.
 *
 * Moment estimates: the circuit's share is the covariance of editions that follow
 * each other, the season's that of the means of seasons; each is kept between a
 * twentieth and most of the whole, so that a few races cannot make it 0 or all.
 *
 * Shared inside predict. */
#ifndef PB_PREDICT_TYRE_SPREAD_H
#define PB_PREDICT_TYRE_SPREAD_H

#include <stddef.h>
#include <stdint.h>

typedef struct pb__said {
    double  x, se, weight; /* NAN x: nothing said. weight falls with age */
    int     circuit;       /* 0 .. */
    int16_t season;
} pb__said;

typedef struct pb__spread {
    double mean, circuit_sd, season_sd, race_sd;
    double weight; /* races it rests on */
} pb__spread;

/* said by date. Keeps `fallback` where fewer than four races speak. */
pb__spread pb__spread_of(const pb__said *said, size_t n, const pb__spread *fallback);
/* Deviation of one circuit from the mean, shrunk, and what is left of its variance. */
double pb__spread_circuit(const pb__spread *s, const pb__said *said, size_t n, int circuit, double *left_var);

#endif
