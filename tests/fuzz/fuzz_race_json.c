/* Any bytes as our race file: read, it is a legal race that survives being written;
 * refused, the message says where. */
#include <stdlib.h>
#include <string.h>

#include "pitboard/wire.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void survives_writing(const pb_race_spec *spec, pb_race_spec *again)
{
    char    *text = NULL;
    size_t   len;
    pb_error e;
    FILE    *to = open_memstream(&text, &len);
    if (!to || pb_race_spec_check(spec, NULL) != PB_OK) abort();
    if (pb_wire_print_race(spec, to, &e) != PB_OK || fclose(to) != 0) abort();
    if (pb_wire_read_race((pb_span){text, len}, "fuzz.json", again, &e) != PB_OK) abort();
    if (memcmp(spec, again, sizeof *spec) != 0) abort();
    free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static pb_race_spec spec, again;
    pb_error            e    = {0};
    pb_span             text = {(const char *)data, size};
    pb_wire_is_race(text);
    pb_status s = pb_wire_read_race(text, "fuzz.json", &spec, &e);
    if (s == PB_OK)
        survives_writing(&spec, &again);
    else if (e.status != s || strncmp(e.text, "fuzz.json:", 10) != 0 || strchr(e.text, '\n'))
        abort();
    return 0;
}
