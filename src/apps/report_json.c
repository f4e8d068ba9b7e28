/* report --json: see report_run.h and docs/report.md. */
#include <math.h>

#include "json_gain.h"
#include "pitboard/codec.h"
#include "report_run.h"

#define FINE 6
#define S 3

typedef struct page {
    pb_json_writer       w;
    const report_answer *a;
} page;

static const char *code(const page *p, uint32_t car)
{
    return p->a->laps.log.cars[car].code;
}

/* 0 is none. */
static void put_whole(page *p, const char *key, int64_t n)
{
    if (n == 0)
        pb_json_put_null(&p->w, key);
    else
        pb_json_put_i64(&p->w, key, n);
}

static void put_compound(page *p, const char *key, uint8_t compound)
{
    pb_json_put_text(&p->w, key, compound == PB_COMPOUND_UNKNOWN ? NULL : pb_compound_name((pb_compound)compound));
}

static const char *flag_name(pb_neutral_kind flag)
{
    static const char *const names[] = {"green", "sc", "vsc", "red"};
    return names[flag];
}

/* ---- one stop ---- */

static void put_known(page *p, const pb_review_stop *s)
{
    pb_json_object(&p->w, "known");
    pb_json_put_i64(&p->w, "lap", s->in_lap - 1);
    pb_json_put_text(&p->w, "flag", s->red ? "red" : flag_name(s->flag));
    pb_json_put_bool(&p->w, "flag_exact", p->a->exact);
    pb_json_array(&p->w, "boxed");
    for (uint32_t i = 0; i < s->n_boxed; i++) pb_json_put_text(&p->w, NULL, code(p, s->boxed[i]));
    pb_json_array_end(&p->w);
    put_whole(p, "position", s->gave.before);
    pb_json_object_end(&p->w);
}

static void put_action(page *p, pb_action action, uint8_t compound, uint16_t target, double confidence)
{
    pb_json_put_text(&p->w, "action", pb_action_name(action));
    put_compound(p, "compound", compound);
    put_whole(p, "target_lap", target);
    pb_json_put_fixed(&p->w, "confidence", confidence, FINE);
}

static void put_said(page *p, const pb_review_stop *s)
{
    pb_json_object(&p->w, "said");
    if (!s->asked) {
        pb_json_put_null(&p->w, "action");
        pb_json_put_text(&p->w, "why", s->why);
        pb_json_object_end(&p->w);
        return;
    }
    put_action(p, s->action, s->compound, s->target_lap, s->confidence);
    pb_json_put_text(&p->w, "confidence_words", s->sure);
    pb_json_put_bool(&p->w, "clear", s->clear);
    json_gain(&p->w, "gain", &s->gain, "points");
    pb_json_array(&p->w, "evidence");
    for (int i = 0; i < 3; i++)
        if (s->evidence[i][0]) pb_json_put_text(&p->w, NULL, s->evidence[i]);
    pb_json_array_end(&p->w);
    put_whole(p, "first_box_lap", s->first_box);
    put_whole(p, "looked_from_lap", s->looked_from);
    pb_json_object_end(&p->w);
}

static void put_calls(page *p, const pb_review_stop *s)
{
    pb_json_array(&p->w, "calls");
    for (uint32_t lap = s->looked_from ? s->looked_from : s->in_lap; lap <= s->in_lap; lap++) {
        const review_question *q = report_call(p->a, s->car, (uint16_t)lap);
        if (!q || !q->asked) continue;
        const pb_call_action *best = &q->call.actions[0];
        pb_json_object(&p->w, NULL);
        pb_json_put_i64(&p->w, "lap", lap);
        pb_json_put_text(&p->w, "flag", q->red ? "red" : flag_name(q->known.flag));
        put_action(p, best->action, best->compound, best->target_lap, best->confidence);
        pb_json_object_end(&p->w);
    }
    pb_json_array_end(&p->w);
}

