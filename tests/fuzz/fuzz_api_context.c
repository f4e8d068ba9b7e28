/* A race told in any JSON: refused with words, or a race that can be played. */
#include <stdlib.h>
#include <string.h>

#include "apps/api_context.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const pb_prior *prior(void)
{
    static pb_prior shipped;
    if (!shipped.n_circuits && pb_prior_shipped(&shipped, NULL) != PB_OK) abort();
    return &shipped;
}

static void play(const api_context *context, api_notes *notes)
{
    static pb_race_spec spec; /* large */
    pb_error            error  = {0};
    pb_status           status = api_context_spec(context, prior(), &spec, notes, &error);
    if (status != PB_OK && !error.text[0]) abort();
    if (status == PB_OK && pb_race_spec_check(&spec, &error) != PB_OK) abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    api_context  context;
    api_notes    notes = {0};
    pb_error     error = {0};
    pb_json_doc *doc   = NULL;
    if (pb_json_parse((pb_span){(const char *)data, size}, "body", &doc, &error) != PB_OK) return 0;
    pb_status status = api_context_read(pb_json_root(doc), prior(), &context, &notes, &error);
    if (status != PB_OK && error.text[0] != '/') abort();
    if (status == PB_OK) play(&context, &notes);
    pb_json_free(doc);
    return 0;
}
