/* profile_json: a profile as JSON; the same bytes for the command and the routes. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "profile_parts.h"

#define MATES_MAX 32
#define CIRCUITS_MAX 64

typedef struct sheet {
    const pb_profile_book *book;
    pb_profile_of          of;
    int32_t                who; /* -1: without laps */
    int                    season;
    pb_json_writer        *w;
    uint32_t               n_units;
    pb_profile_estimate   *all; /* [measure][unit] */
} sheet;

static const pb_profile_name *unit_name(const sheet *s, uint32_t u)
{
    return s->of == PB_PROFILE_DRIVER ? &s->book->drivers[u] : &s->book->teams[u];
}

static bool is_of(const sheet *s, const pb_profile_row *row)
{
    return s->who >= 0 && (s->of == PB_PROFILE_DRIVER ? row->driver : row->team) == (uint32_t)s->who;
}

static bool wanted(const sheet *s, const pb_profile_row *row)
{
    return is_of(s, row) && (!s->season || s->book->races[row->race].season == s->season);
}

/* Of teams: their cars do not race each other. */
static bool has_measure(pb_profile_of of, int m)
{
    return of == PB_PROFILE_DRIVER || m != PB_PROFILE_MATE;
}

static void put_count(pb_json_writer *w, const char *key, uint32_t n, uint32_t none)
{
    if (n == none)
        pb_json_put_null(w, key);
    else
        pb_json_put_i64(w, key, n);
}

#define DECIMALS 4

/* ---- measures ---- */

static void put_interval(pb_json_writer *w, const pb_profile_estimate *e)
{
    pb_json_put_fixed(w, "value", e->value, DECIMALS);
    pb_json_put_fixed(w, "lo", e->lo, DECIMALS);
    pb_json_put_fixed(w, "hi", e->hi, DECIMALS);
}

static void put_proof(pb_json_writer *w, const pb_profile_proof *proof)
{
    pb_json_object(w, "repeats");
    pb_json_put_text(w, "verdict", proof->verdict);
    pb_json_put_fixed(w, "rho", proof->rho, 2);
    pb_json_put_fixed(w, "lo", proof->lo, 2);
    pb_json_put_fixed(w, "hi", proof->hi, 2);
    pb_json_put_i64(w, "pairs", proof->pairs);
    pb_json_object_end(w);
}

/* Everybody's, best first. */
static void put_field(const sheet *s, const pb_profile_estimate *e)
{
    pb_json_array(s->w, "field");
    for (uint16_t rank = 1; rank <= s->n_units; rank++)
        for (uint32_t u = 0; u < s->n_units; u++) {
            if (e[u].rank != rank) continue;
            pb_json_object(s->w, NULL);
            pb_json_put_text(s->w, "id", unit_name(s, u)->id);
            put_interval(s->w, &e[u]);
            pb_json_put_i64(s->w, "races", e[u].races);
            pb_json_object_end(s->w);
        }
    pb_json_array_end(s->w);
}

static void put_measure(const sheet *s, int m)
{
    const pb_profile_about    *about = pb_profile_about_of((pb_profile_measure)m);
    const pb_profile_estimate *all   = s->all + (size_t)m * s->n_units;
    const pb_profile_estimate  none  = {.value = NAN, .lo = NAN, .hi = NAN, .mean = NAN, .why = "no laps in the store"};
    const pb_profile_estimate *e     = s->who >= 0 ? &all[s->who] : &none;
    pb_json_writer            *w     = s->w;
    pb_json_object(w, NULL);
    pb_json_put_text(w, "name", about->name);
    pb_json_put_text(w, "title", about->title);
    pb_json_put_text(w, "unit", about->unit);
    pb_json_put_text(w, "what", about->what);
    pb_json_put_text(w, "better", about->high_is_good ? "high" : "low");
    pb_json_put_i64(w, "decimals", about->decimals);
    put_interval(w, e);
    pb_json_put_fixed(w, "mean", e->mean, DECIMALS);
    pb_json_put_fixed(w, "trust", e->trust, 3);
    pb_json_put_i64(w, "races", e->races);
    pb_json_put_i64(w, "samples", e->samples);
    pb_json_put_text(w, "samples_of", about->samples);
    put_count(w, "rank", e->rank, 0);
    put_count(w, "of", e->of, 0);
    pb_json_put_text(w, "why", e->why[0] ? e->why : NULL);
    pb_json_put_text(w, "spread_from", !isfinite(e->value) ? NULL : e->shipped ? "shipped" : "these races");
    put_proof(w, s->of == PB_PROFILE_DRIVER ? &about->driver : &about->team);
    put_field(s, all);
    pb_json_object_end(w);
}

