/* compound: tyres by the names that feeds give them. */
#include "pitboard/race.h"

static const char *const names[PB_COMPOUND_N] = {
    [PB_COMPOUND_UNKNOWN]      = "UNKNOWN",
    [PB_COMPOUND_SOFT]         = "SOFT",
    [PB_COMPOUND_MEDIUM]       = "MEDIUM",
    [PB_COMPOUND_HARD]         = "HARD",
    [PB_COMPOUND_INTERMEDIATE] = "INTERMEDIATE",
    [PB_COMPOUND_WET]          = "WET",
    [PB_COMPOUND_HYPERSOFT]    = "HYPERSOFT",
    [PB_COMPOUND_ULTRASOFT]    = "ULTRASOFT",
    [PB_COMPOUND_SUPERSOFT]    = "SUPERSOFT",
    [PB_COMPOUND_SUPERHARD]    = "SUPERHARD",
};

const char *pb_compound_name(pb_compound compound)
{
    unsigned i = (unsigned)compound;
    return names[i < PB_COMPOUND_N ? i : PB_COMPOUND_UNKNOWN];
}

pb_compound pb_compound_from_name(pb_span name)
{
    pb_span bare = pb_span_trim(name);
    for (int i = 1; i < PB_COMPOUND_N; i++)
        if (pb_span_equal_nocase(bare, names[i])) return (pb_compound)i;
    return PB_COMPOUND_UNKNOWN;
}

bool pb_compound_is_wet(pb_compound compound)
{
    return compound == PB_COMPOUND_INTERMEDIATE || compound == PB_COMPOUND_WET;
}
