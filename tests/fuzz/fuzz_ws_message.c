/* Any bytes as a message of a WebSocket client: read or refused with words, never more
 * than there is room for. */
#include <stdlib.h>
#include <string.h>

#include "api/hub_read.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static pb__hub_ask ask;

static void check_ask(void)
{
    if (ask.op >= PB__OP_N || ask.n_topics > PB__TOPIC_N) abort();
    if (ask.n_cars > PB__SUBSCRIPTIONS_MAX || ask.n_seq > PB__SUBSCRIPTIONS_MAX) abort();
    for (uint32_t i = 0; i < ask.n_topics; i++)
        if (ask.topics[i] >= PB__TOPIC_N || pb__hub_pace(ask.every_ms, ask.topics[i]) < 2) abort();
    for (uint32_t i = 0; i < ask.n_cars; i++)
        if (ask.cars[i] < 1) abort();
    if (ask.op == PB__OP_SUBSCRIBE && (ask.n_topics == 0 || !ask.has_id || ask.every_ms == 0)) abort();
    if (ask.op == PB__OP_AUTH && ask.token[0] == '\0') abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char        pointer[PB__PLACE_MAX];
    const char *detail;
    pb_error    error = {.text = ""};
    if (pb__hub_read((pb_span){(const char *)data, size}, &ask, &error) == PB_OK) {
        check_ask();
        return 0;
    }
    pb__hub_error_parts(&error, pointer, &detail);
    if (error.text[0] == '\0' || strlen(pointer) >= PB__PLACE_MAX || detail[0] == '\0') abort();
    return 0;
}
