/* A file of telemetry into a store, as if it had been received: see import_store.h.
 *
 *     file --> points --> frames of a quarter of a second --> pb_stage --> chunks, windows
 *
 * The session is named by the file's unpacked bytes and frames follow from them too, so the
 * same file gives the same rows, however often it is read and wherever that was broken off.
 * When all is in, the file is booked as a source; until then it is not known. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "pitboard/codec_fast.h"
#include "pitboard/engine.h"
#include "pitboard/engine_store.h"
#include "telemetry_import.h"
#include "terminal.h"

#define PIECE_BYTES (128u << 10)
#define FRAME_BYTES (64u << 10)
#define FRAME_US 250000
#define ID_DIGITS 18 /* of the fingerprint: "telemetry-" and these and "-0" fit the name of a session */

typedef struct pb__telemetry_kept {
    pb__telemetry_item item;
    char               id[PB_RECORD_ID_MAX];
    char               sha256[65];
    bool               known;
    uint64_t           behind; /* frames that were in the store before */
    uint64_t           frames, refused;
    int64_t            points, windows, chunks; /* of the session, in the store */
    pb_reason          reasons[PB_REASONS_MAX]; /* of points that are no good in the order of time */
    uint32_t           n_reasons;
} pb__telemetry_kept;

/* ---- the fingerprint ---- */

typedef struct hashing {
    pb_sha256    sha;
    pb_unpacker *unpacker; /* NULL: plain */
    pb__progress progress;
    uint64_t     done, all;
    char         in[PIECE_BYTES], out[PIECE_BYTES];
} hashing;

static pb_status add_packed(hashing *h, pb_span in, pb_error *error)
{
    size_t n;
    do {
        PB_TRY(pb_unpacker_step(h->unpacker, &in, h->out, sizeof h->out, &n, error));
        pb_sha256_add(&h->sha, (pb_span){h->out, n});
    } while (in.len > 0 || n == sizeof h->out);
    return PB_OK;
}

static pb_status hash_all(hashing *h, FILE *file, pb_error *error)
{
    for (size_t n; (n = fread(h->in, 1, sizeof h->in, file)) > 0;) {
        pb_span    in      = {h->in, n};
        pb_packing packing = h->done == 0 ? pb_packing_of(in) : PB_PACKING_NONE;
        if (packing != PB_PACKING_NONE) PB_TRY(pb_unpacker_create(packing, 0, &h->unpacker, error));
        if (h->unpacker)
            PB_TRY(add_packed(h, in, error));
        else
            pb_sha256_add(&h->sha, in);
        h->done += n;
        pb__progress_show(&h->progress, h->done, h->all);
    }
    if (ferror(file)) return pb_error_set(error, PB_E_IO, "cannot be read: %s", strerror(errno));
    if (h->unpacker && !pb_unpacker_whole(h->unpacker))
        return pb_error_set(error, PB_E_SYNTAX, "the packed file ends too early");
    return PB_OK;
}

static void hex_of(const uint8_t sum[32], char out[65])
{
    for (int i = 0; i < 32; i++) (void)snprintf(out + 2 * i, 3, "%02x", sum[i]);
}

/* Of the unpacked bytes; the file is read once more for the points. */
static pb_status fingerprint(const char *path, uint64_t bytes, char out[65], pb_error *error)
{
    uint8_t  sum[32];
    pb_error why  = {0};
    hashing *h    = malloc(sizeof *h);
    FILE    *file = fopen(path, "rb");
    if (h && file) {
        h->unpacker = NULL;
        h->done     = 0;
        h->all      = bytes;
        pb_sha256_begin(&h->sha);
        pb__progress_begin(&h->progress, "bytes looked at");
    }
    pb_status status = !file ? pb_error_set(&why, PB_E_IO, "cannot be read: %s", strerror(errno))
                       : !h  ? pb_error_set(&why, PB_E_NOMEM, "out of memory")
                             : hash_all(h, file, &why);
    if (status == PB_OK) {
        pb_sha256_end(&h->sha, sum);
        hex_of(sum, out);
    }
    if (h) pb_unpacker_destroy(h->unpacker);
    if (file) fclose(file);
    free(h);
    pb__progress_clear();
    return status == PB_OK ? PB_OK : pb_error_set(error, status, "%s: %s", path, why.text);
}

/* ---- the source ---- */

