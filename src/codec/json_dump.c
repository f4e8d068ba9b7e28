/* A parsed value back to text. */
#include <stdlib.h>

#include "pitboard/codec.h"

pb_status pb_json_dump(pb_json at, pb_bytes *out, pb_error *error)
{
    char          *text = NULL;
    size_t         len  = 0;
    pb_json_writer w;
    FILE          *to = open_memstream(&text, &len);
    if (!to) return pb_error_set(error, PB_E_NOMEM, "out of memory while writing JSON");
    pb_json_begin(&w, to, 0);
    if (at.value)
        pb_json_put_value(&w, NULL, at);
    else
        pb_json_put_null(&w, NULL);
    if (fclose(to) != 0) {
        free(text);
        return pb_error_set(error, PB_E_NOMEM, "out of memory while writing JSON");
    }
    *out = (pb_bytes){text, len};
    return PB_OK;
}
