/* POST /predictions/lap-time, degradation: the pace model and its tyre filter; where there
 * are no laps, the filter's prior and the laps that were told. */
#include <math.h>
#include <string.h>

#include "api_answers.h"
#include "api_moment.h"
#include "pitboard/predict_tyre.h"

#define LEVEL 0.8
#define Z_80 1.2816 /* 80 % of a normal lies within */
#define RECENT_MAX 12
#define CURVE_LAPS 20
#define THRESHOLD_S 0.5

/* What the filter knows of a car that was told: its prior, and the laps given. */
typedef struct told_tyre {
    pb_tyre_prior   prior;
    pb_tyre_filter *filter; /* NULL: no lap was given */
    uint32_t        laps;
} told_tyre;

static pb_tyre_class class_of(const pb_race_spec *spec, uint32_t car)
{
    const char *name = spec->compounds[spec->cars[car].state.compound].name;
    return pb_tyre_class_of((uint8_t)pb_compound_from_name(pb_span_of(name)));
}

static void find_prior(api_moment *m, told_tyre *t)
{
    const pb_model  *pace = m->ask->desk->models.at[DECIDE_PACE];
    const pb_history none = {0};
    pb_error         why  = {0};
    t->prior              = pb_tyre_prior_default();
    if (!pace)
        api_note(&m->notes, "no model of pace: nothing was known of the tyres before");
    else if (pb_tyre_prior_of(pace, &none, 0, m->told.circuit, m->told.season, &t->prior, &why) != PB_OK)
        api_note(&m->notes, "%.190s", why.text);
    else
        api_note(&m->notes, "tyres and the level of the lap: learned from %u races, %u of them here", t->prior.races,
                 t->prior.circuit_races);
}

/* The last laps of the stint, oldest first, in clear air as far as is known. */
static pb_status feed(const api_moment *m, pb_json list, told_tyre *t, pb_error *error)
{
    const pb_car_state *state = &m->spec->cars[m->car].state;
    uint32_t            n     = (uint32_t)pb_json_length(list);
    int32_t             clock = 0;
    const char         *name  = m->spec->compounds[state->compound].name;
    if (n > RECENT_MAX) return pb_error_set(error, PB_E_LIMIT, "/recent_laps_s: the last %d are enough", RECENT_MAX);
    if (n > state->tyre_age_laps || n > m->spec->from_lap)
        return pb_error_set(error, PB_E_RULE, "/recent_laps_s: %u laps of a set that is %g laps old", n,
                            state->tyre_age_laps);
    PB_TRY(pb_tyre_filter_create(&t->prior, 1, &t->filter, error));
    for (uint32_t i = 0; i < n; i++) {
        pb_json at     = pb_json_at(list, i);
        double  time_s = pb_json_number(at);
        if (!(time_s >= 20 && time_s <= 600))
            return pb_error_set(error, PB_E_RANGE, "%s: a lap of 20 to 600 s is asked for", at.pointer);
        clock += (int32_t)(1000 * time_s);
        pb_lap lap = {.number        = (uint16_t)(m->spec->from_lap - n + 1 + i),
                      .time_ms       = (int32_t)(1000 * time_s),
                      .session_ms    = clock,
                      .start_ms      = PB_MS_NONE,
                      .pit_in_ms     = PB_MS_NONE,
                      .pit_out_ms    = PB_MS_NONE,
                      .sector_ms     = {PB_MS_NONE, PB_MS_NONE, PB_MS_NONE},
                      .stint         = 1,
                      .compound      = (uint8_t)pb_compound_from_name(pb_span_of(name)),
                      .tyre_age_laps = (int16_t)(state->tyre_age_laps - (double)(n - 1 - i)),
                      .fresh         = -1,
                      .status        = PB_STATUS_BIT_CLEAR,
                      .accurate      = true};
        PB_TRY(pb_tyre_filter_lap(t->filter, 0, &lap, error));
    }
    t->laps = n;
    return PB_OK;
}

static pb_status look_told(api_moment *m, told_tyre *t, pb_error *error)
{
    pb_json list = pb_json_get(m->ask->body, "recent_laps_s");
    find_prior(m, t);
    if (pb_json_length(list) > 0) return feed(m, list, t, error);
    api_note(&m->notes, "recent_laps_s: none, so that nothing of this car is known");
    return PB_OK;
}

