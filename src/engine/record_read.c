/* Reading a recording: its segments one after the other, numbers rising. */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "record_segment.h"

struct pb_record_reader {
    char                   dir[PATH_MAX - PB__SEGMENT_NAME_MAX - 1];
    bool                   single; /* dir is one segment */
    uint32_t              *numbers;
    size_t                 n, i; /* the segment that is read */
    pb__segment            segment;
    uint64_t               from, last;
    char                   id[PB_RECORD_ID_MAX];
    pb_record_reader_stats stats;
};

static bool is_dir(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

bool pb_record_is(const char *path)
{
    uint32_t *numbers = NULL;
    size_t    n       = 0;
    if (is_dir(path)) {
        bool has = pb__segments_list(path, &numbers, &n, NULL) == PB_OK && n > 0;
        free(numbers);
        return has;
    }
    uint8_t            bytes[PB__SEGMENT_HEADER];
    pb__segment_header header;
    FILE              *f = fopen(path, "rb");
    if (!f) return false;
    size_t got = fread(bytes, 1, sizeof bytes, f);
    (void)fclose(f);
    return pb__segment_header_read(bytes, got, &header) != PB_E_SYNTAX;
}

static void path_of(const pb_record_reader *r, size_t i, char out[PATH_MAX])
{
    char name[PB__SEGMENT_NAME_MAX] = "";
    if (!r->single) pb__segment_name(r->numbers[i], name);
    (void)snprintf(out, PATH_MAX, r->single ? "%s" : "%s/%s", r->dir, name);
}

/* New segments may have come. */
static pb_status list_again(pb_record_reader *r, pb_error *error)
{
    uint32_t *numbers = NULL;
    size_t    n       = 0;
    if (r->single) return PB_OK;
    uint32_t current = r->n > 0 ? r->numbers[r->i] : 0;
    PB_TRY(pb__segments_list(r->dir, &numbers, &n, error));
    free(r->numbers);
    r->numbers = numbers;
    r->n       = n;
    r->i       = 0;
    while (r->i + 1 < n && numbers[r->i] < current) r->i++;
    return PB_OK;
}

static pb_status open_at(pb_record_reader *r, pb_error *error)
{
    char path[PATH_MAX];
    path_of(r, r->i, path);
    PB_TRY(pb__segment_open(&r->segment, path, error));
    if (r->id[0] == '\0') memcpy(r->id, r->segment.header.id, sizeof r->id);
    return PB_OK;
}

/* Opens the first segment that can be: what its header says serves for others whose is damaged. */
static pb_status learn(pb_record_reader *r, pb_error *error)
{
    pb_status status = PB_E_EMPTY;
    for (r->i = 0; r->i < r->n && status != PB_OK; r->i++) {
        status = open_at(r, error);
        if (status == PB_E_UNSUPPORTED || status == PB_E_NOENT || status == PB_E_IO) return status;
    }
    r->i = 0;
    return status == PB_E_EMPTY ? PB_OK : status;
}

/* Goes to the last segment that may hold `from`: those behind it begin later. */
static pb_status seek(pb_record_reader *r, pb_error *error)
{
    size_t at = 0;
    PB_TRY(learn(r, error));
    for (r->i = 0; r->from > 1 && r->i < r->n; r->i++) {
        if (open_at(r, NULL) != PB_OK) continue;
        if (r->segment.header.first_seq > r->from) break;
        at = r->i;
    }
    r->i = at;
    pb__segment_close(&r->segment);
    r->segment.damaged = r->segment.damaged_bytes = 0;
    return PB_OK;
}

pb_status pb_record_reader_open(const char *path, uint64_t from, pb_record_reader **out, pb_error *error)
{
    pb_record_reader *r = calloc(1, sizeof *r);
    if (!r) return pb_error_set(error, PB_E_NOMEM, "%s: out of memory", path);
    r->segment.fd    = -1;
    r->from          = from;
    r->single        = !is_dir(path);
    pb_status status = PB_OK;
    if (strlen(path) >= sizeof r->dir)
        status = pb_error_set(error, PB_E_RANGE, "%.60s...: the path is too long", path);
    else
        memcpy(r->dir, path, strlen(path) + 1);
    if (status == PB_OK && r->single) r->n = 1;
    if (status == PB_OK && !r->single) status = pb__segments_list(path, &r->numbers, &r->n, error);
    if (status == PB_OK && r->n == 0)
        status = pb_error_set(error, PB_E_UNSUPPORTED, "%s: holds no recording (000001.pbr ...)", path);
    if (status == PB_OK) status = seek(r, error);
    if (status == PB_E_SYNTAX) status = PB_E_UNSUPPORTED;
    if (status != PB_OK) {
        pb_record_reader_close(r);
        return status;
    }
    *out = r;
    return PB_OK;
}

void pb_record_reader_close(pb_record_reader *reader)
{
    if (!reader) return;
    pb__segment_fini(&reader->segment);
    free(reader->numbers);
    free(reader);
}

static bool has_next(pb_record_reader *r, pb_error *error, pb_status *status)
{
    *status = PB_OK;
    if (r->i + 1 >= r->n) *status = list_again(r, error);
    return *status == PB_OK && r->i + 1 < r->n;
}

static void leave(pb_record_reader *r)
{
    r->stats.torn_bytes += pb__segment_rest(&r->segment);
    r->stats.damaged += r->segment.damaged;
    r->stats.damaged_bytes += r->segment.damaged_bytes;
    r->segment.damaged = r->segment.damaged_bytes = 0;
    r->i++;
    pb__segment_close(&r->segment);
}

static pb_status try_segment(pb_record_reader *r, pb_frame *out, pb_error *error)
{
    if (r->segment.fd < 0) PB_TRY(open_at(r, error));
    return pb__segment_next(&r->segment, out, error);
}

/* A frame from wherever it is, in order or not. A segment is whole when the next is
 * there: so it is looked at once more before it is left. */
static pb_status any_frame(pb_record_reader *r, pb_frame *out, pb_error *error)
{
    for (;;) {
        pb_status status = try_segment(r, out, error), listed;
        if (status != PB_E_EMPTY) return status;
        if (!has_next(r, error, &listed)) return listed == PB_OK ? PB_E_EMPTY : listed;
        status = try_segment(r, out, error);
        if (status != PB_E_EMPTY) return status;
        leave(r);
    }
}

pb_status pb_record_reader_next(pb_record_reader *reader, pb_frame *out, pb_error *error)
{
    pb_record_reader *r = reader;
    for (;;) {
        PB_TRY(any_frame(r, out, error));
        if (r->last > 0 && out->seq <= r->last) {
            r->stats.repeated++;
            continue;
        }
        bool wanted = out->seq >= r->from;
        if (r->last > 0 && wanted) r->stats.lost += out->seq - r->last - 1;
        r->last = out->seq;
        if (!wanted) continue;
        r->stats.frames++;
        r->stats.bytes += out->bytes.len;
        return PB_OK;
    }
}

const char *pb_record_reader_id(const pb_record_reader *reader)
{
    return reader->id;
}

pb_record_reader_stats pb_record_reader_stats_get(const pb_record_reader *reader)
{
    pb_record_reader_stats s = reader->stats;
    s.damaged += reader->segment.damaged;
    s.damaged_bytes += reader->segment.damaged_bytes;
    return s;
}
