/* POST /predictions/safety-car, pit-loss, overtake: what the race itself says, fitted or
 * from the prior of the circuit. */
#include <math.h>
#include <string.h>

#include "api_answers.h"
#include "api_moment.h"

#define Z_90 1.645
#define WITHIN 3
#define PASS_WITHIN 5

/* Nothing but the race: rates and times that ship, or that its laps gave. */
static api_spoke race_spoke(const api_moment *m)
{
    api_spoke spoke = {.name = m->laps ? "race" : "prior", .version = API_VERSION_NONE};
    return spoke;
}

static void note_prior(api_moment *m)
{
    const pb_prior *p = m->ask->desk->prior;
    api_note(&m->notes, "rates and times: a prior of %u races until %d round %d", p->races, p->until_season,
             p->until_round);
}

/* ---- safety car ---- */

/* The chance that it comes out on this lap, under green. */
static double hazard(const pb_race_spec *s, uint32_t lap, bool vsc)
{
    const pb_neutral_spec *n   = &s->neutral;
    double                 p   = lap == 1   ? (vsc ? n->vsc_lap1_prob : n->sc_lap1_prob)
                                 : lap <= 5 ? (vsc ? n->vsc_early_prob : n->sc_early_prob)
                                            : (vsc ? n->vsc_prob : n->sc_prob);
    bool                   wet = s->weather.known_laps >= s->from_lap && s->weather.wetness_frac[s->from_lap] > 0.02;
    if (!vsc && wet) p *= n->wet_mult;
    return fmin(p, 1);
}

static double within(const pb_race_spec *s, uint32_t laps, bool vsc)
{
    double none = 1;
    for (uint32_t i = 1; i <= laps && s->from_lap + i <= s->rules.laps; i++)
        none *= 1 - hazard(s, s->from_lap + i, vsc);
    return 1 - none;
}

/* What the learned model says of the next three laps. */
static pb_status ask_sc(const api_moment *m, double *p, api_spoke *spoke, pb_evidence *evidence, pb_error *error)
{
    const pb_model   *model;
    pb_model         *own;
    pb_row            row;
    const pb_question q = {.history = &m->view.history, .at = m->view.see.at, .car = -1, .lap = m->spec->from_lap};
    PB_TRY(api_moment_model(m, "sc", &model, &own, spoke, error));
    pb_status status = pb_model_kind_find("sc")->explain(model, &q, &row, evidence, error);
    pb_model_destroy(own);
    if (status == PB_OK) *p = row.value[0];
    return status;
}

static pb_status safety_car_of(const api_ask *ask, api_moment *m, pb_json_writer *to, pb_error *error)
{
    uint32_t    laps = WITHIN, left = (uint32_t)m->spec->rules.laps - m->spec->from_lap;
    pb_evidence evidence[PB_EVIDENCE_MAX] = {0};
    PB_TRY(api_read_u32(ask->body, "within", 1, PB_LAPS_MAX, &laps, error));
    double    p     = within(m->spec, laps, false);
    api_spoke spoke = {.name = "prior", .version = API_VERSION_NONE};
    if (m->laps && laps == WITHIN)
        PB_TRY(ask_sc(m, &p, &spoke, evidence, error));
    else
        note_prior(m);
    pb_json_object(to, NULL);
    api_moment_put(m, to);
    pb_json_put_i64(to, "within", laps);
    api_value_put(to, p, NAN, NAN, 0, "prob");
    pb_json_put_fixed(to, "vsc", within(m->spec, laps, true), 6);
    pb_json_put_fixed(to, "to_the_end", within(m->spec, left, false), 6);
    api_tail_put(m, &spoke, evidence, to);
    pb_json_object_end(to);
    return PB_OK;
}

pb_status api_predict_safety_car(const api_ask *ask, pb_json_writer *to, pb_error *error)
{
    api_moment m;
    pb_status  status = api_moment_read(ask, true, &m, error);
    if (status == PB_OK) status = safety_car_of(ask, &m, to, error);
    api_moment_free(&m);
    return status;
}

