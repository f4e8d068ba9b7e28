/* telemetry_file: a CSV of telemetry as a stream of points. */
#include <stdlib.h>
#include <string.h>

#include "line_stream.h"
#include "pitboard/wire_telemetry.h"
#include "points_table.h"

#define QUEUE_MAX (2 * PB__LONG_CARS + 4) /* what one row, or the end, may give */
#define ROW_ARENA (4u << 20)
#define HEAD_BYTES 16384

struct pb_telemetry_file {
    pb__line_stream      stream;
    pb_fast_names        names;
    pb__points_table     table;
    pb_telemetry_options options;
    pb_arena             arena;
    pb_csv               csv;                        /* over the piece in hand */
    const char          *piece;                      /* its first byte */
    uint64_t             piece_offset, lines_before; /* of that byte */
    bool                 in_piece, at_end;
    pb_error             broken; /* why it ended before its end */
    pb_telemetry_mark    mark;   /* before the row that filled the queue */
    pb_telemetry_sums    sums;
    uint32_t             first, n; /* of the queue */
    pb_point             queue[QUEUE_MAX];
};

static void keep(void *user, const pb_point *point)
{
    pb_telemetry_file *f = user;
    PB_ASSERT(f->n < QUEUE_MAX);
    f->queue[f->n++] = *point;
}

/* "GR86-049-88" in the name of a file; 0 if there is none. */
static int32_t car_of_name(const char *path)
{
    const char *slash = strrchr(path, '/'), *at = strstr(slash ? slash : path, "GR86-");
    if (!at) return 0;
    size_t len = strspn(at + 5, "0123456789-");
    while (len && at[4 + len] == '-') len--;
    return pb__point_car((pb_span){at, 5 + len});
}

static void refuse(pb_telemetry_file *f, uint64_t line, const char *why)
{
    f->sums.refused++;
    if (f->options.refused) f->options.refused(f->options.user, line, why);
}

/* The piece in hand is read; takes the next. */
static pb_status next_piece(pb_telemetry_file *f, pb_error *error)
{
    pb_csv    old = f->csv;
    pb_span   lines;
    pb_status status;
    if (f->in_piece) f->lines_before += f->csv.next_line - 1;
    f->in_piece     = false;
    f->piece_offset = f->stream.offset;
    while ((status = pb__line_stream_next(&f->stream, &lines, error)) == PB_E_LIMIT) {
        f->sums.rows++;
        refuse(f, ++f->lines_before, "a line that is too long");
        f->piece_offset = f->stream.offset;
    }
    f->sums.read_bytes = f->stream.read_bytes;
    PB_TRY(status);
    pb_csv_init(&f->csv, lines, old.separator, &f->arena);
    f->csv.spare      = old.spare; /* room that is there already */
    f->csv.spare_left = old.spare_left;
    f->csv.spare_size = old.spare_size;
    f->piece          = lines.at;
    f->in_piece       = true;
    return PB_OK;
}

static uint64_t here(const pb_telemetry_file *f)
{
    return f->in_piece ? f->piece_offset + (uint64_t)(f->csv.at - f->piece) : f->stream.offset;
}

/* One row; PB_E_EMPTY at the end of the piece. */
static pb_status take_row(pb_telemetry_file *f)
{
    uint64_t  offset = here(f), line = f->lines_before + f->csv.next_line - 1;
    pb_status status = pb_csv_next(&f->csv);
    if (status == PB_E_EMPTY) return status;
    const char *why = status == PB_OK ? pb__points_table_row(&f->table, &f->csv, offset, line) : "a broken row of CSV";
    f->sums.rows++;
    if (why)
        refuse(f, f->lines_before + f->csv.line, why);
    else
        f->sums.accepted++;
    return PB_OK;
}

static pb_status read_header(pb_telemetry_file *f, const char *path, pb_error *error)
{
    pb_span lines;
    f->csv.separator = ',';
    pb_status status = next_piece(f, error);
    if (status == PB_E_EMPTY) return pb_error_set(error, PB_E_UNSUPPORTED, "%s: is empty", path);
    PB_TRY(status);
    lines            = (pb_span){f->csv.at, (size_t)(f->csv.end - f->csv.at)};
    f->csv.separator = pb__points_separator(lines);
    if (pb_csv_next(&f->csv) != PB_OK || !pb__points_table_header(&f->table, &f->csv))
        return pb_error_set(error, PB_E_UNSUPPORTED,
                            "%s: its first line names no telemetry (a time and channels, or telemetry_name and "
                            "telemetry_value)",
                            path);
    f->sums.is_long         = f->table.is_long;
    f->sums.unknown_columns = f->table.unknown;
    return PB_OK;
}

/* On to a mark of an earlier reading. */
static pb_status go_on(pb_telemetry_file *f, pb_error *error)
{
    pb_telemetry_mark from = f->options.from;
    if (from.offset <= here(f)) return PB_OK;
    if (from.offset >= f->stream.offset) {
        PB_TRY(pb__line_stream_seek(&f->stream, from.offset, error));
        f->in_piece = false;
        f->csv.at   = f->csv.end;
    } else {
        f->csv.at = f->piece + (from.offset - f->piece_offset);
    }
    f->csv.next_line = 1;
    if (f->in_piece)
        f->csv.next_line = (uint32_t)(from.line + 1 - f->lines_before);
    else
        f->lines_before = from.line;
    return PB_OK;
}

