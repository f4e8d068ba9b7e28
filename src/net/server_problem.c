/* Answers that are made here, as RFC 9457 says. */
#include <openssl/rand.h>
#include <stdio.h>

#include "server.h"

pb_blob *pb__problem(int status, const char *why)
{
    unsigned char dice[16] = {0};
    char          id[33], text[640];
    RAND_bytes(dice, sizeof dice);
    for (int i = 0; i < 16; i++) snprintf(id + 2 * i, 3, "%02x", dice[i]);
    /* why is one of our own sentences: nothing in it needs an escape */
    int n = snprintf(text, sizeof text,
                     "{\"type\":\"about:blank\",\"title\":\"%s\",\"status\":%d,\"detail\":\"%s\",\"id\":\"%s\"}\n",
                     pb_status_words(status), status, why, id);
    return pb_blob_make((pb_span){text, (size_t)n});
}
