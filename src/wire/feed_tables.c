/* feed_tables: one file of laps, or a folder with all that was recorded of one session.
 *
 *     folder -> its files, by name -> records (wire_records.h) -\
 *                                  -> gaps and positions       -> events, by time
 *                                  -> tyre deltas             -/
 *
 * Which table a file is its first line says. Files that are no table are passed over. */
#include "feed_tables.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "file_feed_parts.h"

#define FILES_MAX 64

typedef struct reading {
    pb__event_list *list;
    pb_records      records;
    const char     *format; /* of the laps: "livetiming", "openf1", ...; NULL none */
    bool            cache;  /* laps of the live-timing cache */
} reading;

/* ---- what can be replayed ---- */

static const pb_wire_form *form_of_head(const char *path)
{
    char  head[PB__FEED_HEAD_MAX];
    FILE *f = fopen(path, "rb");
    if (!f) return NULL;
    size_t n = fread(head, 1, sizeof head, f);
    fclose(f);
    return pb_wire_form_of((pb_span){head, n});
}

static bool tells_laps(const pb_wire_form *form, pb_span head)
{
    static const char *const names[] = {"live_laps", "openf1_laps", "grcup_laps", "laps_2015"};
    for (size_t i = 0; form && i < sizeof names / sizeof *names; i++)
        if (strcmp(form->name, names[i]) == 0) return true;
    if (form && strcmp(form->name, "openf1") == 0) return memmem(head.at, head.len, "\"lap_duration\"", 14) != NULL;
    return form && strcmp(form->name, "jolpica") == 0 && memmem(head.at, head.len, "\"Laps\"", 6);
}

