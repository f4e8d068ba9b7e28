/* history_names: rows are told who they are about. */
#include <stdio.h>
#include <string.h>

#include "history_book.h"

pb_value pb__book_whole(int64_t value, int64_t none)
{
    return value == none ? pb_value_null() : pb_value_i64(value);
}

/* ---- races ---- */

int64_t pb__book_race_key(const pb__book *book, int season, int round, bool sprint)
{
    int64_t series = strcmp(book->series, "f1") == 0 ? 0 : 10000000;
    return series + season * 1000 + round * 10 + (sprint ? 1 : 0);
}

void pb__book_race_id(const pb__book *book, int season, int round, bool sprint, char out[24])
{
    bool f1 = strcmp(book->series, "f1") == 0;
    (void)snprintf(out, 24, "%.8s%s%04d-%02d%s", f1 ? "" : book->series, f1 ? "" : "-", season % 10000, round % 100,
                   sprint ? "S" : "");
}

pb_status pb__book_need_race(pb__book *book, int season, int round, bool sprint)
{
    int64_t       key = pb__book_race_key(book, season, round, sprint);
    char          id[24];
    pb_store_put *put;
    if (season <= 0 || round <= 0 || round > 99)
        return pb_error_set(book->error, PB_E_MISSING,
                            "season and round are not told; the file or its folder must be called YYYY_RR_name, or a "
                            "calendar must be imported first");
    for (uint32_t i = book->n_races; i-- > 0;)
        if (book->races[i] == key) return PB_OK;
    pb__book_race_id(book, season, round, sprint, id);
    PB__PUT_INTO(book, put, "races", "race", "id", "series", "season", "round", "sprint");
    PB__PUT(book, put, pb_value_i64(key), pb_value_text(id), pb_value_text(book->series), pb_value_i64(season),
            pb_value_i64(round), pb_value_i64(sprint));
    if (book->n_races == PB__BOOK_RACES) book->n_races = 0;
    book->races[book->n_races++] = key;
    return PB_OK;
}

/* ---- drivers ---- */

void pb__book_driver_id(const char *code, int season, char out[48])
{
    static const struct {
        const char *code;
        int         last; /* season of the earlier person */
        const char *id;
    } namesakes[] = {
        {"VER", 2014, "VER.vergne"}, {"HAR", 2016, "HAR.haryanto"}, {"MSC", 2012, "MSC.michael_schumacher"}};
    const char *id = code;
    for (size_t i = 0; i < sizeof namesakes / sizeof *namesakes; i++)
        if (strcmp(namesakes[i].code, code) == 0 && season > 0 && season <= namesakes[i].last) id = namesakes[i].id;
    (void)snprintf(out, 48, "%s", id);
}

pb_status pb__book_need_driver(pb__book *book, const char *driver, const char *code)
{
    pb_store_put *put;
    for (uint32_t i = 0; i < book->n_drivers; i++)
        if (strcmp(book->drivers[i], driver) == 0) return PB_OK;
    PB__PUT_INTO(book, put, "drivers", "driver", "code");
    PB__PUT(book, put, pb_value_text(driver), pb_value_text(code));
    if (book->n_drivers == PB__BOOK_DRIVERS) book->n_drivers = 0;
    (void)snprintf(book->drivers[book->n_drivers++], sizeof book->drivers[0], "%s", driver);
    return PB_OK;
}

pb_status pb__book_need_team(pb__book *book, const char *team)
{
    pb_store_put *put;
    PB__PUT_INTO(book, put, "teams", "team");
    PB__PUT(book, put, pb_value_text(team));
    return PB_OK;
}

pb_status pb__book_need_circuit(pb__book *book, const char *circuit)
{
    pb_store_put *put;
    PB__PUT_INTO(book, put, "circuits", "circuit");
    PB__PUT(book, put, pb_value_text(circuit));
    return PB_OK;
}

/* ---- car numbers ---- */

static pb_status load_cars(pb__book *book, int64_t race)
{
    pb_value       key = pb_value_i64(race);
    pb_store_rows *rows;
    pb_status      status;
    PB_TRY(pb_store_select(book->store, "SELECT number, driver FROM entries WHERE race = ?1 AND number > 0", &key, 1,
                           &rows, book->error));
    book->n_cars = 0;
    while ((status = pb_store_rows_next(rows, book->error)) == PB_OK && book->n_cars < PB__BOOK_DRIVERS) {
        pb__book_car *car = &book->cars[book->n_cars++];
        car->number       = (int16_t)pb_store_column_i64(rows, 0, 0);
        pb_store_column_text(rows, 1, car->driver, sizeof car->driver);
    }
    pb_store_rows_close(rows);
    book->car_race = race;
    return status == PB_E_EMPTY || status == PB_OK ? PB_OK : status;
}

static const char *driver_of_car(const pb__book *book, int number)
{
    for (uint32_t i = 0; i < book->n_cars; i++)
        if (book->cars[i].number == number) return book->cars[i].driver;
    return "";
}

static void wait_for(pb__book *book, int64_t race, int number)
{
    book->open++;
    for (uint32_t i = 0; i < book->n_waits; i++)
        if (book->waits[i].race == race && book->waits[i].number == number) {
            book->waits[i].rows++;
            return;
        }
    if (book->n_waits == PB__BOOK_WAITS) return;
    book->waits[book->n_waits++] = (pb__book_wait){race, (int16_t)number, 1};
}

pb_status pb__book_who_of(pb__book *book, int season, int round, bool sprint, const char *code, int number,
                          pb__book_who *out)
{
    PB_TRY(pb__book_need_race(book, season, round, sprint));
    out->race      = pb__book_race_key(book, season, round, sprint);
    out->driver[0] = '\0';
    if (strcmp(book->series, "f1") != 0) { /* cars are who drives them: names are struck out in these files */
        (void)snprintf(out->driver, sizeof out->driver, "%.8s#%.8s", book->series, code);
        return pb__book_need_driver(book, out->driver, NULL);
    }
    if (code[0]) {
        pb__book_driver_id(code, season, out->driver);
        return pb__book_need_driver(book, out->driver, code);
    }
    if (book->car_race != out->race) PB_TRY(load_cars(book, out->race));
    (void)snprintf(out->driver, sizeof out->driver, "%s", driver_of_car(book, number));
    if (!out->driver[0]) wait_for(book, out->race, number);
    return PB_OK;
}