pb_status pb_telemetry_open(const char *path, const pb_telemetry_options *options, pb_telemetry_file **out,
                            pb_error *error)
{
    pb_telemetry_file *f = calloc(1, sizeof *f);
    if (!f) return pb_error_set(error, PB_E_NOMEM, "out of memory");
    if (options) f->options = *options;
    pb_arena_init(&f->arena, ROW_ARENA);
    pb__point_names(&f->names);
    f->table.names = &f->names;
    f->table.car   = f->options.car ? f->options.car : car_of_name(path);
    f->table.user  = f;
    f->table.give  = keep;
    if (f->table.car == 0) f->table.car = PB_TELEMETRY_UNNAMED;
    pb_status status = pb__line_stream_open(&f->stream, path, error);
    if (status == PB_OK) status = read_header(f, path, error);
    if (status == PB_OK) status = go_on(f, error);
    if (status != PB_OK) {
        pb_telemetry_close(f);
        return status;
    }
    f->sums.file_bytes = f->stream.file_bytes;
    *out               = f;
    return PB_OK;
}

void pb_telemetry_close(pb_telemetry_file *f)
{
    if (!f) return;
    pb__line_stream_close(&f->stream);
    pb_arena_fini(&f->arena);
    free(f);
}

static pb_telemetry_mark mark_now(const pb_telemetry_file *f)
{
    uint64_t now = here(f), line = f->lines_before + (f->in_piece ? f->csv.next_line - 1 : 0);
    uint64_t from = pb__points_table_mark(&f->table, now);
    for (uint32_t i = 0; i < f->table.n_open; i++)
        if (f->table.open[i].used && f->table.open[i].mark == from) line = f->table.open[i].mark_line;
    return (pb_telemetry_mark){from, line};
}

/* Nothing more comes: what is open is complete, whatever the reason. */
static void end_reading(pb_telemetry_file *f, pb_status status)
{
    f->at_end        = true;
    f->broken.status = status == PB_E_EMPTY ? PB_OK : status;
    pb__points_table_flush(&f->table);
}

static pb_status after_end(const pb_telemetry_file *f, pb_error *error)
{
    if (f->broken.status == PB_OK) return PB_E_EMPTY;
    return pb_error_set(error, f->broken.status, "%s", f->broken.text);
}

/* Rows until something is in the queue. */
static pb_status fill(pb_telemetry_file *f, pb_error *error)
{
    f->first = f->n = 0;
    while (f->n == 0) {
        if (f->at_end) return after_end(f, error);
        f->mark          = mark_now(f);
        pb_status status = f->in_piece ? take_row(f) : PB_E_EMPTY;
        if (status == PB_E_EMPTY) status = next_piece(f, &f->broken);
        if (status != PB_OK) end_reading(f, status);
    }
    return PB_OK;
}

pb_status pb_telemetry_next(pb_telemetry_file *f, pb_point *out, pb_error *error)
{
    if (f->first == f->n) PB_TRY(fill(f, error));
    *out = f->queue[f->first++];
    f->sums.points++;
    return PB_OK;
}

pb_telemetry_mark pb_telemetry_tell(const pb_telemetry_file *f)
{
    return f->first == f->n ? mark_now(f) : f->mark;
}

const pb_telemetry_sums *pb_telemetry_sums_of(const pb_telemetry_file *f)
{
    return &f->sums;
}

/* The first bytes of packed ones, unpacked. */
static pb_span unpack_head(pb_span head, char *to, size_t cap)
{
    pb_unpacker *u       = NULL;
    size_t       n       = 0;
    pb_packing   packing = pb_packing_of(head);
    if (packing == PB_PACKING_NONE) return head;
    if (pb_unpacker_create(packing, 0, &u, NULL) != PB_OK) return (pb_span){to, 0};
    (void)pb_unpacker_step(u, &head, to, cap, &n, NULL);
    pb_unpacker_destroy(u);
    return (pb_span){to, n};
}

bool pb_telemetry_is(pb_span head)
{
    char              text[HEAD_BYTES];
    pb_fast_names     names;
    pb_csv            csv;
    pb_arena          arena;
    pb__points_table *table = malloc(sizeof *table);
    bool              is    = false;
    head                    = unpack_head(head, text, sizeof text);
    if (table) {
        pb_arena_init(&arena, ROW_ARENA);
        pb__point_names(&names);
        table->names = &names;
        pb_csv_init(&csv, head, pb__points_separator(head), &arena);
        is = pb_csv_next(&csv) == PB_OK && pb__points_table_header(table, &csv);
        pb_arena_fini(&arena);
    }
    free(table);
    return is;
}

bool pb_telemetry_is_file(const char *path)
{
    pb_telemetry_file *file = NULL;
    if (pb_telemetry_open(path, NULL, &file, NULL) != PB_OK) return false;
    pb_telemetry_close(file);
    return true;
}
