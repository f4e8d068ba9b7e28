/* Shapes to SVG: see svg.h. */
#include <math.h>

#include "svg.h"

void pb__svg_escape(FILE *to, const char *text)
{
    for (const char *c = text; *c; c++) {
        switch (*c) {
        case '&':
            fputs("&amp;", to);
            break;
        case '<':
            fputs("&lt;", to);
            break;
        case '>':
            fputs("&gt;", to);
            break;
        case '"':
            fputs("&quot;", to);
            break;
        default:
            if ((unsigned char)*c >= 0x20) fputc(*c, to);
        }
    }
}

void pb__svg_begin(pb__svg *svg, FILE *to, double width, double height, const char *title)
{
    svg->to = to;
    fprintf(to,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%.0f\" height=\"%.0f\" viewBox=\"0 0 %.0f %.0f\" "
            "font-family=\"system-ui, 'DejaVu Sans', Arial, sans-serif\">\n<title>",
            width, height, width, height);
    pb__svg_escape(to, title);
    fputs("</title>\n", to);
    pb__svg_rect(svg, 0, 0, width, height, "#ffffff");
}

void pb__svg_end(pb__svg *svg)
{
    fputs("</svg>\n", svg->to);
}

void pb__svg_rect(pb__svg *svg, double x, double y, double w, double h, const char *fill)
{
    fprintf(svg->to, "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" fill=\"%s\"/>\n", x, y, w, h, fill);
}

void pb__svg_line(pb__svg *svg, pb__point a, pb__point b, const char *stroke, double width)
{
    fprintf(svg->to, "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"%s\" stroke-width=\"%.1f\"/>\n",
            a.x, a.y, b.x, b.y, stroke, width);
}

static void put_text(pb__svg *svg, pb__point at, pb__anchor anchor, double size, const char *fill, const char *weight,
                     const char *text)
{
    static const char *const anchors[] = {"start", "middle", "end"};

    fprintf(svg->to, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\" font-size=\"%.1f\" fill=\"%s\"%s>", at.x, at.y,
            anchors[anchor], size, fill, weight);
    pb__svg_escape(svg->to, text);
    fputs("</text>\n", svg->to);
}

void pb__svg_text(pb__svg *svg, pb__point at, pb__anchor anchor, double size, const char *fill, const char *text)
{
    put_text(svg, at, anchor, size, fill, "", text);
}

void pb__svg_bold(pb__svg *svg, pb__point at, pb__anchor anchor, double size, const char *fill, const char *text)
{
    put_text(svg, at, anchor, size, fill, " font-weight=\"600\"", text);
}

static void put_points(pb__svg *svg, const pb__point *points, size_t n)
{
    for (size_t i = 0; i < n; i++) fprintf(svg->to, "%s%.1f,%.1f", i ? " " : "", points[i].x, points[i].y);
}

void pb__svg_path(pb__svg *svg, const pb__point *points, size_t n, const char *stroke, double width)
{
    if (n < 2) return;
    fprintf(svg->to, "<polyline fill=\"none\" stroke=\"%s\" stroke-width=\"%.1f\" stroke-linejoin=\"round\" points=\"",
            stroke, width);
    put_points(svg, points, n);
    fputs("\"/>\n", svg->to);
}

void pb__svg_area(pb__svg *svg, const pb__point *points, size_t n, const char *fill, double opacity)
{
    if (n < 3) return;
    fprintf(svg->to, "<polygon fill=\"%s\" fill-opacity=\"%.2f\" points=\"", fill, opacity);
    put_points(svg, points, n);
    fputs("\"/>\n", svg->to);
}

void pb__svg_clip(pb__svg *svg, const char *id, double x, double y, double w, double h)
{
    fprintf(svg->to,
            "<clipPath id=\"%s\"><rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\"/></clipPath>\n"
            "<g clip-path=\"url(#%s)\">\n",
            id, x, y, w, h, id);
}

void pb__svg_clip_end(pb__svg *svg)
{
    fputs("</g>\n", svg->to);
}

/* Knots of a sequential blue (ColorBrewer's Blues): told apart by lightness, so
 * safe for every kind of colour vision. Square root: 5 % must be seen beside 80 %. */
void pb__svg_shade(double share, char out[8])
{
    static const double knot[5][3] = {{255, 255, 255}, {198, 219, 239}, {107, 174, 214}, {33, 113, 181}, {8, 48, 107}};
    double              at         = share <= 0 ? 0 : 4 * sqrt(share > 1 ? 1 : share);
    int                 i          = at >= 4 ? 3 : (int)at;
    unsigned            rgb[3];

    for (int k = 0; k < 3; k++) rgb[k] = (unsigned)lround(knot[i][k] + (at - i) * (knot[i + 1][k] - knot[i][k])) & 255u;
    snprintf(out, 8, "#%02x%02x%02x", rgb[0], rgb[1], rgb[2]);
}

const char *pb__svg_ink_on(double share)
{
    return share > 0.3 ? "#ffffff" : PB__INK;
}