static bool tells_laps_at(const char *path)
{
    char  head[PB__FEED_HEAD_MAX];
    FILE *f = fopen(path, "rb");
    if (!f) return false;
    size_t n = fread(head, 1, sizeof head, f);
    fclose(f);
    pb_span span = {head, n};
    return tells_laps(pb_wire_form_of(span), span);
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static int is_shown(const struct dirent *e)
{
    return e->d_name[0] != '.';
}

/* The first FILES_MAX names in a folder, in the order of their bytes. */
static int list_folder(const char *path, char names[FILES_MAX][256])
{
    struct dirent **found = NULL;
    int             n     = scandir(path, &found, is_shown, by_name);
    for (int i = 0; i < n; i++) {
        if (i < FILES_MAX) (void)snprintf(names[i], 256, "%s", found[i]->d_name);
        free(found[i]);
    }
    free(found);
    return n < 0 ? 0 : n < FILES_MAX ? n : FILES_MAX;
}

static bool join(char out[4096], const char *folder, const char *name)
{
    struct stat st;
    int         n = snprintf(out, 4096, "%s/%s", folder, name);
    return n > 0 && n < 4096 && stat(out, &st) == 0 && S_ISREG(st.st_mode);
}

static bool folder_tells_laps(const char *path)
{
    char(*names)[256] = calloc(FILES_MAX, sizeof *names);
    char file[4096];
    bool found = false;
    int  n     = names ? list_folder(path, names) : 0;
    for (int i = 0; i < n && !found; i++) found = join(file, path, names[i]) && tells_laps_at(file);
    free(names);
    return found;
}

static bool recognise(const char *path, bool folder, pb_span head)
{
    return folder ? folder_tells_laps(path) : tells_laps(pb_wire_form_of(head), head);
}

/* ---- reading ---- */

static void note_format(reading *r, const pb_wire_form *form, bool laps)
{
    if (!laps) return;
    r->format = form->format;
    r->cache  = strcmp(form->name, "live_laps") == 0;
}

static pb_status read_text(reading *r, pb_span text, const char *path, pb_error *error)
{
    const pb_wire_form *form = pb_wire_form_of(text);
    if (pb__tables_is_timeline(text)) return pb__tables_timeline(r->list, text, path);
    if (!form) return PB_OK;
    if (strcmp(form->name, "live_tyres") == 0) return pb__tables_tyre_deltas(r->list, text, path);
    uint32_t  before = r->records.laps.n;
    pb_status status = pb_wire_read_records(text, path, NULL, &r->records, error);
    note_format(r, form, r->records.laps.n > before);
    return status == PB_E_EMPTY ? PB_OK : status; /* a table without a row says nothing */
}

static pb_status read_file(reading *r, const char *path, pb_error *error)
{
    pb_bytes bytes;
    PB_TRY(pb_file_read(path, 0, &bytes, error));
    pb_status status = read_text(r, (pb_span){bytes.at, bytes.len}, path, error);
    pb_bytes_free(&bytes);
    return status;
}

static pb_status read_folder(reading *r, const char *path, pb_error *error)
{
    char(*names)[256] = calloc(FILES_MAX, sizeof *names);
    char      file[4096];
    pb_status status = names ? PB_OK : pb_error_set(error, PB_E_NOMEM, "%s: out of memory", path);
    int       n      = names ? list_folder(path, names) : 0;
    for (int i = 0; i < n && status == PB_OK; i++) {
        if (!join(file, path, names[i])) continue;
        bool known = form_of_head(file) != NULL;
        if (known || strcmp(names[i], "stream.csv") == 0 || strncmp(names[i], "position", 8) == 0 ||
            strncmp(names[i], "intervals", 9) == 0)
            status = read_file(r, file, error);
    }
    free(names);
    return status;
}

/* One session a feed. */
static pb_status check_one_race(const reading *r, const char *path, pb_error *error)
{
    for (uint32_t i = 1; i < r->records.laps.n; i++) {
        const pb_lap_record *a = &r->records.laps.at[0], *b = &r->records.laps.at[i];
        if (a->season != b->season || a->round != b->round || a->sprint != b->sprint)
            return pb_error_set(error, PB_E_UNSUPPORTED,
                                "%s: laps of several races (rounds %d and %d): a replay is of one session", path,
                                a->round, b->round);
    }
    return PB_OK;
}

static pb_origin origin_of(const char *format)
{
    if (format && strcmp(format, "openf1") == 0) return PB_ORIGIN_OPENF1;
    if (format && strcmp(format, "ergast") == 0) return PB_ORIGIN_ERGAST;
    if (format && strcmp(format, "grcup") == 0) return PB_ORIGIN_GR_CUP;
    return PB_ORIGIN_LAP_FILE;
}

/* Rows that were read into the list before the source was known are of the same source. */
static void name_origin(pb__event_list *list, pb_origin origin)
{
    list->origin = origin;
    for (uint32_t i = 0; i < list->n; i++) list->at[i].event.origin = (uint8_t)origin;
}

static pb_status build(reading *r, const char *path, bool folder, pb_error *error)
{
    PB_TRY(folder ? read_folder(r, path, error) : read_file(r, path, error));
    if (!r->format) return pb_error_set(error, PB_E_EMPTY, "%s: no lap in it", path);
    PB_TRY(check_one_race(r, path, error));
    name_origin(r->list, origin_of(r->format));
    r->list->refused += r->records.quarantined.n;
    PB_TRY(r->cache ? pb__tables_live_cache(r->list, &r->records, folder ? path : NULL)
                    : pb__tables_laps(r->list, &r->records));
    return pb__list_sort(r->list);
}

static pb_status open_tables(const char *path, void **state, pb_error *error)
{
    struct stat st;
    reading     r = {0};
    PB_TRY(pb__list_create(path, error, &r.list));
    pb_records_init(&r.records);
    bool      folder = stat(path, &st) == 0 && S_ISDIR(st.st_mode);
    pb_status status = build(&r, path, folder, error);
    pb_records_fini(&r.records);
    if (status == PB_OK)
        *state = r.list;
    else
        pb__list_close(r.list);
    return status;
}

const pb__file_part pb__part_tables = {"timing tables", recognise,      open_tables,
                                       pb__list_next,   pb__list_close, pb__list_refused};
