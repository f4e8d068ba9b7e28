/* Numbers to text, the same in every locale. */
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "codec_text.h"

/* printf's point is the locale's: print with the C locale, for this thread and this call only. */
static int print_c(char *to, size_t cap, const char *format, int precision, double value)
{
    locale_t c   = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    locale_t old = c ? uselocale(c) : (locale_t)0;
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
    int n = snprintf(to, cap, format, precision, value);
#pragma GCC diagnostic pop
    if (old) uselocale(old);
    if (c) freelocale(c);
    return n;
}

size_t pb_f64_text(double value, char out[PB_F64_TEXT_MAX])
{
    if (!isfinite(value)) {
        const char *word = isnan(value) ? "nan" : value < 0 ? "-inf" : "inf";
        pb_span_copy(pb_span_of(word), out, PB_F64_TEXT_MAX);
        return strlen(out);
    }
    for (int precision = 15; precision <= 17; precision++) {
        double back;
        int    n = print_c(out, PB_F64_TEXT_MAX, "%.*g", precision, value);
        PB_ASSERT(n > 0 && n < PB_F64_TEXT_MAX);
        if (pb_span_to_f64(pb_span_of(out), &back) && back == value) break;
    }
    return strlen(out);
}

size_t pb__fixed_text(double value, int decimals, char out[PB_FIXED_TEXT_MAX])
{
    PB_ASSERT(decimals >= 0 && decimals <= 17 && isfinite(value));
    int n = print_c(out, PB_FIXED_TEXT_MAX, "%.*f", decimals, value);
    PB_ASSERT(n > 0 && n < PB_FIXED_TEXT_MAX);
    size_t len = (size_t)n;
    if (decimals > 0) {
        while (out[len - 1] == '0') len--;
        if (out[len - 1] == '.') len--;
        out[len] = '\0';
    }
    if (strcmp(out, "-0") == 0) return pb_span_copy(pb_span_of("0"), out, PB_FIXED_TEXT_MAX) ? 1 : 0;
    return len;
}
