/* The files of a report. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "pitboard/codec.h"
#include "report_run.h"

static pb_status make_folder(const char *folder, pb_error *error)
{
    struct stat st;
    if (mkdir(folder, 0777) == 0) return PB_OK;
    if (errno == EEXIST && stat(folder, &st) == 0 && S_ISDIR(st.st_mode)) return PB_OK;
    return pb_error_set(error, PB_E_IO, "--out %.400s: %s", folder,
                        errno == EEXIST ? "it is there and no folder" : strerror(errno));
}

typedef void put_all(const report_answer *answer, FILE *to);

static void put_words(const report_answer *answer, FILE *to)
{
    pb_review_markdown(&answer->review, true, to);
}

static pb_status write_one(const report_answer *answer, put_all *put, const char *path, pb_error *error)
{
    char  *text = NULL;
    size_t len  = 0;
    FILE  *to   = open_memstream(&text, &len);
    if (!to) return pb_error_set(error, PB_E_NOMEM, "%s: out of memory", path);
    put(answer, to);
    bool      whole  = fclose(to) == 0;
    pb_status status = whole ? pb_file_write(path, (pb_span){text, len}, error)
                             : pb_error_set(error, PB_E_NOMEM, "%s: out of memory", path);
    free(text);
    return status;
}

static pb_status path_of(const char *folder, const char *name, char out[PB_REGISTRY_PATH_MAX], pb_error *error)
{
    int n = snprintf(out, PB_REGISTRY_PATH_MAX, "%s/%s", folder, name);
    if (n > 0 && n < PB_REGISTRY_PATH_MAX) return PB_OK;
    return pb_error_set(error, PB_E_RANGE, "--out: the name of the folder is too long");
}

pb_status report_files(const report_answer *answer, const char *folder, pb_error *error)
{
    char path[PB_REGISTRY_PATH_MAX];
    PB_TRY(make_folder(folder, error));
    PB_TRY(path_of(folder, "report.md", path, error));
    PB_TRY(write_one(answer, put_words, path, error));
    PB_TRY(path_of(folder, "report.json", path, error));
    PB_TRY(write_one(answer, report_json, path, error));
    PB_TRY(path_of(folder, "strategy.svg", path, error));
    PB_TRY(pb_plot_strategy(&answer->review.race, path, error));
    PB_TRY(path_of(folder, "gaps.svg", path, error));
    return pb_plot_gaps(&answer->review.race, path, error);
}
