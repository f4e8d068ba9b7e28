/* say.h - sentences put together within bounds, and how numbers and cars are
 * said. Shared inside narrate; say_*.c. */
#ifndef PB_NARRATE_SAY_H
#define PB_NARRATE_SAY_H

#include "pitboard/race_call.h"

/* A text being written. `good` goes false where something cannot be said; what
 * does not fit is cut. */
typedef struct pb__say {
    char  *out;
    size_t cap, len;
    bool   good;
} pb__say;

void pb__say_begin(pb__say *say, char *out, size_t cap);
/* Takes the text back where it is not good; returns whether it is. */
bool pb__say_end(pb__say *say);

void pb__say_text(pb__say *say, const char *text);
void pb__say_part(pb__say *say, const char *text, size_t len);
/* Whole laps, places and the like. */
void pb__say_whole(pb__say *say, double n);
void pb__say_fixed(pb__say *say, double value, int decimals);
void pb__say_percent(pb__say *say, double p);

/* In the race file and, when that is under way, still running. */
bool pb__say_runs(const pb_race_spec *spec, uint8_t car);
/* The code of a car that runs; else the sentence is not good. */
void pb__say_car(pb__say *say, const pb_race_spec *spec, uint8_t car);
/* Its surname where that is known, else the code. */
void pb__say_name(pb__say *say, const pb_race_spec *spec, uint8_t car);

#endif
