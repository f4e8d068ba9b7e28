/* api_context_read: what was told of a race, checked against itself. */
#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "api_context.h"

#define CARS_BEFORE_2026 20
#define CARS_FROM_2026 22
#define LAPS_AVERAGE 57 /* of a circuit that is not told: the default race */
#define GAP_MAX_S 600.0

/* ---- single keys; the error text begins with the pointer ---- */

static pb_status read_int(pb_json object, const char *key, int lo, int hi, int *out, pb_error *error)
{
    int64_t  x   = *out;
    pb_error why = {0};
    pb_json  at  = pb_json_get(object, key);
    if (pb_json_is_null(at)) return PB_OK;
    pb_status status = pb_json_i64(at, lo, hi, &x, &why);
    if (status != PB_OK)
        return pb_error_set(error, status, "%s: a whole number from %d to %d is asked for", at.pointer, lo, hi);
    *out = (int)x;
    return PB_OK;
}

static pb_status read_num(pb_json object, const char *key, double lo, double hi, double *out, bool *has,
                          pb_error *error)
{
    pb_error why = {0};
    pb_json  at  = pb_json_get(object, key);
    if (has) *has = false;
    if (!pb_json_present(at) || pb_json_is_null(at)) return PB_OK;
    pb_status status = pb_json_f64(at, lo, hi, out, &why);
    if (status != PB_OK)
        return pb_error_set(error, status, "%s: a number from %g to %g is asked for", at.pointer, lo, hi);
    if (has) *has = true;
    return PB_OK;
}

static pb_status read_text(pb_json object, const char *key, char *out, size_t cap, pb_error *error)
{
    pb_error why = {0};
    pb_json  at  = pb_json_get(object, key);
    if (!pb_json_present(at) || pb_json_is_null(at)) return PB_OK;
    pb_status status = pb_json_text(at, out, cap, &why);
    if (status == PB_OK) return PB_OK;
    return pb_error_set(error, status, "%s: a text of at most %zu bytes is asked for", at.pointer, cap - 1);
}

static pb_status compound_of(pb_json at, int *out, pb_error *error)
{
    char     name[24] = "";
    pb_error why      = {0};
    if (!pb_json_present(at) || pb_json_is_null(at)) return PB_OK;
    if (pb_json_text(at, name, sizeof name, &why) == PB_OK) {
        pb_compound k = pb_compound_from_name(pb_span_of(name));
        if (k >= PB_COMPOUND_SOFT && k <= PB_COMPOUND_WET) {
            *out = (int)k;
            return PB_OK;
        }
    }
    return pb_error_set(error, PB_E_RANGE, "%s: SOFT, MEDIUM, HARD, INTERMEDIATE or WET is asked for", at.pointer);
}

/* Letters, digits and _: it becomes the code of a car. */
static pb_status read_code(pb_json object, const char *key, char out[8], pb_error *error)
{
    char    name[32] = "";
    pb_json at       = pb_json_get(object, key);
    PB_TRY(read_text(object, key, name, sizeof name, error));
    if (!name[0]) return PB_OK;
    const char *code = pb_driver_code(pb_span_of(name));
    if (code)
        return pb_span_copy(pb_span_of(code), out, 8) ? PB_OK
                                                      : pb_error_set(error, PB_E_LIMIT, "%s: too long", at.pointer);
    bool plain = strlen(name) < 8;
    for (const char *c = name; *c; c++) plain = plain && (isalnum((unsigned char)*c) || *c == '_');
    if (!plain)
        return pb_error_set(error, PB_E_RANGE,
                            "%s: a driver's name, or a code of up to 7 letters and digits, is asked for", at.pointer);
    for (size_t i = 0; i <= strlen(name); i++) out[i] = (char)toupper((unsigned char)name[i]);
    return PB_OK;
}

/* ---- where ---- */

static const char *nearest_circuit(const pb_prior *prior, const char *name)
{
    const char *ids[PB_PRIOR_CIRCUITS_MAX];
    for (uint32_t i = 0; i < prior->n_circuits; i++) ids[i] = prior->circuits[i].id;
    return pb_nearest(pb_span_of(name), ids, prior->n_circuits);
}

