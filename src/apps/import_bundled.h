/* import_bundled.h - the races that ship, into the store of a server that starts. */
#ifndef PB_APPS_IMPORT_BUNDLED_H
#define PB_APPS_IMPORT_BUNDLED_H

#include "pitboard/base.h"

/* Each YYYY_RR_NAME.csv of the folder whose race has no laps in the store yet, one transaction a
 * file; a race that is there is not even read, so that later starts cost some selects. A file that
 * is no such race, or cannot be read, is passed over. *added (may be NULL): races put in.
 * PB_E_NOENT when there is no such folder; an error of the store ends it, and what was done
 * stays. */
pb_status pb__import_bundled(const char *store_url, const char *races_dir, uint32_t *added, pb_error *error);

#endif