/* A few laps of this race say more than anything before it. */
static pb_status refuse_recent(const api_ask *ask, pb_error *error)
{
    if (!api_race_named(ask->body) || !pb_json_present(pb_json_get(ask->body, "recent_laps_s"))) return PB_OK;
    return pb_error_set(error, PB_E_RULE, "/recent_laps_s: the laps of \"race\" tell that");
}

/* ---- lap time ---- */

typedef struct lap_time {
    double      value_s, lo_s, hi_s;
    uint32_t    of_lap;
    api_spoke   spoke;
    pb_evidence evidence[PB_EVIDENCE_MAX];
} lap_time;

static pb_status lap_of_recorded(const api_moment *m, uint32_t ahead, lap_time *out, pb_error *error)
{
    const pb_log_car *car = &m->race.log.cars[m->car];
    const pb_model   *model;
    pb_model         *own;
    pb_row            row;
    uint16_t          last = car->n_laps ? car->laps[car->n_laps - 1].number : 0;
    const pb_question q    = {.history = &m->view.history,
                              .at      = m->view.see.at,
                              .car     = (int32_t)m->car,
                              .lap     = (uint16_t)(last + ahead),
                              .horizon = (uint16_t)ahead};
    PB_TRY(api_moment_model(m, "pace", &model, &own, &out->spoke, error));
    pb_status status = pb_model_kind_find("pace")->explain(model, &q, &row, out->evidence, error);
    pb_model_destroy(own);
    if (status != PB_OK) return status;
    out->value_s = row.value[0];
    out->lo_s    = row.value[1];
    out->hi_s    = row.value[2];
    out->of_lap  = q.lap;
    return PB_OK;
}

static double gap_ahead_s(const api_moment *m)
{
    uint32_t ahead = api_car_ahead(m->spec, m->car);
    return ahead == UINT32_MAX ? INFINITY : m->spec->cars[m->car].state.gap_s - m->spec->cars[ahead].state.gap_s;
}

/* Slicks on a wet track: the prior of the model has no such laps, the simulator's weather has; it is no better known than
 * by half. */
static void slicks_in_the_wet(api_moment *m, lap_time *out)
{
    bool   too_wet;
    double wet_s = api_wet_s(m->spec, m->car, &too_wet);
    if (wet_s <= 0) return;
    out->lo_s    = out->value_s - hypot(out->value_s - out->lo_s, Z_80 * wet_s / 2) + wet_s;
    out->hi_s    = out->value_s + hypot(out->hi_s - out->value_s, Z_80 * wet_s / 2) + wet_s;
    out->value_s = out->value_s + wet_s;
    api_note(&m->notes, "track_wetness: slicks lose %.1f s a lap on a track so wet, as the simulator's weather has it",
             wet_s);
}

static void lap_of_prior(const api_moment *m, const pb_tyre_prior *p, uint32_t ahead, lap_time *out)
{
    pb_tyre_class kind = class_of(m->spec, m->car);
    double        lap = m->spec->from_lap + ahead, age = m->spec->cars[m->car].state.tyre_age_laps + ahead - 1;
    double        var = p->base_sd_s * p->base_sd_s + pow(lap * p->evolution_sd_s, 2) + pow(p->offset_sd_s[kind], 2) +
                 pow(age * p->wear_sd_s[kind], 2) + p->car_sd_s * p->car_sd_s + p->white_sd_s * p->white_sd_s;
    out->value_s =
        p->base_s + lap * p->evolution_s + p->offset_s[kind] + age * p->wear_s[kind] + m->spec->cars[m->car].pace_s;
    out->lo_s  = out->value_s - Z_80 * sqrt(var);
    out->hi_s  = out->value_s + Z_80 * sqrt(var);
    out->spoke = (api_spoke){.name = "pace", .version = (int64_t)m->ask->desk->models.choice[DECIDE_PACE].version};
    snprintf(out->spoke.fallback, sizeof out->spoke.fallback, "the prior of the model alone: no lap of this race");
}

static pb_status lap_of_told(api_moment *m, uint32_t ahead, lap_time *out, pb_error *error)
{
    told_tyre t      = {0};
    double    sd     = 0;
    pb_status status = look_told(m, &t, error);
    if (status == PB_OK) {
        lap_of_prior(m, &t.prior, ahead, out);
        if (!t.filter) slicks_in_the_wet(m, out);
        if (t.filter && pb_tyre_filter_predict(t.filter, 0, ahead, &out->value_s, &sd)) {
            out->lo_s = out->value_s - Z_80 * sd;
            out->hi_s = out->value_s + Z_80 * sd;
            snprintf(out->spoke.fallback, sizeof out->spoke.fallback, "its tyre filter on %u laps that were told",
                     t.laps);
        }
        double gap     = gap_ahead_s(m);
        double traffic = isfinite(gap) ? t.prior.traffic_s[pb_tyre_gap_bin(gap)] : 0;
        out->value_s += traffic;
        out->lo_s += traffic;
        out->hi_s += traffic;
        out->of_lap = m->spec->from_lap + ahead;
    }
    pb_tyre_filter_destroy(t.filter);
    return status;
}

