#include "sc_baseline.h"

#include <math.h>
#include <string.h>

#include "truth.h"

enum { START, LAPS_1_3, AFTER, VSC, YELLOW, END, RUN, PHASES };

#define AFTER_ROWS 3
#define PHASE_ROWS 40.0    /* the global rate counts as that many rows of a phase */
#define CIRCUIT_ROWS 150.0 /* and of a circuit */
#define PROB_MOST 0.9

typedef struct count {
    double events, rows;
} count;

typedef struct counts {
    count all, circuit, phase[PHASES];
} counts;

static int phase_of(const pb_history_race *race, uint32_t lap, int since)
{
    uint8_t status = pb__leader_status(race, lap);
    if (lap == 0) return START;
    if (lap <= 3) return LAPS_1_3;
    if (since <= AFTER_ROWS) return AFTER;
    if (status & (PB_STATUS_BIT_VSC | PB_STATUS_BIT_VSC_ENDING)) return VSC;
    if (status & PB_STATUS_BIT_YELLOW) return YELLOW;
    return lap + 2 >= race->outcome->laps ? END : RUN;
}

/* Rows since the last one that was left out, the phases of all rows with it. */
static void phases_of(const pb_history_race *race, const pb__truths *rows, int *phase)
{
    int since = 99;
    for (size_t i = 0; i < rows->n; i++) {
        if (i > 0 && rows->at[i].lap != rows->at[i - 1].lap + 1) since = 0;
        phase[i] = phase_of(race, rows->at[i].lap, since);
        since++;
    }
}

static void add(count *c, double y)
{
    c->events += y;
    c->rows++;
}

static pb_status count_race(const pb_history_race *race, bool here, counts *to)
{
    pb__truths rows = {0};
    int        phase[PB_LAPS_MAX + 1];
    pb_status  status = pb__truth_sc(race, &rows);
    if (status == PB_OK) phases_of(race, &rows, phase);
    for (size_t i = 0; status == PB_OK && i < rows.n; i++) {
        add(&to->all, rows.at[i].y);
        add(&to->phase[phase[i]], rows.at[i].y);
        if (here) add(&to->circuit, rows.at[i].y);
    }
    pb__truths_fini(&rows);
    return status;
}

static pb_status count_before(const pb_history *history, size_t at, counts *to)
{
    const char *here = history->races[at].log->circuit;
    *to              = (counts){.all = {1, 20}};
    for (size_t k = 0; k < at; k++)
        if (!history->races[k].log->sprint)
            PB_TRY(count_race(&history->races[k], strcmp(history->races[k].log->circuit, here) == 0, to));
    return PB_OK;
}

static double shrunk(const count *c, double to, double rows)
{
    return (c->events + rows * to) / (c->rows + rows);
}

static double prob_of(const counts *c, int phase, bool global)
{
    double all = c->all.events / c->all.rows;
    if (global) return all;
    double here = shrunk(&c->circuit, all, CIRCUIT_ROWS);
    return fmin(PROB_MOST, shrunk(&c->phase[phase], all, PHASE_ROWS) * here / all);
}

static pb_status predict(const pb_history *history, size_t at, bool global, pb_rows *out, pb_error *error)
{
    const pb_history_race *race = &history->races[at];
    pb__truths             rows = {0};
    counts                 past;
    int                    phase[PB_LAPS_MAX + 1];
    pb_status              status = count_before(history, at, &past);
    if (status == PB_OK) status = pb__truth_sc(race, &rows);
    if (status == PB_OK) phases_of(race, &rows, phase);
    for (size_t i = 0; status == PB_OK && i < rows.n; i++) {
        pb_row row          = {.season = race->log->season, .round = race->log->round, .lap = (int16_t)rows.at[i].lap};
        row.value[PB__SC_P] = prob_of(&past, phase[i], global);
        status              = pb_rows_add(out, &row);
    }
    pb__truths_fini(&rows);
    return status == PB_OK ? PB_OK : pb_error_set(error, status, "out of memory for rows");
}

pb_status pb__sc_phase_circuit_predict(const pb_model *model, const pb_history *history, size_t at, pb_rows *rows,
                                       pb_error *error)
{
    (void)model;
    return predict(history, at, false, rows, error);
}

pb_status pb__sc_global_predict(const pb_model *model, const pb_history *history, size_t at, pb_rows *rows,
                                pb_error *error)
{
    (void)model;
    return predict(history, at, true, rows, error);
}