static void put_gave(page *p, const pb_stop_cycle *g)
{
    pb_json_object(&p->w, "gave");
    put_whole(p, "before", g->before);
    put_whole(p, "after_out_lap", g->after_out);
    put_whole(p, "five_laps_later", g->after_five);
    put_whole(p, "cycle_over_lap", g->over_lap);
    put_whole(p, "cycle_over", g->over);
    put_whole(p, "flag", g->flag);
    pb_json_object_end(&p->w);
}

static void put_stop(page *p, const pb_review_stop *s)
{
    char text[PB_REVIEW_SENTENCE_MAX];
    pb_json_object(&p->w, NULL);
    pb_json_put_text(&p->w, "car", code(p, s->car));
    pb_json_put_i64(&p->w, "lap", s->in_lap);
    pb_json_put_i64(&p->w, "number", s->number);
    put_compound(p, "from", s->from);
    if (s->age_laps >= 0)
        pb_json_put_i64(&p->w, "tyre_age_laps", s->age_laps);
    else
        pb_json_put_null(&p->w, "tyre_age_laps");
    put_compound(p, "compound", s->to);
    put_known(p, s);
    put_said(p, s);
    put_calls(p, s);
    put_gave(p, &s->gave);
    pb_json_array(&p->w, "caveats");
    for (uint32_t k = 0; k < PB_CAVEAT_N; k++)
        if (s->caveats & 1u << k) pb_json_put_text(&p->w, NULL, pb_caveat_key((pb_caveat)k));
    pb_json_array_end(&p->w);
    pb_review_said(&p->a->review, s, text, sizeof text);
    pb_json_put_text(&p->w, "said_words", text);
    pb_review_gave(&p->a->review, s, text, sizeof text);
    pb_json_put_text(&p->w, "gave_words", text);
    pb_json_object_end(&p->w);
}

/* ---- evidence ---- */

static const char *said_name(pb_pair_said said)
{
    return said == PB_PAIR_SAID_STOP ? "BOX" : said == PB_PAIR_SAID_STAY ? "STAY_OUT" : NULL;
}

static void put_pair(page *p, const pb_pair_case *c)
{
    const pb_pair *pair = &c->pair;
    int            side = pb_pair_advised(c, PB_PAIR_BY_STOP);
    pb_json_object(&p->w, NULL);
    pb_json_put_text(&p->w, "car", code(p, pair->car));
    pb_json_put_text(&p->w, "other", code(p, pair->other));
    pb_json_put_bool(&p->w, "team_mates", pair->team);
    pb_json_put_i64(&p->w, "lap", pair->lap);
    put_whole(p, "answer_lap", pair->answer_lap);
    pb_json_put_i64(&p->w, "end_lap", pair->end_lap);
    pb_json_put_text(&p->w, "flag", flag_name(pair->flag));
    pb_json_put_text(&p->w, "said_car", said_name(c->car_said));
    pb_json_put_text(&p->w, "said_other", said_name(c->other_said));
    pb_json_put_text(&p->w, "advised", side > 0 ? code(p, pair->car) : side < 0 ? code(p, pair->other) : NULL);
    pb_json_put_bool(&p->w, "forced", pair->forced);
    pb_json_put_i64(&p->w, "gain_places", pair->gain_places);
    pb_json_put_fixed(&p->w, "gain_s", pair->gain_s, S);
    pb_json_object_end(&p->w);
}

static void put_score(page *p, const char *key, const pb_pair_score *s)
{
    pb_json_object(&p->w, key);
    pb_json_put_i64(&p->w, "pairs", (int64_t)s->n);
    pb_json_put_fixed(&p->w, "advised_side_gained", s->share.advised.value, FINE);
    pb_json_put_fixed(&p->w, "places", s->places.advised.value, FINE);
    pb_json_put_fixed(&p->w, "seconds", s->seconds.advised.value, FINE);
    pb_json_put_i64(&p->w, "pairs_with_seconds", (int64_t)s->seconds.n);
    pb_json_put_fixed(&p->w, "places_at_flag", s->flag.advised.value, FINE);
    pb_json_put_fixed(&p->w, "stopper_gained", s->share.stopper.value, FINE);
    pb_json_object_end(&p->w);
}

