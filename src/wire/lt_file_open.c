/* lt_file_open: which files belong to a recording of live timing. */
#include <dirent.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "lt_file.h"

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

static pb_span without_bom(pb_span text)
{
    bool bom = text.len >= 3 && memcmp(text.at, "\xef\xbb\xbf", 3) == 0;
    return bom ? (pb_span){text.at + 3, text.len - 3} : text;
}

/* A snapshot written over many lines: its first line is no message. */
static bool is_whole(pb_span text)
{
    pb_span line = {0};
    if (!pb__lt_take_line(&text, &line)) return false;
    return line.at[0] == '{' && line.at[line.len - 1] != '}' && line.at[line.len - 1] != '\x1e';
}

static bool is_stream(pb_span text)
{
    return text.len > 12 && text.at[2] == ':' && text.at[5] == ':' && text.at[8] == '.';
}

/* Adds a file; PB_E_UNSUPPORTED when it is nothing of live timing. */
static pb_status add_source(pb__lt_file *file, const char *path, pb_error *error)
{
    pb__lt_source *s = &file->sources[file->n];
    if (file->n == PB__LT_SOURCES_MAX)
        return pb_error_set(error, PB_E_LIMIT, "%s: more than %d files of live timing", path, PB__LT_SOURCES_MAX);
    PB_TRY(pb_file_read(path, 0, &s->bytes, error));
    file->n++;
    s->left  = without_bom((pb_span){s->bytes.at, s->bytes.len});
    s->topic = is_stream(s->left) ? pb__lt_topic_of_file(base_name(path)) : PB__LT_T_N;
    s->whole = is_whole(s->left);
    if (s->topic != PB__LT_T_N || pb__lt_is_live_timing(s->left)) return PB_OK;
    return pb_error_set(error, PB_E_UNSUPPORTED, "%s: no live timing", path);
}

/* "imola_qualifying_live.txt" -> "imola_qualifying_subscribe.txt", when it is there. */
static bool snapshot_beside(const char *path, char *out, size_t cap)
{
    const char *name = base_name(path), *live = NULL;
    for (const char *at = name; (at = strstr(at, "_live")) != NULL; at++) live = at;
    if (!live) return false;
    int         n = snprintf(out, cap, "%.*s_subscribe.txt", (int)(live - path), path);
    struct stat st;
    return n > 0 && (size_t)n < cap && stat(out, &st) == 0 && S_ISREG(st.st_mode);
}

/* ---- folders ---- */

typedef struct listing {
    char   **names;
    uint32_t n;
} listing;

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static void free_listing(listing *l)
{
    for (uint32_t i = 0; i < l->n; i++) free(l->names[i]);
    free(l->names);
}

static bool push_name(listing *l, const char *name)
{
    char **more = realloc(l->names, (l->n + 1) * sizeof *more);
    if (!more) return false;
    l->names   = more;
    more[l->n] = strdup(name);
    return more[l->n] && ++l->n;
}

static pb_status list_folder(const char *path, listing *l, pb_error *error)
{
    DIR *dir = opendir(path);
    if (!dir) return pb_error_set(error, PB_E_IO, "%s: the folder cannot be read", path);
    pb_status status = PB_OK;
    for (const struct dirent *e = readdir(dir); e && status == PB_OK; e = readdir(dir)) // NOLINT: one thread a dir
        if (e->d_name[0] != '.' && !push_name(l, e->d_name)) status = pb_error_set(error, PB_E_NOMEM, "out of memory");
    closedir(dir);
    if (l->n > 0) qsort(l->names, l->n, sizeof *l->names, by_name);
    return status;
}

typedef bool wanted(const char *name);

static bool named_stream(const char *name)
{
    return pb__lt_topic_of_file(name) != PB__LT_T_N;
}

static bool begins(const char *name, const char *with)
{
    return strncmp(name, with, strlen(with)) == 0;
}

static bool named_snapshot(const char *name)
{
    return begins(name, "subscribe.");
}

static bool named_live(const char *name)
{
    return begins(name, "live.");
}

static bool named_part(const char *name)
{
    size_t n = strlen(name);
    return n > 4 && strcmp(name + n - 4, ".txt") == 0;
}

static pb_status add_wanted(pb__lt_file *file, const char *folder, const listing *l, wanted *is, pb_error *error)
{
    char path[PATH_MAX];
    for (uint32_t i = 0; i < l->n; i++) {
        if (!is(l->names[i])) continue;
        if (snprintf(path, sizeof path, "%s/%s", folder, l->names[i]) >= (int)sizeof path)
            return pb_error_set(error, PB_E_LIMIT, "%s: the path is too long", folder);
        PB_TRY(add_source(file, path, error));
    }
    return PB_OK;
}

/* Parts of one recording are lines of save; other texts are no parts of anything. */
static bool all_saved(const pb__lt_file *file)
{
    for (uint32_t i = 0; i < file->n; i++)
        if (file->sources[i].left.len == 0 || file->sources[i].left.at[0] != '[') return false;
    return file->n > 0;
}

static pb_status add_listed(pb__lt_file *file, const char *path, const listing *l, pb_error *error)
{
    PB_TRY(add_wanted(file, path, l, named_stream, error));
    file->merge = file->n > 0;
    if (file->n > 0) return PB_OK;
    PB_TRY(add_wanted(file, path, l, named_snapshot, error));
    PB_TRY(add_wanted(file, path, l, named_live, error));
    if (file->n > 0) return PB_OK;
    PB_TRY(add_wanted(file, path, l, named_part, error));
    if (all_saved(file)) return PB_OK;
    return pb_error_set(error, PB_E_UNSUPPORTED,
                        "%s: no streams of live timing, no subscribe and live file, no parts of a recording", path);
}

static pb_status add_folder(pb__lt_file *file, const char *path, pb_error *error)
{
    listing   l      = {0};
    pb_status status = list_folder(path, &l, error);
    if (status == PB_OK) status = add_listed(file, path, &l, error);
    free_listing(&l);
    return status;
}

pb_status pb__lt_find_sources(pb__lt_file *file, const char *path, pb_error *error)
{
    struct stat st;
    char        snapshot[PATH_MAX];
    if (stat(path, &st) != 0) return pb_error_set(error, PB_E_NOENT, "%s: no such file", path);
    if (S_ISDIR(st.st_mode)) return add_folder(file, path, error);
    if (snapshot_beside(path, snapshot, sizeof snapshot)) PB_TRY(add_source(file, snapshot, error));
    PB_TRY(add_source(file, path, error));
    file->merge = file->n == 1 && file->sources[0].topic != PB__LT_T_N;
    return PB_OK;
}
