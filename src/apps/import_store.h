/* import_store.h - files into a store: `pitboard import ... --store`. */
#ifndef PB_APPS_IMPORT_STORE_H
#define PB_APPS_IMPORT_STORE_H

#include "import_walk.h"
#include "pitboard/codec.h"
#include "pitboard/predict_store.h"

/* What all files of one form brought. */
typedef struct pb__import_form_sum {
    const char     *form, *what;
    uint32_t        files, known;
    pb_store_counts counts;
} pb__import_form_sum;

#define PB__FORM_SUMS_MAX 64

struct pb__telemetry_kept;

typedef struct pb__import_store {
    pb_store                  *store;
    const char                *url;
    const char                *format;
    pb__import_list           *list;
    pb__import_items           items;
    pb_ergast_ids             *ids; /* of ids_dir */
    char                       ids_dir[4096];
    pb__import_form_sum        sums[PB__FORM_SUMS_MAX];
    uint32_t                   n_sums;
    uint32_t                   stored, known; /* files */
    pb__import_row            *passed_over;   /* files that are no tables of ours, with the reason */
    uint32_t                   n_passed_over, cap_passed_over;
    struct pb__telemetry_kept *telemetry; /* files of it, in the order of import */
    uint32_t                   n_telemetry;
    uint64_t                   n_unlisted; /* refused rows that the list has no room for */
} pb__import_store;

/* All of it, also several times; a file that fails is refused in the list and leaves no trace. An
 * error is one of the store: what is done stays, the rest was not tried. */
pb_status pb__import_into_store(pb__import_store *import, char **paths, uint32_t n, pb_error *error);
void      pb__import_store_fini(pb__import_store *import);

/* ---- import_telemetry_store.c ---- */
/* One file of telemetry as a live session: points, windows, chunks. Goes on behind what an
 * import that was broken off has committed. */
pb_status pb__import_telemetry_keep(pb__import_store *import, const char *path, const char *licence,
                                    pb_store_counts *counts, bool *known, pb_error *error);
void      pb__import_telemetry_forget(pb__import_store *import);
/* True when a path of the list is telemetry that was kept. */
bool pb__import_is_kept(const pb__import_store *import, const char *path);
void pb__import_kept_table(FILE *to, const pb__import_store *import);
/* As "telemetry". */
void pb__import_kept_json(pb_json_writer *w, const pb__import_store *import);

/* ---- import_watch.c ---- */
/* Every file that is completed in folder, one by one, until SIGINT or SIGTERM; one
 * line each, or one JSON object a line. Returns the exit code. */
int pb__import_watch(const char *folder, const char *url, const char *format, bool json);

/* ---- import_store_report.c ---- */
void pb__import_store_table(FILE *to, pb__import_store *import);
void pb__import_store_json(FILE *to, pb__import_store *import);
/* Conflicts of a store, at most `most`, for a table or inside a JSON object. */
pb_status pb__conflicts_json(pb_json_writer *w, pb_store *store, uint32_t most, pb_error *error);
pb_status pb__conflicts_table(FILE *to, pb_store *store, uint32_t most, pb_error *error);
/* Conflicts by table, field and rule. */
pb_status pb__conflict_sums_table(FILE *to, pb_store *store, pb_error *error);

#endif
