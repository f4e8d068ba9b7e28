/* undercut_baseline: what anybody can say from the gap and the answer alone: a
 * logistic regression on them; rates of past pairs in bins of both, as in
 * effects.md, section 7; rates by answer. Apart for undercuts and overcuts. */
#include <stdlib.h>
#include <string.h>

#include "pitboard/num.h"
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

/* ---- the regression ---- */

enum { LINE = 8 }; /* one, gap, log of the answer and their product, for each move */

static void line_row(bool over, double gap_s, uint32_t answer, double x[LINE])
{
    double l = pb_log(answer), *to = x + (over ? LINE / 2 : 0);
    memset(x, 0, LINE * sizeof *x);
    to[0] = 1;
    to[1] = gap_s;
    to[2] = l;
    to[3] = l * gap_s;
}

typedef struct lines {
    double *x, *y;
    size_t  n;
} lines;

static pb_status add_lines(const pb_history_race *race, lines *all)
{
    pb__truths truths = {0};
    pb_status  status = pb__truth_undercut(race, &truths);
    double    *x = NULL, *y = NULL;
    if (status == PB_OK && (x = realloc(all->x, (all->n + truths.n + 1) * LINE * sizeof *x))) all->x = x;
    if (status == PB_OK && (y = realloc(all->y, (all->n + truths.n + 1) * sizeof *y))) all->y = y;
    if (status == PB_OK && (!x || !y)) status = PB_E_NOMEM;
    for (size_t i = 0; status == PB_OK && i < truths.n; i++) {
        const pb__truth *t = &truths.at[i];
        line_row((t->bits & PB__TRUTH_OVERCUT) != 0, gap_of(race->log, t), t->answer, all->x + all->n * LINE);
        all->y[all->n++] = t->y;
    }
    pb__truths_fini(&truths);
    return status;
}

/* Without pairs every weight is nought: a half. */
pb_status pb__undercut_line_train(const pb_history *past, const pb_learn_options *options, pb_model *model,
                                  pb_error *error)
{
    static const double ridge[LINE] = {0.1, 0.5, 0.5, 0.5, 0.1, 0.5, 0.5, 0.5};
    double              b[LINE]     = {0}, cov[LINE * LINE];
    lines               all         = {0};
    pb_status           status      = PB_OK;
    (void)options;
    for (size_t r = 0; r < past->n && status == PB_OK; r++) status = add_lines(&past->races[r], &all);
    if (status == PB_OK && all.n > 0) status = pb_logit_fit(all.x, all.y, NULL, all.n, LINE, ridge, b, cov);
    free(all.x);
    free(all.y);
    if (status != PB_OK)
        return pb_error_set(error, status, "undercut: the regression over %zu pairs has no answer", all.n);
    return pb_model_put(model, "line", b, LINE, error);
}

static double line_prob(const double b[LINE], bool over, double gap_s, uint32_t answer)
{
    double x[LINE], z = 0;
    line_row(over, gap_s, answer, x);
    for (int j = 0; j < LINE; j++) z += b[j] * x[j];
    return 1 / (1 + pb_exp(-z));
}

/* ---- rows ---- */

typedef double ask_rate(const double *numbers, bool over, uint32_t answer, double gap_s);

static double ask_table(const double *numbers, bool over, uint32_t answer, double gap_s)
{
    return table_prob((const counts *)(const void *)numbers, over, answer, gap_s);
}

static double ask_flat(const double *numbers, bool over, uint32_t answer, double gap_s)
{
    (void)gap_s;
    return flat_prob((const counts *)(const void *)numbers, over, answer);
}

static double ask_line(const double *numbers, bool over, uint32_t answer, double gap_s)
{
    return line_prob(numbers, over, gap_s, answer);
}

static pb_status predict(const double *numbers, ask_rate *ask, const pb_history_race *race, pb_rows *rows,
                         pb_error *error)
{
    pb__truths truths = {0};
    pb_status  status = pb__truth_undercut(race, &truths);
    for (size_t i = 0; status == PB_OK && i < truths.n; i++) {
        const pb__truth *t    = &truths.at[i];
        bool             over = (t->bits & PB__TRUTH_OVERCUT) != 0;
        pb_row           row  = pb__undercut_row(race->log, t, ask(numbers, over, t->answer, gap_of(race->log, t)));
        status                = pb_rows_add(rows, &row);
    }
    pb__truths_fini(&truths);
    return status == PB_OK ? PB_OK : pb_error_set(error, status, "undercut: out of memory for rows");
}

static pb_status predict_rates(const pb_model *model, ask_rate *ask, const pb_history_race *race, pb_rows *rows,
                               pb_error *error)
{
    double c[sizeof(counts) / sizeof(double)];
    PB_TRY(pb_model_get(model, "table", c, sizeof c / sizeof *c, error));
    return predict(c, ask, race, rows, error);
}

pb_status pb__undercut_table_predict(const pb_model *model, const pb_history *history, size_t at, pb_rows *rows,
                                     pb_error *error)
{
    return predict_rates(model, ask_table, &history->races[at], rows, error);
}

pb_status pb__undercut_by_answer_predict(const pb_model *model, const pb_history *history, size_t at, pb_rows *rows,
                                         pb_error *error)
{
    return predict_rates(model, ask_flat, &history->races[at], rows, error);
}

pb_status pb__undercut_line_predict(const pb_model *model, const pb_history *history, size_t at, pb_rows *rows,
                                    pb_error *error)
{
    double b[LINE];
    PB_TRY(pb_model_get(model, "line", b, LINE, error));
    return predict(b, ask_line, &history->races[at], rows, error);
}