static void put_measures(const sheet *s, const char *key, int from, int to)
{
    pb_json_array(s->w, key);
    for (int m = from; m < to; m++)
        if (has_measure(s->of, m)) put_measure(s, m);
    pb_json_array_end(s->w);
}

static void put_short(pb_json_writer *w, const char *key, const pb_profile_estimate *e)
{
    pb_json_object(w, key);
    put_interval(w, e);
    pb_json_put_fixed(w, "mean", e->mean, DECIMALS);
    pb_json_put_i64(w, "races", e->races);
    pb_json_object_end(w);
}

/* ---- by season ---- */

/* Of who is without laps: none. */
static int first_season(const sheet *s)
{
    return s->who >= 0 ? unit_name(s, (uint32_t)s->who)->first_season : 1;
}

static int last_season(const sheet *s)
{
    return s->who >= 0 ? unit_name(s, (uint32_t)s->who)->last_season : 0;
}

/* Races of the unit in a season; of a team the first car of a race counts. */
static uint32_t races_in(const sheet *s, int year)
{
    uint32_t n = 0, last = UINT32_MAX;
    for (uint32_t i = 0; i < s->book->n_rows; i++) {
        const pb_profile_row *row = &s->book->rows[i];
        if (!is_of(s, row) || s->book->races[row->race].season != year || row->race == last) continue;
        last = row->race;
        n++;
    }
    return n;
}

static pb_status put_season(const sheet *s, int year, pb_profile_estimate *room, pb_error *error)
{
    pb_json_object(s->w, NULL);
    pb_json_put_i64(s->w, "season", year);
    pb_json_put_i64(s->w, "races", races_in(s, year));
    pb_json_object(s->w, "measures");
    for (int m = 0; m < PB_PROFILE_SLICES; m++) {
        if (!has_measure(s->of, m)) continue;
        PB_TRY(pb_profile_estimate_all(s->book, s->of, (pb_profile_measure)m, year, room, error));
        put_short(s->w, pb_profile_about_of((pb_profile_measure)m)->name, &room[s->who]);
    }
    pb_json_object_end(s->w);
    pb_json_object_end(s->w);
    return PB_OK;
}

static pb_status put_seasons(const sheet *s, pb_error *error)
{
    pb_profile_estimate *room   = malloc((s->n_units + 1u) * sizeof *room);
    pb_status            status = room ? PB_OK : pb_error_set(error, PB_E_NOMEM, "out of memory");
    pb_json_array(s->w, "by_season");
    for (int year = first_season(s); status == PB_OK && year <= last_season(s); year++)
        if (races_in(s, year) > 0) status = put_season(s, year, room, error);
    pb_json_array_end(s->w);
    free(room);
    return status;
}

/* ---- beside whom ---- */

static void put_mate(const sheet *s, const pb_profile_mate *m)
{
    pb_json_writer *w = s->w;
    pb_json_object(w, NULL);
    pb_json_put_text(w, "id", s->book->drivers[m->driver].id);
    pb_json_put_text(w, "name", s->book->drivers[m->driver].name);
    pb_json_put_i64(w, "first_season", m->first_season);
    pb_json_put_i64(w, "last_season", m->last_season);
    pb_json_put_i64(w, "races", m->races);
    pb_json_put_i64(w, "paced", m->paced);
    pb_json_put_fixed(w, "pace", m->pace_pct, DECIMALS);
    pb_json_put_fixed(w, "lo", m->lo, DECIMALS);
    pb_json_put_fixed(w, "hi", m->hi, DECIMALS);
    pb_json_put_i64(w, "both_finished", m->both_finished);
    pb_json_put_i64(w, "ahead", m->ahead);
    pb_json_put_i64(w, "both_grid", m->both_grid);
    pb_json_put_i64(w, "grid_ahead", m->grid_ahead);
    pb_json_object_end(w);
}

static void put_mates(const sheet *s)
{
    pb_profile_mate mate[MATES_MAX];
    uint32_t        n = s->who >= 0 ? pb_profile_mates(s->book, (uint32_t)s->who, s->season, mate, MATES_MAX) : 0;
    pb_json_array(s->w, "mates");
    for (uint32_t i = 0; i < n && i < MATES_MAX; i++) put_mate(s, &mate[i]);
    pb_json_array_end(s->w);
}