/* ---- pit loss ---- */

static double stop_quantile_s(const pb_pit_spec *pit, double prob)
{
    for (int i = 0; i < PB_QUANTILES; i++)
        if (pb_quantile_prob[i] >= prob - 1e-9) return pit->stop_s[i];
    return pit->stop_s[PB_QUANTILES - 1];
}

static const char *how_of(const pb_race_spec *spec, const char *pointer, int32_t *laps)
{
    for (uint32_t i = 0; i < spec->n_origins; i++)
        if (strcmp(spec->origins[i].pointer, pointer) == 0) {
            *laps = spec->origins[i].laps;
            return spec->origins[i].how;
        }
    *laps = 0;
    return "given";
}

/* Not knowing the lane, and the scatter of stops. */
static void put_loss(const pb_pit_spec *pit, double loss_s, double frac, const char *key, pb_json_writer *to)
{
    double unsure = Z_90 * pit->loss_sigma_s * frac;
    double lo     = loss_s * frac - hypot(unsure, stop_quantile_s(pit, 0.05)),
           hi     = loss_s * frac + hypot(unsure, stop_quantile_s(pit, 0.95));
    if (key) pb_json_object(to, key);
    api_value_put(to, loss_s * frac, fmax(lo, 0), hi, 0.9, "s");
    if (key) pb_json_object_end(to);
}

static void pit_loss_of(api_moment *m, pb_json_writer *to)
{
    const pb_pit_spec *pit    = &m->spec->pit;
    double             loss_s = pit->loss_s + m->spec->cars[m->car].stop_s;
    int32_t            laps;
    const char        *how   = m->told.has_pit_loss ? "given" : how_of(m->spec, "/pit/loss_s", &laps);
    const api_spoke    spoke = race_spoke(m);
    pb_evidence        evidence[PB_EVIDENCE_MAX] = {{.value = pit->loss_s, .unit = "s"}};
    snprintf(evidence[0].text, sizeof evidence[0].text, "the lane: %s", how);
    note_prior(m);
    pb_json_object(to, NULL);
    api_moment_put(m, to);
    put_loss(pit, loss_s, 1, NULL, to);
    put_loss(pit, loss_s, pit->sc_frac, "safety_car", to);
    put_loss(pit, loss_s, pit->vsc_frac, "vsc", to);
    pb_json_put_fixed(to, "double_stack_s", pit->double_stack_s, 3);
    api_tail_put(m, &spoke, evidence, to);
    pb_json_object_end(to);
}

pb_status api_predict_pit_loss(const api_ask *ask, pb_json_writer *to, pb_error *error)
{
    api_moment m;
    pb_status  status = api_moment_read(ask, false, &m, error);
    if (status == PB_OK) pit_loss_of(&m, to);
    api_moment_free(&m);
    return status;
}

/* ---- overtaking ---- */

typedef struct duel {
    uint32_t ahead;
    double   gap_s, faster_s; /* per lap, ours */
    bool     train;           /* the car ahead is held up itself */
} duel;

static pb_status duel_of(const api_moment *m, duel *out, pb_error *error)
{
    const pb_race_spec *s = m->spec;
    out->ahead            = api_car_ahead(s, m->car);
    if (out->ahead == UINT32_MAX)
        return pb_error_set(error, PB_E_RULE, "/%s: nobody is ahead of the leader", m->laps ? "car" : "position");
    const pb_car_spec *own = &s->cars[m->car], *it = &s->cars[out->ahead];
    uint32_t           next = api_car_ahead(s, out->ahead);
    out->gap_s              = own->state.gap_s - it->state.gap_s;
    out->faster_s           = it->pace_s + api_tyre_s(s, out->ahead) - own->pace_s - api_tyre_s(s, m->car);
    out->train = next != UINT32_MAX && it->state.gap_s - s->cars[next].state.gap_s < s->traffic.train_gap_s;
    return PB_OK;
}

