/* lt_time: reading times, durations and gaps. */
#include "lt_time.h"

#include "calendar.h"
#include "cell.h"

#define SECOND_US 1000000
#define DAY_MS 86400000

static bool take(pb_span *s, char c)
{
    if (s->len == 0 || s->at[0] != c) return false;
    s->at++;
    s->len--;
    return true;
}

/* Between lo and hi digits as a number. */
static bool take_digits(pb_span *s, size_t lo, size_t hi, int32_t *out)
{
    size_t  n = 0;
    int32_t v = 0;
    while (n < hi && n < s->len && s->at[n] >= '0' && s->at[n] <= '9') v = v * 10 + (s->at[n++] - '0');
    if (n < lo) return false;
    s->at += n;
    s->len -= n;
    *out = v;
    return true;
}

/* ".5465874" as microseconds; none is 0. */
static bool take_fraction(pb_span *s, int32_t *us)
{
    pb_span t = *s;
    *us       = 0;
    if (!take(&t, '.')) return true;
    int32_t scale = SECOND_US;
    size_t  n     = 0;
    for (; n < t.len && n < 10 && t.at[n] >= '0' && t.at[n] <= '9'; n++) {
        scale /= 10;
        *us += (t.at[n] - '0') * scale;
    }
    *s = (pb_span){t.at + n, t.len - n};
    return n > 0 && n <= 9;
}

/* "Z", "+02:00", "-0300" or nothing, as seconds east. */
static bool take_zone(pb_span *s, int32_t *east_s)
{
    int32_t h = 0, m = 0;
    *east_s = 0;
    if (s->len == 0 || take(s, 'Z') || take(s, 'z')) return true;
    bool west = take(s, '-');
    if (!west && !take(s, '+')) return false;
    if (!take_digits(s, 2, 2, &h)) return false;
    (void)take(s, ':');
    if (s->len > 0 && !take_digits(s, 2, 2, &m)) return false;
    *east_s = (h * 60 + m) * 60 * (west ? -1 : 1);
    return h <= 23 && m <= 59;
}

static bool take_clock(pb_span *s, int32_t *seconds)
{
    int32_t h, m, sec;
    if (!take_digits(s, 2, 2, &h) || !take(s, ':') || !take_digits(s, 2, 2, &m) || !take(s, ':') ||
        !take_digits(s, 2, 2, &sec))
        return false;
    *seconds = (h * 60 + m) * 60 + sec;
    return h <= 23 && m <= 59 && sec <= 60;
}

bool pb__lt_utc(pb_span text, int64_t *out_us)
{
    int32_t y, m, d, clock, us, east;
    if (!take_digits(&text, 4, 4, &y) || !take(&text, '-') || !take_digits(&text, 2, 2, &m) || !take(&text, '-') ||
        !take_digits(&text, 2, 2, &d) || y < 1970 || y > 2200 || !pb__date_is_real(y, m, d))
        return false;
    if (!take(&text, 'T') && !take(&text, ' ')) return false;
    if (!take_clock(&text, &clock) || !take_fraction(&text, &us) || !take_zone(&text, &east) || text.len > 0)
        return false;
    *out_us = ((pb__days_of(y, m, d) * 86400) + clock - east) * SECOND_US + us;
    return true;
}

bool pb__lt_line_clock(pb_span line, int64_t *out_us, pb_span *rest)
{
    int32_t h, m, s, us;
    if (!take_digits(&line, 2, 3, &h) || !take(&line, ':') || !take_digits(&line, 2, 2, &m) || !take(&line, ':') ||
        !take_digits(&line, 2, 2, &s) || line.len == 0 || line.at[0] != '.' || !take_fraction(&line, &us))
        return false;
    if (m > 59 || s > 59 || h > 500) return false; /* 500 h still fit the milliseconds of a session clock */
    *out_us = ((int64_t)h * 3600 + m * 60 + s) * SECOND_US + us;
    *rest   = line;
    return true;
}

bool pb__lt_duration(pb_span text, int32_t *out_ms)
{
    int64_t ms = 0;
    if (pb__cell_ms(text, &ms) != PB__CELL_VALUE || ms < 0 || ms > DAY_MS) return false;
    *out_ms = (int32_t)ms;
    return true;
}

/* "2 L", "1L", "1 LAP", "2 LAPS". */
static bool laps_behind(pb_span text, int32_t *laps)
{
    if (!take_digits(&text, 1, 3, laps)) return false;
    (void)take(&text, ' ');
    return pb_span_equal_text(text, "L") || pb_span_equal_text(text, "LAP") || pb_span_equal_text(text, "LAPS");
}

bool pb__lt_gap_of(pb_span text, pb__lt_gap *out)
{
    int32_t v = PB_MS_NONE;
    text      = pb_span_trim(text);
    *out      = (pb__lt_gap){.value = PB_MS_NONE};
    if (text.len == 0) return true;
    if (text.len > 4 && pb_span_equal_text((pb_span){text.at, 4}, "LAP ")) {
        out->value = 0;
        return true;
    }
    (void)take(&text, '+');
    out->laps = laps_behind(text, &v);
    if (!out->laps && !pb__lt_duration(text, &v)) return false;
    out->value = v;
    return true;
}
