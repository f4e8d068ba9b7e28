/* tool_logs.h - recorded races from lap CSV files, with grids, for the
 * developer tools. Not installed. */
#ifndef PB_TOOL_LOGS_H
#define PB_TOOL_LOGS_H

#include "pitboard/race.h"

typedef struct tool_logs {
    pb_race_log *log;
    size_t       n;
} tool_logs;

/* Reads the files whose season lies in [from, to] (by file name "2023_07_..."),
 * a file that is refused is named on stderr and left out. grids may be NULL.
 * Exits on a missing grids file or no memory. */
tool_logs tool_logs_read(char *const *paths, size_t n, const char *grids, int from, int to);
void      tool_logs_free(tool_logs *logs);
/* A year at the front of text ("2023_07", "2023-2025", "2023"); 0 if there is none. */
int       tool_year(const char *text);

#endif
