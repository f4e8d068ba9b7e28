/* recommend for people: the call first, then why, then what may come. Written to
 * be read in a hurry: one line a subject, nothing that says nothing. */
#include <math.h>
#include <stdarg.h>
#include <string.h>

#include "pitboard/narrate_call.h"
#include "recommend_run.h"
#include "terminal.h"

#define LABEL 11

typedef struct sheet {
    FILE                   *to;
    const recommend_answer *a;
    const recommend_car    *c;
    const pb_call          *call;
} sheet;

static const char *code(const sheet *s, uint8_t car)
{
    return recommend_code(s->a->spec, car);
}

/* A label where a subject begins, blanks where it goes on. */
static void put_label(const sheet *s, const char *label)
{
    fprintf(s->to, "%s%-*s%s", pb__paint(s->to, PB__DIM), LABEL, label, pb__paint(s->to, PB__PLAIN));
}

static void put_line(const sheet *s, const char *label, const char *format, ...) __attribute__((format(printf, 3, 4)));

static void put_line(const sheet *s, const char *label, const char *format, ...)
{
    va_list args;
    put_label(s, label);
    va_start(args, format);
    vfprintf(s->to, format, args);
    va_end(args);
    fputc('\n', s->to);
}

/* "soft", "" for no stop. */
static const char *tyre(uint8_t compound)
{
    static const char *const words[PB_COMPOUND_N] = {"",    "soft",      "medium",    "hard",      "intermediate",
                                                     "wet", "hypersoft", "ultrasoft", "supersoft", "superhard"};
    return compound < PB_COMPOUND_N ? words[compound] : "";
}

/* "BOX medium, lap 27"; "STAY_OUT to lap 43, hard" with the stop that is planned;
 * where the race is stopped "fit the hard", "keep the set". */
static void action_text(const pb_call *call, uint32_t k, char *out, size_t cap)
{
    const pb_call_action *a   = &call->actions[k];
    const char           *set = tyre(a->compound), *name = pb_action_name(a->action);
    if (call->red.known && pb_action_boxes(a->action))
        snprintf(out, cap, "fit the %s", set);
    else if (call->red.known)
        snprintf(out, cap, "keep the set");
    else if (pb_action_boxes(a->action))
        snprintf(out, cap, "%s%s%s, lap %u", name, *set ? " " : "", set, a->target_lap);
    else if (a->target_lap)
        snprintf(out, cap, "%s to lap %u%s%s", name, a->target_lap, *set ? ", " : "", set);
    else
        snprintf(out, cap, "%s to the end", name);
}

/* Two decimals without "-0.00". */
static double two(double x)
{
    return fabs(x) < 0.005 ? 0 : x;
}

/* "+0.35 points (+0.10 to +0.61)" */
static void gain_in(const char *unit, const pb_gain *gain, char *out, size_t cap)
{
    bool   prob  = strcmp(unit, "prob") == 0;
    double scale = prob ? 100 : 1;
    snprintf(out, cap, "%+.2f %s (%+.2f to %+.2f)", two(scale * gain->value), prob ? "%" : unit, two(scale * gain->lo),
             two(scale * gain->hi));
}

static void gain_text(const sheet *s, const pb_gain *gain, char *out, size_t cap)
{
    gain_in(pb_aim_unit(&s->c->aim), gain, out, cap);
}

/* ---- the call ---- */

static void put_call(const sheet *s)
{
    char action[64], sure[PB_SENTENCE_MAX], radio[PB_SENTENCE_MAX];
    action_text(s->call, 0, action, sizeof action);
    pb_narrate_confidence(s->call, 0, sure, sizeof sure);
    pb_narrate_radio(s->a->spec, s->call, 0, radio, sizeof radio);
    const char *ink = pb__paint(s->to, pb_action_boxes(s->call->actions[0].action) ? PB__YELLOW : PB__GREEN);
    fprintf(s->to, "%s%s%s %s%s%s  %s  \"%s\"\n", pb__paint(s->to, PB__BOLD), s->a->spec->cars[s->c->car].code,
            pb__paint(s->to, PB__PLAIN), ink, action, pb__paint(s->to, PB__PLAIN), sure, radio);
}

