/* tree_rows.h - rows of real laps to grow trees on. */
#ifndef TREE_ROWS_H
#define TREE_ROWS_H

#include <math.h>

#include "pb_test.h"
#include "pitboard/codec.h"
#include "pitboard/tree.h"

#define TREE_ROWS_MAX 8000
#define TREE_FEATURES 9

/* What a lap knows, with gaps where the file has them; what is asked of it. */
typedef struct tree_laps {
    float    x[TREE_ROWS_MAX * TREE_FEATURES];
    float    time[TREE_ROWS_MAX];     /* lap time in seconds */
    float    pits[TREE_ROWS_MAX];     /* 1: comes in at the end of the lap */
    float    compound[TREE_ROWS_MAX]; /* 0 soft, 1 medium, 2 hard, 3 another */
    uint32_t race[TREE_ROWS_MAX];
    size_t   n;
} tree_laps;

static inline float tree_number(const pb_csv *csv, const int *at, int column)
{
    double x = NAN;
    if (at[column] >= 0) pb_span_to_f64(csv->field[at[column]], &x);
    return (float)x;
}

static inline float tree_compound(pb_span name)
{
    const char *known[] = {"SOFT", "MEDIUM", "HARD"};
    for (int i = 0; i < 3; i++)
        if (pb_span_equal_text(name, known[i])) return (float)i;
    return 3;
}

static inline void tree_add_lap(tree_laps *laps, const pb_csv *csv, const int *at, uint32_t race)
{
    float time = tree_number(csv, at, 1);
    if (laps->n == TREE_ROWS_MAX || isnan(time)) return;
    float *x                = laps->x + laps->n * TREE_FEATURES;
    float  session          = tree_number(csv, at, 4);
    x[0]                    = tree_number(csv, at, 0);           /* lap */
    x[1]                    = tree_number(csv, at, 2);           /* place */
    x[2]                    = tree_number(csv, at, 3);           /* tyre age */
    x[3]                    = session;                           /* s */
    x[4]                    = tree_number(csv, at, 5);           /* car number */
    x[5]                    = tree_number(csv, at, 6);           /* stint */
    x[6]                    = tree_number(csv, at, 7);           /* track status digits */
    x[7]                    = tree_number(csv, at, 8) - session; /* out of the pits: rarely known */
    x[8]                    = tree_compound(csv->field[at[9]]);
    laps->time[laps->n]     = time;
    laps->pits[laps->n]     = csv->field[at[10]].len > 0;
    laps->compound[laps->n] = x[8];
    laps->race[laps->n++]   = race;
}

static inline void tree_add_race(tree_laps *laps, const char *file, uint32_t race)
{
    static const char *const columns[] = {"LapNumber",     "LapTime_s",    "Position",   "TyreLife",
                                          "SessionTime_s", "DriverNumber", "Stint",      "TrackStatus",
                                          "PitOutTime_s",  "Compound",     "PitInTime_s"};
    char                     path[512];
    int                      at[11];
    pb_bytes                 bytes = {0};
    pb_csv                   csv;
    pb_arena                 arena;
    snprintf(path, sizeof path, "%s/data/armchair-strategist/races/%s", PB_SHARED_DIR, file);
    pb_need_shared(path);
    PB_CHECK_EQ(pb_file_read(path, 0, &bytes, NULL), PB_OK);
    pb_arena_init(&arena, 0);
    pb_csv_init(&csv, (pb_span){bytes.at, bytes.len}, ',', &arena);
    PB_CHECK_EQ(pb_csv_next(&csv), PB_OK);
    for (int i = 0; i < 11; i++) at[i] = pb_csv_column(&csv, columns[i]);
    PB_CHECK(at[9] >= 0 && at[10] >= 0);
    while (pb_csv_next(&csv) == PB_OK) tree_add_lap(laps, &csv, at, race);
    pb_arena_fini(&arena);
    pb_bytes_free(&bytes);
}

/* Six races; static memory, filled once. */
static inline const tree_laps *tree_real_laps(void)
{
    static const char *const files[] = {"2019_04_azerbaijan.csv", "2021_09_austrian.csv", "2022_12_french.csv",
                                        "2023_07_spanish.csv",    "2023_14_italian.csv",  "2024_10_spanish.csv"};
    static tree_laps         laps;
    for (uint32_t i = 0; laps.n == 0 || (i > 0 && i < 6); i++) tree_add_race(&laps, files[i], i);
    return &laps;
}

#endif
