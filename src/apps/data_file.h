/* data_file.h - finds files that come with the program. */
#ifndef PB_APPS_DATA_FILE_H
#define PB_APPS_DATA_FILE_H

#include "pitboard/base.h"

/* "scenarios/bench57.json" beside the installed program (../share/pitboard), in
 * the tree it was built in, or below the current folder. PB_E_NOENT says where
 * it was looked for. */
pb_status pb__data_file(const char *name, char *out, size_t cap, pb_error *error);

#endif