static void put_where(const sheet *s)
{
    static const char *const maybe[] = {"NO", "yes", "unclear"};
    static const char *const flags[] = {"green", "SC", "VSC", "RED"};
    const pb_race_spec      *spec    = s->a->spec;
    fprintf(s->to, "%s%s, P%u at the end of lap %u of %u, %s", pb__paint(s->to, PB__DIM),
            spec->name[0] ? spec->name : spec->id, s->call->position, s->call->lap, s->call->laps,
            flags[decide_state_out(spec)]);
    if (s->call->red.known)
        fprintf(s->to, "; decide before the restart");
    else if (s->call->decide_by_s < 0)
        fprintf(s->to, "; too late for this pit entry");
    else
        fprintf(s->to, "; decide within %.0f s", s->call->decide_by_s);
    if (!s->call->red.known) fprintf(s->to, ", can make the entry: %s", maybe[s->call->can_make_entry]);
    fprintf(s->to, "%s\n\n", pb__paint(s->to, PB__PLAIN));
}

static void put_why(const sheet *s)
{
    const pb_call_action *a     = &s->call->actions[0];
    const char           *label = "why";
    char                  text[PB_SENTENCE_MAX];
    for (uint32_t i = 0; i < a->n_facts && i < PB_CALL_FACTS; i++) {
        if (!pb_narrate_fact(s->a->spec, s->call, &a->fact[i], text, sizeof text)) continue;
        put_line(s, label, "%s", text);
        label = "";
    }
    if (pb_narrate_flip(s->a->spec, s->call, &a->flip, text, sizeof text)) put_line(s, "but", "%s", text);
}

static void put_others(const sheet *s)
{
    const char *label = "or";
    char        action[64], gain[96], sure[PB_SENTENCE_MAX];
    for (uint32_t k = 1; k < s->call->n_actions && k < PB_CALL_ACTIONS_MAX; k++) {
        action_text(s->call, k, action, sizeof action);
        gain_text(s, &s->call->actions[k].gain, gain, sizeof gain);
        pb_narrate_confidence(s->call, k, sure, sizeof sure);
        put_line(s, label, "%-28s %-36s %s", action, gain, sure);
        label = "";
    }
}

/* ---- the stop ---- */

static void put_rejoin(const sheet *s)
{
    const pb_call_rejoin *r     = &s->call->rejoin;
    const char           *ahead = code(s, r->ahead), *behind = code(s, r->behind);
    char                  near[96] = "";
    size_t                len      = 0;
    if (!r->known) return;
    if (ahead) len = (size_t)snprintf(near, sizeof near, ", %.1f s behind %s", r->ahead_s, ahead);
    if (behind) snprintf(near + len, sizeof near - len, ", %.1f s ahead of %s", r->behind_s, behind);
    put_line(s, "rejoin", "P%u%s; within one place %.0f %%; traffic costs %.1f s", r->position, near,
             100 * r->p_within1, r->traffic_s);
}

static void put_window(const sheet *s)
{
    const pb_call_window *w    = &s->call->window;
    const char           *unit = pb_aim_unit(&s->c->aim);
    bool                  prob = strcmp(unit, "prob") == 0;
    if (s->call->red.known) return;
    if (w->best == 0)
        put_line(s, "window", "by our numbers no stop is worth it");
    else
        put_line(s, "window", "lap %u to %u, best %u (within %.2f %s)", w->opens, w->closes, w->best,
                 (prob ? 100 : 1) * w->width, prob ? "%" : unit);
}

static void put_duel(const sheet *s, const char *label, const pb_call_duel *d)
{
    static const char *const kinds[] = {"undercut of", "overcut of", "undercut by"};
    char                     laps[48];
    if (d->laps)
        snprintf(laps, sizeof laps, "even when answered %u lap%s later", d->laps, d->laps == 1 ? "" : "s");
    else
        snprintf(laps, sizeof laps, "not even within six laps");
    put_line(s, label, "%s %-4s %3.0f %%  gap %4.1f s, gains %+.1f s if answered at once; %s", kinds[d->kind],
             code(s, d->rival), 100 * d->p, d->gap_s, d->gain_s, laps);
}

