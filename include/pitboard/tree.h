/* pitboard/tree.h - gradient-boosted trees: trained through XGBoost, kept,
 * evaluated and explained by us.
 *
 * A forest is a sum of small decision trees, one output a class. Evaluation adds
 * the leaves in the order of the trees in single precision, exactly as XGBoost
 * does, so that both give the same bits; explanation is exact TreeSHAP
 * (Lundberg et al. 2020, path dependent; by quadrature, src/tree/shap.h). Training is the only part that needs
 * XGBoost; it is loaded when it is asked for.
 *
 * Knows nothing of racing. Floor 2. Uses base, num, codec. */
#ifndef PITBOARD_TREE_H
#define PITBOARD_TREE_H

#include "pitboard/base.h"

#ifdef __cplusplus
extern "C" {
#endif

#define PB_TREE_FEATURES_MAX 256
#define PB_TREE_DEPTH_MAX    16
#define PB_TREE_CLASSES_MAX  32

typedef enum pb_tree_objective {
    PB_TREE_SQUARED = 0,     /* y in R; prediction = margin */
    PB_TREE_LOGISTIC,        /* y in [0, 1]; prediction = 1 / (1 + e^-margin) */
    PB_TREE_SOFTMAX,         /* y in 0 .. classes - 1; prediction = softmax of the margins */
    PB_TREE_ABSOLUTE,        /* y in R; prediction = margin, towards the median */
    PB_TREE_CUSTOM,          /* gradients from the caller; prediction = margin */
    PB_TREE_OBJECTIVE_N
} pb_tree_objective;

/* Rows to learn from; borrowed. NAN is "not known". */
typedef struct pb_tree_rows {
    const float    *x;       /* n x k, row-major */
    const float    *y;       /* n */
    const float    *w;       /* n weights > 0, or NULL: all 1 */
    const float    *base;    /* n x classes margins to start from, or NULL: options.base_margin */
    const uint32_t *group;   /* n; rows of one group (a race) are never split by cross-validation; NULL without folds */
    size_t          n, k;
} pb_tree_rows;

/* Fills gradient and hessian (n each) of the loss at these margins, without the
 * weights: those are multiplied in afterwards. rows are the caller's own, all of
 * them, also while folds are held out. */
typedef void pb_tree_gradient(const pb_tree_rows *rows, const float *margin, float *gradient, float *hessian, void *arg);

/* Start from pb_tree_options_default(). */
typedef struct pb_tree_options {
    pb_tree_objective objective;
    uint32_t classes;            /* 1, or the classes of SOFTMAX */
    uint32_t rounds;             /* most rounds; one tree per round and class */
    uint32_t stop_after;         /* early stopping: rounds without a better held-out loss; 0: none */
    uint32_t folds;              /* grouped folds that find the number of rounds; 0: rounds as given */
    uint32_t depth;              /* 1 .. PB_TREE_DEPTH_MAX */
    uint32_t bins;               /* of the histograms, 2 .. 65536 */
    double   rate;               /* learning rate (0, 1] */
    double   lambda, gamma, min_weight; /* ridge of leaves; least gain; least hessian in a leaf. >= 0 */
    double   row_share, column_share;   /* of every tree (0, 1] */
    float    base_margin;
    const int8_t *monotone;      /* k of -1, 0, 1; NULL: free */
    pb_tree_gradient *gradient;  /* CUSTOM only */
    void    *gradient_arg;
    uint64_t seed;
    uint32_t threads;            /* of XGBoost; >= 1. The forest is the same for any number (test_tree_train) */
} pb_tree_options;

pb_tree_options pb_tree_options_default(void);

typedef struct pb_forest pb_forest;

/* Trains. With folds, the number of rounds is the one with the least mean held-out
 * loss (weighted: squared error, log-loss, absolute error; CUSTOM: the gradient's
 * integral along the way of the margins, 0 at the start), which may be 0: a forest
 * without trees that answers its base margin. *cv_loss (may be NULL) gets that
 * loss, NAN without folds. PB_E_UNSUPPORTED when libxgboost is not installed,
 * PB_E_RANGE for options or values out of range, fewer groups than folds, or a
 * feature that is infinite; PB_E_MISSING for folds without groups; PB_E_EMPTY
 * without rows. Destroy the forest. */
pb_status pb_forest_train(const pb_tree_rows *rows, const pb_tree_options *options, pb_forest **out, double *cv_loss,
                          pb_error *error);

/* The best of n settings (one objective, each with folds; rounds found as above) by
 * held-out loss over grouped folds, then trained on all rows. *chosen (may be NULL) gets its index. */
pb_status pb_forest_tune(const pb_tree_rows *rows, const pb_tree_options *options, size_t n, pb_forest **out,
                         size_t *chosen, double *cv_loss, pb_error *error);

void     pb_forest_destroy(pb_forest *forest);
uint32_t pb_forest_features(const pb_forest *forest);
uint32_t pb_forest_classes(const pb_forest *forest);
uint32_t pb_forest_trees(const pb_forest *forest);      /* of all classes */

/* One row of pb_forest_features values to pb_forest_classes margins. base (may be
 * NULL) takes the place of the base margin. */
void pb_forest_margin(const pb_forest *forest, const float *row, const float *base, float *margin);
/* The same through the link of the objective: probabilities or the value. */
void pb_forest_predict(const pb_forest *forest, const float *row, double *out);
void pb_forest_predict_many(const pb_forest *forest, const float *rows, size_t n, double *out);

/* Exact SHAP values of the margin of one class: phi[0 .. k - 1] of the features,
 * phi[k] the expected margin; they sum to the margin. */
void pb_forest_shap(const pb_forest *forest, const float *row, uint32_t class_index, double *phi);

/* Bytes of a forest and back. Reading checks everything: version, sizes against
 * the bytes there are, feature numbers, finite thresholds and leaves, children
 * inside the tree and after their parent (no cycle), depth. PB_E_TRUNCATED does
 * not exist: a cut file is PB_E_SYNTAX. On error *out is untouched. */
pb_status pb_forest_write(const pb_forest *forest, char **bytes, size_t *n, pb_error *error);   /* free() the bytes */
pb_status pb_forest_read(pb_span bytes, const char *name, pb_forest **out, pb_error *error);

#ifdef __cplusplus
}
#endif
#endif