/* Drivers of a team, by races in it. */
static void put_driver(const sheet *s, uint32_t d, uint32_t races, const pb_profile_estimate *est)
{
    const pb_profile_name *name = &s->book->drivers[d];
    pb_json_object(s->w, NULL);
    pb_json_put_text(s->w, "id", name->id);
    pb_json_put_text(s->w, "name", name->name);
    pb_json_put_i64(s->w, "races", races);
    pb_json_object(s->w, "measures");
    for (int m = 0; m < PB_PROFILE_SLICES; m++)
        put_short(s->w, pb_profile_about_of((pb_profile_measure)m)->name, &est[(size_t)m * s->book->n_drivers + d]);
    pb_json_object_end(s->w);
    pb_json_object_end(s->w);
}

static pb_status put_drivers(const sheet *s, pb_error *error)
{
    uint32_t             n = s->book->n_drivers, most = 0;
    pb_profile_estimate *est    = malloc(((size_t)PB_PROFILE_SLICES * n + 1) * sizeof *est);
    uint32_t            *races  = calloc(n + 1u, sizeof *races);
    pb_status            status = est && races ? PB_OK : pb_error_set(error, PB_E_NOMEM, "out of memory");
    for (int m = 0; status == PB_OK && m < PB_PROFILE_SLICES; m++)
        status = pb_profile_estimate_all(s->book, PB_PROFILE_DRIVER, (pb_profile_measure)m, s->season,
                                         est + (size_t)m * n, error);
    for (uint32_t i = 0; status == PB_OK && i < s->book->n_rows; i++)
        if (wanted(s, &s->book->rows[i]) && ++races[s->book->rows[i].driver] > most)
            most = races[s->book->rows[i].driver];
    pb_json_array(s->w, "drivers");
    for (; status == PB_OK && most > 0; most--)
        for (uint32_t d = 0; d < n; d++)
            if (races[d] == most) put_driver(s, d, most, est);
    pb_json_array_end(s->w);
    free(est);
    free(races);
    return status;
}

/* ---- by circuit, by race ---- */

typedef struct circuit {
    const char *id;
    uint32_t    races, n[PB_PROFILE_SLICES], best;
    double      sum[PB_PROFILE_SLICES], place_sum;
    uint32_t    placed;
    int16_t     last;
} circuit;

static circuit *circuit_of(circuit *all, uint32_t *n, const char *id)
{
    for (uint32_t i = 0; i < *n; i++)
        if (strcmp(all[i].id, id) == 0) return &all[i];
    if (*n == CIRCUITS_MAX) return NULL;
    all[*n] = (circuit){.id = id, .best = UINT32_MAX};
    return &all[(*n)++];
}

static void see_circuit(const pb_profile_race *race, const pb_profile_car *car, circuit *c)
{
    c->races++;
    c->last = race->season;
    for (int m = 0; m < PB_PROFILE_SLICES; m++)
        if (isfinite(car->value[m])) c->sum[m] += (double)car->value[m], c->n[m]++;
    if (!car->took_flag) return;
    c->place_sum += car->place;
    c->placed++;
    if (car->place < c->best) c->best = car->place;
}

static void put_circuit(const sheet *s, const circuit *c)
{
    pb_json_object(s->w, NULL);
    pb_json_put_text(s->w, "circuit", c->id);
    pb_json_put_i64(s->w, "races", c->races);
    pb_json_put_i64(s->w, "last_season", c->last);
    pb_json_put_i64(s->w, "finished", c->placed);
    put_count(s->w, "best_place", c->best, UINT32_MAX);
    pb_json_put_fixed(s->w, "mean_place", c->placed ? c->place_sum / c->placed : (double)NAN, 1);
    for (int m = 0; m < PB_PROFILE_SLICES; m++)
        if (has_measure(s->of, m))
            pb_json_put_fixed(s->w, pb_profile_about_of((pb_profile_measure)m)->name,
                              c->n[m] ? c->sum[m] / c->n[m] : (double)NAN, DECIMALS);
    pb_json_object_end(s->w);
}

static int by_circuit(const void *a, const void *b)
{
    return strcmp(((const circuit *)a)->id, ((const circuit *)b)->id);
}

