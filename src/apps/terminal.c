/* Who is reading: see terminal.h. */
#include <langinfo.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "pitboard/engine.h"
#include "terminal.h"

#define BAR_COLUMNS 30
#define ERASE_LINE "\r\033[K"

static bool is_terminal(FILE *to)
{
    const char *term = getenv("TERM");
    return isatty(fileno(to)) && term && strcmp(term, "dumb") != 0;
}

const char *pb__paint(FILE *to, pb__ink ink)
{
    static const char *const code[] = {"\033[0m", "\033[1m", "\033[2m", "\033[31m", "\033[32m", "\033[33m"};
    const char              *no     = getenv("NO_COLOR");
    if (!is_terminal(to) || (no && *no)) return "";
    return code[ink];
}

bool pb__utf8(void)
{
    return strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}

void pb__progress_begin(pb__progress *p, const char *what)
{
    *p = (pb__progress){.what = what, .started_s = pb_engine_seconds()};
}

void pb__progress_show(pb__progress *p, uint64_t done, uint64_t all)
{
    double now = pb_engine_seconds();
    if (now - p->started_s < 1 || now - p->shown_s < 0.1 || !is_terminal(stderr)) return;
    p->shown_s   = now;
    double share = all ? (double)done / (double)all : 1;
    int    full  = (int)(share * BAR_COLUMNS);
    double left  = share > 0 ? (now - p->started_s) * (1 - share) / share : 0;
    char   n[32];
    fputs(ERASE_LINE "[", stderr);
    for (int i = 0; i < BAR_COLUMNS; i++) fputs(i < full ? "#" : ".", stderr);
    fprintf(stderr, "] %3.0f %%  %s %s  %.0f s left", 100 * share, pb__thousands(done, n), p->what, left);
    fflush(stderr);
}

void pb__progress_clear(void)
{
    if (is_terminal(stderr)) fputs(ERASE_LINE, stderr);
}

char *pb__thousands(uint64_t n, char *to)
{
    char  digits[24];
    int   len = snprintf(digits, sizeof digits, "%llu", (unsigned long long)n);
    char *at  = to;
    for (int i = 0; i < len; i++) {
        if (i > 0 && (len - i) % 3 == 0) *at++ = ',';
        *at++ = digits[i];
    }
    *at = '\0';
    return to;
}

void pb__put_cell(FILE *to, const char *text, size_t columns)
{
    size_t used = 0;
    for (const char *c = text; *c; c++) {
        bool first = ((unsigned char)*c & 0xC0) != 0x80; /* not a continuation byte */
        if (first && used == columns) break;
        if (first) used++;
        fputc(*c, to);
    }
    for (; used < columns; used++) fputc(' ', to);
}

const char *pb__block(double share)
{
    static const char *const utf8[]  = {" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
    static const char *const ascii[] = {" ", ".", ":", "-", "=", "+", "*", "#", "@"};
    int                      step    = share <= 0 ? 0 : 1 + (int)(share * 7.999);
    if (step > 8) step = 8;
    return pb__utf8() ? utf8[step] : ascii[step];
}
