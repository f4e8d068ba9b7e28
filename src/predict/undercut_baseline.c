/* undercut_baseline: rates of past pairs by answer and gap, as in effects.md,
 * section 7, apart for undercuts and overcuts; and by answer alone. */
#include <math.h>
#include <string.h>

#include "undercut.h"

enum { ANSWERS = 4, GAPS = 4 }; /* 1, 2, 3, 4-6 laps; under 1, 2, 3, 6 s */
#define SHRINK 10.0             /* pairs that the coarser rate counts for; 2, 5, 10, 20 tried on 2019-2022 */
#define FLAT_SHRINK 4.0

typedef struct count {
    double won, n;
} count;

typedef struct counts {
    count all[2], laps[2][PB_UNDERCUT_LAPS], answer[2][ANSWERS], cell[2][ANSWERS][GAPS];
} counts;

static int answer_bin(uint32_t answer)
{
    return answer < ANSWERS ? (int)answer - 1 : ANSWERS - 1;
}

static int gap_bin(double gap_s)
{
    return gap_s < 1 ? 0 : gap_s < 2 ? 1 : gap_s < 3 ? 2 : 3;
}

static double gap_of(const pb_race_log *log, const pb__truth *t)
{
    const pb_log_car *a = &log->cars[t->car], *b = &log->cars[t->rival];
    return 1e-3 * (a->laps[pb_lap_row(a, t->lap - 1U)].session_ms - b->laps[pb_lap_row(b, t->lap - 1U)].session_ms);
}

static void add(count *c, double y)
{
    c->won += y;
    c->n++;
}

static pb_status count_race(const pb_history_race *race, counts *to)
{
    pb__truths truths = {0};
    pb_status  status = pb__truth_undercut(race, &truths);
    for (size_t i = 0; status == PB_OK && i < truths.n; i++) {
        const pb__truth *t    = &truths.at[i];
        int              over = (t->bits & PB__TRUTH_OVERCUT) != 0, bin = answer_bin(t->answer);
        add(&to->all[over], t->y);
        add(&to->laps[over][t->answer - 1], t->y);
        add(&to->answer[over][bin], t->y);
        add(&to->cell[over][bin][gap_bin(gap_of(race->log, t))], t->y);
    }
    pb__truths_fini(&truths);
    return status;
}

pb_status pb__undercut_table_train(const pb_history *past, const pb_learn_options *options, pb_model *model,
                                   pb_error *error)
{
    counts c = {0};
    (void)options;
    for (size_t r = 0; r < past->n; r++)
        if (count_race(&past->races[r], &c) != PB_OK)
            return pb_error_set(error, PB_E_NOMEM, "undercut: no memory for the pairs of a race");
    return pb_model_put(model, "table", (const double *)(const void *)&c, sizeof c / sizeof(double), error);
}

static double shrunk(const count *c, double to, double n)
{
    return (c->won + n * to) / (c->n + n);
}

static double all_prob(const counts *c, int over)
{
    return shrunk(&c->all[over], 0.25, FLAT_SHRINK);
}

static double table_prob(const counts *c, int over, uint32_t answer, double gap_s)
{
    int bin = answer_bin(answer);
    return shrunk(&c->cell[over][bin][gap_bin(gap_s)], shrunk(&c->answer[over][bin], all_prob(c, over), SHRINK),
                  SHRINK);
}

static double flat_prob(const counts *c, int over, uint32_t answer)
{
    return shrunk(&c->laps[over][answer - 1], all_prob(c, over), FLAT_SHRINK);
}

static pb_status predict(const pb_model *model, const pb_history_race *race, bool by_gap, pb_rows *rows,
                         pb_error *error)
{
    counts     c;
    pb__truths truths = {0};
    PB_TRY(pb_model_get(model, "table", (double *)(void *)&c, sizeof c / sizeof(double), error));
    pb_status status = pb__truth_undercut(race, &truths);
    for (size_t i = 0; status == PB_OK && i < truths.n; i++) {
        const pb__truth *t    = &truths.at[i];
        int              over = (t->bits & PB__TRUTH_OVERCUT) != 0;
        double p   = by_gap ? table_prob(&c, over, t->answer, gap_of(race->log, t)) : flat_prob(&c, over, t->answer);
        pb_row row = pb__undercut_row(race->log, t, p);
        status     = pb_rows_add(rows, &row);
    }
    pb__truths_fini(&truths);
    return status == PB_OK ? PB_OK : pb_error_set(error, status, "undercut: out of memory for rows");
}

pb_status pb__undercut_table_predict(const pb_model *model, const pb_history *history, size_t at, pb_rows *rows,
                                     pb_error *error)
{
    return predict(model, &history->races[at], true, rows, error);
}

pb_status pb__undercut_by_answer_predict(const pb_model *model, const pb_history *history, size_t at, pb_rows *rows,
                                         pb_error *error)
{
    return predict(model, &history->races[at], false, rows, error);
}
