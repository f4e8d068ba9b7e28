/* Training and the choice of settings: the public verbs. */
#include <math.h>

#include "session.h"

pb_tree_options pb_tree_options_default(void)
{
    return (pb_tree_options){.objective    = PB_TREE_SQUARED,
                             .classes      = 1,
                             .rounds       = 300,
                             .stop_after   = 20,
                             .folds        = 5,
                             .depth        = 4,
                             .bins         = 256,
                             .rate         = 0.1,
                             .lambda       = 1,
                             .min_weight   = 1,
                             .row_share    = 1,
                             .column_share = 1,
                             .seed         = 1,
                             .threads      = 1};
}

static pb_status validate(const pb__xgb *xgb, const pb_tree_rows *rows, const pb_tree_options *o, uint32_t *rounds,
                          double *loss, pb_error *error)
{
    pb__session s;
    pb_status   status = pb__session_init(&s, xgb, rows, o, error);
    if (status == PB_OK) status = pb__session_validate(&s, rounds, loss, error);
    pb__session_fini(&s);
    return status;
}

static pb_status train(const pb__xgb *xgb, const pb_tree_rows *rows, const pb_tree_options *o, pb_forest **out,
                       double *loss, pb_error *error)
{
    pb__session s;
    uint32_t    rounds = o->rounds;
    *loss              = NAN;
    pb_status status   = pb__session_init(&s, xgb, rows, o, error);
    if (status == PB_OK && o->folds) status = pb__session_validate(&s, &rounds, loss, error);
    if (status == PB_OK) status = pb__session_grow(&s, rounds, out, error);
    pb__session_fini(&s);
    return status;
}

pb_status pb_forest_train(const pb_tree_rows *rows, const pb_tree_options *options, pb_forest **out, double *cv_loss,
                          pb_error *error)
{
    pb__xgb xgb;
    double  loss;
    PB_TRY(pb__xgb_open(PB__XGB_LIBRARY, &xgb, error));
    pb_status status = train(&xgb, rows, options, out, &loss, error);
    if (status == PB_OK && cv_loss) *cv_loss = loss;
    pb__xgb_close(&xgb);
    return status;
}

/* Losses of different objectives are not to be compared. */
static pb_status check_settings(const pb_tree_options *options, size_t n, pb_error *error)
{
    if (n == 0) return pb_error_set(error, PB_E_EMPTY, "training trees: no settings to choose from");
    for (size_t i = 0; i < n; i++) {
        if (options[i].folds == 0)
            return pb_error_set(error, PB_E_RANGE,
                                "training trees: settings are chosen by folds, and setting %zu has none", i);
        if (options[i].objective != options[0].objective || options[i].classes != options[0].classes)
            return pb_error_set(error, PB_E_RANGE, "training trees: setting %zu has another objective than the first",
                                i);
    }
    return PB_OK;
}

static pb_status tune(const pb__xgb *xgb, const pb_tree_rows *rows, const pb_tree_options *options, size_t n,
                      pb_forest **out, size_t *chosen, double *best, pb_error *error)
{
    uint32_t rounds = 0;
    *best           = INFINITY;
    for (size_t i = 0; i < n; i++) {
        uint32_t r;
        double   loss;
        PB_TRY(validate(xgb, rows, &options[i], &r, &loss, error));
        if (loss >= *best) continue;
        *best   = loss;
        *chosen = i;
        rounds  = r;
    }
    pb__session s;
    pb_status   status = pb__session_init(&s, xgb, rows, &options[*chosen], error);
    if (status == PB_OK) status = pb__session_grow(&s, rounds, out, error);
    pb__session_fini(&s);
    return status;
}

pb_status pb_forest_tune(const pb_tree_rows *rows, const pb_tree_options *options, size_t n, pb_forest **out,
                         size_t *chosen, double *cv_loss, pb_error *error)
{
    pb__xgb xgb;
    double  loss;
    size_t  which = 0;
    PB_TRY(check_settings(options, n, error));
    PB_TRY(pb__xgb_open(PB__XGB_LIBRARY, &xgb, error));
    pb_status status = tune(&xgb, rows, options, n, out, &which, &loss, error);
    if (status == PB_OK && chosen) *chosen = which;
    if (status == PB_OK && cv_loss) *cv_loss = loss;
    pb__xgb_close(&xgb);
    return status;
}
