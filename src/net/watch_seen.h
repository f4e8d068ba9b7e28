/* watch_seen.h - which files were given, and as what: a hash of the name, and a
 * hash of size, time and inode. 16 bytes a file. */
#ifndef PB_NET_WATCH_SEEN_H
#define PB_NET_WATCH_SEEN_H

#include <sys/stat.h>

#include "pitboard/base.h"

typedef struct pb__seen {
    uint64_t *at;  /* pairs name, state; name 0: free */
    size_t    cap; /* pairs; a power of two */
    size_t    n;
} pb__seen;

void pb__seen_fini(pb__seen *seen);
/* True when a file of this name and state was given before. */
bool pb__seen_has(const pb__seen *seen, const char *name, const struct stat *st);
/* False when out of memory. */
bool pb__seen_put(pb__seen *seen, const char *name, const struct stat *st);

#endif