/* The model has learned from laps that were driven freely. */
static void note_neutral(api_moment *m)
{
    if (decide_state_out(m->spec))
        api_note(&m->notes, "the lap is one at full speed; now the race is neutralised, and laps are slower");
}

static pb_status lap_time_of(const api_ask *ask, api_moment *m, pb_json_writer *to, pb_error *error)
{
    uint32_t ahead = 1;
    lap_time t     = {0};
    PB_TRY(api_read_u32(ask->body, "ahead", 1, 5, &ahead, error));
    if (ahead != 1 && ahead != 5) return pb_error_set(error, PB_E_RANGE, "/ahead: 1 or 5 laps: for these it is judged");
    if (m->laps)
        PB_TRY(lap_of_recorded(m, ahead, &t, error));
    else
        PB_TRY(lap_of_told(m, ahead, &t, error));
    note_neutral(m);
    pb_json_object(to, NULL);
    api_moment_put(m, to);
    pb_json_put_i64(to, "of_lap", t.of_lap);
    api_value_put(to, t.value_s, t.lo_s, t.hi_s, LEVEL, "s");
    api_tail_put(m, &t.spoke, t.evidence, to);
    pb_json_object_end(to);
    return PB_OK;
}

/* A race file under way has no laps and is not told either. */
static pb_status need_laps(const api_moment *m, pb_error *error)
{
    if (m->laps || !api_race_named(m->ask->body)) return PB_OK;
    return pb_error_set(error, PB_E_RULE, "/race: a race file has no laps; name a recorded race, or tell a context");
}

pb_status api_predict_lap_time(const api_ask *ask, pb_json_writer *to, pb_error *error)
{
    api_moment m;
    PB_TRY(refuse_recent(ask, error));
    pb_status status = api_moment_read(ask, false, &m, error);
    if (status == PB_OK) status = need_laps(&m, error);
    if (status == PB_OK) status = lap_time_of(ask, &m, to, error);
    api_moment_free(&m);
    return status;
}

/* ---- degradation ---- */

typedef struct wear {
    double      loss_s, wear_s, lo_s, hi_s;            /* s, s a lap */
    double      fuel_s;                                /* s a lap; NaN: no lap of this race told it */
    double      life_laps, life_lo_laps, life_hi_laps; /* until THRESHOLD_S slower than now */
    const char *source;
    api_spoke   spoke;
    char        kind[16];
} wear;

static void wear_of_state(const pb_tyre_state *s, wear *out)
{
    out->loss_s       = s->loss_s;
    out->wear_s       = s->wear_s;
    out->lo_s         = s->wear_lo_s;
    out->hi_s         = s->wear_hi_s;
    out->life_laps    = s->life_laps;
    out->life_lo_laps = s->life_lo_laps;
    out->life_hi_laps = s->life_hi_laps;
    out->source       = pb_tyre_source_text(s->source);
    out->fuel_s       = s->fuel_s;
}

static double life_of(double wear_s)
{
    return wear_s > THRESHOLD_S / PB_TYRE_LIFE_MAX ? THRESHOLD_S / wear_s : PB_TYRE_LIFE_MAX;
}

static void wear_of_prior(const api_moment *m, const pb_tyre_prior *p, wear *out)
{
    pb_tyre_class kind = class_of(m->spec, m->car);
    double        sd   = sqrt(p->wear_sd_s[kind] * p->wear_sd_s[kind] + p->stint_wear_sd_s * p->stint_wear_sd_s);
    out->wear_s        = p->wear_s[kind];
    out->lo_s          = out->wear_s - Z_80 * sd;
    out->hi_s          = out->wear_s + Z_80 * sd;
    out->loss_s        = out->wear_s * m->spec->cars[m->car].state.tyre_age_laps;
    out->life_laps     = life_of(out->wear_s);
    out->life_lo_laps  = life_of(out->hi_s);
    out->life_hi_laps  = life_of(out->lo_s);
    out->source        = pb_tyre_source_text(PB_TYRE_FROM_PRIOR);
    out->fuel_s        = NAN;
}

