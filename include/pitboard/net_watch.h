/* pitboard/net_watch.h - a folder into which others put files: each that is
 * complete, once.
 *
 * Complete is a file that was closed after writing, or moved in, and that nobody
 * has open for writing. Files that were there before come first, in order of their
 * names. Names that begin with a dot and those that end in .part, .tmp, .pb-part,
 * .pb-meta or .crdownload are somebody's work in progress and are not given; a
 * file that is written again is given again. Folders below are not looked into.
 *
 * When the kernel lost count (queue overflow) the folder is read again; what was
 * given and has not changed since is not given twice.
 *
 * Floor 2. Uses base; inotify. */
#ifndef PITBOARD_NET_WATCH_H
#define PITBOARD_NET_WATCH_H

#include "pitboard/base.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct pb_watch pb_watch;
pb_status pb_watch_open(const char *folder, pb_watch **out, pb_error *error);
void      pb_watch_close(pb_watch *watch);
/* Readable when something may have come; for poll. */
int       pb_watch_fd(const pb_watch *watch);
/* The next complete file, without waiting. *path is valid until the next call;
 * NULL: none now. PB_E_NOENT: the folder itself is gone or was renamed. */
pb_status pb_watch_next(pb_watch *watch, const char **path, pb_error *error);
/* How often the folder had to be read again because events were lost. */
uint32_t  pb_watch_rescans(const pb_watch *watch);

#ifdef __cplusplus
}
#endif
#endif
