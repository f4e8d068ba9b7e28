/* For whoever runs the server: its options, and a backup of its store. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "pitboard/api_routes.h"
#include "pitboard/engine.h"

static pb_status run_config(void *context, pb_request *request, pb_reply *reply, pb_error *error)
{
    const pb_routes_admin *with = context;
    (void)request, (void)error;
    pb_json_put_raw(pb_reply_json(reply), NULL, pb_span_of(with->config ? with->config : "{}"));
    return PB_OK;
}

/* ---- backup ---- */

static pb_status hash_file(const char *path, int64_t *bytes, char sha256[65], pb_error *error)
{
    static const size_t room = 1 << 16;
    char                buffer[1 << 16];
    uint8_t             sum[32];
    pb_sha256           sha;
    FILE               *from = fopen(path, "rbe");
    if (!from) return pb_error_set(error, PB_E_IO, "the backup cannot be read back");
    pb_sha256_begin(&sha);
    *bytes = 0;
    for (size_t n; (n = fread(buffer, 1, room, from)) > 0; *bytes += (int64_t)n)
        pb_sha256_add(&sha, (pb_span){buffer, n});
    bool failed = ferror(from) != 0;
    (void)fclose(from);
    pb_sha256_end(&sha, sum);
    pb_hex(sum, sizeof sum, sha256);
    return failed ? pb_error_set(error, PB_E_IO, "the backup cannot be read back") : PB_OK;
}

/* A name from the clock: nothing that a client says is in it. */
static void put_name(char *out, size_t cap)
{
    time_t    now = (time_t)pb_engine_utc_s();
    struct tm utc;
    gmtime_r(&now, &utc);
    (void)strftime(out, cap, "pitboard-%Y%m%d-%H%M%S.db", &utc);
}

/* The copy holds who may sign in: only we may read it. Texts of errors below the api name
 * paths, which are no business of a client. */
static pb_status copy_store(const pb_routes_admin *with, const char *path, pb_logger *log, const char *id,
                            pb_error *error)
{
    pb_store *store;
    pb_error  why    = {0};
    pb_status status = pb_store_open(with->store_url, PB_STORE_READ, &store, &why);
    if (status == PB_OK) {
        status = pb_store_backup(store, path, &why);
        pb_store_close(store);
    }
    if (status == PB_OK && chmod(path, 0600) != 0)
        status = pb_error_set(&why, PB_E_IO, "%s: %s", path, strerror(errno));
    if (status == PB_OK) return PB_OK;
    pb_logger_say(log, PB_LOG_ERROR, "api", id, "backup: %s", why.text);
    return pb_error_set(error, PB_E_IO, "the backup could not be made; the server's log says why");
}

static pb_status run_backup(void *context, pb_request *request, pb_reply *reply, pb_error *error)
{
    const pb_routes_admin *with = context;
    char                   name[64], path[1024], sha256[65];
    int64_t                bytes;
    if (!with->backup_dir || !with->backup_dir[0])
        return pb_error_set(error, PB_E_UNSUPPORTED, "this server was given no folder for backups");
    put_name(name, sizeof name);
    if ((size_t)snprintf(path, sizeof path, "%s/%s", with->backup_dir, name) >= sizeof path)
        return pb_error_set(error, PB_E_UNSUPPORTED, "the folder for backups has too long a name");
    if (mkdir(with->backup_dir, 0700) != 0 && errno != EEXIST)
        return pb_error_set(error, PB_E_IO, "the folder for backups cannot be made");
    struct stat there;
    if (stat(path, &there) == 0)
        return pb_error_set(error, PB_E_UNSUPPORTED, "there is a backup of this second already: %s", name);
    PB_TRY(copy_store(with, path, pb_request_log(request), pb_request_id(request), error));
    PB_TRY(hash_file(path, &bytes, sha256, error));
    pb_json_writer *w = pb_reply_json(reply);
    pb_json_object(w, NULL);
    pb_json_put_text(w, "name", name);
    pb_json_put_i64(w, "bytes", bytes);
    pb_json_put_text(w, "sha256", sha256);
    pb_json_object_end(w);
    return PB_OK;
}

static const pb_route rows[] = {
    {.method  = PB_GET,
     .path    = "/api/v1/admin/config",
     .id      = "getConfig",
     .tag     = "admin",
     .summary = "Options in force, secrets left out",
     .role    = PB_ROLE_ADMIN,
     .flags   = PB_ROUTE_HOME,
     .run     = run_config,
     .answer  = "AdminConfig"},
    {.method  = PB_POST,
     .path    = "/api/v1/admin/backup",
     .id      = "makeBackup",
     .tag     = "admin",
     .summary = "Copy the whole store to a file in the server's folder for backups",
     .details = "A consistent copy while others read and write. It is put in place with `pitboard db restore`.",
     .role    = PB_ROLE_ADMIN,
     .flags   = PB_ROUTE_HOME | PB_ROUTE_CHANGES | PB_ROUTE_COSTLY,
     .run     = run_backup,
     .answer  = "Backup",
     .status  = 201,
     .other   = {409}},
};

pb_route_table pb_routes_admin_table(const pb_routes_admin *with)
{
    return (pb_route_table){.rows = rows, .n = sizeof rows / sizeof *rows, .context = (void *)(uintptr_t)with};
}