static pb_status put_circuits(const sheet *s, pb_error *error)
{
    circuit *all = malloc(CIRCUITS_MAX * sizeof *all);
    uint32_t n   = 0;
    if (!all) return pb_error_set(error, PB_E_NOMEM, "out of memory");
    for (uint32_t i = 0; i < s->book->n_rows; i++) {
        const pb_profile_row  *row  = &s->book->rows[i];
        const pb_profile_race *race = &s->book->races[row->race];
        circuit               *c    = wanted(s, row) && race->circuit[0] ? circuit_of(all, &n, race->circuit) : NULL;
        if (c) see_circuit(race, &race->cars[row->car], c);
    }
    if (n > 0) qsort(all, n, sizeof *all, by_circuit);
    pb_json_array(s->w, "circuits");
    for (uint32_t i = 0; i < n; i++) put_circuit(s, &all[i]);
    pb_json_array_end(s->w);
    free(all);
    return PB_OK;
}

static void put_race(const sheet *s, const pb_profile_row *row)
{
    const pb_profile_race *race = &s->book->races[row->race];
    const pb_profile_car  *car  = &race->cars[row->car];
    pb_json_writer        *w    = s->w;
    pb_json_object(w, NULL);
    pb_json_put_text(w, "race", race->id);
    pb_json_put_i64(w, "season", race->season);
    pb_json_put_text(w, "event", race->event);
    pb_json_put_text(w, "circuit", race->circuit[0] ? race->circuit : NULL);
    pb_json_put_bool(w, "sprint", race->sprint);
    pb_json_put_bool(w, "wet", race->wet);
    pb_json_put_text(w, "driver", s->book->drivers[row->driver].id);
    pb_json_put_text(w, "team", s->book->teams[row->team].id);
    put_count(w, "grid", car->grid, 0);
    put_count(w, "place", car->place, 0);
    pb_json_put_bool(w, "took_flag", car->took_flag);
    pb_json_put_i64(w, "laps", car->laps);
    pb_json_put_i64(w, "clean_laps", car->clean_laps);
    pb_json_put_i64(w, "passes", car->passes);
    pb_json_put_i64(w, "passed", car->passed);
    for (int m = 0; m < PB_PROFILE_SLICES; m++)
        pb_json_put_fixed(w, pb_profile_about_of((pb_profile_measure)m)->name, (double)car->value[m], DECIMALS);
    pb_json_object_end(w);
}

static void put_races(const sheet *s)
{
    pb_json_array(s->w, "rows");
    for (uint32_t i = s->book->n_rows; i-- > 0;)
        if (wanted(s, &s->book->rows[i])) put_race(s, &s->book->rows[i]);
    pb_json_array_end(s->w);
}

/* ---- the whole ---- */

static void put_totals(const sheet *s)
{
    uint32_t races = 0, sprints = 0, laps = 0, clean = 0, last = UINT32_MAX;
    for (uint32_t i = 0; i < s->book->n_rows; i++) {
        const pb_profile_row *row = &s->book->rows[i];
        if (!wanted(s, row)) continue;
        bool sprint = s->book->races[row->race].sprint;
        races += row->race != last && !sprint;
        sprints += row->race != last && sprint;
        laps += s->book->races[row->race].cars[row->car].laps;
        clean += s->book->races[row->race].cars[row->car].clean_laps;
        last = row->race;
    }
    pb_json_put_i64(s->w, "races", races);
    pb_json_put_i64(s->w, "sprints", sprints);
    pb_json_put_i64(s->w, "laps", laps);
    pb_json_put_i64(s->w, "clean_laps", clean);
}

/* Seasons of the book, so that one can be chosen. */
static void put_years(const sheet *s)
{
    pb_json_array(s->w, "seasons");
    for (int year = first_season(s); year <= last_season(s); year++)
        if (races_in(s, year) > 0) pb_json_put_i64(s->w, NULL, year);
    pb_json_array_end(s->w);
}

/* The team, as it was called in the last of the wanted races; NULL none. */
static const pb_profile_row *last_row(const sheet *s)
{
    for (uint32_t i = s->book->n_rows; i-- > 0;)
        if (wanted(s, &s->book->rows[i])) return &s->book->rows[i];
    return NULL;
}

static void put_team(const sheet *s, const pb_profile_row *row)
{
    pb_json_put_text(s->w, "team", row ? s->book->teams[row->team].id : NULL);
    pb_json_put_text(s->w, "team_name", row ? s->book->races[row->race].cars[row->car].team_name : NULL);
}

static const char *name_of(const sheet *s, const pb_profile_row *row)
{
    if (s->who < 0) return NULL;
    return s->of == PB_PROFILE_TEAM && row ? s->book->races[row->race].cars[row->car].team_name
                                           : unit_name(s, (uint32_t)s->who)->name;
}