/* The formula of the simulator (race_spec.h, pb_traffic_spec). */
static double pass_prob(const pb_traffic_spec *t, double faster_s, double gap_s, bool train)
{
    double x = t->pass_bias + t->pass_circuit + t->pass_delta * faster_s - t->pass_gap * fmin(gap_s, t->pass_knee_s) -
               t->pass_gap_far * fmax(gap_s - t->pass_knee_s, 0) - (train ? t->pass_train : 0);
    return 1 / (1 + exp(-x));
}

/* Catching up until held, one lap after another. */
static double pass_within(const pb_traffic_spec *t, const duel *d, uint32_t laps)
{
    double none = 1, gap = d->gap_s, hold = t->hold_s[PB_QUANTILES / 2];
    for (uint32_t i = 0; i < laps; i++) {
        none *= 1 - pass_prob(t, d->faster_s, gap, d->train);
        gap = d->faster_s > 0 ? fmax(gap - d->faster_s, fmin(gap, hold)) : gap - d->faster_s;
    }
    return 1 - none;
}

static void explain_pass(const api_moment *m, const duel *d, pb_evidence *evidence)
{
    const pb_traffic_spec *t = &m->spec->traffic;
    evidence[0]              = (pb_evidence){.value = t->pass_delta * d->faster_s, .unit = "log-odds"};
    snprintf(evidence[0].text, sizeof evidence[0].text, "%.2f s a lap %s than %s, tyres counted", fabs(d->faster_s),
             d->faster_s >= 0 ? "faster" : "slower", m->spec->cars[d->ahead].code);
    evidence[1] = (pb_evidence){.value = -t->pass_gap * fmin(d->gap_s, t->pass_knee_s) -
                                         t->pass_gap_far * fmax(d->gap_s - t->pass_knee_s, 0),
                                .unit = "log-odds"};
    snprintf(evidence[1].text, sizeof evidence[1].text, "%.2f s behind it", d->gap_s);
    evidence[2] = (pb_evidence){.value = t->pass_circuit, .unit = "log-odds"};
    snprintf(evidence[2].text, sizeof evidence[2].text, "passing here against the mean of all circuits");
}

static pb_status overtake_of(const api_ask *ask, api_moment *m, pb_json_writer *to, pb_error *error)
{
    duel        d                         = {0};
    uint32_t    laps                      = PASS_WITHIN;
    pb_evidence evidence[PB_EVIDENCE_MAX] = {0};
    api_spoke   spoke                     = {.name = "simulator", .version = API_VERSION_NONE};
    PB_TRY(api_read_u32(ask->body, "within", 1, 50, &laps, error));
    PB_TRY(duel_of(m, &d, error));
    explain_pass(m, &d, evidence);
    note_prior(m);
    pb_json_object(to, NULL);
    api_moment_put(m, to);
    pb_json_put_text(to, "rival", m->spec->cars[d.ahead].code);
    pb_json_put_fixed(to, "gap_s", d.gap_s, 3);
    pb_json_put_fixed(to, "faster_s", d.faster_s, 4);
    pb_json_put_bool(to, "train", d.train);
    api_value_put(to, pass_prob(&m->spec->traffic, d.faster_s, d.gap_s, d.train), NAN, NAN, 0, "prob");
    pb_json_put_i64(to, "within", laps);
    pb_json_put_fixed(to, "p_within", pass_within(&m->spec->traffic, &d, laps), 6);
    api_tail_put(m, &spoke, evidence, to);
    pb_json_object_end(to);
    return PB_OK;
}

pb_status api_predict_overtake(const api_ask *ask, pb_json_writer *to, pb_error *error)
{
    api_moment m;
    pb_status  status = api_moment_read(ask, false, &m, error);
    if (status == PB_OK) status = overtake_of(ask, &m, to, error);
    api_moment_free(&m);
    return status;
}
