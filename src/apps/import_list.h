/* import_list.h - what `pitboard import` found, collected over all files. */
#ifndef PB_APPS_IMPORT_LIST_H
#define PB_APPS_IMPORT_LIST_H

#include <stdio.h>

#include "pitboard/codec.h"

typedef struct pb__import_row { /* a row, or a whole file when line is 0, that was refused */
    const char *file;
    uint32_t    line;
    const char *reason;
} pb__import_row;

typedef struct pb__import_race {
    const char *file, *format, *id, *name, *circuit;
    int         season, round;
    bool        sprint;
    uint32_t    cars, laps, rows, accepted, quarantined;
    const char *race_file; /* written; NULL when none was asked for or it cannot be derived */
    const char *notes[4];  /* guesses to know of; NULL behind the last */
    const char *why_not;   /* it cannot be played; NULL when it can */
    bool        kept_only; /* into a store, without asking whether it can be played */
} pb__import_race;

typedef struct pb__import_list {
    pb_arena         arena; /* all texts */
    const char      *format;
    const char      *listed_under; /* files below it were found in a list, not named by the user; may be NULL */
    uint64_t         rows, accepted;
    pb__import_row  *quarantined, *refused;
    uint32_t         n_quarantined, n_refused, quarantined_cap, refused_cap;
    pb__import_race *races;
    uint32_t         n_races, races_cap;
} pb__import_list;

void pb__import_list_init(pb__import_list *list);
void pb__import_list_fini(pb__import_list *list);

/* Text is copied; NULL when out of memory. */
const char *pb__import_text(pb__import_list *list, const char *text);
/* The reason is copied; `file` must live as long as the list. */
pb_status pb__import_quarantine(pb__import_list *list, const char *file, uint32_t line, const char *reason);
/* Both are copied. */
pb_status pb__import_refuse(pb__import_list *list, const char *file, const char *reason);
/* A new, empty entry; valid until the next; NULL when out of memory. */
pb__import_race *pb__import_add_race(pb__import_list *list);

/* The keys of the JSON object, without its braces. */
void pb__import_json_keys(pb_json_writer *w, const pb__import_list *list);
void pb__import_json(FILE *to, const pb__import_list *list);
void pb__import_table(FILE *to, const pb__import_list *list);

#endif
