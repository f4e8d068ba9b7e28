/* What is said of one stop: see narrate_review.h. */
#include "review_words.h"

#include <math.h>
#include <stdarg.h>
#include <string.h>

const char *pb_caveat_key(pb_caveat caveat)
{
    static const char *const keys[PB_CAVEAT_N] = {
#define PB_CAVEAT_KEY(name, key, words) key,
        PB_CAVEAT_LIST(PB_CAVEAT_KEY)
#undef PB_CAVEAT_KEY
    };
    return (unsigned)caveat < PB_CAVEAT_N ? keys[caveat] : "?";
}

const char *pb_caveat_words(pb_caveat caveat)
{
    static const char *const words[PB_CAVEAT_N] = {
#define PB_CAVEAT_WORDS(name, key, text) text,
        PB_CAVEAT_LIST(PB_CAVEAT_WORDS)
#undef PB_CAVEAT_WORDS
    };
    return (unsigned)caveat < PB_CAVEAT_N ? words[caveat] : "?";
}

/* ---- pieces ---- */

void pb__review_add(char *out, size_t cap, const char *format, ...)
{
    size_t  len = strlen(out);
    va_list args;
    if (len + 1 >= cap) return;
    va_start(args, format);
    (void)vsnprintf(out + len, cap - len, format, args);
    va_end(args);
}

const char *pb__review_code(const pb_review *review, uint32_t car, char out[8])
{
    const char *code = review->race.log->cars[car].code;
    size_t      n    = 0;
    for (; n < 7 && code[n]; n++) {
        bool plain = (code[n] >= '0' && code[n] <= '9') || (code[n] >= 'A' && code[n] <= 'Z') ||
                     (code[n] >= 'a' && code[n] <= 'z');
        out[n] = plain ? code[n] : '?';
    }
    out[n] = '\0';
    return out;
}

const char *pb__review_tyre(uint8_t compound)
{
    static const char *const words[PB_COMPOUND_N] = {"unknown tyres", "soft",     "medium",    "hard",
                                                     "intermediate",  "wet",      "hypersoft", "ultrasoft",
                                                     "supersoft",     "superhard"};
    return compound < PB_COMPOUND_N ? words[compound] : words[0];
}

const char *pb__review_flag(const pb_review_stop *stop)
{
    static const char *const names[] = {"green", "SC", "VSC", "red"};
    return stop->red ? names[PB_NEUTRAL_RED] : names[stop->flag];
}

/* "BOX hard", "STAY_OUT to lap 31", "change to hard", "keep the set". */
void pb__review_action(const pb_review_stop *s, char *out, size_t cap)
{
    const char *name = pb_action_name(s->action);
    out[0]           = '\0';
    if (s->red)
        pb__review_add(out, cap, pb_action_boxes(s->action) ? "change to %s" : "keep the set",
                       pb__review_tyre(s->compound));
    else if (pb_action_boxes(s->action))
        pb__review_add(out, cap, "%s %s", name, pb__review_tyre(s->compound));
    else if (s->target_lap)
        pb__review_add(out, cap, "%s to lap %u", name, s->target_lap);
    else
        pb__review_add(out, cap, "%s to the end", name);
}

/* ---- sentences ---- */

#define NAMED_MAX 3

/* "With HAM, RUS and 4 more in the lane we". */
static void add_known(const pb_review *review, const pb_review_stop *s, char *out, size_t cap)
{
    char     code[8];
    uint32_t named = s->n_boxed > NAMED_MAX ? NAMED_MAX : s->n_boxed;
    for (uint32_t i = 0; i < named; i++) {
        bool last = i > 0 && i + 1 == s->n_boxed;
        pb__review_add(out, cap, "%s%s",
                       i == 0 ? "With "
                       : last ? " and "
                              : ", ",
                       pb__review_code(review, s->boxed[i], code));
    }
    if (s->n_boxed > named) pb__review_add(out, cap, " and %u more", s->n_boxed - named);
    pb__review_add(out, cap, named > 0 ? " in the lane we" : "We");
}

