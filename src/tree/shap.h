/* shap.h - what TreeSHAP needs to know of every split, and its sums by quadrature.
 *
 * A leaf of value v on a path that asks for the features M gives feature j
 *
 *     phi_j = v (o_j - z_j) integral over t in 0 .. 1 of
 *                           product over i in M without j of f_i(t),
 *     f_i(t) = z_i (1 - t) + o_i t
 *
 * where o_i says whether the row passes all splits of the path on i, and z_i is the
 * share of training rows (covers) that does. The integral is the Shapley weighting:
 * t^a (1 - t)^b integrates to a! b! / (a + b + 1)!. The product is a polynomial, so a
 * Gauss-Legendre rule of enough points gives it exactly, and the sum over the leaves
 * under a node can be kept per point: one pass down and one up a tree, instead of a
 * pass a leaf (Lundberg et al. 2020, algorithm 2; the idea of evaluating the
 * polynomial at points is that of Linear TreeSHAP, Yu et al. 2022).
 *
 * At a split with children F (where the row goes) and O (the other), shares r_F + r_O
 * = 1, let G be the product of the f above, and S_c the sum of v times the product of
 * the factors below child c. For a feature that is met for the first time
 *
 *     G_F = G (r_F (1 - t) + t)        d   = r_O (S_F - S_O)
 *     G_O = G r_O (1 - t)              S   = S_F - d (1 - t)       phi_j += sum w G d
 *
 * and for one met before, z and o being those of the path down to here, the same with
 * t / f(t) in place of t and the summand times z / f(t)^2, which puts right what the
 * split above has added (o = 1); nothing is added and t is 0 where o = 0. */
#ifndef PB_TREE_SHAP_H
#define PB_TREE_SHAP_H

#include "forest.h"

#define PB__SHAP_NONE 0xffffu
#define PB__SHAP_POINTS 4 /* of the rule for trees of up to 8 levels */
#define PB__SHAP_DEPTH (2 * PB__SHAP_POINTS)

/* t / f and w z / f^2 at the points of the rule. */
typedef struct pb__shap_terms {
    _Alignas(32) double u[PB__SHAP_POINTS], k[PB__SHAP_POINTS];
} pb__shap_terms;

/* Terms that every forest has. */
enum { PB__TERMS_FIRST, PB__TERMS_NONE, PB__TERMS_N }; /* z = 1; o = 0 */

struct pb__shap_split {
    double   share[2]; /* of the covers of both children: left, right; their sum is 1 */
    float    value;    /* of its node: threshold */
    uint32_t node;     /* in its tree */
    uint32_t terms;    /* where the path above passes; of trees up to PB__SHAP_DEPTH */
    uint16_t slot;     /* of its node */
    uint16_t feature;
    uint16_t above;      /* pair of the nearest split above on this feature, PB__SHAP_NONE */
    bool     above_left; /* the path goes left there */
    uint8_t  leaves;     /* children that are: 1 left, 2 right, 3 both */
};
typedef struct pb__shap_split pb__shap_split;

/* Fills splits (all trees' pairs, tree after tree), their terms and the expected
 * margins. */
pb_status pb__shap_prepare(pb_forest *forest, pb_error *error);

/* The first pair of a tree among all splits: a tree of n nodes has (n - 1) / 2. */
static inline uint32_t pb__first_pair(const pb_forest *f, uint32_t tree)
{
    return (f->first[tree] - tree) / 2;
}

#endif
