/* Which feed a text belongs to, by its first bytes. */
#include <string.h>

#include "pitboard/engine_pipeline.h"

#define LOOKED_AT 512u

static bool begins(pb_span text, const char *with)
{
    size_t n = strlen(with);
    return text.len >= n && memcmp(text.at, with, n) == 0;
}

static bool has(pb_span text, const char *part)
{
    return memmem(text.at, text.len, part, strlen(part)) != NULL;
}

pb_feed_kind pb_pipeline_sniff(pb_span bytes)
{
    pb_span text = bytes;
    while (text.len > 0 && (text.at[0] == ' ' || text.at[0] == '\t' || text.at[0] == '\n' || text.at[0] == '\r')) {
        text.at++;
        text.len--;
    }
    if (text.len > LOOKED_AT) text.len = LOOKED_AT;
    if (begins(text, "['")) return PB_FEED_LIVE_TIMING; /* FastF1's save */
    if (!begins(text, "{")) return PB_FEED_POINTS;
    if (has(text, "\"event\"")) return PB_FEED_EVENT;
    if (has(text, "\"H\"") || (has(text, "\"Type\"") && has(text, "\"Json\""))) return PB_FEED_LIVE_TIMING;
    return PB_FEED_POINTS;
}
