/* import_walk.h - the files an import is to look at: those that were named, and
 * those in named folders, in the order in which they go in. */
#ifndef PB_APPS_IMPORT_WALK_H
#define PB_APPS_IMPORT_WALK_H

#include "import_list.h"
#include "pitboard/wire_records.h"
#include "race_arg.h"

typedef struct pb__import_item {
    const char         *path;
    const pb_wire_form *form;      /* NULL: laps, a race, or nothing known here */
    pb__form            race;      /* when form is NULL */
    bool                telemetry; /* nothing else then */
    bool                named;     /* by the user, not found in a folder */
} pb__import_item;

typedef struct pb__import_items {
    pb__import_item *at;
    uint32_t         n, cap;
} pb__import_items;

/* What a file is, by its first bytes. */
pb_status pb__import_look(const char *path, pb__import_item *item, pb_error *error);
/* All files, those that name things first, then by path. Paths live in the
 * list's arena. A path that is not there is refused in the list. */
pb_status pb__import_walk(char **paths, uint32_t n, pb__import_list *list, pb__import_items *items, pb_error *error);

#endif
