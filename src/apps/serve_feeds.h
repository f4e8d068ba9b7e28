/* serve_feeds.h - what `pitboard serve` listens to, as the engine takes it. */
#ifndef PB_APPS_SERVE_FEEDS_H
#define PB_APPS_SERVE_FEEDS_H

#include "feed_address.h"
#include "pitboard/engine_live.h"
#include "serve_args.h"

typedef struct serve_feeds {
    char        udp[FEED_ADDRESS_MAX], points[FEED_ADDRESS_MAX]; /* "" off */
    char        forward[PB_FORWARD_MAX][FEED_ADDRESS_MAX];
    const char *forwards[PB_FORWARD_MAX];
    char       *record; /* made from the store's name; from malloc */
} serve_feeds;

/* *out borrows from args and feeds. `alone`: no HTTP brings anything. PB_E_USAGE. */
pb_status serve_feeds_choose(const serve_args *args, bool alone, serve_feeds *feeds, pb_live_options *out,
                             pb_error *error);
void      serve_feeds_fini(serve_feeds *feeds);

#endif
