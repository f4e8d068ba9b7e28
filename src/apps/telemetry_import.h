/* telemetry_import.h - what import_telemetry*.c share. */
#ifndef PB_APPS_TELEMETRY_IMPORT_H
#define PB_APPS_TELEMETRY_IMPORT_H

#include "import_list.h"
#include "import_store.h"
#include "import_telemetry.h"
#include "pitboard/feature_laps.h"
#include "pitboard/wire_telemetry.h"

#define PB__TELEMETRY_REASONS_MAX 128
#define PB__TELEMETRY_LISTED_MAX 1000 /* refused rows of a file that are listed one by one */

typedef struct pb__telemetry_reason {
    const char *why; /* static */
    uint64_t    n, first_line;
} pb__telemetry_reason;

typedef struct pb__telemetry_car {
    pb_lap_report report;
    pb_lap_match  match; /* car 0 without official laps, or when none fits */
} pb__telemetry_car;

typedef struct pb__telemetry_item {
    const char          *path;
    pb_telemetry_sums    sums;
    pb__telemetry_reason reasons[PB__TELEMETRY_REASONS_MAX];
    uint32_t             n_reasons;
    pb__telemetry_car   *cars;
    uint32_t             n_cars;
    bool                 too_many; /* cars beyond PB_TELEMETRY_CARS_MAX were passed over */
} pb__telemetry_item;

typedef struct pb__telemetry_run {
    pb__import_list    *list; /* refused rows, the first of each file */
    const char         *timing;
    pb_official_lap    *official;
    uint32_t            n_official;
    pb__telemetry_item *items;
    uint32_t            n_items;
} pb__telemetry_run;

/* A file while it is read: refused rows are counted, the first are listed. */
typedef struct pb__telemetry_reading {
    pb__import_list    *list;
    pb__telemetry_item *item;
    uint32_t            listed;
} pb__telemetry_reading;
/* For pb_telemetry_options; user is a pb__telemetry_reading. */
void pb__telemetry_refused(void *user, uint64_t line, const char *why);
void pb__telemetry_put_reasons(pb_json_writer *w, const pb__telemetry_item *item);

/* All paths: telemetry, and at most one file of official lap times. A file that
 * cannot be read is refused in the list. */
pb_status pb__import_telemetry_read(pb__telemetry_run *import, char **paths, uint32_t n, pb_error *error);
void      pb__import_telemetry_fini(pb__telemetry_run *import);

/* ---- import_telemetry_report.c ---- */
void pb__import_telemetry_json(FILE *to, const pb__telemetry_run *import);
void pb__import_telemetry_table(FILE *to, const pb__telemetry_run *import);
/* The official lap a telemetry lap was compared with, or NULL. */
const pb_official_lap *pb__official_of(const pb__telemetry_run *import, const pb_lap_match *match, uint16_t number);

#endif
