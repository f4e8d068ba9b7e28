/* theme.h - shapes with classes instead of colours: one style sheet for a light
 * page and one for a dark one.
 *
 * Classes: i ink, f faint ink, g grid line, p page; b-sc, b-vsc, b-red bands;
 * t-1 .. t-9 compounds (and n-1 .. n-9 ink on them); l-0 .. l-9 lines of teams
 * (and m-0 .. m-9 text and dots in that colour); h bold, d dashed, o with an
 * outline of the page's colour, to be read across lines. */
#ifndef PB_NARRATE_THEME_H
#define PB_NARRATE_THEME_H

#include "svg.h"

#define PB__TEAM_COLOURS 10

typedef struct pb__box {
    double x, y, w, h;
} pb__box;

/* title is for people who cannot see it, description what it shows. */
void pb__theme_begin(pb__svg *svg, FILE *to, double width, double height, const char *title, const char *description);
void pb__theme_rect(pb__svg *svg, pb__box box, double radius, const char *classes, const char *tip);
void pb__theme_line(pb__svg *svg, pb__point a, pb__point b, const char *classes);
void pb__theme_path(pb__svg *svg, const pb__point *points, size_t n, const char *classes);
void pb__theme_dot(pb__svg *svg, pb__point at, double radius, const char *classes, const char *tip);
void pb__theme_text(pb__svg *svg, pb__point at, pb__anchor anchor, double size, const char *classes, const char *text);

#endif