static void put_duels(const sheet *s)
{
    const char *label = "rivals";
    for (uint32_t i = 0; i < s->call->n_duels && i < PB_CALL_DUELS; i++) {
        if (!code(s, s->call->duels[i].rival)) continue;
        put_duel(s, label, &s->call->duels[i]);
        label = "";
    }
}

/* "both now, ...; +0.31 points (+0.10 to +0.52) for the team against only BOT now" */
static void put_joint(const sheet *s)
{
    const pb_call_team *t = &s->call->team;
    char                what[PB_SENTENCE_MAX], than[PB_SENTENCE_MAX], gain[96];
    if (!pb_narrate_team(s->a->spec, s->call, what, sizeof what)) return;
    if (pb_narrate_team_against(s->a->spec, s->call, than, sizeof than)) {
        gain_in(pb_gain_unit_name(t->unit), &t->joint, gain, sizeof gain);
        put_line(s, "team", "with %s: %s; %s for the team against %s%s", code(s, t->mate), what, gain, than,
                 t->joint.hi < 0 ? ", but as pit walls do" : "");
    } else {
        put_line(s, "team", "with %s: %s; there is no other way", code(s, t->mate), what);
    }
}

static void put_swap(const sheet *s)
{
    const pb_call_team *t = &s->call->team;
    char                what[PB_SENTENCE_MAX], gain[96];
    if (!pb_narrate_swap(s->a->spec, s->call, what, sizeof what)) return;
    gain_in(pb_gain_unit_name(t->unit), &t->swap.gain, gain, sizeof gain);
    if (t->swap.swap == PB_SWAP_NOW || t->swap.swap == PB_SWAP_NO_GAIN)
        put_line(s, "", "%s; %s", what, gain);
    else
        put_line(s, "", "%s", what);
}

static void put_team(const sheet *s)
{
    put_joint(s);
    put_swap(s);
}

/* What the first line does not know: the mate wants the lane, too. */
static void put_turn(const sheet *s)
{
    char what[PB_SENTENCE_MAX];
    if (pb_narrate_team_turn(s->a->spec, s->call, what, sizeof what)) put_line(s, "TEAM", "%s", what);
}

/* ---- neutralisations ---- */

/* "BOX hard P4 +0.21", the gain against the other answer; per cent for a chance. */
static void neutral_text(const sheet *s, const pb_call_neutral *n, char *out, size_t cap)
{
    double      scale    = strcmp(pb_aim_unit(&s->c->aim), "prob") == 0 ? 100 : 1;
    const char *set      = tyre(n->compound);
    char        place[8] = "";
    if (n->rejoin_position) snprintf(place, sizeof place, " P%u", n->rejoin_position);
    if (!n->known)
        snprintf(out, cap, "-");
    else if (pb_action_boxes(n->action))
        snprintf(out, cap, "BOX%s%s%s %+.2f", *set ? " " : "", set, place, two(scale * n->gain.value));
    else
        snprintf(out, cap, "stay out %+.2f", two(scale * n->gain.value));
}

static void put_neutral_row(const sheet *s, const char *label, const char *lap, const pb_call_neutral *cell[4])
{
    char text[4][40];
    put_label(s, label);
    fprintf(s->to, "%-5s", lap);
    for (int i = 0; i < 4 && cell[i]; i++) {
        bool last = i == 3 || !cell[i + 1];
        neutral_text(s, cell[i], text[i], sizeof text[i]);
        fprintf(s->to, " %-*s", last ? 0 : 23, text[i]);
    }
    fputc('\n', s->to);
}

static void put_neutrals(const sheet *s)
{
    const pb_call *call = s->call;
    char           lap[8];
    if (call->sc_now.known) {
        const pb_call_neutral *now[4] = {&call->sc_now};
        put_neutral_row(s, "if SC", "now", now);
    }
    if (call->vsc_now.known) {
        const pb_call_neutral *now[4] = {&call->vsc_now};
        put_neutral_row(s, "if VSC", "now", now);
    }
    if (call->n_table == 0) return;
    put_label(s, "later");
    fprintf(s->to, "%-5s %-23s %-23s %-23s %s\n", "lap", "SC before entry", "SC after entry", "VSC before entry",
            "VSC after entry");
    for (uint32_t i = 0; i < call->n_table && i < PB_CALL_TABLE; i++) {
        const pb_call_table_row *row    = &call->table[i];
        const pb_call_neutral   *all[4] = {&row->sc[0], &row->sc[1], &row->vsc[0], &row->vsc[1]};
        snprintf(lap, sizeof lap, "%u", row->lap);
        put_neutral_row(s, "", lap, all);
    }
}