void pb_review_said(const pb_review *review, const pb_review_stop *s, char *out, size_t cap)
{
    char action[64], code[8];
    if (cap == 0) return;
    out[0] = '\0';
    pb__review_code(review, s->car, code);
    if (!s->asked) {
        pb__review_add(out, cap, "For %s there is no call: %s.", code, s->why);
        return;
    }
    pb__review_action(s, action, sizeof action);
    add_known(review, s, out, cap);
    pb__review_add(out, cap, " would have told %s: %s (%s", code, action, s->sure);
    if (fabs(s->gain.value) >= 0.005) pb__review_add(out, cap, "; %+.2f points by our own simulator", s->gain.value);
    pb__review_add(out, cap, ").");
}

static void add_stop(const pb_review_stop *s, const char *code, char *out, size_t cap)
{
    if (s->red)
        pb__review_add(out, cap, "%s changed to %s tyres under the red flag on lap %u", code, pb__review_tyre(s->to),
                       s->in_lap);
    else
        pb__review_add(out, cap, "%s stopped on lap %u for %s tyres%s", code, s->in_lap, pb__review_tyre(s->to),
                       s->flag == PB_NEUTRAL_SC    ? " under the safety car"
                       : s->flag == PB_NEUTRAL_VSC ? " under the VSC"
                                                   : "");
}

void pb_review_gave(const pb_review *review, const pb_review_stop *s, char *out, size_t cap)
{
    const pb_stop_cycle *g = &s->gave;
    char                 code[8];
    bool                 last = g->over_lap >= review->race.outcome->laps;
    if (cap == 0) return;
    out[0] = '\0';
    add_stop(s, pb__review_code(review, s->car, code), out, cap);
    if (g->before > 0) pb__review_add(out, cap, ": P%u before", g->before);
    if (g->before > 0 && g->after_out > 0) pb__review_add(out, cap, ", P%u after the out-lap", g->after_out);
    if (g->before > 0 && g->over > 0 && g->over_lap > s->in_lap + 1)
        pb__review_add(out, cap, last ? ", P%u at the end" : ", P%u by lap %u", g->over, g->over_lap);
    pb__review_add(out, cap, ".");
}

static void add_answer(const pb_pair *p, char *out, size_t cap)
{
    unsigned later = p->answer_lap > 0 ? (unsigned)(p->answer_lap - p->lap) : 0;
    if (p->answer_lap == 0)
        pb__review_add(out, cap, "who made no stop after that");
    else
        pb__review_add(out, cap, "who stopped %u lap%s later", later, later == 1 ? "" : "s");
}

/* The swing is that of two cars, so both say where they went. */
static void add_places(const pb_pair *p, const char *code, const char *other, char *out, size_t cap)
{
    int swing = p->gain_places > 0 ? p->gain_places : -p->gain_places;
    pb__review_add(out, cap, ", %s went from P%u to P%u and %s from P%u to P%u by the end of lap %u", code,
                   p->place_before[0], p->place_end[0], other, p->place_before[1], p->place_end[1], p->end_lap);
    pb__review_add(out, cap, ": a swing of %d place%s %s %s.", swing, swing == 1 ? "" : "s",
                   p->gain_places > 0 ? "to" : "against", code);
}

bool pb_review_pair(const pb_review *review, const pb_pair *p, char *out, size_t cap)
{
    char code[8], other[8];
    if (cap == 0) return false;
    out[0] = '\0';
    if (p->gain_places == 0 && !(fabs(p->gain_s) >= 0.05)) return false;
    pb__review_code(review, p->car, code);
    pb__review_add(out, cap, "Against %s, ", pb__review_code(review, p->other, other));
    add_answer(p, out, cap);
    if (fabs(p->gain_s) >= 0.05)
        pb__review_add(out, cap, ", %s %s %.1f s by the end of lap %u.", code, p->gain_s > 0 ? "gained" : "lost",
                       fabs(p->gain_s), p->end_lap);
    else
        add_places(p, code, other, out, cap);
    return true;
}
