/* registry.h - what the files of the registry share.
 *
 * Shared inside predict; registry*.c only. */
#ifndef PB_REGISTRY_H
#define PB_REGISTRY_H

#include "pitboard/predict_registry.h"

#define PB__REGISTRY_VERSIONS_MAX 9999
#define PB__REGISTRY_LIST_MAX 256 /* kept of the past */

typedef struct pb__aside {
    uint32_t version;
    char     why[200];
} pb__aside;

/* DIR/KIND/active: which version is used, newest choice first, and which are passed over. */
typedef struct pb__registry_state {
    uint32_t  n_chosen;                      /* 0: none was ever promoted */
    uint32_t  chosen[PB__REGISTRY_LIST_MAX]; /* the active one, the one before it, .. */
    uint32_t  n_aside;
    pb__aside aside[PB__REGISTRY_LIST_MAX];
} pb__registry_state;

/* A state without a file is empty and no error. On error *out is empty. */
pb_status pb__registry_state_read(const char *dir, const char *kind, pb__registry_state *out, pb_error *error);
/* The text of such a file; *out must be empty before. */
pb_status pb__registry_state_parse(pb_span text, const char *path, pb__registry_state *out, pb_error *error);
pb_status pb__registry_state_write(const char *dir, const char *kind, const pb__registry_state *state, pb_error *error);
/* NULL when it is not set aside. */
const pb__aside *pb__registry_aside(const pb__registry_state *state, uint32_t version);
void             pb__registry_forget_aside(pb__registry_state *state, uint32_t version);

/* Text that fits, or PB_E_LIMIT. */
pb_status pb__registry_path(char out[PB_REGISTRY_PATH_MAX], pb_error *error, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
pb_status pb__registry_version_path(const char *dir, const char *kind, uint32_t version, char out[PB_REGISTRY_PATH_MAX],
                                    pb_error *error);
/* Numbers of the version files of a kind, ascending; 0 when there is no folder. */
pb_status pb__registry_numbers(const char *dir, const char *kind, uint32_t **out, size_t *n, pb_error *error);

/* Makes DIR/KIND and holds its lock until pb__registry_unlock. */
pb_status pb__registry_lock(const char *dir, const char *kind, int *lock, pb_error *error);
void      pb__registry_unlock(int lock);

/* The packed bytes of what ships; false when this kind does not. */
bool pb__model_shipped(const char *kind, pb_span *out);

#endif