/* ---- what binds, and the rest ---- */

static void put_rules(const sheet *s)
{
    const char *label = "rules";
    char        text[PB_SENTENCE_MAX];
    for (uint32_t i = 0; i < s->call->n_rules && i < PB_CALL_RULES_MAX; i++) {
        if (!pb_narrate_rule(s->a->spec, s->call, &s->call->rules[i], text, sizeof text)) continue;
        put_line(s, label, "%s", text);
        label = "";
    }
}

static void put_tyre(const sheet *s)
{
    const pb_call_tyre *t = &s->call->tyre;
    if (t->known)
        put_line(s, "tyre", "%.1f s a lap slower than new; half a second more in %.0f laps (%.0f to %.0f)", t->loss_s,
                 t->life_laps, t->life_lo, t->life_hi);
    else if (s->call->rain.relevant)
        put_line(s, "tyre", "wear is not known: this set ran on a wet or drying track");
    put_line(s, "drive", "%s; wins with chance %.1f %%", pb_action_name(s->call->driving_mode), 100 * s->call->p_win);
}

/* "0.12", "-" where there is no such plan. */
static const char *regret_text(const sheet *s, double regret, char out[24])
{
    bool prob = strcmp(pb_aim_unit(&s->c->aim), "prob") == 0;
    if (isfinite(regret))
        snprintf(out, 24, prob ? "%.1f %%" : "%.2f", prob ? 100 * regret : regret);
    else
        snprintf(out, 24, "-");
    return out;
}

static void put_rain(const sheet *s)
{
    const pb_call_rain *r = &s->call->rain;
    char                now[24], next[24], wait[24], text[PB_SENTENCE_MAX];
    if (!r->relevant) return;
    put_line(s, "rain", "regret of changing kind on this lap %s, on the next %s, later or never %s",
             regret_text(s, r->now, now), regret_text(s, r->next, next), regret_text(s, r->wait, wait));
    if (pb_narrate_rain(s->a->spec, s->call, text, sizeof text)) put_line(s, "", "%s", text);
    if (pb_narrate_rain_why(s->a->spec, s->call, text, sizeof text)) put_line(s, "", "%s", text);
    if (code(s, r->probe))
        put_line(s, "", "%s on the other kind is %.1f s a lap %s", code(s, r->probe), fabs(r->probe_s),
                 r->probe_s < 0 ? "slower" : "faster");
    if (isfinite(r->p_change_5))
        put_line(s, "", "most of the field changes within five laps with chance %.0f %%", 100 * r->p_change_5);
}

/* "medium on lap 31, soft on lap 44" */
static void later_text(const pb_call_red *r, char *out, size_t cap)
{
    size_t len = (size_t)snprintf(out, cap, r->n_later ? "then " : "then to the flag");
    for (uint32_t i = 0; i < r->n_later && i < PB_CALL_RED_LATER && len < cap; i++)
        len += (size_t)snprintf(out + len, cap - len, "%s%s on lap %u", i ? ", " : "", tyre(r->later[i]), r->lap[i]);
}

static void put_red(const sheet *s)
{
    const pb_call_red *r = &s->call->red;
    char               then[128], left[160] = "none";
    size_t             len = 0;
    if (!r->known) return;
    later_text(r, then, sizeof then);
    for (uint32_t k = 0; k < PB_COMPOUND_N; k++)
        if (r->sets_left[k] > 0 && len < sizeof left)
            len += (size_t)snprintf(left + len, sizeof left - len, "%s%u %s", len ? ", " : "", r->sets_left[k],
                                    tyre((uint8_t)k));
    if (r->compound == PB_COMPOUND_UNKNOWN)
        put_line(s, "red flag", "keep the set, %s", then);
    else
        put_line(s, "red flag", "fit the %s, %s", tyre(r->compound), then);
    put_line(s, "", "sets left after that, at most: %s", left);
}

