/* svg.h - the few shapes a chart needs, written to a stream.
 *
 * Coordinates are pixels, y downwards. Text is escaped. Colours are strings of
 * the caller ("#0072b2"). No fonts are loaded: the reader's own sans serif. */
#ifndef PB_NARRATE_SVG_H
#define PB_NARRATE_SVG_H

#include <stdio.h>

#define PB__INK "#1b1f24"
#define PB__FAINT "#6a737d"
#define PB__GRID "#e1e4e8"

typedef enum pb__anchor { PB__START, PB__MIDDLE, PB__END } pb__anchor;

typedef struct pb__svg {
    FILE *to;
} pb__svg;

typedef struct pb__point {
    double x, y;
} pb__point;

/* Text for an element or an attribute. */
void pb__svg_escape(FILE *to, const char *text);
void pb__svg_begin(pb__svg *svg, FILE *to, double width, double height, const char *title);
void pb__svg_end(pb__svg *svg);
void pb__svg_rect(pb__svg *svg, double x, double y, double w, double h, const char *fill);
void pb__svg_line(pb__svg *svg, pb__point a, pb__point b, const char *stroke, double width);
void pb__svg_text(pb__svg *svg, pb__point at, pb__anchor anchor, double size, const char *fill, const char *text);
void pb__svg_bold(pb__svg *svg, pb__point at, pb__anchor anchor, double size, const char *fill, const char *text);
/* A line through n points, and a filled outline of them. */
void pb__svg_path(pb__svg *svg, const pb__point *points, size_t n, const char *stroke, double width);
void pb__svg_area(pb__svg *svg, const pb__point *points, size_t n, const char *fill, double opacity);
/* Everything up to the matching end is cut to this rectangle. id is unique. */
void pb__svg_clip(pb__svg *svg, const char *id, double x, double y, double w, double h);
void pb__svg_clip_end(pb__svg *svg);
/* White to dark blue for share in [0, 1], as "#rrggbb" in out[8]; and ink that
 * can be read on it. */
void        pb__svg_shade(double share, char out[8]);
const char *pb__svg_ink_on(double share);

#endif
