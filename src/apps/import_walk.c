/* From paths to files in the order of import: see import_walk.h. */
#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "import_walk.h"
#include "pitboard/codec_fast.h"
#include "pitboard/wire.h"
#include "pitboard/wire_telemetry.h"

#define HEAD_MAX (16u << 10)
#define DEPTH_MAX 16
#define LAPS_PHASE 3 /* laps name cars by code and number; what has numbers only comes after */
#define TELEMETRY_PHASE 1000

/* The first bytes; of a packed file all, as it cannot be looked into otherwise, unless it is telemetry. */
static pb_status read_head(const char *path, pb_bytes *out, bool *telemetry, pb_error *error)
{
    FILE *file = fopen(path, "rb");
    if (!file) return pb_file_read(path, 0, out, error); /* for its words */
    out->at  = malloc(HEAD_MAX + 1);
    out->len = out->at ? fread(out->at, 1, HEAD_MAX, file) : 0;
    fclose(file);
    if (!out->at) return pb_error_set(error, PB_E_NOMEM, "out of memory");
    out->at[out->len]  = '\0';
    pb_span    text    = {out->at, out->len};
    pb_packing packing = pb_packing_of(text);
    *telemetry         = packing == PB_PACKING_NONE ? pb_telemetry_is(text) : pb_telemetry_is_file(path);
    if (*telemetry || packing != PB_PACKING_GZIP) return PB_OK;
    pb_bytes_free(out);
    return pb_file_read(path, 0, out, error);
}

pb_status pb__import_look(const char *path, pb__import_item *item, pb_error *error)
{
    pb_bytes head   = {0};
    item->telemetry = false;
    PB_TRY(read_head(path, &head, &item->telemetry, error));
    pb_span text = {head.at, head.len};
    item->form   = item->telemetry ? NULL : pb_wire_form_of(text); /* before laps: some tables have columns of both */
    item->race   = item->telemetry || item->form ? PB__FORM_NONE : pb__form_of(text);
    pb_bytes_free(&head);
    return PB_OK;
}

static pb_status add(pb__import_items *items, pb__import_list *list, const char *path, bool named, pb_error *error)
{
    if (items->n == items->cap) {
        uint32_t         cap  = items->cap ? 2 * items->cap : 256;
        pb__import_item *more = realloc(items->at, cap * sizeof *more);
        if (!more) return pb_error_set(error, PB_E_NOMEM, "out of memory");
        items->at  = more;
        items->cap = cap;
    }
    pb__import_item item = {.path = pb__import_text(list, path), .named = named};
    pb_error        why  = {0};
    if (!item.path) return pb_error_set(error, PB_E_NOMEM, "out of memory");
    if (pb__import_look(path, &item, &why) != PB_OK) return pb__import_refuse(list, item.path, why.text);
    items->at[items->n++] = item;
    return PB_OK;
}

/* The folders above, so that a link back to one of them is not followed. */
typedef struct above {
    const struct above *next;
    dev_t               device;
    ino_t               inode;
    int                 depth;
} above;

static bool is_above(const above *up, const struct stat *st)
{
    for (; up; up = up->next)
        if (up->device == st->st_dev && up->inode == st->st_ino) return true;
    return false;
}

static pb_status walk(const char *path, const above *up, pb__import_items *items, pb__import_list *list,
                      pb_error *error);

static pb_status walk_folder(const char *path, const above *here, pb__import_items *items, pb__import_list *list,
                             pb_error *error)
{
    struct dirent **entries = NULL;
    pb_status       status  = PB_OK;
    int             n       = scandir(path, &entries, NULL, alphasort);
    if (n < 0) return pb__import_refuse(list, path, "the folder cannot be read");
    for (int i = 0; i < n; i++) {
        char below[4096];
        bool fits = (size_t)snprintf(below, sizeof below, "%s%s%s", path, path[strlen(path) - 1] == '/' ? "" : "/",
                                     entries[i]->d_name) < sizeof below;
        if (status == PB_OK && fits && entries[i]->d_name[0] != '.') status = walk(below, here, items, list, error);
        free(entries[i]);
    }
    free(entries);
    return status;
}

static pb_status walk(const char *path, const above *up, pb__import_items *items, pb__import_list *list,
                      pb_error *error)
{
    struct stat st;
    if (stat(path, &st) != 0) return pb__import_refuse(list, path, "no such file or folder (check the path)");
    above here = {up, st.st_dev, st.st_ino, up ? up->depth + 1 : 0};
    if (S_ISDIR(st.st_mode) && is_above(up, &st)) return PB_OK;
    if (S_ISDIR(st.st_mode) && here.depth < DEPTH_MAX) return walk_folder(path, &here, items, list, error);
    bool listed = list->listed_under && strncmp(path, list->listed_under, strlen(list->listed_under)) == 0;
    return S_ISREG(st.st_mode) || !up ? add(items, list, path, !up && !listed, error) : PB_OK;
}

static int phase_of(const pb__import_item *item)
{
    if (item->telemetry) return TELEMETRY_PHASE;
    return item->form ? item->form->phase : LAPS_PHASE;
}

static int by_phase_and_path(const void *a, const void *b)
{
    const pb__import_item *x = a, *y = b;
    int                    p = phase_of(x) - phase_of(y);
    return p ? p : strcmp(x->path, y->path);
}

pb_status pb__import_walk(char **paths, uint32_t n, pb__import_list *list, pb__import_items *items, pb_error *error)
{
    for (uint32_t i = 0; i < n; i++) PB_TRY(walk(paths[i], NULL, items, list, error));
    if (items->n > 0) qsort(items->at, items->n, sizeof *items->at, by_phase_and_path);
    return PB_OK;
}