static pb_status read_circuit(pb_json body, const pb_prior *prior, api_context *c, api_notes *assumed, pb_error *error)
{
    char name[64] = "";
    PB_TRY(read_text(body, "circuit", name, sizeof name, error));
    if (!name[0]) {
        api_note(assumed, "no circuit given: one that is average in all");
        return PB_OK;
    }
    const char *id = pb_circuit_id(pb_span_of(name), c->season);
    if (id) return pb_span_copy(pb_span_of(id), c->circuit, sizeof c->circuit) ? PB_OK : PB_E_LIMIT;
    const char *near = nearest_circuit(prior, name);
    return pb_error_set(error, PB_E_RANGE,
                        "/circuit: no circuit \"%.60s\" is known%s%s%s; leave it out for an average one", name,
                        near ? "; did you mean \"" : "", near ? near : "", near ? "\"?" : "");
}

static pb_status read_distance(pb_json body, api_context *c, api_notes *assumed, pb_error *error)
{
    int scheduled = c->circuit[0] ? pb_scheduled_laps(c->circuit, c->season, false) : LAPS_AVERAGE;
    PB_TRY(read_int(body, "laps_total", 2, PB_LAPS_MAX, &c->laps_total, error));
    if (c->laps_total > 0) return PB_OK;
    if (scheduled <= 0)
        return pb_error_set(error, PB_E_MISSING, "/laps_total: the distance at %s is not known; give it", c->circuit);
    c->laps_total = scheduled;
    api_note(assumed, "laps_total: %d laps, %s", scheduled, c->circuit[0] ? "as scheduled there" : "an average race");
    return PB_OK;
}

static pb_status read_place(pb_json body, const pb_prior *prior, api_context *c, api_notes *assumed, pb_error *error)
{
    c->season = prior->until_season;
    PB_TRY(read_int(body, "season", 2018, 2100, &c->season, error));
    PB_TRY(read_circuit(body, prior, c, assumed, error));
    PB_TRY(read_distance(body, c, assumed, error));
    PB_TRY(read_int(body, "lap", 1, PB_LAPS_MAX, &c->lap, error));
    if (c->lap == 0) {
        c->lap = c->laps_total / 2;
        api_note(assumed, "lap: half of the race is done, lap %d", c->lap);
    }
    if (c->lap < c->laps_total) return PB_OK;
    return pb_error_set(error, PB_E_RANGE, "/lap: lap %d of %d is the end of the race; nothing is left to decide",
                        c->lap, c->laps_total);
}

/* ---- who and how ---- */

static pb_status read_field(pb_json body, api_context *c, api_notes *assumed, pb_error *error)
{
    PB_TRY(read_int(body, "cars", PB_CARS_MIN, PB_CARS_MAX, &c->cars, error));
    if (c->cars == 0) {
        c->cars = c->season >= 2026 ? CARS_FROM_2026 : CARS_BEFORE_2026;
        api_note(assumed, "cars: %d are running", c->cars);
    }
    PB_TRY(read_int(body, "position", 1, PB_CARS_MAX, &c->position, error));
    if (c->position == 0) {
        c->position = (c->cars + 1) / 2;
        api_note(assumed, "position: in the middle of the field, P%d", c->position);
    }
    if (c->position > c->cars)
        return pb_error_set(error, PB_E_RULE, "/position: P%d of %d cars cannot be", c->position, c->cars);
    return PB_OK;
}

static pb_status read_used(pb_json body, api_context *c, pb_error *error)
{
    pb_json list = pb_json_get(body, "compounds_used");
    for (size_t i = 0; i < pb_json_length(list); i++) {
        int k = API_UNTOLD;
        PB_TRY(compound_of(pb_json_at(list, i), &k, error));
        if (k > 0) c->compounds_used |= 1u << k;
    }
    return PB_OK;
}

static pb_status read_tyres(pb_json body, api_context *c, pb_error *error)
{
    c->compound      = API_UNTOLD;
    c->stops_done    = API_UNTOLD;
    c->tyre_age_laps = API_UNTOLD;
    PB_TRY(compound_of(pb_json_get(body, "compound"), &c->compound, error));
    PB_TRY(read_num(body, "tyre_age", 0, 200, &c->tyre_age_laps, NULL, error));
    PB_TRY(read_int(body, "stops_done", 0, PB_PLAN_STINTS - 2, &c->stops_done, error));
    PB_TRY(read_used(body, c, error));
    if (c->compounds_used && c->compound > 0) c->compounds_used |= 1u << c->compound;
    if (c->stops_done >= c->lap)
        return pb_error_set(error, PB_E_RULE, "/stops_done: %d stops in %d laps cannot be", c->stops_done, c->lap);
    if (c->stops_done == 0 && c->tyre_age_laps >= 0 && c->tyre_age_laps < c->lap - 1)
        return pb_error_set(error, PB_E_RULE, "/tyre_age: a set of %g laps after %d laps without a stop cannot be",
                            c->tyre_age_laps, c->lap);
    if (c->stops_done == 0 && (c->compounds_used & (c->compounds_used - 1)))
        return pb_error_set(error, PB_E_RULE, "/compounds_used: more than one set without a stop cannot be");
    return PB_OK;
}

