/* Circuits: what the store knows of a place, and what is expected of a race there. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "data.h"
#include "pitboard/race.h"

#define ANY_SEASON 9999 /* the newest layout */

typedef struct place {
    char   id[48], name[96], locality[64], country[64];
    double lat_deg, lon_deg, altitude_m, length_m; /* NAN: not known */
} place;

typedef struct places {
    place   *at;
    uint32_t n, cap;
} places;

/* ---- all places, by id ---- */

static place *add_place(places *all, const char *id)
{
    if (all->n == all->cap) {
        uint32_t cap  = all->cap ? 2 * all->cap : 128;
        place   *more = realloc(all->at, cap * sizeof *more);
        if (!more) return NULL;
        all->at  = more;
        all->cap = cap;
    }
    place *p = &all->at[all->n++];
    *p       = (place){0};
    (void)snprintf(p->id, sizeof p->id, "%s", id);
    p->lat_deg = p->lon_deg = p->altitude_m = p->length_m = __builtin_nan("");
    return p;
}

static void keep_place(void *with, const pb_store_rows *rows)
{
    char id[48];
    pb_store_column_text(rows, 0, id, sizeof id);
    place *p = add_place(with, id);
    if (!p) return;
    pb_store_column_text(rows, 1, p->name, sizeof p->name);
    pb_store_column_text(rows, 2, p->locality, sizeof p->locality);
    pb_store_column_text(rows, 3, p->country, sizeof p->country);
    p->lat_deg    = pb_store_column_f64(rows, 4, p->lat_deg);
    p->lon_deg    = pb_store_column_f64(rows, 5, p->lon_deg);
    p->altitude_m = pb_store_column_f64(rows, 6, p->altitude_m);
    p->length_m   = pb_store_column_f64(rows, 7, p->length_m);
}

static const place *find_place(const places *all, const char *id)
{
    for (uint32_t i = 0; i < all->n; i++)
        if (strcmp(all->at[i].id, id) == 0) return &all->at[i];
    return NULL;
}

static bool add_missing(places *all, const char *id)
{
    return find_place(all, id) || add_place(all, id);
}

static int by_id(const void *a, const void *b)
{
    return strcmp(((const place *)a)->id, ((const place *)b)->id);
}

static pb_status read_places(const pb_data *data, pb_store *store, places *all, pb_error *error)
{
    const pb_prior *prior = pb__data_prior(data);
    bool            room  = true;
    PB_TRY(pb__data_each(
        store, "SELECT circuit, name, locality, country, lat_deg, lon_deg, altitude_m, length_m FROM circuits", NULL, 0,
        keep_place, all, error));
    for (uint32_t i = 0; pb_circuit_known(i); i++) room = room && add_missing(all, pb_circuit_known(i));
    for (uint32_t i = 0; i < prior->n_circuits; i++) room = room && add_missing(all, prior->circuits[i].id);
    if (!room) return pb_error_set(error, PB_E_NOMEM, "out of memory");
    qsort(all->at, all->n, sizeof *all->at, by_id);
    return PB_OK;
}

/* ---- one as JSON ---- */

/* "las_vegas" -> "Las Vegas", where nobody tells the name. */
static void put_name(pb_json_writer *w, const place *p)
{
    char name[sizeof p->name];
    bool begins = true;
    (void)snprintf(name, sizeof name, "%s", p->name[0] ? p->name : p->id);
    for (char *c = name; *c && !p->name[0]; c++) {
        if (*c == '_' || *c == '-') *c = ' ';
        if (begins && *c >= 'a' && *c <= 'z') *c = (char)(*c - 'a' + 'A');
        begins = *c == ' ';
    }
    pb_json_put_text(w, "name", name);
}

static const pb_prior_circuit *learned_of(const pb_prior *prior, const char *id)
{
    for (uint32_t i = 0; i < prior->n_circuits; i++)
        if (strcmp(prior->circuits[i].id, id) == 0) return &prior->circuits[i];
    return NULL;
}

static void put_learned(pb_json_writer *w, const pb_prior *prior, const char *id)
{
    static const char *const wear[] = {"wear_soft_s_per_lap", "wear_medium_s_per_lap", "wear_hard_s_per_lap"};
    const pb_prior_circuit  *c      = learned_of(prior, id);
    pb_json_put_fixed(w, "pit_loss_s", c ? c->pit_loss_s : prior->base.pit.loss_s, 2);
    pb_json_put_fixed(w, "pit_loss_sigma_s", c ? c->pit_loss_sigma_s : prior->base.pit.loss_sigma_s, 2);
    for (int i = 0; i < 3; i++) pb_json_put_fixed(w, wear[i], c ? c->wear_s_per_lap[i] : prior->wear_s_per_lap[i], 4);
    pb_json_put_fixed(w, "pass_log_odds", c ? c->pass_circuit : 0, 3);
    pb_json_put_fixed(w, "safety_car_mult", c ? c->sc_mult : 1, 3);
    pb_json_put_fixed(w, "vsc_mult", c ? c->vsc_mult : 1, 3);
    pb_json_put_i64(w, "editions", c ? c->editions : 0);
    pb_json_put_bool(w, "pooled", c == NULL);
}

