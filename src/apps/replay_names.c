#include "replay_names.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "data_file.h"

#define NAMES_MAX 1000
#define NAME_MAX_ 96

typedef struct names {
    uint32_t n;
    char     at[NAMES_MAX][NAME_MAX_]; /* of files, sorted, each once */
} names;

static bool is_name(const char *name)
{
    size_t len = strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-");
    return len > 0 && len < NAME_MAX_ && name[len] == '\0' && name[0] != '.';
}

/* Of a race that is there as laps and as a race file, the laps can be replayed. */
static bool is_offered(const char *name)
{
    size_t len = strlen(name);
    return is_name(name) && !(len > 5 && strcmp(name + len - 5, ".json") == 0);
}

static void add_folder(names *all, const char *folder)
{
    DIR *dir = opendir(folder);
    if (!dir) return;
    for (const struct dirent *e; (e = readdir(dir)) && all->n < NAMES_MAX;)
        if (is_offered(e->d_name)) (void)pb_span_copy(pb_span_of(e->d_name), all->at[all->n++], NAME_MAX_);
    (void)closedir(dir);
}

static const char *folder_at(const pb__list *folders, uint32_t i, char shipped[2048])
{
    if (i < folders->n) return folders->at[i];
    return i == folders->n && pb__data_file("data/races", shipped, 2048, NULL) == PB_OK  ? shipped
           : i == folders->n + 1 && pb__data_file("races", shipped, 2048, NULL) == PB_OK ? shipped
                                                                                         : NULL;
}

/* "2023_07_spanish.csv" is called that, "2023_07_spanish", and "2023-07". */
static bool is_called(const char *file, const char *name)
{
    size_t len = strlen(name);
    if (strcmp(file, name) == 0) return true;
    if (strncmp(file, name, len) == 0 && file[len] == '.') return true;
    return len == 7 && name[4] == '-' && strncmp(file, name, 4) == 0 && file[4] == '_' &&
           strncmp(file + 5, name + 5, 2) == 0 && file[7] == '_';
}

static bool find_in(const char *folder, const char *name, char *path, size_t cap)
{
    names *all   = calloc(1, sizeof *all);
    bool   found = false;
    if (!all) return false;
    add_folder(all, folder);
    for (uint32_t i = 0; i < all->n && !found; i++)
        if (is_called(all->at[i], name)) found = snprintf(path, cap, "%s/%s", folder, all->at[i]) < (int)cap;
    free(all);
    return found;
}

static names *all_names(const pb__list *folders)
{
    char   shipped[2048];
    names *all = calloc(1, sizeof *all);
    for (uint32_t i = 0; all && i < folders->n + 2; i++) {
        const char *folder = folder_at(folders, i, shipped);
        if (folder) add_folder(all, folder);
    }
    if (all) qsort(all->at, all->n, NAME_MAX_, (int (*)(const void *, const void *))strcmp);
    return all;
}

static pb_status not_there(const pb__list *folders, const char *name, pb_error *error)
{
    names      *all = all_names(folders);
    const char *candidates[NAMES_MAX];
    for (uint32_t i = 0; all && i < all->n; i++) candidates[i] = all->at[i];
    const char *near = all ? pb_nearest(pb_span_of(name), candidates, all->n) : NULL;
    if (near)
        pb_error_set(error, PB_E_NOENT, "no race or recording is called %s; did you mean %s?", name, near);
    else
        pb_error_set(error, PB_E_NOENT, "no race or recording is called %s; --races offers more", name);
    free(all);
    return PB_E_NOENT;
}

pb_status replay_name_find(const pb__list *folders, const char *name, char *path, size_t cap, pb_error *error)
{
    char shipped[2048];
    if (!is_name(name))
        return pb_error_set(error, PB_E_SYNTAX,
                            "a race's name has letters, digits, dots, dashes and underscores only: 2023-07");
    for (uint32_t i = 0; i < folders->n + 2; i++) {
        const char *folder = folder_at(folders, i, shipped);
        if (folder && find_in(folder, name, path, cap)) return PB_OK;
    }
    return not_there(folders, name, error);
}

void replay_names_put(const pb__list *folders, pb_json_writer *w)
{
    names *all = all_names(folders);
    for (uint32_t i = 0; all && i < all->n; i++)
        if (i == 0 || strcmp(all->at[i], all->at[i - 1]) != 0) pb_json_put_text(w, NULL, all->at[i]);
    free(all);
}
