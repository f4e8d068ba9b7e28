/* The report as Markdown: see narrate_review.h. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "review_words.h"

#define MATTERS_PLACE 10   /* cars that finished so far in front have a paragraph */
#define MATTERS_POINTS 0.5 /* and those where a clear call would have gone another way by this */

static bool wanted(const pb_review *r, uint32_t car)
{
    return r->only < 0 || (uint32_t)r->only == car;
}

/* ---- how far the team did as we said ---- */

static bool did_as_said(const pb_review_stop *s)
{
    return pb_action_boxes(s->action) && (s->to == s->compound || s->compound == PB_COMPOUND_UNKNOWN);
}

static bool differs(const pb_review_stop *s)
{
    return s->asked && s->clear && !pb_action_boxes(s->action) && s->gain.value >= MATTERS_POINTS;
}

/* ---- head ---- */

static void put_head(const pb_review *r, bool charts, FILE *to)
{
    char     title[96], n[8];
    uint32_t cars = r->race.log->n_cars;
    pb_race_log_title(r->race.log, title, sizeof title);
    fprintf(to, "# %s: the stops, looked back upon\n\n", title);
    if (r->only >= 0) fprintf(to, "Only %s. ", pb__review_code(r, (uint32_t)r->only, n));
    fprintf(to,
            "%u laps, %u cars, %u stop%s. Each call rests on what was known at the leader's end of the lap before the\n"
            "in-lap, and on flags and rivals' stops that came before the car's own pit entry; %u races played a call.\n"
            "Models: %s.\n\n",
            r->race.outcome->laps, cars, r->n_stops, r->n_stops == 1 ? "" : "s", r->trials, r->learned);
    if (charts) fputs("![who ran which tyres when](strategy.svg)\n\n![gaps to the leader](gaps.svg)\n\n", to);
}

/* ---- evidence ---- */

static void put_score(const char *words, const pb_pair_score *s, FILE *to)
{
    if (s->n == 0) return;
    fprintf(to, "| %s | %zu | %.0f %% | %+.1f |", words, s->n, 100 * s->share.advised.value, s->places.advised.value);
    if (s->seconds.n > 0)
        fprintf(to, " %+.1f (%zu) |", s->seconds.advised.value, s->seconds.n);
    else
        fputs(" - |", to);
    if (s->flag.n > 0)
        fprintf(to, " %+.1f |", s->flag.advised.value);
    else
        fputs(" - |", to);
    double rule = s->share.stopper.value >= 0.5 ? s->share.stopper.value : 1 - s->share.stopper.value;
    fprintf(to, " %.0f %% (%s) |\n", 100 * rule, s->share.stopper.value >= 0.5 ? "stop" : "stay out");
}

static void put_evidence(const pb_review *r, FILE *to)
{
    fputs("## Cars that chose differently\n\n", to);
    if (r->by_stop.n == 0) {
        fputs("No team mates and no cars within two places chose differently here, as far as both can be compared.\n\n",
              to);
        return;
    }
    fputs("Team mates, and cars within two places, of which one stopped and the other did not. Compared when both had\n"
          "stopped as often, else at the flag; stops that were no free choice are left out. This happened; it is no\n"
          "simulation. One race is few of them.\n\n"
          "| pairs | n | advised side gained | places | seconds (n) | places at the flag | always the same |\n"
          "|---|--:|--:|--:|--:|--:|--:|\n",
          to);
    put_score("by our call for the car that stopped", &r->by_stop, to);
    put_score("one did as we said, the other did not", &r->by_contrast, to);
    fputc('\n', to);
}

/* ---- one paragraph a car ---- */

static void put_first_box(const pb_review *r, const pb_review_stop *s, FILE *to)
{
    char code[8];
    if (s->red || !s->asked || s->looked_from == s->in_lap) return;
    pb__review_code(r, s->car, code);
    if (s->first_box == 0)
        fprintf(to, " We would have told %s to BOX on none of the laps %u to %u.", code, s->looked_from, s->in_lap);
    else if (s->first_box < s->in_lap)
        fprintf(to, " The first BOX for %s was on lap %u%s.", code, s->first_box,
                s->first_box == s->looked_from ? ", the first that was looked at" : "");
}

/* The team mate, else the pair with the nearest rival. */
static const pb_pair *best_pair(const pb_review *r, const pb_review_stop *s)
{
    const pb_pair *best = NULL;
    int            near = 99;
    for (uint32_t i = 0; i < r->n_pairs; i++) {
        const pb_pair *p    = &r->pairs[i].pair;
        int            away = p->team ? 0 : abs((int)p->place_before[0] - (int)p->place_before[1]);
        if (p->car != s->car || p->lap != s->in_lap || away >= near) continue;
        near = away;
        best = p;
    }
    return best;
}

static void put_stop_words(const pb_review *r, const pb_review_stop *s, FILE *to)
{
    char text[PB_REVIEW_SENTENCE_MAX];
    pb_review_gave(r, s, text, sizeof text);
    fprintf(to, " %s", text);
    pb_review_said(r, s, text, sizeof text);
    fprintf(to, " %s", text);
    put_first_box(r, s, to);
    const pb_pair *pair = best_pair(r, s);
    if (pair && pb_review_pair(r, pair, text, sizeof text)) fprintf(to, " %s", text);
}

