/* say: see say.h. */
#include "say.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#define SAYABLE 1e6

void pb__say_begin(pb__say *say, char *out, size_t cap)
{
    *say = (pb__say){.out = out, .cap = cap, .good = true};
    if (cap > 0) out[0] = '\0';
}

bool pb__say_end(pb__say *say)
{
    if (!say->good && say->cap > 0) say->out[0] = '\0';
    return say->good;
}

/* One character, or nothing of it: what is no UTF-8 or drives a terminal is '?'.
 * After the first that does not fit nothing fits. */
static size_t put_step(pb__say *say, pb_span text)
{
    size_t      step  = pb_utf8_step(text);
    const char *from  = text.at;
    bool        plain = step > 1 || (step == 1 && (unsigned char)*from >= ' ' && *from != 0x7f);
    if (step == 0) step = 1;
    size_t put = plain ? step : 1;
    if (say->len + put >= say->cap) {
        say->cap = say->len;
        return step;
    }
    memcpy(say->out + say->len, plain ? from : "?", put);
    say->len += put;
    say->out[say->len] = '\0';
    return step;
}

void pb__say_part(pb__say *say, const char *text, size_t len)
{
    for (size_t i = 0; i < len;) i += put_step(say, (pb_span){text + i, len - i});
}

void pb__say_text(pb__say *say, const char *text)
{
    pb__say_part(say, text, strlen(text));
}

/* Whatever the locale. No "-0.0". */
void pb__say_fixed(pb__say *say, double value, int decimals)
{
    static const int64_t tens[] = {1, 10, 100};
    char                 text[32];
    if (!(fabs(value) <= SAYABLE)) {
        say->good = false;
        return;
    }
    int64_t n = llround(fabs(value) * (double)tens[decimals]), unit = tens[decimals];
    if (value < 0 && n > 0) pb__say_text(say, "-");
    snprintf(text, sizeof text, "%" PRId64, n / unit);
    pb__say_text(say, text);
    if (decimals == 0) return;
    snprintf(text, sizeof text, ".%0*" PRId64, decimals, n % unit);
    pb__say_text(say, text);
}

void pb__say_whole(pb__say *say, double n)
{
    pb__say_fixed(say, n, 0);
}

void pb__say_percent(pb__say *say, double p)
{
    if (!(p >= 0 && p <= 1)) {
        say->good = false;
    } else if (p > 0 && p < 0.01) {
        pb__say_text(say, "under 1 %");
    } else if (p < 1 && p > 0.99) {
        pb__say_text(say, "over 99 %");
    } else {
        pb__say_fixed(say, 100 * p, 0);
        pb__say_text(say, " %");
    }
}

bool pb__say_runs(const pb_race_spec *spec, uint8_t car)
{
    return car < spec->n_cars && spec->cars[car].code[0] != '\0' &&
           (spec->from_lap == 0 || spec->cars[car].state.running);
}

void pb__say_car(pb__say *say, const pb_race_spec *spec, uint8_t car)
{
    if (pb__say_runs(spec, car))
        pb__say_part(say, spec->cars[car].code, strnlen(spec->cars[car].code, sizeof spec->cars[car].code));
    else
        say->good = false;
}

/* Codes of other series may belong to anybody. */
void pb__say_name(pb__say *say, const pb_race_spec *spec, uint8_t car)
{
    char name[32];
    bool named = pb__say_runs(spec, car) && strcmp(spec->rules.series, "f1") == 0 && spec->season >= 2010 &&
                 pb_driver_surname((pb_span){spec->cars[car].code, strnlen(spec->cars[car].code, 7)}, spec->season,
                                   name, sizeof name);
    if (named)
        pb__say_text(say, name);
    else
        pb__say_car(say, spec, car);
}
