/* lt_control_text: the patterns of race control's messages.
 *
 *     [VIRTUAL ]SAFETY CAR DEPLOYED | SAFETY CAR IN THIS LAP | VIRTUAL SAFETY CAR ENDING
 *     CHEQUERED FLAG
 *     CAR n (TLA) TIME m:ss.mmm DELETED - why [LAP n hh:mm:ss]
 *     CAR n (TLA) LAP DELETED - why LAP n hh:mm:ss
 *     CAR n (TLA) TIME m:ss.mmm | LAP n WILL BE REINSTATED
 *     [PENALTY SERVED - ] n SECOND TIME PENALTY FOR CAR n (TLA) - why
 *                         n SECOND STOP/GO PENALTY, DRIVE THROUGH PENALTY, n PLACE GRID PENALTY
 *     BLACK AND WHITE FLAG FOR CAR n (TLA) - why, REPRIMAND (..) FOR CAR n (TLA) - why
 *     BLACK FLAG FOR CAR n (TLA), CAR n (TLA) DISQUALIFIED
 */
#include <string.h>

#include "lt_time.h"
#include "pitboard/codec.h"
#include "pitboard/wire_control.h"

typedef struct writer {
    pb_event *out;
    uint32_t  cap, n;
    pb_event  like;    /* kind, origin and times of the message */
    pb_event  nowhere; /* what does not fit is counted only */
} writer;

/* ---- pieces of text ---- */

static const char *find(pb_span text, const char *words)
{
    return text.len == 0 ? NULL : memmem(text.at, text.len, words, strlen(words));
}

static bool begins(pb_span text, const char *words)
{
    size_t n = strlen(words);
    return text.len >= n && memcmp(text.at, words, n) == 0;
}

static pb_span from(pb_span text, const char *at)
{
    return (pb_span){at, (size_t)(text.at + text.len - at)};
}

/* What follows the words; empty when they are not there. */
static pb_span after(pb_span text, const char *words)
{
    const char *at = find(text, words);
    return at ? from(text, at + strlen(words)) : (pb_span){"", 0};
}

/* The number a text begins with, 0 when it begins with none; at most four digits. */
static int32_t leading_number(pb_span text)
{
    int32_t v = 0;
    for (size_t i = 0; i < text.len && i < 4 && text.at[i] >= '0' && text.at[i] <= '9'; i++)
        v = v * 10 + (text.at[i] - '0');
    return v;
}

/* The number that stands before at, behind a blank or the start: "LAP 1 10 SECOND" -> 10. */
static int32_t number_before(pb_span text, const char *at)
{
    const char *start = at;
    while (start > text.at && start[-1] >= '0' && start[-1] <= '9' && at - start < 4) start--;
    return leading_number((pb_span){start, (size_t)(at - start)});
}

/* "CAR 31 (OCO) - WHY": the number; 0 when no car is named. */
static int16_t car_of(pb_span text)
{
    return (int16_t)leading_number(after(text, "CAR "));
}

/* What stands behind the dash after the car: why. */
static pb_span why_of(pb_span text)
{
    const char *dash = text.len > 0 ? memchr(text.at, '-', text.len) : NULL;
    return dash ? pb_span_trim(from(text, dash + 1)) : (pb_span){"", 0};
}

static pb_event *add(writer *w, pb_event_kind kind, int16_t car)
{
    pb_event *e = w->n < w->cap ? &w->out[w->n] : &w->nowhere;
    w->n++;
    *e     = pb_event_make(kind, (pb_origin)w->like.origin, w->like.at_us, w->like.session_ms);
    e->car = car;
    e->lap = w->like.lap;
    return e;
}

/* ---- patterns ---- */

static void tell_phase(writer *w, pb_span text)
{
    bool real = begins(text, "SAFETY CAR "), vsc = begins(text, "VIRTUAL SAFETY CAR ") || begins(text, "VSC ");
    bool out  = find(text, "CAR DEPLOYED") || find(text, "VSC DEPLOYED");
    bool ends = real ? begins(text, "SAFETY CAR IN THIS LAP") : find(text, " ENDING") != NULL;
    if ((!real && !vsc) || (!out && !ends)) return;
    pb_event *e = add(w, PB_EV_SC_PHASE, 0);
    e->value    = ends ? PB_SC_ENDING : PB_SC_DEPLOYED;
    e->aux      = vsc ? PB_NEUTRAL_VSC : PB_NEUTRAL_SC;
}

/* The lap of "... AT TURN 4 LAP 21 16:40:05"; 0 when it is not told. */
static uint16_t lap_in(pb_span text)
{
    return (uint16_t)leading_number(after(text, " LAP "));
}

static int32_t time_in(pb_span text)
{
    pb_span     t   = after(text, " TIME ");
    const char *end = t.len > 0 ? memchr(t.at, ' ', t.len) : NULL;
    int32_t     ms  = 0;
    return end && pb__lt_duration((pb_span){t.at, (size_t)(end - t.at)}, &ms) ? ms : PB_MS_NONE;
}

