/* pitboard/predict_model.h - models that are learned from past races, and how
 * they are judged.
 *
 * A model is a bag of named numbers and forests (pb_model): training fills it
 * from a history, prediction reads it. A kind (pb_model_kind) is the pair of
 * functions that do so, the protocol that judges it, and the simple baselines it
 * must beat; `backtest`, `train`, `models` and `explain` know kinds only.
 *
 * Training sees the races it is handed and nothing else. Back-tests hand over
 * earlier seasons; prediction of race `at` may also look at everything before it
 * in the history (form, rates, filters), and at race `at` itself only as far as
 * the protocol allows (docs/accuracy.md).
 *
 * Floor 4. Uses feature, tree, race and below. */
#ifndef PITBOARD_PREDICT_MODEL_H
#define PITBOARD_PREDICT_MODEL_H

#include "pitboard/feature.h"
#include "pitboard/predict.h"
#include "pitboard/tree.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- history ---- */

/* A recorded race with what is known beside its laps. Borrowed pointers. */
typedef struct pb_history_race {
    const pb_race_log      *log;         /* starters where the grid is known; sprints have log->sprint set */
    const pb_race_outcome  *outcome;
    const pb_neutral_phase *phases;      /* exact where the status feed is there, else from the laps */
    uint32_t                n_phases;
    const pb_weather_row   *weather;     /* by time; may be empty */
    uint32_t                n_weather;
    const pb_control_row   *control;     /* messages of race control, by time; may be empty */
    uint32_t                n_control;
    bool                    usable;      /* laps and times can be relied on (evaluation.md, faults) */
    bool                    has_grid;    /* log->cars[].grid is the grid */
    bool                    exact;       /* phases come from a status feed */
    uint8_t                 official[PB_CARS_MAX]; /* place in the results table, 0 not in it */
    bool                    unplaced[PB_CARS_MAX]; /* drove, but the grid has not got it: its laps count, it has no
                                                    * place (2023 round 19: 47 laps, listed as withdrawn) */
} pb_history_race;

/* Races by season and round, oldest first. */
typedef struct pb_history {
    const pb_history_race *races;
    size_t                 n;
} pb_history;

/* ---- a model in memory ---- */

typedef struct pb_model pb_model;

pb_status pb_model_create(const char *kind, pb_model **out, pb_error *error);
void      pb_model_destroy(pb_model *model);
const char *pb_model_kind_name(const pb_model *model);

/* Named numbers, copied; a second put replaces. All must be finite (PB_E_RANGE).
 * Names: at most 47 bytes. */
pb_status pb_model_put(pb_model *model, const char *name, const double *x, size_t n, pb_error *error);
/* Exactly n numbers, or PB_E_MISSING / PB_E_RANGE with the name. */
pb_status pb_model_get(const pb_model *model, const char *name, double *x, size_t n, pb_error *error);
/* Borrowed until the next put; NULL and *n = 0 when there are none. */
const double *pb_model_view(const pb_model *model, const char *name, size_t *n);
/* Takes the forest over. */
pb_status pb_model_put_forest(pb_model *model, const char *name, pb_forest *forest, pb_error *error);
const pb_forest *pb_model_forest(const pb_model *model, const char *name);   /* borrowed; NULL if none */
/* One line of text ("note": what it was trained on), copied. */
pb_status pb_model_put_text(pb_model *model, const char *name, const char *text, pb_error *error);
const char *pb_model_text(const pb_model *model, const char *name);          /* NULL if none */

/* The model file: docs/formats/model.md. Reading refuses, with the reason, a file
 * that is cut, of another version or kind, whose sizes exceed the bytes there are,
 * with a number that is not finite or a broken forest; *out is then untouched. */
pb_status pb_model_write(const pb_model *model, const char *path, pb_error *error);
pb_status pb_model_read(pb_span bytes, const char *name, pb_model **out, pb_error *error);

/* ---- what a back-test writes ---- */

#define PB_ROW_VALUES_MAX 28
#define PB_ROW_TEXT_MAX   64

/* One predicted row of any protocol. Keys a protocol has not got stay 0 / "". */
typedef struct pb_row {
    int16_t season, round, lap, horizon;
    char    driver[8];
    double  value[PB_ROW_VALUES_MAX];    /* in the order of the protocol's values */
    char    text[2][PB_ROW_TEXT_MAX];
} pb_row;

