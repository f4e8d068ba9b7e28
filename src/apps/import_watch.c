/* A folder into a store, file by file, until somebody says stop. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "command.h"
#include "import_store.h"
#include "pitboard/net_watch.h"

typedef struct watching {
    pb_watch         *watch;
    pb__import_store *import;
    const char       *format;
    int               signals; /* readable: stop */
    bool              json;
} watching;

/* ---- what became of a file ---- */

static const char *outcome_of(const pb__import_store *import, const char **reason)
{
    const pb__import_list *list = import->list;
    *reason                     = NULL;
    if (list->n_refused) *reason = list->refused[0].reason;
    if (import->n_passed_over) *reason = import->passed_over[0].reason;
    if (list->n_refused) return "refused";
    if (import->n_passed_over) return "passed over";
    return import->known ? "known" : "stored";
}

static void tell_json(const pb__import_store *import, const char *path)
{
    const pb__import_list *list = import->list;
    const char            *reason, *outcome = outcome_of(import, &reason);
    pb_json_writer         w;
    pb_json_begin(&w, stdout, 0);
    pb_json_object(&w, NULL);
    pb_json_put_text(&w, "file", path);
    pb_json_put_text(&w, "outcome", outcome);
    if (reason) pb_json_put_text(&w, "reason", reason);
    pb_json_put_i64(&w, "rows", (int64_t)list->rows);
    pb_json_put_i64(&w, "accepted", (int64_t)list->accepted);
    pb_json_array(&w, "quarantined");
    for (uint32_t i = 0; i < list->n_quarantined; i++) {
        pb_json_object(&w, NULL);
        pb_json_put_i64(&w, "line", list->quarantined[i].line);
        pb_json_put_text(&w, "reason", list->quarantined[i].reason);
        pb_json_object_end(&w);
    }
    pb_json_array_end(&w);
    pb_json_object_end(&w);
    pb_json_end(&w);
}

static void tell(const pb__import_store *import, const char *path)
{
    const pb__import_list *list = import->list;
    const char            *reason, *outcome = outcome_of(import, &reason);
    unsigned long long     left_out = list->n_quarantined + import->n_unlisted;
    printf("%s: %s", path, outcome);
    if (list->rows) printf(", %llu rows, %llu left out", (unsigned long long)list->rows, left_out);
    if (reason && list->n_refused == 0) printf(" (%s)", reason);
    putchar('\n');
}

/* ---- files ---- */

/* Each with a list of its own: what is remembered of a file does not grow. */
static pb_status import_one(watching *w, const char *path, pb_error *error)
{
    pb__import_list list;
    char           *one[] = {(char *)path};
    pb__import_list_init(&list);
    list.format              = w->format;
    list.listed_under        = path; /* nobody named it: what is no table is passed over */
    w->import->list          = &list;
    w->import->known         = 0;
    w->import->n_passed_over = 0;
    w->import->n_unlisted    = 0;
    pb_status status         = pb__import_into_store(w->import, one, 1, error);
    if (status == PB_OK && w->json) tell_json(w->import, path);
    if (status == PB_OK && !w->json) tell(w->import, path);
    fflush(stdout);
    w->import->list = NULL;
    pb__import_telemetry_forget(w->import);
    pb__import_list_fini(&list);
    return status;
}

static bool is_stopped(const watching *w)
{
    struct pollfd signals = {.fd = w->signals, .events = POLLIN};
    return poll(&signals, 1, 0) > 0;
}

static pb_status take_all(watching *w, pb_error *error)
{
    for (const char *path; !is_stopped(w);) {
        PB_TRY(pb_watch_next(w->watch, &path, error));
        if (!path) break;
        PB_TRY(import_one(w, path, error));
    }
    return PB_OK;
}

static pb_status watch_until_stopped(watching *w, pb_error *error)
{
    while (!is_stopped(w)) {
        PB_TRY(take_all(w, error));
        struct pollfd wait[] = {{.fd = pb_watch_fd(w->watch), .events = POLLIN}, {.fd = w->signals, .events = POLLIN}};
        if (poll(wait, 2, -1) < 0 && errno != EINTR) return pb_error_set(error, PB_E_IO, "%s", strerror(errno));
    }
    return PB_OK;
}

/* SIGINT and SIGTERM become something to read, so that no file is left half done. */
static pb_status catch_signals(watching *w, pb_error *error)
{
    sigset_t stop;
    sigemptyset(&stop);
    sigaddset(&stop, SIGINT);
    sigaddset(&stop, SIGTERM);
    sigprocmask(SIG_BLOCK, &stop, NULL);
    w->signals = signalfd(-1, &stop, SFD_CLOEXEC);
    return w->signals >= 0 ? PB_OK : pb_error_set(error, PB_E_IO, "signals cannot be waited for: %s", strerror(errno));
}

int pb__import_watch(const char *folder, const char *url, const char *format, bool json)
{
    pb_error  error  = {0};
    watching  w      = {.format = format, .signals = -1, .json = json, .import = calloc(1, sizeof *w.import)};
    pb_status status = w.import ? PB_OK : pb_error_set(&error, PB_E_NOMEM, "out of memory");
    if (status == PB_OK) {
        *w.import = (pb__import_store){.url = url, .format = format};
        status    = catch_signals(&w, &error);
    }
    if (status == PB_OK) status = pb_watch_open(folder, &w.watch, &error);
    if (status == PB_OK) status = pb_store_open(url, PB_STORE_CREATE, &w.import->store, &error);
    if (status == PB_OK) {
        fprintf(stderr, "watching %s; Ctrl-C ends\n", folder);
        status = watch_until_stopped(&w, &error);
    }
    pb_watch_close(w.watch);
    if (w.import) pb__import_store_fini(w.import);
    free(w.import);
    if (w.signals >= 0) close(w.signals);
    return status == PB_OK ? PB__EXIT_DONE : pb__fail(&pb__cmd_import, &error);
}