static void tell_deleted(writer *w, pb_span text)
{
    bool        back = find(text, " REINSTATED") != NULL;
    const char *gone = find(text, " DELETED");
    if (!begins(text, "CAR ") || (!back && !gone) || car_of(text) == 0) return;
    pb_event *e = add(w, PB_EV_LAP_DELETED, car_of(text));
    e->flag     = !back;
    e->value    = time_in(text);
    e->lap      = lap_in(back ? text : from(text, gone));
    pb_utf8_copy(why_of(text), e->text, sizeof e->text);
}

/* Which penalty, where its words begin and what it costs. */
static pb_penalty penalty_of(pb_span text, const char **at, int32_t *ms)
{
    static const struct {
        const char *words;
        pb_penalty  kind;
    } patterns[] = {{" SECOND TIME PENALTY FOR CAR ", PB_PENALTY_TIME},
                    {" SECOND STOP/GO PENALTY FOR CAR ", PB_PENALTY_STOP_GO},
                    {" SECOND STOP AND GO PENALTY FOR CAR ", PB_PENALTY_STOP_GO},
                    {"DRIVE THROUGH PENALTY FOR CAR ", PB_PENALTY_DRIVE_THROUGH},
                    {"DRIVE-THROUGH PENALTY FOR CAR ", PB_PENALTY_DRIVE_THROUGH},
                    {" PLACE GRID PENALTY FOR CAR ", PB_PENALTY_GRID},
                    {"BLACK AND WHITE FLAG FOR CAR ", PB_PENALTY_WARNING},
                    {"REPRIMAND ", PB_PENALTY_OTHER}};
    for (size_t i = 0; i < sizeof patterns / sizeof *patterns; i++) {
        *at = find(text, patterns[i].words);
        if (!*at) continue;
        bool seconds = begins(from(text, *at), " SECOND");
        *ms          = seconds ? number_before(text, *at) * 1000 : 0;
        return patterns[i].kind;
    }
    return PB_PENALTY_NONE;
}

static void tell_penalty(writer *w, pb_span text)
{
    const char *at   = NULL;
    int32_t     ms   = 0;
    pb_penalty  kind = penalty_of(text, &at, &ms);
    if (kind == PB_PENALTY_NONE) return;
    pb_span rest = from(text, at);
    int16_t car  = car_of(rest);
    if (car == 0) return;
    pb_event *e = add(w, begins(text, "PENALTY SERVED") ? PB_EV_PENALTY_SERVED : PB_EV_PENALTY, car);
    e->value    = (int32_t)kind;
    e->aux      = ms;
    pb_utf8_copy(why_of(after(rest, "CAR ")), e->text, sizeof e->text);
}

static void tell_excluded(writer *w, pb_span text)
{
    bool black = begins(text, "BLACK FLAG FOR CAR "), gone = begins(text, "CAR ") && find(text, " DISQUALIFIED");
    if ((black || gone) && car_of(text) > 0) add(w, PB_EV_DISQUALIFIED, car_of(text));
}

/* Without who speaks: "FIA STEWARDS: CORRECTION: ...". */
static pb_span plain(pb_span text)
{
    static const char *const before[] = {"FIA STEWARDS:", "CORRECTION:", "CORRECTION -", ":"};
    for (size_t i = 0; i < sizeof before / sizeof *before; i++) {
        text = pb_span_trim(text);
        if (begins(text, before[i])) text = from(text, text.at + strlen(before[i]));
    }
    return pb_span_trim(text);
}

static void tell_message(writer *w, const pb_control_row *row)
{
    pb_event *e = add(w, PB_EV_CONTROL, row->car_number);
    pb_utf8_copy(pb_span_of(row->message), e->text, sizeof e->text);
    pb_utf8_copy(pb_span_of(row->category), e->name, sizeof e->name);
    pb_utf8_copy(pb_span_of(row->flag), e->flag_text, sizeof e->flag_text);
    pb_utf8_copy(pb_span_of(row->scope), e->scope_text, sizeof e->scope_text);
}

uint32_t pb_control_events(const pb_control_row *row, pb_origin origin, pb_event *out, uint32_t cap)
{
    pb_span text = plain(pb_span_of(row->message));
    int64_t at   = row->utc_ms == 0 ? PB_US_NONE : row->utc_ms * 1000;
    writer  w    = {.out = out, .cap = cap, .like = pb_event_make(PB_EV_CONTROL, origin, at, row->session_ms)};
    w.like.lap   = row->lap > 0 ? (uint16_t)row->lap : 0;
    tell_message(&w, row);
    tell_phase(&w, text);
    if (begins(text, "CHEQUERED FLAG")) add(&w, PB_EV_CHEQUERED, 0);
    tell_deleted(&w, text);
    tell_penalty(&w, text);
    tell_excluded(&w, text);
    return w.n;
}
