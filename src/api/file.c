/* Files that are compiled in: as they are, and packed once at the start. */
#include "core.h"

pb_status pb__file_make(pb_span text, pb__file *out, pb_error *error)
{
    pb_bytes packed;
    pb__etag_of(text, out->etag);
    out->plain = pb_blob_make(text);
    PB_TRY(pb_gzip(text, &packed, error));
    out->packed = pb_blob_take(packed.at, packed.len);
    return out->plain && out->packed ? PB_OK : pb_error_set(error, PB_E_NOMEM, "out of memory for the pages");
}

void pb__file_drop(pb__file *file)
{
    pb_blob_drop(file->plain);
    pb_blob_drop(file->packed);
}

void pb__file_give(const pb__file *file, const char *media, pb_reply *reply)
{
    bool pack = pb_reply_may_pack(reply);
    pb_reply_blob(reply, pack ? file->packed : file->plain, media, file->etag);
    if (pack) pb_reply_packed(reply);
}
