/* import_telemetry.h - telemetry on its way in: what it holds, whose laps it tells,
 * and what is wrong with its clock and counter. */
#ifndef PB_APPS_IMPORT_TELEMETRY_H
#define PB_APPS_IMPORT_TELEMETRY_H

#include "import_list.h"

/* True when a file is telemetry, by its first bytes. */
bool pb__is_telemetry(const char *path);
/* Reads all paths, telemetry and at most one file of official lap times, and
 * prints what they hold. A file that cannot be read is refused in the list.
 * Returns the exit code. */
int pb__import_telemetry(pb__import_list *list, char **paths, uint32_t n, bool json);

#endif