static pb_status read_car(pb_json body, api_context *c, api_notes *assumed, pb_error *error)
{
    pb_json rain = pb_json_get(body, "rain");
    strcpy(c->driver, "US");
    PB_TRY(read_code(body, "driver", c->driver, error));
    PB_TRY(read_text(body, "team", c->team, sizeof c->team, error));
    PB_TRY(read_tyres(body, c, error));
    PB_TRY(read_num(body, "fuel_kg", 0, 200, &c->fuel_kg, &c->has_fuel, error));
    PB_TRY(read_num(body, "pit_loss_s", 3, 120, &c->pit_loss_s, &c->has_pit_loss, error));
    PB_TRY(read_num(body, "track_wetness", 0, 1, &c->track_wetness_frac, &c->has_wetness, error));
    PB_TRY(read_num(body, "penalty_s", 0, 120, &c->penalty_s, NULL, error));
    PB_TRY(read_num(body, "pace_s", -5, 20, &c->pace_s, &c->has_pace, error));
    if (pb_json_present(rain) && !pb_json_is_null(rain) && pb_json_bool(rain, &c->rain, NULL) != PB_OK)
        return pb_error_set(error, PB_E_SYNTAX, "/rain: true or false is asked for");
    if (!c->has_wetness && !c->rain) api_note(assumed, "track_wetness: the track is dry, and it does not rain");
    return PB_OK;
}

/* ---- gaps ---- */

static pb_status check_gaps(const api_context *c, pb_error *error)
{
    if (c->position == 1 && c->gap_ahead_s >= 0)
        return pb_error_set(error, PB_E_RULE, "/gap_ahead_s: nobody is ahead of the leader");
    if (c->position == c->cars && c->gap_behind_s >= 0)
        return pb_error_set(error, PB_E_RULE, "/gap_behind_s: nobody is behind the last of %d cars", c->cars);
    if (c->position == 1 && c->gap_leader_s > 0)
        return pb_error_set(error, PB_E_RULE, "/gap_leader_s: the leader is the one who is asked for");
    if (c->gap_leader_s >= 0 && c->gap_ahead_s > c->gap_leader_s)
        return pb_error_set(error, PB_E_RULE, "/gap_leader_s: %g s to the leader and %g s to the car ahead cannot be",
                            c->gap_leader_s, c->gap_ahead_s);
    if (c->position == 2 && c->gap_leader_s >= 0 && c->gap_ahead_s >= 0 && c->gap_leader_s > c->gap_ahead_s)
        return pb_error_set(error, PB_E_RULE, "/gap_leader_s: the leader is the car ahead, %g s away", c->gap_ahead_s);
    return PB_OK;
}

static pb_status read_gaps(pb_json body, api_context *c, pb_error *error)
{
    c->gap_ahead_s = c->gap_behind_s = c->gap_leader_s = API_GAP_NONE;
    PB_TRY(read_num(body, "gap_ahead_s", 0, GAP_MAX_S, &c->gap_ahead_s, NULL, error));
    PB_TRY(read_num(body, "gap_behind_s", 0, GAP_MAX_S, &c->gap_behind_s, NULL, error));
    PB_TRY(read_num(body, "gap_leader_s", 0, 3600, &c->gap_leader_s, NULL, error));
    return check_gaps(c, error);
}

/* ---- rivals ---- */

static pb_status read_rival(pb_json at, const api_context *c, api_rival *r, pb_error *error)
{
    int position = 0;
    *r           = (api_rival){
                  .gap_s = API_GAP_NONE, .compound = API_UNTOLD, .tyre_age_laps = API_UNTOLD, .stops_done = API_UNTOLD};
    PB_TRY(read_int(at, "position", 1, PB_CARS_MAX, &position, error));
    if (position == 0) return pb_error_set(error, PB_E_MISSING, "%s/position: where is it?", at.pointer);
    if (position > c->cars || position == c->position)
        return pb_error_set(error, PB_E_RULE, "%s/position: P%d is %s", at.pointer, position,
                            position == c->position ? "the car that is asked for" : "not among the cars");
    r->position = (uint8_t)position;
    PB_TRY(read_code(at, "driver", r->code, error));
    PB_TRY(read_text(at, "team", r->team, sizeof r->team, error));
    PB_TRY(read_num(at, "gap_s", 0, GAP_MAX_S, &r->gap_s, NULL, error));
    PB_TRY(compound_of(pb_json_get(at, "compound"), &r->compound, error));
    PB_TRY(read_num(at, "tyre_age", 0, 200, &r->tyre_age_laps, NULL, error));
    PB_TRY(read_int(at, "stops_done", 0, PB_PLAN_STINTS - 2, &r->stops_done, error));
    if (r->stops_done >= c->lap)
        return pb_error_set(error, PB_E_RULE, "%s/stops_done: %d stops in %d laps cannot be", at.pointer, r->stops_done,
                            c->lap);
    return PB_OK;
}