static pb_status find_wear(api_moment *m, wear *out, pb_error *error)
{
    told_tyre     t = {0};
    pb_tyre_state state;
    pb_status     status = PB_OK;
    out->spoke = (api_spoke){.name = "pace", .version = (int64_t)m->ask->desk->models.choice[DECIDE_PACE].version};
    snprintf(out->kind, sizeof out->kind, "%s", m->spec->compounds[m->spec->cars[m->car].state.compound].name);
    if (m->laps) {
        if (!pb_tyre_filter_state(m->view.tyres, m->car, &state))
            return pb_error_set(error, PB_E_RULE, "/car: it has completed no lap");
        wear_of_state(&state, out);
        return PB_OK;
    }
    status = look_told(m, &t, error);
    if (status == PB_OK && t.filter && pb_tyre_filter_state(t.filter, 0, &state))
        wear_of_state(&state, out);
    else if (status == PB_OK) {
        bool too_wet;
        wear_of_prior(m, &t.prior, out);
        if (api_wet_s(m->spec, m->car, &too_wet) > 0)
            api_note(&m->notes,
                     "track_wetness: the wear is that of a dry track; what the water costs is not in loss_s");
    }
    pb_tyre_filter_destroy(t.filter);
    return status;
}

static void put_curve(const wear *w, double age, pb_json_writer *to)
{
    pb_json_array(to, "curve");
    for (int n = 1; n <= CURVE_LAPS; n++) {
        pb_json_object(to, NULL);
        pb_json_put_i64(to, "in_laps", n);
        pb_json_put_fixed(to, "tyre_age", age + n, 1);
        pb_json_put_fixed(to, "loss_s", w->loss_s + n * w->wear_s, 4);
        pb_json_put_fixed(to, "lo", w->loss_s + n * w->lo_s, 4);
        pb_json_put_fixed(to, "hi", w->loss_s + n * w->hi_s, 4);
        pb_json_object_end(to);
    }
    pb_json_array_end(to);
}

static void put_life(const wear *w, double threshold_s, pb_json_writer *to)
{
    double by = threshold_s / THRESHOLD_S, most = PB_TYRE_LIFE_MAX;
    pb_json_object(to, "life");
    pb_json_put_fixed(to, "threshold_s", threshold_s, 3);
    api_value_put(to, fmin(by * w->life_laps, most), fmin(by * w->life_lo_laps, most), fmin(by * w->life_hi_laps, most),
                  LEVEL, "laps");
    pb_json_object_end(to);
}

static pb_status degradation_of(const api_ask *ask, api_moment *m, pb_json_writer *to, pb_error *error)
{
    wear     w           = {0};
    pb_error why         = {0};
    double   threshold_s = THRESHOLD_S;
    if (pb_json_f64(pb_json_get(ask->body, "threshold_s"), 0.05, 5, &threshold_s, &why) != PB_OK)
        return pb_error_set(error, PB_E_RANGE, "/threshold_s: 0.05 to 5 s a lap are asked for");
    PB_TRY(find_wear(m, &w, error));
    pb_json_object(to, NULL);
    api_moment_put(m, to);
    pb_json_put_text(to, "compound", w.kind);
    pb_json_put_fixed(to, "tyre_age", m->spec->cars[m->car].state.tyre_age_laps, 1);
    api_value_put(to, w.wear_s, w.lo_s, w.hi_s, LEVEL, "s/lap");
    pb_json_put_fixed(to, "loss_s", w.loss_s, 4);
    if (isnan(w.fuel_s))
        pb_json_put_null(to, "fuel_s");
    else
        pb_json_put_fixed(to, "fuel_s", w.fuel_s, 4);
    pb_json_put_text(to, "source", w.source);
    put_life(&w, threshold_s, to);
    put_curve(&w, m->spec->cars[m->car].state.tyre_age_laps, to);
    api_tail_put(m, &w.spoke, NULL, to);
    pb_json_object_end(to);
    return PB_OK;
}

pb_status api_predict_degradation(const api_ask *ask, pb_json_writer *to, pb_error *error)
{
    api_moment m;
    PB_TRY(refuse_recent(ask, error));
    pb_status status = api_moment_read(ask, false, &m, error);
    if (status == PB_OK) status = need_laps(&m, error);
    if (status == PB_OK) status = degradation_of(ask, &m, to, error);
    api_moment_free(&m);
    return status;
}
