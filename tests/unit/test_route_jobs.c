/* Routes of jobs and of whoever runs the server. */
#include <dirent.h>
#include <stdatomic.h>
#include <sys/stat.h>
#include <time.h>

#include "pitboard/api_routes.h"
#include "pitboard/store.h"
#include "route_server.h"

typedef struct fixture {
    char            path[128], url[160], dir[128];
    atomic_int      gate;
    pb_job_kind     kind;
    pb_jobs        *jobs;
    pb_routes_admin admin;
    route_server    s;
    pb_error        error;
} fixture;

static void nap(void)
{
    (void)nanosleep(&(struct timespec){.tv_nsec = 2000000}, NULL);
}

static pb_status gate(void *user, pb_job_run *run, pb_bytes *result, pb_error *error)
{
    fixture *f = user;
    for (; !atomic_load(&f->gate); nap())
        if (!pb_job_progress(run, 0.5, "half")) return pb_error_set(error, PB_E_CANCELLED, "stopped");
    *result = (pb_bytes){strdup("{\"a\":[1,2]}"), 11};
    return PB_OK;
}

static void forget(const char *path)
{
    static const char *const tails[] = {"", "-wal", "-shm"};
    for (size_t i = 0; i < sizeof tails / sizeof *tails; i++) {
        char name[300];
        snprintf(name, sizeof name, "%s%s", path, tails[i]);
        (void)unlink(name);
    }
}

static void begin(fixture *f)
{
    static int n;
    memset(f, 0, sizeof *f);
    snprintf(f->path, sizeof f->path, "/tmp/pb_test_route_jobs_%d_%d.db", (int)getpid(), n++);
    snprintf(f->url, sizeof f->url, "sqlite:%s", f->path);
    snprintf(f->dir, sizeof f->dir, "/tmp/pb_test_route_jobs_%d_%d.d", (int)getpid(), n);
    forget(f->path);
    pb_jobs_options o = pb_jobs_options_default();
    f->kind           = (pb_job_kind){"gate", gate, f};
    o.store_url       = f->url;
    o.kinds           = &f->kind;
    o.n_kinds         = 1;
    if (pb_jobs_open(&o, &f->jobs, &f->error) != PB_OK) fail_msg("%s", f->error.text);
    f->admin                      = (pb_routes_admin){f->url, f->dir, "{\"listen\":\"127.0.0.1:8080\"}"};
    const pb_route_table tables[] = {pb_routes_jobs_table(f->jobs), pb_routes_admin_table(&f->admin)};
    route_begin(&f->s, tables, 2);
}

static void end(fixture *f)
{
    route_end(&f->s);
    pb_jobs_close(f->jobs, 5000);
    forget(f->path);
    DIR *d = opendir(f->dir);
    for (struct dirent *e; d && (e = readdir(d));) {
        char file[512];
        snprintf(file, sizeof file, "%s/%s", f->dir, e->d_name);
        if (e->d_name[0] != '.') (void)unlink(file);
    }
    if (d) closedir(d);
    (void)rmdir(f->dir);
}

/* "/api/v1/jobs/ID" of a new job; valid until the next but 7. */
static const char *add(fixture *f, const char *team)
{
    static char at[8][80];
    static int  n;
    char        id[PB_JOB_ID_MAX];
    if (pb_jobs_add(f->jobs, "gate", team, "ann", NULL, pb_span_of("{}"), id, &f->error) != PB_OK)
        fail_msg("%s", f->error.text);
    snprintf(at[n % 8], sizeof at[0], "/api/v1/jobs/%s", id);
    return at[n++ % 8];
}

static void wait_for(fixture *f, const char *at, const char *state)
{
    char text[40];
    snprintf(text, sizeof text, "\"state\":\"%s\"", state);
    for (int i = 0; i < 5000; i++, nap()) {
        pb_json_free(route_good(&f->s, at, "JobDetail", false));
        if (strstr(f->s.body, text)) return;
    }
    fail_msg("not %s: %s", state, f->s.body);
}

PB_TEST(a_job_is_looked_at_until_it_is_done_and_has_its_result_then)
{
    fixture f;
    begin(&f);
    const char *at = add(&f, "main");
    wait_for(&f, at, "running");
    PB_CHECK(strcasestr(f.s.head, "retry-after: 1") != NULL);
    PB_CHECK_EQ(route_count(&f.s, "/api/v1/jobs?state=running", "Job"), 1);
    PB_CHECK_EQ(route_count(&f.s, "/api/v1/jobs?state=done", "Job"), 0);
    f.gate = 1;
    wait_for(&f, at, "done");
    PB_CHECK(strcasestr(f.s.head, "retry-after") == NULL);
    PB_CHECK_HAS(f.s.body, "\"result\":{\"a\":[1,2]}");
    end(&f);
}