static bool matters(const pb_review *r, uint32_t car)
{
    const pb_car_result *c = &r->race.outcome->car[car];
    if (!wanted(r, car)) return false;
    if (r->only >= 0 || (c->took_flag && c->place <= MATTERS_PLACE)) return true;
    for (uint32_t i = 0; i < r->n_stops; i++)
        if (r->stops[i].car == car && differs(&r->stops[i])) return true;
    return false;
}

static void put_car(const pb_review *r, uint32_t car, FILE *to)
{
    const pb_car_result *c = &r->race.outcome->car[car];
    char                 code[8];
    uint32_t             grid = r->race.log->cars[car].grid, n = 0;
    for (uint32_t i = 0; i < r->n_stops; i++) n += r->stops[i].car == car;
    pb__review_code(r, car, code);
    if (c->took_flag)
        fprintf(to, "**%s** finished P%u", code, c->place);
    else
        fprintf(to, "**%s** dropped out on lap %u", code, c->laps_done + 1u);
    if (grid > 0) fprintf(to, " from P%u on the grid", grid);
    fprintf(to, ", with %u stop%s.", n, n == 1 ? "" : "s");
    for (uint32_t i = 0; i < r->n_stops; i++)
        if (r->stops[i].car == car) put_stop_words(r, &r->stops[i], to);
    fputs("\n\n", to);
}

static void put_cars(const pb_review *r, FILE *to)
{
    fputs("## The cars\n\n", to);
    for (uint32_t k = 0; k < r->race.log->n_cars; k++)
        if (matters(r, r->race.outcome->order[k])) put_car(r, r->race.outcome->order[k], to);
}

/* ---- all stops ---- */

static void put_caveats(const pb_review_stop *s, FILE *to)
{
    const char *comma = "";
    for (uint32_t k = 0; k < PB_CAVEAT_N; k++) {
        if (!(s->caveats & 1u << k) || k == PB_CAVEAT_SEEN) continue;
        fprintf(to, "%s%s", comma, pb_caveat_key((pb_caveat)k));
        comma = ", ";
    }
}

static void put_place(uint8_t place, FILE *to)
{
    if (place > 0)
        fprintf(to, "%u", place);
    else
        fputc('-', to);
}

static void put_row(const pb_review *r, const pb_review_stop *s, FILE *to)
{
    char code[8], action[64] = "-";
    if (s->asked) pb__review_action(s, action, sizeof action);
    fprintf(to, "| %s | %u | %s | %s", pb__review_code(r, s->car, code), s->in_lap, pb__review_flag(s),
            pb__review_tyre(s->from));
    if (s->age_laps >= 0) fprintf(to, " %d", s->age_laps);
    fprintf(to, " | %s | %s%s | %s | ", pb__review_tyre(s->to), action, s->asked && did_as_said(s) ? " =" : "",
            s->asked ? s->sure : "");
    if (s->first_box > 0)
        fprintf(to, "%s%u", s->first_box == s->looked_from && s->first_box < s->in_lap ? "<= " : "", s->first_box);
    fputs(" | ", to);
    put_place(s->gave.before, to);
    fputs(", ", to);
    put_place(s->gave.over, to);
    fputs(", ", to);
    put_place(s->gave.flag, to);
    fputs(" | ", to);
    put_caveats(s, to);
    fputs(" |\n", to);
}

static void put_stops(const pb_review *r, FILE *to)
{
    fputs("## All stops\n\n"
          "Lap: the car came in at its end. Places: on the lap before, when all around had stopped, at the flag. = the "
          "team\n"
          "did as we said.\n\n"
          "| car | lap | flag | was on, laps | fitted | we said | how sure | first BOX | places | caveats |\n"
          "|---|--:|---|---|---|---|---|--:|---|---|\n",
          to);
    for (uint32_t i = 0; i < r->n_stops; i++) put_row(r, &r->stops[i], to);
    fputc('\n', to);
}

static void put_legend(const pb_review *r, FILE *to)
{
    uint32_t seen = 0;
    for (uint32_t i = 0; i < r->n_stops; i++) seen |= r->stops[i].caveats;
    fputs("## Caveats\n\n- self: our simulator judges by itself. What it says a call was worth is no proof; what "
          "happened "
          "to cars that chose\n  differently is evidence, as far as there is enough of it.\n",
          to);
    for (uint32_t k = 0; k < PB_CAVEAT_N; k++)
        if (seen & 1u << k) fprintf(to, "- %s: %s.\n", pb_caveat_key((pb_caveat)k), pb_caveat_words((pb_caveat)k));
    if (r->race.log->n_quarantined > 0)
        fprintf(to, "- rows: %u row%s of the file were left out; `pitboard import auto FILE` lists them.\n",
                r->race.log->n_quarantined, r->race.log->n_quarantined == 1 ? "" : "s");
}

void pb_review_markdown(const pb_review *review, bool charts, FILE *to)
{
    put_head(review, charts, to);
    put_evidence(review, to);
    put_cars(review, to);
    put_stops(review, to);
    put_legend(review, to);
}
