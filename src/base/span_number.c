/* Text to numbers, the same in every locale. */
#include <locale.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "pitboard/base.h"

#define NUMBER_BYTES_MAX 127

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

bool pb_span_to_i64(pb_span a, int64_t *out)
{
    size_t i   = a.len > 0 && (a.at[0] == '-' || a.at[0] == '+') ? 1 : 0;
    bool   neg = i == 1 && a.at[0] == '-';
    if (i == a.len || a.len > NUMBER_BYTES_MAX) return false;
    int64_t value = 0; /* summed below zero, where there is room for the smallest number */
    for (; i < a.len; i++) {
        if (!is_digit(a.at[i])) return false;
        if (__builtin_mul_overflow(value, 10, &value)) return false;
        if (__builtin_sub_overflow(value, a.at[i] - '0', &value)) return false;
    }
    if (!neg && value == INT64_MIN) return false;
    *out = neg ? value : -value;
    return true;
}

/* A decimal number taken apart: value = digits * 10^power. */
typedef struct decimal {
    uint64_t digits;
    int      power;
    bool     neg;
    bool     exact; /* all digits are in digits */
} decimal;

static const char *read_digits(const char *at, const char *end, decimal *d, bool after_point)
{
    for (; at < end && is_digit(*at); at++) {
        if (d->digits > (UINT64_MAX - 9) / 10) {
            d->exact = false;
            continue;
        }
        d->digits = d->digits * 10 + (uint64_t)(*at - '0');
        if (after_point) d->power--;
    }
    return at;
}

static const char *read_power(const char *at, const char *end, decimal *d)
{
    bool neg = at < end && *at == '-';
    if (at < end && (*at == '-' || *at == '+')) at++;
    if (at == end || !is_digit(*at)) return NULL;
    int power = 0;
    for (; at < end && is_digit(*at); at++)
        if (power < 100000) power = power * 10 + (*at - '0');
    d->power += neg ? -power : power;
    return at;
}

/* [+-] digits [. digits] [e [+-] digits], with at least one digit before the e. */
static bool read_decimal(pb_span a, decimal *d)
{
    const char *at = a.at, *end = a.at + a.len;
    *d = (decimal){.exact = true};
    if (at < end && (*at == '-' || *at == '+')) d->neg = *at++ == '-';
    const char *start = at;
    at                = read_digits(at, end, d, false);
    size_t n          = (size_t)(at - start);
    if (at < end && *at == '.') {
        start = ++at;
        at    = read_digits(at, end, d, true);
        n += (size_t)(at - start);
    }
    if (n == 0) return false;
    if (at < end && (*at == 'e' || *at == 'E')) at = read_power(at + 1, end, d);
    return at == end;
}

/* Digits and power of ten that are both exact in a double give a correctly
 * rounded product or quotient (Clinger, PLDI 1990). */
static bool fast_value(const decimal *d, double *out)
{
    static const double ten[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
    if (!d->exact || d->digits > (1ull << 53) || d->power < -22 || d->power > 22) return false;
    double v = (double)d->digits;
    v        = d->power < 0 ? v / ten[-d->power] : v * ten[d->power];
    *out     = d->neg ? -v : v;
    return true;
}

static bool slow_value(pb_span a, double *out)
{
    char buffer[NUMBER_BYTES_MAX + 1];
    pb_span_copy(a, buffer, sizeof buffer);
    locale_t c = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    if (c == (locale_t)0) return false;
    double v = strtod_l(buffer, NULL, c);
    freelocale(c);
    if (!isfinite(v)) return false;
    *out = v;
    return true;
}

bool pb_span_to_f64(pb_span a, double *out)
{
    decimal d;
    if (a.len == 0 || a.len > NUMBER_BYTES_MAX || !read_decimal(a, &d)) return false;
    return fast_value(&d, out) || slow_value(a, out);
}