PB_TEST(a_job_is_cancelled_then_forgotten_then_unknown)
{
    fixture f;
    begin(&f);
    const char *at = add(&f, "main");
    wait_for(&f, at, "running");
    PB_CHECK_EQ(route_ask(&f.s, "DELETE", at), 204);
    wait_for(&f, at, "cancelled");
    PB_CHECK_EQ(route_ask(&f.s, "DELETE", at), 204);
    PB_CHECK_EQ(route_ask(&f.s, "DELETE", at), 404);
    route_bad(&f.s, at, 404, "no such job");
    end(&f);
}

PB_TEST(jobs_of_another_team_are_not_there)
{
    fixture f;
    begin(&f);
    const char *at = add(&f, "blue"); /* without sign-in everybody is of the team main */
    route_bad(&f.s, at, 404, "no such job");
    PB_CHECK_EQ(route_ask(&f.s, "DELETE", at), 404);
    PB_CHECK_EQ(route_count(&f.s, "/api/v1/jobs", "Job"), 0);
    route_bad(&f.s, "/api/v1/jobs/none", 404, "no such job");
    f.gate = 1;
    end(&f);
}

PB_TEST(options_in_force_are_told)
{
    fixture f;
    begin(&f);
    pb_json_free(route_good(&f.s, "/api/v1/admin/config", "AdminConfig", false));
    PB_CHECK_TEXT(f.s.body, "{\"listen\":\"127.0.0.1:8080\"}\n");
    end(&f);
}

PB_TEST(a_backup_is_a_whole_store_that_only_we_can_read)
{
    fixture     f;
    struct stat st;
    char        file[300], url[320], sha256[65];
    pb_store   *store;
    begin(&f);
    PB_CHECK_EQ(route_ask(&f.s, "POST", "/api/v1/admin/backup"), 201);
    pb_json_doc *doc = route_read(&f.s, "Backup", false);
    snprintf(file, sizeof file, "%s/%s", f.dir, pb_json_chars(pb_json_get(pb_json_root(doc), "name")).at);
    PB_CHECK_EQ(stat(file, &st), 0);
    PB_CHECK_EQ(st.st_mode & 0777, 0600);
    PB_CHECK_EQ((int64_t)pb_json_number(pb_json_get(pb_json_root(doc), "bytes")), st.st_size);
    pb_bytes bytes;
    PB_CHECK_EQ(pb_file_read(file, 0, &bytes, &f.error), PB_OK);
    pb_sha256_hex((pb_span){bytes.at, bytes.len}, sha256);
    PB_CHECK_TEXT(pb_json_chars(pb_json_get(pb_json_root(doc), "sha256")).at, sha256);
    pb_bytes_free(&bytes);
    pb_json_free(doc);
    PB_CHECK(strstr(f.s.body, "/") == NULL); /* no path */
    snprintf(url, sizeof url, "sqlite:%s", file);
    PB_CHECK_EQ(pb_store_open(url, PB_STORE_READ, &store, &f.error), PB_OK);
    pb_store_close(store);
    int again = route_ask(&f.s, "POST", "/api/v1/admin/backup"); /* of the same second, or the next */
    PB_CHECK(again == 409 || again == 201);
    end(&f);
}

PB_TEST(without_a_folder_there_is_no_backup_and_no_path_in_the_answer)
{
    fixture f;
    begin(&f);
    f.admin.backup_dir = NULL;
    PB_CHECK_EQ(route_ask(&f.s, "POST", "/api/v1/admin/backup"), 409);
    f.admin.backup_dir = "/proc/none";
    PB_CHECK_EQ(route_ask(&f.s, "POST", "/api/v1/admin/backup"), 503);
    PB_CHECK(strstr(f.s.body, "/proc") == NULL);
    end(&f);
}

PB_TEST_MAIN(PB_RUN(a_job_is_looked_at_until_it_is_done_and_has_its_result_then),
             PB_RUN(a_job_is_cancelled_then_forgotten_then_unknown), PB_RUN(jobs_of_another_team_are_not_there),
             PB_RUN(options_in_force_are_told), PB_RUN(a_backup_is_a_whole_store_that_only_we_can_read),
             PB_RUN(without_a_folder_there_is_no_backup_and_no_path_in_the_answer))
