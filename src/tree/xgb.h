/* xgb.h - XGBoost, loaded when it is asked for.
 *
 * Training alone needs it, so the program does not link it: a machine that only
 * predicts need not have it, and no start is slower for it. */
#ifndef PB_TREE_XGB_H
#define PB_TREE_XGB_H

#include <stddef.h>
#include <stdint.h>
#include <xgboost/c_api.h>

#include "pitboard/base.h"

/* What we call; names and prototypes are those of <xgboost/c_api.h>. */
#define PB__XGB_LIST(X)                                                                                                \
    X(XGBGetLastError)                                                                                                 \
    X(XGBSetGlobalConfig)                                                                                              \
    X(XGDMatrixCreateFromMat_omp)                                                                                      \
    X(XGDMatrixFree)                                                                                                   \
    X(XGDMatrixSetFloatInfo)                                                                                           \
    X(XGBoosterCreate)                                                                                                 \
    X(XGBoosterFree)                                                                                                   \
    X(XGBoosterSetParam)                                                                                               \
    X(XGBoosterBoostOneIter)                                                                                           \
    X(XGBoosterPredictFromDMatrix)                                                                                     \
    X(XGBoosterSaveModelToBuffer)

typedef struct pb__xgb {
    void *library;
#define PB__XGB_MEMBER(name) __typeof__ (&(name))(name);
    PB__XGB_LIST(PB__XGB_MEMBER)
#undef PB__XGB_MEMBER
} pb__xgb;

#define PB__XGB_LIBRARY "libxgboost.so.0"

/* PB_E_UNSUPPORTED, naming the package, when it is not installed. The library stays
 * in memory after closing: its threads would not survive being unmapped. */
pb_status pb__xgb_open(const char *library, pb__xgb *xgb, pb_error *error);
void      pb__xgb_close(pb__xgb *xgb);

/* Turns what a call of the API returned into a status; doing says what was tried. */
pb_status pb__xgb_check(const pb__xgb *xgb, int code, const char *doing, pb_error *error);

#endif