static void put_place(pb_json_writer *w, const pb_prior *prior, const place *p)
{
    double length = pb_circuit_length_m(p->id, ANY_SEASON);
    int    laps   = pb_scheduled_laps(p->id, ANY_SEASON, false);
    pb_json_put_text(w, "id", p->id);
    put_name(w, p);
    pb__data_word(w, "locality", p->locality);
    pb__data_word(w, "country", p->country);
    pb_json_put_fixed(w, "lat_deg", p->lat_deg, 6);
    pb_json_put_fixed(w, "lon_deg", p->lon_deg, 6);
    pb_json_put_fixed(w, "altitude_m", p->altitude_m, 1);
    pb_json_put_fixed(w, "length_m", length > 0 ? length : p->length_m, 1);
    pb__data_ms(w, "laps", laps, 0);
    put_learned(w, prior, p->id);
}

/* ---- routes ---- */

static pb_status put_list(pb_data *data, pb_store *store, pb_request *request, pb_reply *reply, pb_error *error)
{
    places          all = {0};
    pb_json_writer *w   = pb_reply_json(reply);
    (void)request;
    pb_status status = read_places(data, store, &all, error);
    pb_json_array(w, NULL);
    for (uint32_t i = 0; i < all.n && status == PB_OK; i++) {
        pb_json_object(w, NULL);
        put_place(w, pb__data_prior(data), &all.at[i]);
        pb_json_object_end(w);
    }
    pb_json_array_end(w);
    free(all.at);
    return status;
}

static void put_season(pb_json_writer *w, const pb_store_rows *rows)
{
    pb__data_i64(w, "season", rows, 0);
    pb__data_i64(w, "laps", rows, 1);
    pb__data_f64(w, "length_m", rows, 2, 1);
    pb__data_f64(w, "pit_loss_s", rows, 3, 2);
    pb__data_text(w, "hard", rows, 4);
    pb__data_text(w, "medium", rows, 5);
    pb__data_text(w, "soft", rows, 6);
}

static void put_race(pb_json_writer *w, const pb_store_rows *rows)
{
    pb__data_text(w, "id", rows, 0);
    pb__data_i64(w, "season", rows, 1);
    pb__data_text(w, "name", rows, 2);
    pb__data_text(w, "date", rows, 3);
}

static pb_status no_such_circuit(const places *all, const char *id, pb_error *error)
{
    const char  *near  = pb_circuit_id(pb_span_of(id), ANY_SEASON); /* another name of one that is known */
    const char **names = malloc((all->n + 1) * sizeof *names);
    for (uint32_t i = 0; names && i < all->n; i++) names[i] = all->at[i].id;
    if (!near && names) near = pb_nearest(pb_span_of(id), names, all->n);
    (void)pb_error_set(error, PB_E_NOENT, "no circuit %.60s here%s%s%s", id, near ? "; did you mean " : "",
                       near ? near : "", near ? "?" : "; GET /api/v1/circuits lists them");
    free(names);
    return PB_E_NOENT;
}

static pb_status put_one(pb_data *data, pb_store *store, const place *p, pb_json_writer *w, pb_error *error)
{
    const pb_value key = pb_value_text(p->id);
    pb_json_object(w, NULL);
    put_place(w, pb__data_prior(data), p);
    pb_status status = pb__data_array(store, w, "seasons",
                                      "SELECT season, laps, length_m, pit_loss_s, hard, medium, soft FROM "
                                      "circuit_seasons WHERE circuit = ?1 ORDER BY season DESC",
                                      &key, 1, put_season, error);
    if (status == PB_OK)
        status = pb__data_array(store, w, "races",
                                "SELECT id, season, name, date FROM races WHERE circuit = ?1 ORDER BY race DESC", &key,
                                1, put_race, error);
    pb_json_object_end(w);
    return status;
}

static pb_status put_detail(pb_data *data, pb_store *store, pb_request *request, pb_reply *reply, pb_error *error)
{
    const char  *id     = pb_request_param(request, "id");
    places       all    = {0};
    pb_status    status = read_places(data, store, &all, error);
    const place *p      = status == PB_OK ? find_place(&all, id) : NULL;
    if (p)
        status = put_one(data, store, p, pb_reply_json(reply), error);
    else if (status == PB_OK)
        status = no_such_circuit(&all, id, error);
    free(all.at);
    return status;
}

pb_status pb__run_circuits(void *context, pb_request *request, pb_reply *reply, pb_error *error)
{
    return pb__data_do(context, put_list, request, reply, error);
}

pb_status pb__run_circuit(void *context, pb_request *request, pb_reply *reply, pb_error *error)
{
    return pb__data_do(context, put_detail, request, reply, error);
}
