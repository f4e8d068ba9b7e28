/* Evidence in words: the pattern of a fact's kind, filled in. */
#include <math.h>
#include <string.h>

#include "pitboard/narrate_call.h"
#include "say.h"

#define CAR_HOLE "{car}"
#define VALUE_HOLE "{value}"
#define FASTER_HOLE "{faster}"

/* The number is of a rival alone, or of the race: no "LEC: " before it. */
static bool stands_alone(pb_fact_kind kind)
{
    return kind == PB_FACT_RIVAL_STOPS || kind == PB_FACT_RAIN_PROBE || kind == PB_FACT_RAIN_CHANCE ||
           kind == PB_FACT_RED_CHANCE;
}

static int decimals_of(const char *unit)
{
    if (strcmp(unit, "points") == 0) return 2;
    return strcmp(unit, "s") == 0 || strcmp(unit, "places") == 0;
}

/* One chance against another, which may be less: no chance itself. */
static bool differs(pb_fact_kind kind)
{
    return kind == PB_FACT_PROB_GAIN || kind == PB_FACT_TIE_PROB;
}

static void say_value(pb__say *say, const pb_fact *fact)
{
    const char *unit  = pb_fact_unit(fact->kind);
    bool        plain = strstr(pb_fact_words(fact->kind), FASTER_HOLE) != NULL; /* the sign is a word */
    if (differs(fact->kind))
        pb__say_fixed(say, 100 * fact->value, 1);
    else if (strcmp(unit, "prob") == 0)
        pb__say_percent(say, fact->value);
    else
        pb__say_fixed(say, plain ? fabs(fact->value) : fact->value, decimals_of(unit));
}

/* "1 lap", where the pattern has the plural of a whole number. */
static const char *skip_plural(pb__say *say, const pb_fact *fact, const char *rest)
{
    static const char *const words[] = {" laps", " sets"};
    bool                     one     = fact->value >= 0.5 && fact->value < 1.5;
    for (size_t i = 0; one && i < sizeof words / sizeof *words; i++) {
        size_t len = strlen(words[i]);
        if (strncmp(rest, words[i], len) != 0) continue;
        pb__say_part(say, words[i], len - 1);
        return rest + len;
    }
    return rest;
}

static void fill(pb__say *say, const pb_race_spec *spec, const pb_fact *fact)
{
    const char *at = pb_fact_words(fact->kind);
    for (const char *hole; (hole = strchr(at, '{')) != NULL;) {
        pb__say_part(say, at, (size_t)(hole - at));
        if (strncmp(hole, CAR_HOLE, strlen(CAR_HOLE)) == 0) {
            pb__say_car(say, spec, fact->car);
            at = hole + strlen(CAR_HOLE);
        } else if (strncmp(hole, FASTER_HOLE, strlen(FASTER_HOLE)) == 0) {
            pb__say_text(say, fact->value < 0 ? "slower" : "faster");
            at = hole + strlen(FASTER_HOLE);
        } else {
            say_value(say, fact);
            at = skip_plural(say, fact, hole + strlen(VALUE_HOLE));
        }
    }
    pb__say_text(say, at);
}

bool pb_narrate_fact(const pb_race_spec *spec, const pb_call *call, const pb_fact *fact, char *out, size_t cap)
{
    pb__say say;
    pb__say_begin(&say, out, cap);
    say.good = (unsigned)fact->kind < PB_FACT_N;
    if (say.good && !stands_alone(fact->kind)) {
        bool rival = strstr(pb_fact_words(fact->kind), CAR_HOLE) != NULL;
        pb__say_car(&say, spec, rival || fact->car == PB_CALL_NOBODY ? call->car : fact->car);
        pb__say_text(&say, ": ");
    }
    if (say.good) fill(&say, spec, fact);
    return pb__say_end(&say);
}
