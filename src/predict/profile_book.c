/* profile_book: measured races put together, with drivers and teams as numbers. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "profile_parts.h"

/* ---- names ---- */

static int by_id(const void *a, const void *b)
{
    return strcmp(((const pb_profile_name *)a)->id, ((const pb_profile_name *)b)->id);
}

static int32_t find(const pb_profile_name *names, uint32_t n, const char *id)
{
    uint32_t lo = 0, hi = n;
    while (lo < hi) {
        uint32_t middle = (lo + hi) / 2;
        int      order  = strcmp(names[middle].id, id);
        if (order == 0) return (int32_t)middle;
        if (order < 0)
            lo = middle + 1;
        else
            hi = middle;
    }
    return -1;
}

static void add_name(pb_profile_name *names, uint32_t *n, const char *id)
{
    for (uint32_t i = *n; i-- > 0;)
        if (strcmp(names[i].id, id) == 0) return;
    names[*n] = (pb_profile_name){.first_season = INT16_MAX};
    (void)snprintf(names[(*n)++].id, sizeof names->id, "%s", id);
}

static const char *id_of_team(const pb_profile_car *car)
{
    return car->team[0] ? car->team : "unknown";
}

static void collect(pb_profile_book *book)
{
    for (uint32_t r = 0; r < book->n_races; r++)
        for (uint32_t c = 0; c < book->races[r].n_cars; c++) {
            add_name(book->drivers, &book->n_drivers, book->races[r].cars[c].driver);
            add_name(book->teams, &book->n_teams, id_of_team(&book->races[r].cars[c]));
        }
    qsort(book->drivers, book->n_drivers, sizeof *book->drivers, by_id);
    qsort(book->teams, book->n_teams, sizeof *book->teams, by_id);
}

static void see(const pb_profile_race *race, const pb_profile_car *car, bool counts, pb_profile_name *name)
{
    if (race->season < name->first_season) name->first_season = race->season;
    name->last_season = race->season;
    if (counts && !race->sprint) name->races++;
    if (counts && race->sprint) name->sprints++;
    name->laps += car->laps;
    name->clean_laps += car->clean_laps;
}

/* A team's second car adds laps, not races. */
static bool first_of_team(const pb_profile_race *race, uint32_t c)
{
    for (uint32_t k = 0; k < c; k++)
        if (strcmp(id_of_team(&race->cars[k]), id_of_team(&race->cars[c])) == 0) return false;
    return true;
}

static void add_row(pb_profile_book *book, uint32_t r, uint32_t c)
{
    const pb_profile_race *race   = &book->races[r];
    const pb_profile_car  *car    = &race->cars[c];
    int32_t                driver = find(book->drivers, book->n_drivers, car->driver);
    int32_t                team   = find(book->teams, book->n_teams, id_of_team(car));
    pb_profile_name       *d = &book->drivers[driver], *t = &book->teams[team];
    book->rows[book->n_rows++] = (pb_profile_row){(uint16_t)r, (uint16_t)c, (uint16_t)driver, (uint16_t)team};
    see(race, car, true, d);
    see(race, car, first_of_team(race, c), t);
    (void)snprintf(d->team, sizeof d->team, "%s", t->id);
    (void)snprintf(d->team_name, sizeof d->team_name, "%s", car->team_name[0] ? car->team_name : t->id);
    (void)snprintf(t->name, sizeof t->name, "%s", d->team_name);
}

static void name_drivers(pb_profile_book *book)
{
    for (uint32_t i = 0; i < book->n_drivers; i++) {
        pb_profile_name *d = &book->drivers[i];
        if (!pb_driver_surname(pb_span_of(d->id), d->last_season, d->name, sizeof d->name))
            (void)snprintf(d->name, sizeof d->name, "%s", d->id);
    }
}

/* ---- the book ---- */

static int by_date(const void *a, const void *b)
{
    const pb_profile_race *x = a, *y = b;
    return x->season != y->season ? x->season - y->season
           : x->round != y->round ? x->round - y->round
                                  : y->sprint - x->sprint;
}

static void shrink(pb_profile_name **names, uint32_t n)
{
    pb_profile_name *less = realloc(*names, (n + 1u) * sizeof **names);
    if (less) *names = less;
}

static pb_status fill(pb_profile_book *book, pb_error *error)
{
    uint32_t rows = 0;
    for (uint32_t r = 0; r < book->n_races; r++) rows += book->races[r].n_cars;
    book->rows    = malloc((rows + 1u) * sizeof *book->rows);
    book->drivers = malloc((rows + 1u) * sizeof *book->drivers); /* as if nobody raced twice; given back below */
    book->teams   = malloc((rows + 1u) * sizeof *book->teams);
    if (!book->rows || !book->drivers || !book->teams)
        return pb_error_set(error, PB_E_NOMEM, "out of memory for the profiles of %u races", book->n_races);
    collect(book);
    shrink(&book->drivers, book->n_drivers);
    shrink(&book->teams, book->n_teams);
    if (book->n_drivers > UINT16_MAX || book->n_teams > UINT16_MAX)
        return pb_error_set(error, PB_E_LIMIT, "more than %d drivers or teams", UINT16_MAX);
    for (uint32_t r = 0; r < book->n_races; r++)
        for (uint32_t c = 0; c < book->races[r].n_cars; c++) add_row(book, r, c);
    name_drivers(book);
    return pb__profile_pool(book, error);
}

pb_status pb_profile_book_make(pb_profile_race *races, uint32_t n, pb_profile_book *out, pb_error *error)
{
    *out = (pb_profile_book){.races = races, .n_races = n};
    if (n > 0) qsort(races, n, sizeof *races, by_date);
    pb_status status =
        n > UINT16_MAX ? pb_error_set(error, PB_E_LIMIT, "more than %d races", UINT16_MAX) : fill(out, error);
    if (status != PB_OK) pb_profile_book_fini(out);
    return status;
}

void pb_profile_book_fini(pb_profile_book *book)
{
    for (uint32_t r = 0; r < book->n_races; r++) pb_profile_race_fini(&book->races[r]);
    free(book->races);
    free(book->rows);
    free(book->drivers);
    free(book->teams);
    memset(book, 0, sizeof *book);
}

int32_t pb_profile_find(const pb_profile_book *book, pb_profile_of of, const char *name)
{
    const pb_profile_name *names = of == PB_PROFILE_DRIVER ? book->drivers : book->teams;
    uint32_t               n     = of == PB_PROFILE_DRIVER ? book->n_drivers : book->n_teams;
    char                   team[36];
    const char            *code = of == PB_PROFILE_DRIVER ? pb_driver_code(pb_span_of(name)) : NULL;
    int32_t                at   = find(names, n, name);
    if (at >= 0) return at;
    if (of == PB_PROFILE_DRIVER) return code ? find(names, n, code) : -1;
    pb_team_id(pb_span_of(name), 9999, team, sizeof team);
    return find(names, n, team);
}
