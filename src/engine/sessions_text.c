/* JSON into memory. */
#include <stdio.h>
#include <stdlib.h>

#include "sessions.h"

bool pb__text_begin(pb__text *t)
{
    *t    = (pb__text){0};
    t->to = open_memstream(&t->at, &t->len);
    if (t->to) pb_json_begin(&t->w, t->to, 0);
    return t->to != NULL;
}

bool pb__text_end(pb__text *t)
{
    if (fclose(t->to) == 0 && t->at) return true;
    free(t->at);
    t->at = NULL;
    return false;
}

void pb__text_ms(pb_json_writer *w, const char *key, int32_t ms)
{
    if (ms == PB_MS_NONE)
        pb_json_put_null(w, key);
    else
        pb_json_put_i64(w, key, ms);
}

void pb__text_above(pb_json_writer *w, const char *key, int64_t value, int64_t least)
{
    if (value < least)
        pb_json_put_null(w, key);
    else
        pb_json_put_i64(w, key, value);
}
