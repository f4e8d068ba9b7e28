/* Any bytes as a TUM race file and as its Monte-Carlo file: read, it is a legal race,
 * also with the parameters put in; refused, the message says where. */
#include <stdlib.h>
#include <string.h>

#include "pitboard/wire.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_refusal(pb_status s, const pb_error *e)
{
    if (e->status != s || strncmp(e->text, "fuzz.ini", 8) != 0 || strchr(e->text, '\n')) abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static pb_race_spec spec;
    static pb_tum_mcs   mcs;
    pb_error            e    = {0};
    pb_span             text = {(const char *)data, size};
    pb_wire_is_tum(text);
    pb_status race = pb_wire_read_tum(text, "fuzz.ini", &spec, &e);
    if (race != PB_OK)
        check_refusal(race, &e);
    else if (pb_race_spec_check(&spec, NULL) != PB_OK)
        abort();
    pb_status extra = pb_wire_read_tum_mcs(text, "fuzz.ini", 2017, &mcs, &e);
    if (extra != PB_OK) check_refusal(extra, &e);
    if (race != PB_OK || extra != PB_OK) return 0;
    pb_wire_apply_tum_mcs(&mcs, &spec);
    if (pb_race_spec_check(&spec, NULL) != PB_OK) abort();
    return 0;
}