static void put_penalty(const sheet *s)
{
    const pb_call_penalty *p = &s->call->penalty;
    if (p->pending_s > 0)
        put_line(s, "penalty", "%.0f s: P%u if added at the end, P%u if served at the next stop", p->pending_s,
                 p->place_if_added, p->place_if_served);
}

static void put_assumed(const sheet *s, bool notes)
{
    const char *label = "assumed";
    for (uint32_t i = 0; notes && i < s->call->n_notes && i < PB_CALL_NOTES_MAX; i++) {
        put_line(s, label, "%s", s->call->notes[i]);
        label = "";
    }
    for (uint32_t i = 0; i < s->a->n_assumed; i++) {
        put_line(s, label, "%s", s->a->assumed[i]);
        label = "";
    }
}

static void put_one(const sheet *s)
{
    char n[32];
    put_call(s);
    put_where(s);
    put_turn(s);
    put_why(s);
    put_others(s);
    put_rejoin(s);
    put_window(s);
    put_duels(s);
    put_team(s);
    put_neutrals(s);
    put_rules(s);
    put_rain(s);
    put_penalty(s);
    put_red(s);
    put_tyre(s);
    put_assumed(s, true);
    fprintf(s->to, "\n%s races played in %.0f ms, seed %llu\n", pb__thousands(s->call->trials, n),
            1000 * s->c->elapsed_s, (unsigned long long)s->a->seed);
}

/* ---- all cars: one line each ---- */

static void put_row(const sheet *s)
{
    char action[64], sure[PB_SENTENCE_MAX], sc[40], vsc[40], rejoin[8] = "-";
    action_text(s->call, 0, action, sizeof action);
    pb_narrate_confidence(s->call, 0, sure, sizeof sure);
    neutral_text(s, &s->call->sc_now, sc, sizeof sc);
    neutral_text(s, &s->call->vsc_now, vsc, sizeof vsc);
    if (s->call->rejoin.known) snprintf(rejoin, sizeof rejoin, "P%u", s->call->rejoin.position);
    fprintf(s->to, "%3u  %s", s->call->position, pb__paint(s->to, PB__BOLD));
    pb__put_cell(s->to, s->a->spec->cars[s->c->car].code, 8);
    fprintf(s->to, "%s%s%-26s%s %-24s %-7s %-23s %s\n", pb__paint(s->to, PB__PLAIN),
            pb__paint(s->to, pb_action_boxes(s->call->actions[0].action) ? PB__YELLOW : PB__GREEN), action,
            pb__paint(s->to, PB__PLAIN), sure, rejoin, sc, vsc);
}

static void put_all(const recommend_answer *a, FILE *to)
{
    sheet s = {.to = to, .a = a};
    fprintf(to, "%s%s%s, end of lap %u of %u\n\n%s  P  car     %-26s %-24s %-7s %-23s %s%s\n", pb__paint(to, PB__BOLD),
            a->spec->name[0] ? a->spec->name : a->spec->id, pb__paint(to, PB__PLAIN), a->spec->from_lap,
            a->spec->rules.laps, pb__paint(to, PB__DIM), "call", "how sure", "rejoin", "if SC now", "if VSC now",
            pb__paint(to, PB__PLAIN));
    for (uint32_t i = 0; i < a->n; i++) {
        s.c    = &a->cars[i];
        s.call = &a->cars[i].call;
        put_row(&s);
    }
    fputc('\n', to);
    for (uint32_t i = 0; i < a->n; i++) {
        s.c    = &a->cars[i];
        s.call = &a->cars[i].call;
        put_turn(&s);
    }
    put_assumed(&s, false);
    fprintf(to, "%u cars in %.0f ms, seed %llu\n", a->n, 1000 * a->elapsed_s, (unsigned long long)a->seed);
}

void recommend_table(const recommend_answer *answer, FILE *to)
{
    if (answer->all) {
        put_all(answer, to);
        return;
    }
    sheet s = {.to = to, .a = answer, .c = &answer->cars[0], .call = &answer->cars[0].call};
    put_one(&s);
}