/* Two of them: no place or name twice, and who is further away in places is so in seconds. */
static pb_status check_pair(const api_context *c, uint32_t i, uint32_t k, pb_error *error)
{
    const api_rival *a = &c->rivals[i], *b = &c->rivals[k];
    if (a->position == b->position)
        return pb_error_set(error, PB_E_RULE, "/rivals/%u/position: P%u is taken by another rival", i, a->position);
    if (a->code[0] && strcmp(a->code, b->code) == 0)
        return pb_error_set(error, PB_E_RULE, "/rivals/%u/driver: %s is there twice", i, a->code);
    int away_a = a->position - c->position, away_b = b->position - c->position;
    if (a->gap_s < 0 || b->gap_s < 0 || (away_a > 0) != (away_b > 0)) return PB_OK;
    if ((abs(away_a) > abs(away_b)) ? a->gap_s >= b->gap_s : a->gap_s <= b->gap_s) return PB_OK;
    return pb_error_set(error, PB_E_RULE, "/rivals/%u/gap_s: %g s at P%u does not fit %g s at P%u", i, a->gap_s,
                        a->position, b->gap_s, b->position);
}

/* The neighbours are rivals like others: told twice, it must be the same. */
static pb_status check_neighbour(const api_context *c, uint32_t i, pb_error *error)
{
    const api_rival *r     = &c->rivals[i];
    int              away  = r->position - c->position;
    double           told  = away == -1 ? c->gap_ahead_s : away == 1 ? c->gap_behind_s : API_GAP_NONE;
    double           least = away < 0 ? c->gap_ahead_s : c->gap_behind_s;
    if (r->code[0] && strcmp(r->code, c->driver) == 0)
        return pb_error_set(error, PB_E_RULE, "/rivals/%u/driver: %s is the car that is asked for", i, r->code);
    if (r->gap_s < 0) return PB_OK;
    if (told >= 0 && fabs(told - r->gap_s) > 1e-6)
        return pb_error_set(error, PB_E_RULE, "/rivals/%u/gap_s: %g s, but %s is %g s", i, r->gap_s,
                            away < 0 ? "gap_ahead_s" : "gap_behind_s", told);
    if (least >= 0 && r->gap_s < least)
        return pb_error_set(error, PB_E_RULE, "/rivals/%u/gap_s: %g s is nearer than the neighbour at %g s", i,
                            r->gap_s, least);
    if (away < 0 && c->gap_leader_s >= 0 && r->gap_s > c->gap_leader_s)
        return pb_error_set(error, PB_E_RULE, "/rivals/%u/gap_s: %g s, but the leader is %g s ahead", i, r->gap_s,
                            c->gap_leader_s);
    return PB_OK;
}

static pb_status read_rivals(pb_json body, api_context *c, pb_error *error)
{
    pb_json list = pb_json_get(body, "rivals");
    size_t  n    = pb_json_length(list);
    if (n >= (size_t)c->cars)
        return pb_error_set(error, PB_E_LIMIT, "/rivals: %zu beside us, but %d cars are running", n, c->cars);
    for (uint32_t i = 0; i < n; i++) {
        PB_TRY(read_rival(pb_json_at(list, i), c, &c->rivals[i], error));
        c->n_rivals = i + 1;
        PB_TRY(check_neighbour(c, i, error));
        for (uint32_t k = 0; k < i; k++) PB_TRY(check_pair(c, i, k, error));
    }
    return PB_OK;
}

pb_status api_context_read(pb_json body, const pb_prior *prior, api_context *out, api_notes *assumed, pb_error *error)
{
    *out = (api_context){0};
    PB_TRY(read_place(body, prior, out, assumed, error));
    PB_TRY(read_field(body, out, assumed, error));
    PB_TRY(read_car(body, out, assumed, error));
    PB_TRY(read_gaps(body, out, error));
    return read_rivals(body, out, error);
}
