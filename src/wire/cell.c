/* cell: one CSV cell as a time, a whole number or a yes/no. */
#include "cell.h"

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* What is left of a cell while it is read. */
typedef struct cursor {
    const char *at, *end;
} cursor;

static bool take_char(cursor *c, char what)
{
    if (c->at == c->end || *c->at != what) return false;
    c->at++;
    return true;
}

static bool take_text(cursor *c, const char *what)
{
    cursor now = *c;
    for (; *what; what++)
        if (!take_char(&now, *what)) return false;
    *c = now;
    return true;
}

/* Digits, at least one, up to PB__MS_LIMIT. */
static bool take_count(cursor *c, int64_t *out)
{
    int64_t n = 0;
    if (c->at == c->end || !is_digit(*c->at)) return false;
    for (; c->at < c->end && is_digit(*c->at); c->at++)
        if (n <= PB__MS_LIMIT) n = n * 10 + (*c->at - '0');
    *out = n;
    return true;
}

/* What follows the decimal point, in milliseconds; no point is zero. */
static bool take_fraction(cursor *c, int64_t *ms)
{
    int64_t unit = 100;
    *ms          = 0;
    if (!take_char(c, '.')) return true;
    const char *first = c->at;
    for (; c->at < c->end && is_digit(*c->at); c->at++) {
        if (c->at - first < 3)
            *ms += (*c->at - '0') * unit;
        else if (c->at - first == 3 && *c->at >= '5')
            *ms += 1;
        unit /= 10;
    }
    return c->at > first;
}

/* h:m:s, m:s or s, each part a count. */
static bool take_clock(cursor *c, int64_t *seconds)
{
    int64_t sum = 0, part;
    for (int parts = 0;; parts++) {
        if (!take_count(c, &part) || (parts > 0 && part >= 60)) return false;
        sum = sum * 60 + part;
        if (sum > PB__MS_LIMIT || parts > 2) return false;
        if (!take_char(c, ':')) break;
    }
    *seconds = sum;
    return true;
}

/* "0 days ", as pandas writes a time span. */
static bool take_days(cursor *c, int64_t *days)
{
    cursor  now = *c;
    int64_t n;
    if (!take_count(&now, &n) || !(take_text(&now, " days ") || take_text(&now, " day "))) return false;
    *days = n;
    *c    = now;
    return true;
}

static pb__cell without_value(pb_span cell)
{
    if (cell.len == 0 || pb_span_equal_nocase(cell, "nat") || pb_span_equal_nocase(cell, "none")) return PB__CELL_EMPTY;
    if (cell.len > 1 && (cell.at[0] == '-' || cell.at[0] == '+')) cell = (pb_span){cell.at + 1, cell.len - 1};
    if (pb_span_equal_nocase(cell, "nan") || pb_span_equal_nocase(cell, "inf") ||
        pb_span_equal_nocase(cell, "infinity"))
        return PB__CELL_NAN;
    return PB__CELL_BAD;
}

pb__cell pb__cell_ms(pb_span cell, int64_t *out)
{
    pb_span bare = pb_span_trim(cell);
    cursor  c    = {bare.at, bare.at + bare.len};
    int64_t days = 0, seconds, ms;
    double  number;
    bool    negative = take_char(&c, '-');
    bool    has_days = take_days(&c, &days);
    if (has_days) (void)take_char(&c, '+');
    if (take_clock(&c, &seconds) && take_fraction(&c, &ms) && c.at == c.end) {
        int64_t sum = (days * 86400 + seconds) * 1000 + ms;
        *out        = negative && !has_days ? -sum : sum - (negative ? 2 * days * 86400000 : 0);
        return PB__CELL_VALUE;
    }
    if (!pb_span_to_f64(bare, &number)) return without_value(bare); /* left: exponents, "1e-05" */
    if (number > PB__MS_LIMIT || number < -PB__MS_LIMIT) return PB__CELL_BAD;
    *out = (int64_t)(number * 1000 + (number < 0 ? -0.5 : 0.5));
    return PB__CELL_VALUE;
}

pb__cell pb__cell_whole(pb_span cell, int64_t *out)
{
    pb_span bare = pb_span_trim(cell);
    double  number;
    if (pb_span_to_i64(bare, out)) return PB__CELL_VALUE;
    if (!pb_span_to_f64(bare, &number)) return without_value(bare);
    if (number > PB__MS_LIMIT || number < -PB__MS_LIMIT || (double)(int64_t)number != number) return PB__CELL_BAD;
    *out = (int64_t)number;
    return PB__CELL_VALUE;
}

pb__cell pb__cell_bool(pb_span cell, bool *out)
{
    pb_span bare = pb_span_trim(cell);
    if (pb_span_equal_nocase(bare, "true") || pb_span_equal_text(bare, "1") || pb_span_equal_text(bare, "1.0"))
        *out = true;
    else if (pb_span_equal_nocase(bare, "false") || pb_span_equal_text(bare, "0") || pb_span_equal_text(bare, "0.0"))
        *out = false;
    else
        return without_value(bare);
    return PB__CELL_VALUE;
}
