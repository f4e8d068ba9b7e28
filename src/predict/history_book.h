/* history_book.h - what one file needs while its rows go into the store. Inside predict only. */
#ifndef PB_PREDICT_HISTORY_BOOK_H
#define PB_PREDICT_HISTORY_BOOK_H

#include "pitboard/predict_store.h"

#define PB__BOOK_RACES 512  /* races one file may touch before they are looked up again */
#define PB__BOOK_DRIVERS 64 /* cars of one race */
#define PB__BOOK_WAITS 256

typedef struct pb__book_car {
    int16_t number;
    char    driver[48];
} pb__book_car;

typedef struct pb__book_wait {
    int64_t  race;
    int16_t  number;
    uint32_t rows;
} pb__book_wait;

typedef struct pb__book {
    pb_store     *store;
    const char   *series; /* "f1", "grcup" */
    pb_error     *error;
    int64_t       races[PB__BOOK_RACES]; /* that are surely in the table */
    uint32_t      n_races;
    char          drivers[PB__BOOK_DRIVERS][48];
    uint32_t      n_drivers;
    int64_t       car_race; /* of `cars`; 0 none */
    pb__book_car  cars[PB__BOOK_DRIVERS];
    uint32_t      n_cars;
    pb__book_wait waits[PB__BOOK_WAITS];
    uint32_t      n_waits;
    int64_t       open; /* rows that wait */
} pb__book;

/* ---- names ---- */
int64_t pb__book_race_key(const pb__book *book, int season, int round, bool sprint);
/* "2023-07S"; the id of a race. */
void pb__book_race_id(const pb__book *book, int season, int round, bool sprint, char out[24]);
/* A code, told from its namesakes by season. */
void pb__book_driver_id(const char *code, int season, char out[48]);
/* Makes sure that the tables that others refer to have the row. */
pb_status pb__book_need_race(pb__book *book, int season, int round, bool sprint);
pb_status pb__book_need_driver(pb__book *book, const char *driver, const char *code);
pb_status pb__book_need_team(pb__book *book, const char *team);
pb_status pb__book_need_circuit(pb__book *book, const char *circuit);

/* The race and the driver of a row. driver is "" when nobody is known to have
 * driven the car: the row waits. */
typedef struct pb__book_who {
    int64_t race;
    char    driver[48];
} pb__book_who;
pb_status pb__book_who_of(pb__book *book, int season, int round, bool sprint, const char *code, int number,
                          pb__book_who *out);

/* ---- one function a list of records ---- */
pb_status pb__book_put_names(pb__book *book, const pb_records *records); /* circuits, drivers, teams */
pb_status pb__book_put_races(pb__book *book, const pb_records *records);
pb_status pb__book_put_cars(pb__book *book, const pb_records *records);  /* entries, grids, qualifying, results */
pb_status pb__book_put_laps(pb__book *book, const pb_records *records);  /* laps, stints, pit stops */
pb_status pb__book_put_scene(pb__book *book, const pb_records *records); /* weather, race control, status */
/* Laps of a log or of records as they stand. */
pb_status pb__book_put_lap(pb__book *book, pb_store_put *put, const pb__book_who *who, const pb_lap_record *lap);
pb_status pb__book_lap_put(pb__book *book, pb_store_put **out);
pb_status pb__book_put_entry(pb__book *book, const pb__book_who *who, int season, int number, const char *team,
                             bool name_it);
pb_status pb__book_put_grid(pb__book *book, const pb__book_who *who, int grid);

/* values[i] from whole numbers, where none is null. */
pb_value pb__book_whole(int64_t value, int64_t none);

#define PB__PUT_INTO(book, put, table, ...)                                                                            \
    do {                                                                                                               \
        static const char *const pb__columns[] = {__VA_ARGS__};                                                        \
        PB_TRY(pb_store_put_into((book)->store, table, pb__columns, sizeof pb__columns / sizeof *pb__columns, &(put),  \
                                 (book)->error));                                                                      \
    } while (0)

#define PB__PUT(book, put, ...)                                                                                        \
    do {                                                                                                               \
        const pb_value pb__values[] = {__VA_ARGS__};                                                                   \
        PB_TRY(pb_store_put_row(put, pb__values, (book)->error));                                                      \
    } while (0)

#endif
