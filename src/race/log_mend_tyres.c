/* log_mend_tyres: compounds and ages nobody told. What a car was on is most likely
 * what most were on in the same laps; a dry set is changed for another compound,
 * since two have to be used. */
#include <string.h>

#include "log_mend.h"
#include "stop_signs.h"

/* Cars on each compound, lap by lap, as recorded. */
typedef struct seen {
    uint8_t cars[PB_LAPS_MAX + 1][PB_COMPOUND_N];
} seen;

static void look(const pb_race_log *log, seen *s)
{
    memset(s, 0, sizeof *s);
    for (uint32_t c = 0; c < log->n_cars; c++)
        for (uint32_t i = 0; i < log->cars[c].n_laps; i++) {
            const pb_lap *lap = &log->cars[c].laps[i];
            if (lap->compound != PB_COMPOUND_UNKNOWN) s->cars[lap->number][lap->compound]++;
        }
}

/* One past the last row of the set that is on at row i. Without an age or a stint
 * the entry alone tells. */
static uint32_t set_end(const pb_log_car *car, uint32_t i)
{
    for (; i + 1 < car->n_laps; i++) {
        const pb_lap *a = &car->laps[i], *b = a + 1;
        bool          ages   = a->tyre_age_laps >= 0 && b->tyre_age_laps >= 0;
        bool          stints = a->stint != 0 && b->stint != 0;
        if (pb__another_set(a, b) || (!ages && !stints && a->pit_in_ms != PB_MS_NONE)) break;
    }
    return i + 1;
}

static uint8_t told(const pb_lap *row, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++)
        if (row[i].compound != PB_COMPOUND_UNKNOWN) return row[i].compound;
    return PB_COMPOUND_UNKNOWN;
}

/* Not the dry compound of the set before or after it: it was changed for another. */
static bool may_be(uint8_t compound, uint8_t before, uint8_t after)
{
    return pb_compound_is_wet((pb_compound)compound) || (compound != before && compound != after);
}

static uint8_t likeliest(const seen *s, const pb_lap *row, uint32_t n, uint8_t before, uint8_t after)
{
    static const uint8_t usual[] = {PB_COMPOUND_SOFT, PB_COMPOUND_HARD, PB_COMPOUND_MEDIUM}; /* the last counts */

    uint8_t  best = PB_COMPOUND_UNKNOWN;
    uint32_t most = 0;
    for (size_t k = 0; k < sizeof usual / sizeof *usual; k++)
        if (may_be(usual[k], before, after)) best = usual[k];
    for (uint32_t k = 1; k < PB_COMPOUND_N; k++) {
        uint32_t sum = 0;
        for (uint32_t i = 0; i < n; i++) sum += s->cars[row[i].number][k];
        if (sum <= most || !may_be((uint8_t)k, before, after)) continue;
        most = sum;
        best = (uint8_t)k;
    }
    return best;
}

static void mend_compound(pb_lap *row, uint32_t n, uint8_t compound, pb_gap_laps *gap)
{
    for (uint32_t i = 0; i < n; i++) {
        if (row[i].compound != PB_COMPOUND_UNKNOWN) continue;
        row[i].compound = compound;
        if (!row[i].generated) pb__gap_add(gap, row[i].number);
    }
}

/* Counted from a lap of the set that tells its age, else from the set's first. */
static void mend_ages(pb_lap *row, uint32_t n, pb_gap_laps *gap)
{
    int birth = row[0].number - 1;
    for (uint32_t i = n; i-- > 0;)
        if (row[i].tyre_age_laps >= 0) birth = row[i].number - row[i].tyre_age_laps;
    for (uint32_t i = 0; i < n; i++) {
        if (row[i].tyre_age_laps >= 0) continue;
        row[i].tyre_age_laps = (int16_t)(row[i].number > birth ? row[i].number - birth : 0);
        if (!row[i].generated) pb__gap_add(gap, row[i].number);
    }
}

static void mend_car(const seen *s, pb_log_car *car, pb_car_gaps *gaps)
{
    uint8_t before = PB_COMPOUND_UNKNOWN;
    for (uint32_t i = 0, end; i < car->n_laps; i = end) {
        pb_lap *row      = &car->laps[i];
        end              = set_end(car, i);
        uint8_t compound = told(row, end - i);
        if (compound == PB_COMPOUND_UNKNOWN) {
            uint8_t after = end < car->n_laps ? told(&car->laps[end], set_end(car, end) - end) : PB_COMPOUND_UNKNOWN;
            compound      = likeliest(s, row, end - i, before, after);
            if (gaps->n_sets < PB_GAP_SETS_MAX) gaps->set[gaps->n_sets++] = compound;
        }
        mend_compound(row, end - i, compound, &gaps->gap[PB_GAP_COMPOUND]);
        mend_ages(row, end - i, &gaps->gap[PB_GAP_AGE]);
        before = compound;
    }
}

void pb__mend_tyres(pb_race_log *log, pb_race_gaps *gaps)
{
    seen s;
    look(log, &s);
    for (uint32_t c = 0; c < log->n_cars; c++) mend_car(&s, &log->cars[c], &gaps->car[c]);
}
