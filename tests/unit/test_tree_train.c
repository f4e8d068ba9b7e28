/* Training through XGBoost: what is learned, what is refused. */
#include <math.h>

#include "pb_test.h"
#include "pitboard/num.h"
#include "pitboard/tree.h"

#define N 2000
#define K 4
static float    x[N * K], y[N], w[N];
static uint32_t group[N];

static pb_tree_rows rows_of(void)
{
    for (size_t i = 0; i < N; i++) {
        for (size_t j = 0; j < K; j++) {
            double u     = pb_uniform(pb_draw(7, (uint32_t)i, (uint32_t)j, 0, 1).word[0]);
            x[i * K + j] = u < 0.1 && j == 3 ? NAN : (float)u;
        }
        double noise = pb_uniform(pb_draw(7, (uint32_t)i, 99, 0, 1).word[0]) - 0.5;
        y[i]         = (float)(3 * x[i * K] + (x[i * K + 1] > 0.5f ? 1 : 0) + 0.2 * noise);
        w[i]         = 1;
        group[i]     = (uint32_t)(i / 50);
    }
    return (pb_tree_rows){.x = x, .y = y, .w = w, .group = group, .n = N, .k = K};
}

PB_TEST(learns_a_step_and_a_slope)
{
    pb_tree_rows    rows = rows_of();
    pb_tree_options o    = pb_tree_options_default();
    pb_forest      *f    = NULL;
    pb_error        e    = {0};
    double          loss, out, sum = 0;
    if (pb_forest_train(&rows, &o, &f, &loss, &e) != PB_OK) fail_msg("%s", e.text);
    for (size_t i = 0; i < N; i++) {
        pb_forest_predict(f, x + i * K, &out);
        sum += (out - y[i]) * (out - y[i]);
    }
    printf("cv %g train %g trees %u\n", loss, sum / N, pb_forest_trees(f));
    PB_CHECK(loss < 0.01);
    PB_CHECK(sum / N <= loss);
    pb_forest_destroy(f);
}

PB_TEST_MAIN(PB_RUN(learns_a_step_and_a_slope))