static pb_store_source source_of(const pb__telemetry_kept *kept, const char *licence, int64_t bytes)
{
    return (pb_store_source){.path        = kept->item.path,
                             .form        = "telemetry",
                             .format      = "grcup",
                             .origin      = "telemetry",
                             .licence     = licence,
                             .sha256      = kept->sha256,
                             .about       = kept->id,
                             .bytes       = bytes,
                             .imported_ms = 1000 * pb_engine_utc_s()};
}

static pb_status look_up(pb_store *store, const pb_store_source *source, bool *known, pb_error *error)
{
    PB_TRY(pb_store_begin(store, error));
    pb_status status = pb_store_source_begin(store, source, known, error);
    pb_store_rollback(store); /* it is booked when everything of it is in */
    return status;
}

static pb_status put_source(pb__import_store *import, const pb_store_source *source, uint32_t from,
                            pb_store_counts *counts, pb_error *error)
{
    const pb__import_list *list  = import->list;
    bool                   known = false;
    PB_TRY(pb_store_source_begin(import->store, source, &known, error));
    if (known) return PB_OK; /* somebody else was faster, with the same rows */
    for (uint32_t i = from; i < list->n_quarantined; i++)
        PB_TRY(pb_store_quarantine(import->store, list->quarantined[i].line, list->quarantined[i].reason, error));
    return pb_store_source_end(import->store, counts, error);
}

static pb_status book(pb__import_store *import, const pb_store_source *source, uint32_t from, pb_store_counts *counts,
                      pb_error *error)
{
    PB_TRY(pb_store_begin(import->store, error));
    pb_status status = put_source(import, source, from, counts, error);
    if (status == PB_OK) status = pb_store_commit(import->store, error);
    if (status != PB_OK) pb_store_rollback(import->store);
    return status;
}

/* ---- points into frames into the stage ---- */

typedef struct keeping {
    pb_telemetry_file *file;
    pb_stage          *stage;
    pb__progress       progress;
    pb_point           ahead; /* read, but of the next frame */
    bool               has_ahead;
    int64_t            at_us; /* never falls */
    char               text[FRAME_BYTES + PB_POINT_LINE_MAX + 1];
} keeping;

static pb_status peek(keeping *k, pb_error *error)
{
    if (k->has_ahead) return PB_OK;
    PB_TRY(pb_telemetry_next(k->file, &k->ahead, error));
    k->has_ahead = true;
    return PB_OK;
}

/* Lines of points, as pb_file_feed makes them. */
static pb_status gather(keeping *k, pb_frame *out, pb_error *error)
{
    size_t    len = 0;
    pb_status status;
    PB_TRY(peek(k, error));
    int64_t from = k->ahead.time_us;
    do {
        len += pb_point_line_write(&k->ahead, k->text + len, PB_POINT_LINE_MAX);
        k->text[len++] = '\n';
        k->has_ahead   = false;
        status         = peek(k, error);
    } while (status == PB_OK && len < FRAME_BYTES && k->ahead.time_us - from < FRAME_US);
    if (from > k->at_us) k->at_us = from;
    *out = (pb_frame){.seq         = out->seq + 1,
                      .received_us = k->at_us,
                      .mono_us     = k->at_us,
                      .kind        = PB_FEED_POINTS,
                      .bytes       = {k->text, len}};
    return PB_OK; /* what went wrong behind it comes with the next call */
}

static pb_status feed_all(keeping *k, pb__telemetry_kept *kept, pb_error *error)
{
    const pb_telemetry_sums *sums  = pb_telemetry_sums_of(k->file);
    pb_frame                 frame = {0};
    pb_status                status;
    pb__progress_begin(&k->progress, "bytes");
    while ((status = gather(k, &frame, error)) == PB_OK) {
        pb_stage_feed(k->stage, &frame);
        if (pb_stage_is_due(k->stage)) PB_TRY(pb_stage_commit(k->stage, error));
        pb__progress_show(&k->progress, sums->read_bytes, sums->file_bytes);
    }
    kept->item.sums = *sums;
    kept->frames    = frame.seq;
    if (status != PB_E_EMPTY) return status;
    pb_stage_finish(k->stage);
    return pb_stage_commit(k->stage, error);
}

