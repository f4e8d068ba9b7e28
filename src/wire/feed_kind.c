/* feed_kind: the names of feeds. */
#include "pitboard/wire_feed.h"

static const char *const names[PB_FEED_N] = {"none", "f1-udp", "live-timing", "points", "event"};

const char *pb_feed_kind_name(pb_feed_kind kind)
{
    return (unsigned)kind < PB_FEED_N ? names[kind] : "?";
}

pb_feed_kind pb_feed_kind_from_name(pb_span name)
{
    for (unsigned k = PB_FEED_NONE + 1; k < PB_FEED_N; k++)
        if (pb_span_equal_text(name, names[k])) return (pb_feed_kind)k;
    return PB_FEED_NONE;
}
