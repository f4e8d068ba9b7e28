/* stops_facts: what past races say of stops. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "pitboard/num.h"
#include "stops_parts.h"
#include "truth_add.h"

#define SLICK_START 0.8 /* of the cars: then it was a dry start */

static int8_t set_index(uint8_t compound)
{
    return compound >= PB_COMPOUND_SOFT && compound <= PB_COMPOUND_HARD ? (int8_t)(compound - PB_COMPOUND_SOFT) : -1;
}

static void read_car(const pb_history_race *race, uint32_t c, pb__stops_car *out)
{
    const pb_log_car *car = &race->log->cars[c];
    pb__made_stops    made;
    pb__stops_made(race->log, c, race->outcome, &made);
    *out = (pb__stops_car){.n = (uint8_t)(made.n < UINT8_MAX ? made.n : UINT8_MAX), .told = made.n <= PB_STOPS_MAX};
    memcpy(out->code, car->code, sizeof out->code);
    pb_team_id(pb_span_of(car->team), race->log->season, out->team, sizeof out->team);
    out->grid    = !race->has_grid ? 0 : car->grid ? car->grid : PB__STOPS_PIT_LANE;
    out->neutral = (uint8_t)(made.neutral < UINT8_MAX ? made.neutral : UINT8_MAX);
    for (uint32_t i = 0; i <= PB_STOPS_MAX; i++) {
        out->set[i] = i <= made.n ? set_index(made.compound[i]) : -1;
        out->told   = out->told && (i > made.n || out->set[i] >= 0);
        if (i < made.n && i < PB_STOPS_MAX) out->share[i] = made.lap[i] / (double)race->outcome->laps;
    }
}

/* Squares of the shares that the stints of a car take. */
static double stint_squares(const pb_history_race *race, uint32_t c)
{
    pb__made_stops made;
    double         last = 0, sum = 0, laps = race->outcome->laps;
    pb__stops_made(race->log, c, race->outcome, &made);
    for (uint32_t i = 0; i <= made.n && i <= PB__MADE_STOPS_MAX; i++) {
        double end = i < made.n && i < PB__MADE_STOPS_MAX ? made.lap[i] : race->outcome->car[c].laps_done;
        sum += (end - last) / laps * ((end - last) / laps);
        last = end;
    }
    return sum;
}

static void sum_up(const pb_history_race *race, const pb__truths *cars, pb__stops_race *out)
{
    double squares = 0, slicks = 0, n = (double)out->n_cars;
    for (uint32_t i = 0; i < out->n_cars; i++) {
        const pb__stops_car *car = &out->car[i];
        out->p[car->n < PB_STOPS_MAX ? car->n : PB_STOPS_MAX] += 1 / n;
        squares += stint_squares(race, (uint32_t)cars->at[i].car);
        slicks += car->set[0] >= 0;
    }
    out->stint_share = n > 0 ? sqrt(squares / n) : 0;
    out->slick_start = n > 0 && slicks > SLICK_START * n;
    out->plain       = n > 0 && pb__race_is_dry(race->log) && !pb__race_saw_red(race->log);
    out->has_wear    = pb__stops_wear(race->log, &out->wear_s);
}

/* Cars that took the flag and have a place. */
static pb_status finishers(const pb_history_race *race, pb__truths *out)
{
    for (uint32_t c = 0; c < race->log->n_cars; c++) {
        pb__truth truth = {.car = (int16_t)c};
        if (!race->outcome->car[c].took_flag || race->unplaced[c]) continue;
        PB_TRY(pb__truths_add(out, &truth));
    }
    return PB_OK;
}

static pb_status read_race(const pb_history_race *race, double number, pb__stops_race *out)
{
    pb__truths cars   = {0};
    pb_status  status = finishers(race, &cars);
    *out              = (pb__stops_race){
                     .circuit = race->log->circuit, .season = race->log->season, .laps = race->outcome->laps, .number = number};
    out->n_cars = (uint32_t)cars.n;
    out->car    = calloc(cars.n + 1, sizeof *out->car);
    if (status == PB_OK && !out->car) status = PB_E_NOMEM;
    for (uint32_t i = 0; i < out->n_cars && status == PB_OK; i++)
        read_car(race, (uint32_t)cars.at[i].car, &out->car[i]);
    if (status == PB_OK) sum_up(race, &cars, out);
    pb__truths_fini(&cars);
    return status;
}

pb_status pb__stops_book_init(const pb_history *history, size_t n, pb__stops_book *book)
{
    *book            = (pb__stops_book){.race = calloc(n + 1, sizeof *book->race)};
    pb_status status = book->race ? PB_OK : PB_E_NOMEM;
    for (size_t r = 0; r < n && status == PB_OK; r++) {
        const pb_history_race *race = &history->races[r];
        if (race->log->sprint) continue;
        if (race->usable) status = read_race(race, book->number, &book->race[book->n++]);
        book->number++;
    }
    if (status != PB_OK) pb__stops_book_fini(book);
    return status;
}

void pb__stops_book_fini(pb__stops_book *book)
{
    for (size_t r = 0; r < book->n; r++) free(book->race[r].car);
    free(book->race);
    *book = (pb__stops_book){0};
}

pb__stops_book pb__stops_book_upto(const pb__stops_book *book, size_t n)
{
    PB_ASSERT(n <= book->n);
    return (pb__stops_book){.race = book->race, .n = n, .number = n < book->n ? book->race[n].number : book->number};
}