static void note_refused(pb__telemetry_kept *kept, const pb_stage *stage)
{
    const pb_pipeline_counts *c = pb_pipeline_counts_get(pb_stage_pipeline(stage));
    kept->refused               = c->refused + pb_stage_refused(stage);
    kept->n_reasons             = c->n_reasons;
    memcpy(kept->reasons, c->reasons, c->n_reasons * sizeof *c->reasons);
}

static pb_status keep(pb__import_store *import, pb__telemetry_kept *kept, pb_error *error)
{
    pb__telemetry_reading reading = {.list = import->list, .item = &kept->item};
    pb_telemetry_options  options = {.user = &reading, .refused = pb__telemetry_refused};
    pb_stage_options      stage   = pb_stage_options_default();
    keeping              *k       = calloc(1, sizeof *k);
    if (!k) return pb_error_set(error, PB_E_NOMEM, "out of memory");
    stage.url        = import->url;
    stage.id         = kept->id;
    pb_status status = pb_telemetry_open(kept->item.path, &options, &k->file, error);
    if (status == PB_OK) status = pb_stage_create(&stage, &k->stage, error);
    if (status == PB_OK) status = pb_stage_connect(k->stage, error);
    if (status == PB_OK) {
        kept->behind = pb_stage_applied(k->stage);
        status       = feed_all(k, kept, error);
        pb__progress_clear();
        note_refused(kept, k->stage);
    }
    if (reading.listed > PB__TELEMETRY_LISTED_MAX) import->n_unlisted += reading.listed - PB__TELEMETRY_LISTED_MAX;
    pb_stage_destroy(k->stage);
    pb_telemetry_close(k->file);
    free(k);
    return status;
}

/* ---- one file ---- */

static pb_status count_rows(pb_store *store, pb__telemetry_kept *kept, pb_error *error)
{
    char session[PB_RECORD_ID_MAX + 8];
    (void)snprintf(session, sizeof session, "%s-0", kept->id);
    pb_value key = pb_value_text(session);
    PB_TRY(
        pb_store_count(store, "SELECT count(*) FROM live_chunks WHERE session = ?1", &key, 1, 0, &kept->chunks, error));
    PB_TRY(pb_store_count(store, "SELECT sum(points) FROM live_chunks WHERE session = ?1", &key, 1, 0, &kept->points,
                          error));
    return pb_store_count(store, "SELECT count(*) FROM live_windows WHERE session = ?1", &key, 1, 0, &kept->windows,
                          error);
}

static pb_status keep_new(pb__import_store *import, pb__telemetry_kept *kept, const struct stat *before,
                          const pb_store_source *source, pb_store_counts *counts, pb_error *error)
{
    struct stat after;
    uint32_t    from = import->list->n_quarantined;
    PB_TRY(keep(import, kept, error));
    if (stat(source->path, &after) != 0 || after.st_size != before->st_size ||
        after.st_mtim.tv_sec != before->st_mtim.tv_sec || after.st_mtim.tv_nsec != before->st_mtim.tv_nsec)
        return pb_error_set(error, PB_E_IO, "%s: has changed while it was read; import it again when it is complete",
                            source->path);
    counts->rows        = (int64_t)kept->item.sums.rows;
    counts->accepted    = (int64_t)kept->item.sums.accepted;
    counts->quarantined = (int64_t)kept->item.sums.refused;
    import->list->rows += kept->item.sums.rows;
    import->list->accepted += kept->item.sums.accepted;
    return book(import, source, from, counts, error);
}

static pb__telemetry_kept *another(pb__import_store *import)
{
    uint32_t            n    = import->n_telemetry;
    pb__telemetry_kept *more = realloc(import->telemetry, (n + 1) * sizeof *more);
    if (!more) return NULL;
    import->telemetry = more;
    memset(&more[n], 0, sizeof more[n]);
    return &more[n];
}

pb_status pb__import_telemetry_keep(pb__import_store *import, const char *path, const char *licence,
                                    pb_store_counts *counts, bool *known, pb_error *error)
{
    struct stat         st;
    pb__telemetry_kept *kept = another(import);
    if (!kept) return pb_error_set(error, PB_E_NOMEM, "out of memory");
    kept->item.path = path;
    if (stat(path, &st) != 0) return pb_error_set(error, PB_E_NOENT, "%s: is not there", path);
    PB_TRY(fingerprint(path, (uint64_t)st.st_size, kept->sha256, error));
    (void)snprintf(kept->id, sizeof kept->id, "telemetry-%.*s", ID_DIGITS, kept->sha256);
    pb_store_source source = source_of(kept, licence, (int64_t)st.st_size);
    PB_TRY(look_up(import->store, &source, known, error));
    kept->known = *known;
    if (!*known) PB_TRY(keep_new(import, kept, &st, &source, counts, error));
    PB_TRY(count_rows(import->store, kept, error));
    import->n_telemetry++;
    return PB_OK;
}