static void put_head(const sheet *s, const char *id)
{
    const pb_profile_name *name = s->who >= 0 ? unit_name(s, (uint32_t)s->who) : NULL;
    const pb_profile_row  *last = last_row(s);
    pb_json_writer        *w    = s->w;
    pb_json_put_text(w, "id", name ? name->id : id);
    pb_json_put_text(w, "kind", s->of == PB_PROFILE_DRIVER ? "driver" : "team");
    pb_json_put_text(w, "name", name_of(s, last));
    put_team(s, last);
    put_count(w, "season", (uint32_t)s->season, 0);
    put_years(s);
    put_totals(s);
    pb_json_put_i64(w, "book_races", s->book->n_races);
}

static pb_status estimate_all(sheet *s, pb_error *error)
{
    s->n_units = s->of == PB_PROFILE_DRIVER ? s->book->n_drivers : s->book->n_teams;
    s->all     = malloc(((size_t)PB_PROFILE_MEASURES * s->n_units + 1) * sizeof *s->all);
    if (!s->all) return pb_error_set(error, PB_E_NOMEM, "out of memory for a profile");
    for (int m = 0; m < PB_PROFILE_MEASURES; m++)
        PB_TRY(pb_profile_estimate_all(s->book, s->of, (pb_profile_measure)m, s->season,
                                       s->all + (size_t)m * s->n_units, error));
    return PB_OK;
}

pb_status pb_profile_put(const pb_profile_book *book, pb_profile_of of, int32_t who, const char *id, int season,
                         pb_json_writer *w, pb_error *error)
{
    sheet     s      = {.book = book, .of = of, .who = who, .season = season, .w = w};
    pb_status status = estimate_all(&s, error);
    if (status == PB_OK) {
        put_head(&s, id);
        put_measures(&s, "measures", 0, PB_PROFILE_SLICES);
        put_measures(&s, "slices", PB_PROFILE_SLICES, PB_PROFILE_MEASURES);
        status = put_seasons(&s, error);
    }
    if (status == PB_OK && of == PB_PROFILE_DRIVER) put_mates(&s);
    if (status == PB_OK && of == PB_PROFILE_TEAM) status = put_drivers(&s, error);
    if (status == PB_OK) status = put_circuits(&s, error);
    if (status == PB_OK) put_races(&s);
    free(s.all);
    return status;
}

/* ---- the list ---- */

static void put_item(const sheet *s, uint32_t u)
{
    const pb_profile_name *name = unit_name(s, u);
    char                   key[24];
    pb_json_object(s->w, NULL);
    pb_json_put_text(s->w, "id", name->id);
    pb_json_put_text(s->w, "name", name_of(s, last_row(s)));
    put_team(s, last_row(s));
    pb_json_put_i64(s->w, "first_season", name->first_season);
    pb_json_put_i64(s->w, "last_season", name->last_season);
    put_totals(s);
    for (int m = 0; m < PB_PROFILE_SLICES; m++) {
        const pb_profile_estimate *e  = &s->all[(size_t)m * s->n_units + u];
        const char                *of = pb_profile_about_of((pb_profile_measure)m)->name;
        pb_json_put_fixed(s->w, of, e->value, DECIMALS);
        (void)snprintf(key, sizeof key, "%s_lo", of);
        pb_json_put_fixed(s->w, key, e->lo, DECIMALS);
        (void)snprintf(key, sizeof key, "%s_hi", of);
        pb_json_put_fixed(s->w, key, e->hi, DECIMALS);
        (void)snprintf(key, sizeof key, "%s_rank", of);
        put_count(s->w, key, e->rank, 0);
    }
    pb_json_object_end(s->w);
}

/* Did the unit of s race in the season? */
static bool raced(const sheet *s)
{
    for (uint32_t i = 0; i < s->book->n_rows; i++)
        if (wanted(s, &s->book->rows[i])) return true;
    return false;
}

pb_status pb_profile_put_list(const pb_profile_book *book, pb_profile_of of, int season, pb_json_writer *w,
                              pb_error *error)
{
    sheet     s      = {.book = book, .of = of, .season = season, .w = w};
    pb_status status = estimate_all(&s, error);
    for (uint32_t u = 0; status == PB_OK && u < s.n_units; u++) {
        s.who = (int32_t)u;
        if (raced(&s)) put_item(&s, u);
    }
    free(s.all);
    return status;
}
