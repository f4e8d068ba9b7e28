/* Shapes with classes: see theme.h. */
#include "theme.h"

/* Compounds as Formula 1 paints them; lines of teams after Okabe and Ito (2008)
 * with four more, each with a lighter twin for a dark page: contrast with the
 * page at least 3. */
static const char sheet[] =
    "<style>\n"
    ".p{fill:#ffffff}.i{fill:#1b1f24}.f{fill:#57606a}.g{stroke:#d8dee4;stroke-width:1}\n"
    ".o{paint-order:stroke;stroke:#ffffff;stroke-width:3;stroke-linejoin:round}.h{font-weight:600}.b-sc{fill:#f2c230;"
    "fill-opacity:.32}.b-vsc{fill:#f2c230;fill-opacity:.16}"
    ".b-red{fill:#d8433b;fill-opacity:.3}\n"
    ".t{stroke:#57606a;stroke-width:.8}.t-0{fill:#b8bfc6}.t-1{fill:#d8433b}.t-2{fill:#f2c230}.t-3{fill:#f4f4f4}"
    ".t-4{fill:#2f8f43}.t-5{fill:#2f6fd0}.t-6{fill:#f29ac0}.t-7{fill:#7d3fb0}.t-8{fill:#8f1024}.t-9{fill:#e07a1f}\n"
    ".n-0,.n-2,.n-3,.n-6,.n-9{fill:#1b1f24}.n-1,.n-4,.n-5,.n-7,.n-8{fill:#ffffff}\n"
    ".l{fill:none;stroke-width:1.8;stroke-linejoin:round}.d{stroke-dasharray:6 3}\n"
    ".l-0{stroke:#0072b2}.l-1{stroke:#c04f00}.l-2{stroke:#00855f}.l-3{stroke:#b3468c}.l-4{stroke:#8f6a00}"
    ".l-5{stroke:#1f86b8}.l-6{stroke:#5b4bb7}.l-7{stroke:#7a5230}.l-8{stroke:#4d4d4d}.l-9{stroke:#c2185b}\n"
    ".m-0{fill:#0072b2}.m-1{fill:#c04f00}.m-2{fill:#00855f}.m-3{fill:#b3468c}.m-4{fill:#8f6a00}"
    ".m-5{fill:#1f86b8}.m-6{fill:#5b4bb7}.m-7{fill:#7a5230}.m-8{fill:#4d4d4d}.m-9{fill:#c2185b}\n"
    "@media (prefers-color-scheme:dark){\n"
    ".p{fill:#0d1117}.i{fill:#e6edf3}.f{fill:#9aa4ae}.g{stroke:#2b323b}.t{stroke:#9aa4ae}"
    ".o{stroke:#0d1117}\n"
    ".l-0{stroke:#4ea8de}.l-1{stroke:#ff8a3d}.l-2{stroke:#34c99a}.l-3{stroke:#e58fc4}.l-4{stroke:#e3b341}"
    ".l-5{stroke:#8fd3ff}.l-6{stroke:#a99cf5}.l-7{stroke:#c89f7a}.l-8{stroke:#b8bfc6}.l-9{stroke:#ff6f91}\n"
    ".m-0{fill:#4ea8de}.m-1{fill:#ff8a3d}.m-2{fill:#34c99a}.m-3{fill:#e58fc4}.m-4{fill:#e3b341}"
    ".m-5{fill:#8fd3ff}.m-6{fill:#a99cf5}.m-7{fill:#c89f7a}.m-8{fill:#b8bfc6}.m-9{fill:#ff6f91}\n"
    "}\n</style>\n";

void pb__theme_begin(pb__svg *svg, FILE *to, double width, double height, const char *title, const char *description)
{
    svg->to = to;
    fprintf(to,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" width=\"%.0f\" height=\"%.0f\" "
            "viewBox=\"0 0 %.0f %.0f\" font-family=\"system-ui, 'DejaVu Sans', Arial, sans-serif\">\n<title>",
            width, height, width, height);
    pb__svg_escape(to, title);
    fputs("</title>\n<desc>", to);
    pb__svg_escape(to, description);
    fprintf(to, "</desc>\n%s", sheet);
    pb__theme_rect(svg, (pb__box){0, 0, width, height}, 0, "p", NULL);
}

/* Ends a shape, with what a pointer resting on it tells. */
static void put_end(pb__svg *svg, const char *name, const char *tip)
{
    if (!tip) {
        fputs("/>\n", svg->to);
        return;
    }
    fputs("><title>", svg->to);
    pb__svg_escape(svg->to, tip);
    fprintf(svg->to, "</title></%s>\n", name);
}

void pb__theme_rect(pb__svg *svg, pb__box b, double radius, const char *classes, const char *tip)
{
    fprintf(svg->to, "<rect class=\"%s\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\"", classes, b.x, b.y, b.w,
            b.h);
    if (radius > 0) fprintf(svg->to, " rx=\"%.1f\"", radius);
    put_end(svg, "rect", tip);
}

void pb__theme_line(pb__svg *svg, pb__point a, pb__point b, const char *classes)
{
    fprintf(svg->to, "<line class=\"%s\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>\n", classes, a.x, a.y, b.x,
            b.y);
}

void pb__theme_path(pb__svg *svg, const pb__point *points, size_t n, const char *classes)
{
    if (n < 2) return;
    fprintf(svg->to, "<polyline class=\"%s\" points=\"", classes);
    for (size_t i = 0; i < n; i++) fprintf(svg->to, "%s%.1f,%.1f", i ? " " : "", points[i].x, points[i].y);
    fputs("\"/>\n", svg->to);
}

void pb__theme_dot(pb__svg *svg, pb__point at, double radius, const char *classes, const char *tip)
{
    fprintf(svg->to, "<circle class=\"%s\" cx=\"%.1f\" cy=\"%.1f\" r=\"%.1f\"", classes, at.x, at.y, radius);
    put_end(svg, "circle", tip);
}

void pb__theme_text(pb__svg *svg, pb__point at, pb__anchor anchor, double size, const char *classes, const char *text)
{
    static const char *const anchors[] = {"start", "middle", "end"};
    fprintf(svg->to, "<text class=\"%s\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\" font-size=\"%.1f\">", classes, at.x,
            at.y, anchors[anchor], size);
    pb__svg_escape(svg->to, text);
    fputs("</text>\n", svg->to);
}