void pb__import_telemetry_forget(pb__import_store *import)
{
    free(import->telemetry);
    import->telemetry   = NULL;
    import->n_telemetry = 0;
}

/* ---- what was kept ---- */

bool pb__import_is_kept(const pb__import_store *import, const char *path)
{
    for (uint32_t i = 0; i < import->n_telemetry; i++)
        if (import->telemetry[i].item.path == path) return true;
    return false;
}

static void put_kept(FILE *to, const pb__telemetry_kept *kept)
{
    char a[32], b[32], c[32];
    fprintf(to, "%s%s%s: session %s-0, %s points in %s chunks, %s windows", pb__paint(to, PB__BOLD), kept->item.path,
            pb__paint(to, PB__PLAIN), kept->id, pb__thousands((uint64_t)kept->points, a),
            pb__thousands((uint64_t)kept->chunks, b), pb__thousands((uint64_t)kept->windows, c));
    if (kept->known) fprintf(to, "; known already");
    if (kept->behind)
        fprintf(to, "; went on behind %s of %s frames", pb__thousands(kept->behind, a), pb__thousands(kept->frames, b));
    fputc('\n', to);
    for (uint32_t i = 0; i < kept->item.n_reasons; i++)
        fprintf(to, "  %s row%s: %s (the first in line %s)\n", pb__thousands(kept->item.reasons[i].n, a),
                kept->item.reasons[i].n == 1 ? "" : "s", kept->item.reasons[i].why,
                pb__thousands(kept->item.reasons[i].first_line, b));
    for (uint32_t i = 0; i < kept->n_reasons; i++)
        fprintf(to, "  %s point%s not kept: %s\n", pb__thousands(kept->reasons[i].n, a),
                kept->reasons[i].n == 1 ? "" : "s", kept->reasons[i].why);
}

void pb__import_kept_table(FILE *to, const pb__import_store *import)
{
    if (import->n_telemetry) fputc('\n', to);
    for (uint32_t i = 0; i < import->n_telemetry; i++) put_kept(to, &import->telemetry[i]);
}

static void put_kept_json(pb_json_writer *w, const pb__telemetry_kept *kept)
{
    char session[PB_RECORD_ID_MAX + 8];
    (void)snprintf(session, sizeof session, "%s-0", kept->id);
    pb_json_object(w, NULL);
    pb_json_put_text(w, "file", kept->item.path);
    pb_json_put_text(w, "session", session);
    pb_json_put_bool(w, "known", kept->known);
    pb_json_put_i64(w, "frames", (int64_t)kept->frames);
    pb_json_put_i64(w, "frames_before", (int64_t)kept->behind);
    pb_json_put_i64(w, "rows", (int64_t)kept->item.sums.rows);
    pb_json_put_i64(w, "accepted", (int64_t)kept->item.sums.accepted);
    pb_json_put_i64(w, "quarantined", (int64_t)kept->item.sums.refused);
    pb__telemetry_put_reasons(w, &kept->item);
    pb_json_put_i64(w, "points", kept->points);
    pb_json_put_i64(w, "windows", kept->windows);
    pb_json_put_i64(w, "chunks", kept->chunks);
    pb_json_put_i64(w, "refused", (int64_t)kept->refused);
    pb_json_array(w, "refused_reasons");
    for (uint32_t i = 0; i < kept->n_reasons; i++) {
        pb_json_object(w, NULL);
        pb_json_put_text(w, "reason", kept->reasons[i].why);
        pb_json_put_i64(w, "points", (int64_t)kept->reasons[i].n);
        pb_json_object_end(w);
    }
    pb_json_array_end(w);
    pb_json_object_end(w);
}

void pb__import_kept_json(pb_json_writer *w, const pb__import_store *import)
{
    pb_json_array(w, "telemetry");
    for (uint32_t i = 0; i < import->n_telemetry; i++) put_kept_json(w, &import->telemetry[i]);
    pb_json_array_end(w);
}