static void put_evidence(page *p)
{
    pb_json_object(&p->w, "evidence");
    put_score(p, "by_stop", &p->a->review.by_stop);
    put_score(p, "by_contrast", &p->a->review.by_contrast);
    pb_json_object_end(&p->w);
    pb_json_array(&p->w, "pairs");
    for (uint32_t i = 0; i < p->a->n_pairs; i++) put_pair(p, &p->a->pairs[i]);
    pb_json_array_end(&p->w);
}

/* ---- the whole ---- */

static void put_cars(page *p)
{
    pb_json_array(&p->w, "cars");
    for (uint32_t k = 0; k < p->a->laps.log.n_cars; k++) {
        uint32_t             car = p->a->outcome->order[k], stops = 0;
        const pb_car_result *r = &p->a->outcome->car[car];
        for (uint32_t i = 0; i < p->a->n_stops; i++) stops += p->a->stops[i].car == car;
        if (p->a->review.only >= 0 && (uint32_t)p->a->review.only != car) continue;
        pb_json_object(&p->w, NULL);
        pb_json_put_text(&p->w, "car", code(p, car));
        put_whole(p, "grid", p->a->laps.log.cars[car].grid);
        pb_json_put_i64(&p->w, "place", r->place);
        pb_json_put_bool(&p->w, "took_flag", r->took_flag);
        pb_json_put_i64(&p->w, "laps", r->laps_done);
        pb_json_put_i64(&p->w, "stops", stops);
        pb_json_object_end(&p->w);
    }
    pb_json_array_end(&p->w);
}

static void put_caveat_words(page *p)
{
    pb_json_object(&p->w, "caveat_words");
    pb_json_put_text(&p->w, "self", "our simulator judges by itself: what it says a call was worth is no proof");
    for (uint32_t k = 0; k < PB_CAVEAT_N; k++)
        pb_json_put_text(&p->w, pb_caveat_key((pb_caveat)k), pb_caveat_words((pb_caveat)k));
    pb_json_object_end(&p->w);
}

static void put_all(const report_answer *answer, int indent, FILE *to)
{
    page p = {.a = answer};
    char title[96];
    pb_race_log_title(&answer->laps.log, title, sizeof title);
    pb_json_begin(&p.w, to, indent);
    pb_json_object(&p.w, NULL);
    pb_json_put_text(&p.w, "race", title);
    pb_json_put_i64(&p.w, "season", answer->laps.log.season);
    pb_json_put_i64(&p.w, "round", answer->laps.log.round);
    pb_json_put_i64(&p.w, "laps", answer->outcome->laps);
    pb_json_put_i64(&p.w, "trials", answer->review.trials);
    pb_json_put_i64(&p.w, "seed", (int64_t)answer->seed);
    pb_json_put_text(&p.w, "learned", answer->learned);
    pb_json_put_bool(&p.w, "learned_from_it", answer->seen);
    pb_json_put_i64(&p.w, "rows_left_out", answer->laps.log.n_quarantined);
    put_cars(&p);
    pb_json_array(&p.w, "stops");
    for (uint32_t i = 0; i < answer->n_stops; i++) put_stop(&p, &answer->stops[i]);
    pb_json_array_end(&p.w);
    put_evidence(&p);
    put_caveat_words(&p);
    pb_json_object_end(&p.w);
    pb_json_end(&p.w);
}

void report_json(const report_answer *answer, FILE *to)
{
    put_all(answer, 2, to);
}

void report_json_line(const report_answer *answer, FILE *to)
{
    put_all(answer, 0, to);
}
