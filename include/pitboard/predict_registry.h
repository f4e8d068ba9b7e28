/* pitboard/predict_registry.h - versions of models: kept, chosen, and replaced
 * when they are broken or out of date.
 *
 * A registry is a folder:
 *
 *     DIR/KIND/0001.pbm    versions, never changed once written
 *     DIR/KIND/0002.pbm
 *     DIR/KIND/active      which one is used, which were before, which are set aside
 *     DIR/KIND/lock        held while one of these is written
 *
 * Version 0 is the one that ships inside the library. Whoever asks for the
 * active model always gets an answer: the active version, or where that is
 * refused (broken, of another schema, set aside) the one that was active before,
 * then the one that ships, then none, which means the simple baseline of the
 * kind - and in every such case a text that says so. A kind that is `unproven` has
 * its baseline in place of what ships until a version is promoted.
 *
 * Reads no clock. Safe between processes: files are renamed into place under the
 * lock.
 *
 * Floor 4. Uses codec and below. */
#ifndef PITBOARD_PREDICT_REGISTRY_H
#define PITBOARD_PREDICT_REGISTRY_H

#include "pitboard/codec.h"
#include "pitboard/predict_model.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- what a version knows of itself ---- */

#define PB_MODEL_METRICS_MAX 24

/* Names are those of predict_score.h. */
typedef struct pb_model_metric {
    char   name[40];
    double value, lo, hi; /* with its 90 % interval */
} pb_model_metric;

typedef struct pb_model_meta {
    char            code[24];                  /* version of the program that trained it; "" unknown */
    char            trained_at[24];            /* "2026-11-20T22:10:00Z", from the caller; "" unknown */
    bool            quick;                     /* trained with --quick */
    int16_t         until_season, until_round; /* newest race it was trained on; 0 none */
    uint32_t        races;                     /* it was trained on */
    uint64_t        data_hash;                 /* pb_history_hash of these */
    char            schema[48];                /* of its feature rows; "": takes none */
    uint64_t        schema_hash;
    char            data[200];     /* what it was trained on, for people; one line */
    int16_t         judged_season; /* held out while judging; 0: never judged */
    uint32_t        judged_races;
    char            baseline[32]; /* what `against` compares with */
    uint32_t        n_metrics, n_against;
    pb_model_metric metric[PB_MODEL_METRICS_MAX];  /* on the held-out season; the headline first */
    pb_model_metric against[PB_MODEL_METRICS_MAX]; /* less the baseline's, on the same races */
} pb_model_meta;

const pb_model_meta *pb_model_meta_of(const pb_model *model); /* borrowed; never NULL */
/* Copied. PB_E_RANGE for numbers that are not finite, texts that are not one line
 * of UTF-8, or more metrics than there is room for. */
pb_status pb_model_set_meta(pb_model *model, const pb_model_meta *meta, pb_error *error);

/* FNV-1a over season, round, kind, cars, rows and the times of every race. */
uint64_t pb_history_hash(const pb_history *history);

/* PB_E_UNSUPPORTED, with what to do, when a model is of another kind than this or
 * was trained on rows of another schema. */
pb_status pb_model_fits(const pb_model *model, const pb_model_kind *kind, pb_error *error);

/* ---- files ---- */

#define PB_MODEL_BYTES_MAX (64u << 20)

/* The plain bytes of a model file. Free with pb_bytes_free. */
pb_status pb_model_print(const pb_model *model, pb_bytes *out, pb_error *error);
/* Reads a file, packed or not. */
pb_status pb_model_read_file(const char *path, pb_model **out, pb_error *error);

/* ---- the registry ---- */

#define PB_REGISTRY_PATH_MAX 1024

/* One version, as a list shows it. */
typedef struct pb_model_version {
    uint32_t      number;   /* 0: ships with the program */
    bool          active;   /* the one that is asked for first */
    bool          used;     /* the one that is taken now */
    bool          good;     /* it can be read and fits this program */
    char          why[320]; /* it cannot, or it was set aside; "" */
    pb_model_meta meta;     /* all zero when it is not good */
} pb_model_version;

/* What was chosen in place of what. */
typedef struct pb_model_choice {
    uint32_t version;       /* 0: ships */
    bool     baseline;      /* none is left: *out is NULL, use kind->baseline[0] */
    char     fallback[480]; /* why it is not the active one; "" when it is */
} pb_model_choice;

/* The folder in the user's data: $XDG_DATA_HOME/pitboard/models, else
 * ~/.local/share/pitboard/models. PB_E_MISSING without either. */
pb_status pb_registry_default_dir(char out[PB_REGISTRY_PATH_MAX], pb_error *error);

/* dir may be NULL or not exist: then there is only what ships. */

/* Versions of a kind, oldest first, with the one that ships. free() the array. */
pb_status pb_registry_list(const char *dir, const pb_model_kind *kind, pb_model_version **out, size_t *n,
                           pb_error *error);
/* Makes the folder of a kind; PB_E_IO when versions cannot be kept there. For
 * asking before a long training. */
pb_status pb_registry_ready(const char *dir, const pb_model_kind *kind, pb_error *error);
/* Writes the model as the next version; makes the folder. Does not promote. */
pb_status pb_registry_add(const char *dir, const pb_model *model, uint32_t *number, pb_error *error);
/* Makes a version the active one; refuses one that is not there or not good. */
pb_status pb_registry_promote(const char *dir, const pb_model_kind *kind, uint32_t number, pb_error *error);
/* Back to the one that was active before. PB_E_EMPTY when there was none. */
pb_status pb_registry_rollback(const char *dir, const pb_model_kind *kind, uint32_t *number, pb_error *error);
/* Sets a version aside until it is promoted again: it is passed over, and lists
 * say why. */
pb_status pb_registry_set_aside(const char *dir, const pb_model_kind *kind, uint32_t number, const char *why,
                                pb_error *error);

/* The model to use now. *out is NULL when choice->baseline. Destroy it. Fails
 * only without memory. */
pb_status pb_registry_active(const char *dir, const pb_model_kind *kind, pb_model **out, pb_model_choice *choice,
                             pb_error *error);
/* One version, no fallback. Destroy it. */
pb_status pb_registry_version(const char *dir, const pb_model_kind *kind, uint32_t number, pb_model **out,
                              pb_error *error);

/* ---- drift ---- */

#define PB_PSI_DRIFTED 0.25

/* How far the newest races are from what a model was trained on. */
typedef struct pb_drift_feature {
    const char *name;    /* of the schema */
    double      psi;     /* population stability index over the training deciles */
    double      usual;   /* what nine in ten runs of as many races of the training had at most; NAN not known */
    bool        drifted; /* psi over PB_PSI_DRIFTED and over what is usual: few races are never like all of them */
} pb_drift_feature;

/* Keeps deciles and shares of schema->n features with the model, and how far
 * runs of 1, 3, 5, 10 and 20 races were from the whole. Race i has the rows up to
 * ends[i]. `train` does it for every kind with `features`. PB_E_EMPTY without
 * rows. */
pb_status pb_drift_note(pb_model *model, const pb_feature_schema *schema, const pb_feature_rows *rows,
                        const size_t *ends, size_t n_races, pb_error *error);
/* Rows of n_races newer races against that; out has schema->n places.
 * PB_E_MISSING when the model keeps nothing, PB_E_EMPTY without rows. */
pb_status pb_drift_psi(const pb_model *model, const pb_feature_schema *schema, const pb_feature_rows *rows,
                       size_t n_races, pb_drift_feature *out, pb_error *error);

#ifdef __cplusplus
}
#endif
#endif