typedef struct pb_rows {
    pb_row *at;
    size_t  n, cap;
} pb_rows;

/* Appends a copy. PB_E_NOMEM. */
pb_status pb_rows_add(pb_rows *rows, const pb_row *row);
void      pb_rows_fini(pb_rows *rows);

/* ---- kinds ---- */

typedef struct pb_learn_options {
    bool     quick;                      /* fewer rounds and folds: a minute for all kinds together */
    uint32_t threads;
    uint64_t seed;
} pb_learn_options;

/* Fills an empty model from these races and nothing else. */
typedef pb_status pb_model_train(const pb_history *past, const pb_learn_options *options, pb_model *model, pb_error *error);
/* Appends all rows of race `at` that its protocol asks for. */
typedef pb_status pb_model_predict(const pb_model *model, const pb_history *history, size_t at, pb_rows *rows,
                                   pb_error *error);

typedef struct pb_predictor {
    const char       *name;              /* "model", "order_dist" */
    pb_model_train   *train;             /* NULL: nothing to learn */
    pb_model_predict *predict;
} pb_predictor;

#define PB_EVIDENCE_MAX 3

/* A reason in words with its number, strongest first. */
typedef struct pb_evidence {
    char   text[120];                    /* "tyre is 24 laps old, field 15" */
    double value;                        /* contribution, in `unit` */
    char   unit[16];                     /* "log-odds", "s", "places" */
} pb_evidence;

/* What is asked of a prediction: a car at a lap of a race (whole race: lap 0). */
typedef struct pb_question {
    const pb_history *history;
    size_t            at;                /* race */
    int32_t           car;               /* index in its log, -1: none (sc) */
    uint16_t          lap;               /* as in the rows of the protocol */
    uint16_t          horizon;           /* pace only */
} pb_question;

/* The answer as a row and its strongest reasons. */
typedef pb_status pb_model_explain(const pb_model *model, const pb_question *question, pb_row *answer,
                                   pb_evidence evidence[PB_EVIDENCE_MAX], pb_error *error);

/* Feature rows, k numbers each, NAN "not known". Start from {.k = schema->n}. */
typedef struct pb_feature_rows {
    float   *x;
    size_t   n, cap;                     /* rows */
    uint32_t k;
} pb_feature_rows;

/* Appends a copy of one row of k numbers. PB_E_NOMEM. */
pb_status pb_feature_rows_add(pb_feature_rows *rows, const float *row);
void      pb_feature_rows_fini(pb_feature_rows *rows);

/* Appends the feature rows on which the rows of race `at` rest (a sample will do:
 * every row, or every fifth). `train` keeps their distribution with the model and
 * `models drift` compares newer races with it. */
typedef pb_status pb_model_features(const pb_model *model, const pb_history *history, size_t at, pb_feature_rows *rows,
                                    pb_error *error);

#define PB_BASELINES_MAX 4

typedef struct pb_model_kind {
    const char              *name;       /* "pitcall" */
    const char              *answers;    /* one line for people: what it says, in which unit */
    const char              *protocol;   /* that judges it: "pitcall" */
    const pb_feature_schema *schema;     /* NULL: takes no feature rows */
    pb_predictor             model;
    pb_predictor             baseline[PB_BASELINES_MAX];   /* the best simple one first; name NULL ends */
    pb_model_explain        *explain;
    pb_model_features       *features;   /* NULL: drift is judged by its results alone */
    const char              *unproven;   /* why the baseline is used until a version is promoted ("no better on
                                          * 2023-2025 than phase_circuit"); NULL: the model that ships is used */
} pb_model_kind;

/* All kinds, in the order of docs/models.md; NULL ends. */
extern const pb_model_kind *const pb_model_kinds[];
const pb_model_kind *pb_model_kind_find(const char *name);

/* ---- protocols ---- */

typedef struct pb_protocol {
    const char        *name;             /* "live" */
    const char        *question;         /* one line for people */
    const char        *lap_column;       /* "lap"; NULL: rows have no lap */
    bool               has_driver, has_horizon;
    uint8_t            n_values, n_texts;
    uint8_t            key_texts;        /* of the texts: the first so many name the question, too (a rival) */
    const char *const *values;           /* column names */
    const char *const *texts;
} pb_protocol;

const pb_protocol *pb_protocol_find(const char *name);   /* NULL if none */

#ifdef __cplusplus
}
#endif
#endif
