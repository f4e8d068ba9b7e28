/* points_time: when a point was, as loggers write it. */
#include <math.h>
#include <string.h>

#include "calendar.h"
#include "points_row.h"

#define US_S 1000000LL
#define US_DAY (86400 * US_S)
#define US_2100 (47482 * US_DAY) /* days from 1970 to 2100 */

/* Larger ones are finer: seconds until the year 5138, milliseconds from 1973. */
#define BELOW_S 100000000000LL
#define BELOW_MS 100000000000000LL
#define BELOW_US 100000000000000000LL

static bool keep(int64_t us, int64_t *out)
{
    if (us < 0 || us >= US_2100) return false;
    *out = us;
    return true;
}

bool pb__time_whole(int64_t epoch, int64_t *out_us)
{
    if (epoch < 0) return false;
    if (epoch < BELOW_S) return epoch < US_2100 / US_S && keep(epoch * US_S, out_us);
    if (epoch < BELOW_MS) return keep(epoch * 1000, out_us);
    return keep(epoch < BELOW_US ? epoch : epoch / 1000, out_us);
}

bool pb__time_real(double epoch, int64_t *out_us)
{
    if (!(epoch >= 0 && epoch < 9e18)) return false;
    double us = epoch < (double)BELOW_S    ? epoch * 1e6
                : epoch < (double)BELOW_MS ? epoch * 1e3
                : epoch < (double)BELOW_US ? epoch
                                           : epoch / 1e3;
    return us < (double)US_2100 && keep((int64_t)(us + 0.5), out_us);
}

/* n digits as a number; false if one is none. */
static bool digits(const char *at, int n, int *out)
{
    int v = 0;
    for (int i = 0; i < n; i++) {
        if (at[i] < '0' || at[i] > '9') return false;
        v = v * 10 + (at[i] - '0');
    }
    *out = v;
    return true;
}

/* "2025-09-06" at the start of at least ten bytes. */
static bool take_date(const char *at, int64_t *us)
{
    int year, month, day;
    if (!digits(at, 4, &year) || at[4] != '-' || !digits(at + 5, 2, &month) || at[7] != '-' || !digits(at + 8, 2, &day))
        return false;
    if (year < 1970 || year > 2099 || !pb__date_is_real(year, month, day)) return false;
    *us = pb__days_of(year, month, day) * US_DAY;
    return true;
}

/* "18:40:01" at the start of at least eight bytes; a leap second is the next one. */
static bool take_clock(const char *at, int64_t *us)
{
    int h, m, s;
    if (!digits(at, 2, &h) || at[2] != ':' || !digits(at + 3, 2, &m) || at[5] != ':' || !digits(at + 6, 2, &s))
        return false;
    if (h > 23 || m > 59 || s > 60) return false;
    *us += ((int64_t)h * 3600 + (int64_t)m * 60 + s) * US_S;
    return true;
}

/* ".653", 1 to 9 digits, rounded down to microseconds. */
static const char *take_fraction(const char *at, const char *end, int64_t *us)
{
    int64_t unit = US_S / 10;
    int     n    = 0;
    if (at == end || (*at != '.' && *at != ',')) return at;
    for (at++; at < end && *at >= '0' && *at <= '9'; at++, n++) {
        *us += (*at - '0') * unit;
        unit /= 10;
    }
    return n >= 1 && n <= 9 ? at : NULL;
}

/* "Z", "+02:00", "-0500", "+00" or nothing. */
static bool take_zone(const char *at, const char *end, int64_t *us)
{
    int    h, m = 0;
    size_t left = (size_t)(end - at);
    if (left == 0) return true;
    if (left == 1) return *at == 'Z' || *at == 'z';
    if ((*at != '+' && *at != '-') || (left != 3 && left != 5 && left != 6) || !digits(at + 1, 2, &h)) return false;
    if (left == 6 && at[3] != ':') return false;
    if (left > 3 && !digits(end - 2, 2, &m)) return false;
    if (h > 23 || m > 59) return false;
    int64_t east = ((int64_t)h * 3600 + (int64_t)m * 60) * US_S;
    *us -= *at == '+' ? east : -east;
    return true;
}

bool pb__time_text(pb_span text, int64_t *out_us)
{
    int64_t us, whole;
    double  real;
    if (text.len < 19 || text.at[4] != '-') {
        if (pb_span_to_i64(text, &whole)) return pb__time_whole(whole, out_us);
        return pb_span_to_f64(text, &real) && pb__time_real(real, out_us);
    }
    const char *at = text.at, *end = text.at + text.len;
    if (!take_date(at, &us) || (at[10] != 'T' && at[10] != 't' && at[10] != ' ') || !take_clock(at + 11, &us))
        return false;
    at = take_fraction(at + 19, end, &us);
    return at && take_zone(at, end, &us) && keep(us, out_us);
}
