/* live_baseline: tables of place now to place at the flag, by tenth of the race,
 * from all earlier races. */
#include "live_baseline.h"

#include <stdlib.h>
#include <string.h>

#include "place_dist.h"
#include "truth.h"

#define TENTHS 10

/* A car of a frozen order. */
typedef struct frozen_car {
    uint32_t car, laps;
    int32_t  last_ms;
} frozen_car;

static bool ahead(const pb_race_log *log, const frozen_car *a, const frozen_car *b)
{
    if (a->laps != b->laps) return a->laps > b->laps;
    if (a->last_ms != b->last_ms) return a->last_ms < b->last_ms;
    return strcmp(log->cars[a->car].code, log->cars[b->car].code) < 0;
}

/* Cars that still run, in the order of laps and time at the last line. */
static uint32_t frozen_order(const pb_race_log *log, int32_t now, frozen_car out[PB_CARS_MAX])
{
    uint32_t n = 0;
    for (uint32_t c = 0; c < log->n_cars; c++) {
        const pb_log_car *car = &log->cars[c];
        frozen_car        who = {.car = c, .last_ms = now};
        if (!pb__still_running(car, now)) continue;
        for (uint32_t i = 0; i < car->n_laps && car->laps[i].session_ms <= now; i++) {
            who.laps    = car->laps[i].number;
            who.last_ms = car->laps[i].session_ms;
        }
        uint32_t at = n++;
        for (; at > 0 && ahead(log, &who, &out[at - 1]); at--) out[at] = out[at - 1];
        out[at] = who;
    }
    return n;
}

static int tenth(uint32_t lap, uint32_t laps)
{
    int t = (int)((double)TENTHS * lap / laps);
    return t < TENTHS ? t : TENTHS - 1;
}

/* A race adds its scored laps to their tenth and the two beside it. */
static void add_race(const pb_history_race *race, pb__slot_table tables[TENTHS])
{
    uint16_t   laps[PB_LAPS_MAX];
    frozen_car order[PB_CARS_MAX];
    uint32_t   n = pb__live_laps(race->outcome->laps, laps);
    for (uint32_t k = 0; k < n; k++) {
        int32_t now = race->outcome->lead_ms[laps[k]];
        int     t   = tenth(laps[k], race->outcome->laps);
        if (now == PB_MS_NONE) continue;
        uint32_t cars = frozen_order(race->log, now, order);
        for (int b = t > 0 ? t - 1 : 0; b <= t + 1 && b < TENTHS; b++)
            for (uint32_t i = 0; i < cars; i++)
                pb__slot_add(&tables[b], i + 1, race->outcome->car[order[i].car].place, 1);
    }
}

static pb_status add_rows(const pb_history_race *race, const pb__slot_table tables[TENTHS], pb_rows *rows)
{
    uint16_t   laps[PB_LAPS_MAX];
    frozen_car order[PB_CARS_MAX];
    uint32_t   n = pb__live_laps(race->outcome->laps, laps);
    for (uint32_t k = 0; k < n; k++) {
        int32_t now = race->outcome->lead_ms[laps[k]];
        if (now == PB_MS_NONE) continue;
        uint32_t cars = frozen_order(race->log, now, order);
        for (uint32_t i = 0; i < cars; i++) {
            double p[PB__PLACES];
            pb_row row = {.season = race->log->season, .round = race->log->round, .lap = (int16_t)laps[k]};
            memcpy(row.driver, race->log->cars[order[i].car].code, sizeof row.driver);
            pb__slot_dist(&tables[tenth(laps[k], race->outcome->laps)], i + 1, race->log->n_cars, p);
            pb__place_values(p, row.value);
            PB_TRY(pb_rows_add(rows, &row));
        }
    }
    return PB_OK;
}

pb_status pb__live_order_dist(const pb_model *model, const pb_history *history, size_t at, pb_rows *rows,
                              pb_error *error)
{
    (void)model;
    if (!history->races[at].usable) return PB_OK;
    pb__slot_table *tables = calloc(TENTHS, sizeof *tables);
    if (!tables) return pb_error_set(error, PB_E_NOMEM, "live: out of memory");
    for (size_t i = 0; i < at; i++)
        if (history->races[i].usable && !history->races[i].log->sprint) add_race(&history->races[i], tables);
    pb_status status = add_rows(&history->races[at], tables, rows);
    free(tables);
    return status;
}
