/* terminal.h - what depends on who is reading: colour, a progress bar, bars of
 * blocks.
 *
 * Colour only on a terminal, and never when NO_COLOR is set (no-color.org). */
#ifndef PB_APPS_TERMINAL_H
#define PB_APPS_TERMINAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

typedef enum pb__ink { PB__PLAIN, PB__BOLD, PB__DIM, PB__RED, PB__GREEN, PB__YELLOW } pb__ink;

/* The escape sequence for this ink on this stream, "" where it has no place. */
const char *pb__paint(FILE *to, pb__ink ink);
bool        pb__utf8(void);

/* A bar on standard error for work that takes over a second; nothing when that
 * is no terminal. Times come from the caller's clock, in seconds. */
typedef struct pb__progress {
    const char *what; /* "races" */
    double      started_s, shown_s;
} pb__progress;

void pb__progress_begin(pb__progress *p, const char *what);
void pb__progress_show(pb__progress *p, uint64_t done, uint64_t all);
/* Takes the bar off the screen again, if there is one. */
void pb__progress_clear(void);

/* "1,234,567" in a buffer of at least 27 bytes. Returns the buffer. */
char *pb__thousands(uint64_t n, char *to);
/* Writes text padded or cut to this many columns (one per code point). */
void pb__put_cell(FILE *to, const char *text, size_t columns);
/* One of nine steps of a bar for share in [0, 1]; " " for none at all. */
const char *pb__block(double share);

#endif
