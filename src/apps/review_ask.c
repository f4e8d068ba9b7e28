/* review_ask: the calls of one in-lap. */
#include <stdlib.h>
#include <string.h>

#include "decide_state.h"
#include "review_race.h"

/* A race in the middle of an answer. */
typedef struct desk {
    const review_race   *race;
    const review_moment *moment;
    pb_decider          *decider;
    pb_decide_view       see;
    uint32_t             car; /* of the race file */
} desk;

/* ---- what was known, put into the race ---- */

static decide_flag flag_to_set(pb_neutral_kind flag, const pb_race_spec *spec)
{
    if (flag == PB_NEUTRAL_RED) return DECIDE_FLAG_RED; /* told, or the call would be one for a race that runs */
    if (flag == decide_state_out(spec)) return DECIDE_FLAG_AS_IS;
    return flag == PB_NEUTRAL_SC ? DECIDE_FLAG_SC : flag == PB_NEUTRAL_VSC ? DECIDE_FLAG_VSC : DECIDE_FLAG_GREEN;
}

/* "HAM:HARD": the tyres stand ready before the car does. */
static void boxed_as(const pb_race_spec *spec, uint32_t car, uint8_t set, char *out, size_t cap)
{
    const char *name = pb_compound_name((pb_compound)set);
    bool        here = false;
    for (uint32_t k = 0; k < spec->n_compounds; k++)
        here = here || pb_span_equal_nocase(pb_span_of(name), spec->compounds[k].name);
    snprintf(out, cap, "%s%s%s", spec->cars[car].code, here ? ":" : "", here ? name : "");
}

static pb_status box_rivals(desk *d, const review_known *known, pb_error *error)
{
    pb_race_spec *spec = pb_decider_spec(d->decider);
    char          word[32];
    for (uint32_t c = 0; c < d->race->log->n_cars; c++) {
        int at = d->moment->at[c];
        if (!known->boxed[c] || at < 0 || !spec->cars[at].state.running || spec->from_lap + 1u >= spec->rules.laps)
            continue;
        boxed_as(spec, (uint32_t)at, known->fitted[c], word, sizeof word);
        PB_TRY(decide_state_boxed(spec, word, d->see.rival_boxed, error));
    }
    return PB_OK;
}

static pb_status sit_down(desk *d, const review_question *q, pb_error *error)
{
    PB_TRY(pb_decider_create(d->moment->spec, &d->race->effort, &d->decider, error));
    pb_race_spec *spec = pb_decider_spec(d->decider);
    decide_flag   flag = flag_to_set(q->red ? PB_NEUTRAL_RED : q->known.flag, spec);
    d->see.flag        = decide_flag_kind(flag);
    PB_TRY(decide_state_flag(spec, flag, error));
    return box_rivals(d, &q->known, error);
}

/* ---- the answer ---- */

/* In words while the race file is at hand. */
static void put_words(const desk *d, review_question *q)
{
    const pb_race_spec   *spec = pb_decider_spec(d->decider);
    const pb_call_action *a    = &q->call.actions[0];
    if (a->rival < spec->n_cars) memcpy(q->rival, spec->cars[a->rival].code, sizeof q->rival);
    (void)pb_narrate_confidence(&q->call, 0, q->sure, sizeof q->sure);
    for (uint32_t i = 0; i < a->n_facts && i < PB_CALL_FACTS; i++)
        (void)pb_narrate_fact(spec, &q->call, &a->fact[i], q->evidence[i], sizeof q->evidence[i]);
    for (uint32_t i = 0; i < q->call.n_notes && i < PB_CALL_NOTES_MAX; i++)
        memcpy(q->assumed[i], q->call.notes[i], sizeof q->assumed[i]);
}

static pb_status call(desk *d, review_question *q, review_also *also, void *user, pb_error *error)
{
    pb_decide_options options = pb_decide_options_default();
    options.table_trials      = 0;
    options.flips             = false;
    PB_TRY(sit_down(d, q, error));
    PB_TRY(pb_decide_call(d->decider, &d->see, d->car, &options, &q->call, error));
    q->asked = true;
    put_words(d, q);
    return also ? also(user, d->moment, d->decider, q, error) : PB_OK;
}

/* What cannot be called is told; what is wrong with us is an error. */
static pb_status settle(pb_status status, review_question *q, const pb_error *why, pb_error *error)
{
    if (status == PB_OK) return PB_OK;
    if (status == PB_E_NOMEM || q->asked) {
        if (error) *error = *why;
        return status;
    }
    snprintf(q->why, sizeof q->why, "%.150s", why->text);
    return PB_OK;
}

static pb_status answer(const review_race *race, const review_moment *m, review_question *q, review_also *also,
                        void *user, pb_error *error)
{
    pb_error why = {0};
    desk     d   = {.race = race, .moment = m, .see = m->view.see};
    review_known_of(race, m->lap, q->car, &q->known);
    if (m->at[q->car] < 0) {
        snprintf(q->why, sizeof q->why, "it had completed no lap by then");
        return PB_OK;
    }
    d.car            = (uint32_t)m->at[q->car];
    pb_status status = call(&d, q, also, user, &why);
    pb_decider_destroy(d.decider);
    return settle(status, q, &why, error);
}

pb_status review_ask(const review_race *race, review_question *questions, size_t n, review_also *also, void *user,
                     pb_error *error)
{
    review_moment m;
    pb_error      why = {0};
    if (n == 0) return PB_OK;
    pb_status status = review_moment_make(race, (uint16_t)(questions[0].in_lap - 1u), &m, &why);
    for (size_t i = 0; i < n && status != PB_OK; i++) PB_TRY(settle(status, &questions[i], &why, error));
    pb_status said = PB_OK;
    for (size_t i = 0; i < n && status == PB_OK && said == PB_OK; i++)
        said = answer(race, &m, &questions[i], also, user, error);
    review_moment_free(&m);
    return said;
}

/* ---- the list ---- */

static int by_lap(const void *a, const void *b)
{
    const review_question *x = a, *y = b;
    if (x->in_lap != y->in_lap) return (int)x->in_lap - (int)y->in_lap;
    return x->car != y->car ? (x->car > y->car) - (x->car < y->car) : (int)y->red - (int)x->red;
}

size_t review_sort(review_question *questions, size_t n)
{
    size_t kept = 0;
    if (n > 0) qsort(questions, n, sizeof *questions, by_lap);
    for (size_t i = 0; i < n; i++) {
        if (kept > 0 && questions[kept - 1].in_lap == questions[i].in_lap &&
            questions[kept - 1].car == questions[i].car)
            continue;
        questions[kept++] = questions[i];
    }
    return kept;
}
