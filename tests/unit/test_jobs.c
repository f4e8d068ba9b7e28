/* Jobs: what is taken is done, once, and found again; across ends of every kind. */
#include <signal.h>
#include <stdatomic.h>
#include <sys/wait.h>
#include <time.h>

#include "pb_test.h"
#include "pitboard/engine.h"
#include "pitboard/engine_jobs.h"
#include "pitboard/store_server.h"

typedef struct fixture {
    char            path[256], url[300];
    pb_jobs_options options;
    pb_job_kind     kinds[6];
    pb_jobs        *jobs;
    pb_error        error;
    atomic_int      gate; /* "gate" works until it is open */
    atomic_int      runs; /* of any kind */
    atomic_int      deaf; /* "gate" does not listen */
    atomic_int      told[PB_JOB_CANCELLED + 1];
} fixture;

static void nap(void)
{
    (void)nanosleep(&(struct timespec){.tv_nsec = 2000000}, NULL);
}

/* ---- kinds ---- */

static pb_status give(pb_bytes *result, const char *text, size_t len)
{
    result->at = malloc(len + 1);
    if (!result->at) return PB_E_NOMEM;
    memcpy(result->at, text, len);
    result->at[len] = '\0';
    result->len     = len;
    return PB_OK;
}

static pb_status echo(void *user, pb_job_run *run, pb_bytes *result, pb_error *error)
{
    fixture *f = user;
    (void)error;
    atomic_fetch_add(&f->runs, 1);
    return give(result, pb_job_input(run).at, pb_job_input(run).len);
}

static pb_status gate(void *user, pb_job_run *run, pb_bytes *result, pb_error *error)
{
    fixture *f = user;
    atomic_fetch_add(&f->runs, 1);
    while (!atomic_load(&f->gate)) {
        if (!pb_job_progress(run, 0.25, "half of a half") && !atomic_load(&f->deaf))
            return pb_error_set(error, PB_E_CANCELLED, "stopped");
        nap();
    }
    return give(result, "[1,2]", 5);
}

static pb_status fails(void *user, pb_job_run *run, pb_bytes *result, pb_error *error)
{
    (void)user, (void)run, (void)result;
    return pb_error_set(error, PB_E_RULE, "lap 99 of 66 \"laps\"");
}

static pb_status large(void *user, pb_job_run *run, pb_bytes *result, pb_error *error)
{
    static char text[2000];
    (void)user, (void)run, (void)error;
    memset(text, '1', sizeof text);
    return give(result, text, sizeof text);
}

static pb_status no_text(void *user, pb_job_run *run, pb_bytes *result, pb_error *error)
{
    (void)user, (void)run, (void)error;
    return give(result, "\"\xff\"", 3);
}

static void changed(void *user, const char *team, const char *id, pb_job_state state, double progress)
{
    fixture *f = user;
    PB_CHECK(strlen(id) == 32 && team[0] && progress >= 0 && progress <= 1);
    atomic_fetch_add(&f->told[state], 1);
}

/* ---- fixture ---- */

static void forget(const char *path)
{
    static const char *const tails[] = {"", "-wal", "-shm"};
    for (size_t i = 0; i < sizeof tails / sizeof *tails; i++) {
        char name[300];
        snprintf(name, sizeof name, "%s%s", path, tails[i]);
        (void)unlink(name);
    }
}

/* A statement on the store behind the jobs' back. */
static int64_t change(fixture *f, const char *sql)
{
    pb_store *store;
    int64_t   n = 0;
    if (pb_store_open(f->url, PB_STORE_CREATE, &store, &f->error) != PB_OK) fail_msg("%s", f->error.text);
    if (pb_store_change(store, sql, NULL, 0, &n, &f->error) != PB_OK) fail_msg("%s", f->error.text);
    pb_store_close(store);
    return n;
}

/* PB_JOBS_STORE: a database for these tests alone (tests/system/api_postgres.sh). */
static void put_url(fixture *f, int n)
{
    const char *url = getenv("PB_JOBS_STORE");
    snprintf(f->path, sizeof f->path, "/tmp/pb_test_jobs_%d_%d.db", (int)getpid(), n);
    snprintf(f->url, sizeof f->url, "sqlite:%s", f->path);
    forget(f->path);
    if (!url) return;
    snprintf(f->url, sizeof f->url, "%s", url);
    (void)change(f, "DELETE FROM server_jobs");
}

static void open_jobs(fixture *f)
{
    if (pb_jobs_open(&f->options, &f->jobs, &f->error) != PB_OK) fail_msg("%s", f->error.text);
}

static void prepare(fixture *f)
{
    static int n;
    memset(f, 0, sizeof *f);
    put_url(f, n++);
    pb_job_work *const work[]  = {echo, gate, fails, large, no_text};
    const char *const  names[] = {"echo", "gate", "fails", "large", "no_text"};
    for (uint32_t i = 0; i < 5; i++) f->kinds[i] = (pb_job_kind){names[i], work[i], f};
    f->options            = pb_jobs_options_default();
    f->options.store_url  = f->url;
    f->options.kinds      = f->kinds;
    f->options.n_kinds    = 5;
    f->options.result_max = 1000;
    f->options.changed    = changed;
    f->options.user       = f;
}

static void begin(fixture *f)
{
    prepare(f);
    open_jobs(f);
}

static void end(fixture *f)
{
    pb_jobs_close(f->jobs, 5000);
    forget(f->path);
}

static const char *add_as(fixture *f, const char *kind, const char *team, const char *user)
{
    static char ids[16][PB_JOB_ID_MAX];
    static int  at;
    char       *id = ids[at++ % 16];
    if (pb_jobs_add(f->jobs, kind, team, user, "0123456789abcdef0123456789abcdef", pb_span_of("{\"laps\":57}"), id,
                    &f->error) != PB_OK)
        fail_msg("%s", f->error.text);
    return id;
}

static const char *add(fixture *f, const char *kind)
{
    return add_as(f, kind, "red", "ann");
}

/* The job as JSON; "" when there is none. Valid until the next call. */
static const char *look_as(fixture *f, const char *team, const char *id, bool with_result)
{
    static char   *text;
    size_t         len = 0;
    pb_json_writer w;
    free(text);
    text     = NULL;
    FILE *to = open_memstream(&text, &len);
    PB_CHECK(to != NULL);
    pb_json_begin(&w, to, 0);
    pb_json_object(&w, NULL);
    pb_status status = pb_jobs_put(f->jobs, team, id, with_result, &w, NULL, &f->error);
    pb_json_object_end(&w);
    fclose(to);
    if (status == PB_E_NOENT) return "";
    if (status != PB_OK) fail_msg("%s", f->error.text);
    return text;
}

static const char *look(fixture *f, const char *id)
{
    return look_as(f, "red", id, true);
}

static bool is_in(fixture *f, const char *id, const char *state)
{
    char text[40];
    snprintf(text, sizeof text, "\"state\":\"%s\"", state);
    return strstr(look(f, id), text) != NULL;
}

static void wait_for(fixture *f, const char *id, const char *state)
{
    for (int i = 0; i < 5000; i++) {
        if (is_in(f, id, state)) return;
        nap();
    }
    fail_msg("it is not %s: %s", state, look(f, id));
}

/* ---- sentences ---- */

PB_TEST(a_job_is_done_and_its_result_is_kept_with_all_that_is_known_of_it)
{
    fixture f;
    begin(&f);
    const char *id = add(&f, "echo");
    wait_for(&f, id, "done");
    pb_json_doc *doc;
    PB_CHECK_EQ(pb_json_parse(pb_span_of(look(&f, id)), "job", &doc, &f.error), PB_OK);
    pb_json_free(doc);
    PB_CHECK_HAS(look(&f, id), "\"kind\":\"echo\"");
    PB_CHECK_HAS(look(&f, id), "\"progress\":1");
    PB_CHECK_HAS(look(&f, id), "\"by\":\"ann\"");
    PB_CHECK_HAS(look(&f, id), "\"error\":null");
    PB_CHECK_HAS(look(&f, id), "\"result\":{\"laps\":57}");
    PB_CHECK(strstr(look(&f, id), "\"ended\":null") == NULL);
    PB_CHECK(strstr(look_as(&f, "red", id, false), "result") == NULL);
    end(&f);
    PB_CHECK(f.told[PB_JOB_WAITING] == 1 && f.told[PB_JOB_RUNNING] == 1 && f.told[PB_JOB_DONE] == 1);
}

PB_TEST(another_team_finds_nothing_to_see_or_to_cancel)
{
    fixture f;
    begin(&f);
    const char    *id = add(&f, "gate");
    char          *text;
    size_t         len;
    pb_json_writer w;
    PB_CHECK_TEXT(look_as(&f, "blue", id, true), "");
    PB_CHECK_EQ(pb_jobs_cancel(f.jobs, "blue", id, &f.error), PB_E_NOENT);
    PB_CHECK(strstr(f.error.text, "red") == NULL);
    FILE *to = open_memstream(&text, &len);
    pb_json_begin(&w, to, 0);
    pb_json_array(&w, NULL);
    PB_CHECK_EQ(pb_jobs_list(f.jobs, "blue", &w, &f.error), PB_OK);
    pb_json_array_end(&w);
    fclose(to);
    PB_CHECK_TEXT(text, "[]");
    free(text);
    f.gate = 1;
    wait_for(&f, id, "done");
    end(&f);
}

PB_TEST(ids_that_are_none_are_not_looked_up)
{
    fixture                  f;
    static const char *const odd[] = {"",
                                      "x",
                                      "../../etc/passwd",
                                      "' OR 1=1 --",
                                      "0123456789ABCDEF0123456789ABCDEF",
                                      "0123456789abcdef0123456789abcdef0",
                                      "\xff\xfe"};
    begin(&f);
    for (size_t i = 0; i < sizeof odd / sizeof *odd; i++) {
        PB_CHECK_TEXT(look(&f, odd[i]), "");
        PB_CHECK_EQ(pb_jobs_cancel(f.jobs, "red", odd[i], &f.error), PB_E_NOENT);
    }
    end(&f);
}

PB_TEST(what_fails_says_why_and_a_result_that_is_no_good_is_a_failure)
{
    fixture f;
    begin(&f);
    const char *id = add(&f, "fails");
    wait_for(&f, id, "failed");
    PB_CHECK_HAS(look(&f, id), "\"error\":{\"status\":\"PB_E_RULE\",\"detail\":\"lap 99 of 66 \\\"laps\\\"\"}");
    PB_CHECK(strstr(look(&f, id), "\"result\"") == NULL);
    id = add(&f, "large");
    wait_for(&f, id, "failed");
    PB_CHECK_HAS(look(&f, id), "the result has 2000 bytes, 1000 are kept");
    id = add(&f, "no_text");
    wait_for(&f, id, "failed");
    PB_CHECK_EQ(pb_jobs_add(f.jobs, "none", "red", "ann", "", pb_span_of(""), (char[PB_JOB_ID_MAX]){0}, &f.error),
                PB_E_RANGE);
    end(&f);
}

PB_TEST(one_that_waits_is_cancelled_at_once_one_that_runs_stops_one_that_is_over_is_forgotten)
{
    fixture f;
    begin(&f);
    const char *runs = add(&f, "gate");
    wait_for(&f, runs, "running");
    const char *waits = add(&f, "echo");
    PB_CHECK(is_in(&f, waits, "waiting"));
    PB_CHECK_EQ(pb_jobs_cancel(f.jobs, "red", waits, &f.error), PB_OK);
    PB_CHECK(is_in(&f, waits, "cancelled"));
    PB_CHECK_EQ(pb_jobs_cancel(f.jobs, "red", runs, &f.error), PB_OK);
    PB_CHECK(is_in(&f, runs, "cancelled"));
    const char *next = add(&f, "echo"); /* it does stop: there is one thread */
    wait_for(&f, next, "done");
    PB_CHECK(is_in(&f, runs, "cancelled"));
    PB_CHECK_EQ(f.runs, 2);
    PB_CHECK_EQ(pb_jobs_cancel(f.jobs, "red", next, &f.error), PB_OK);
    PB_CHECK_TEXT(look(&f, next), "");
    PB_CHECK_EQ(pb_jobs_cancel(f.jobs, "red", next, &f.error), PB_E_NOENT);
    end(&f);
}

PB_TEST(a_user_and_all_users_together_have_a_limit)
{
    fixture f;
    char    id[PB_JOB_ID_MAX] = "untouched";
    prepare(&f);
    f.options.per_user_max = 2;
    f.options.all_max      = 3;
    open_jobs(&f);
    (void)add(&f, "gate");
    const char *second = add(&f, "gate");
    PB_CHECK_EQ(pb_jobs_add(f.jobs, "gate", "red", "ann", NULL, pb_span_of("{}"), id, &f.error), PB_E_RULE);
    PB_CHECK_TEXT(id, "untouched");
    const char *third = add_as(&f, "gate", "blue", "ann"); /* another one */
    PB_CHECK_EQ(pb_jobs_add(f.jobs, "gate", "blue", "bob", NULL, pb_span_of("{}"), id, &f.error), PB_E_LIMIT);
    PB_CHECK_EQ(pb_jobs_cancel(f.jobs, "red", second, &f.error), PB_OK);
    PB_CHECK_EQ(pb_jobs_cancel(f.jobs, "blue", third, &f.error), PB_OK);
    f.gate = 1;
    wait_for(&f, add(&f, "echo"), "done");
    end(&f);
}

PB_TEST(a_list_is_newest_first_and_has_progress_but_no_results)
{
    fixture f;
    begin(&f);
    const char *first = add(&f, "echo");
    wait_for(&f, first, "done");
    const char *second = add(&f, "gate");
    wait_for(&f, second, "running");
    char          *text = NULL;
    size_t         len;
    pb_json_writer w;
    while (!strstr(look(&f, second), "\"progress\":0.25")) nap();
    PB_CHECK_HAS(look(&f, second), "\"what\":\"half of a half\"");
    FILE *to = open_memstream(&text, &len);
    pb_json_begin(&w, to, 0);
    pb_json_array(&w, NULL);
    PB_CHECK_EQ(pb_jobs_list(f.jobs, "red", &w, &f.error), PB_OK);
    pb_json_array_end(&w);
    fclose(to);
    PB_CHECK(strstr(text, second) && strstr(text, first) && strstr(text, second) < strstr(text, first));
    PB_CHECK(strstr(text, "result") == NULL);
    free(text);
    f.gate = 1;
    wait_for(&f, second, "done");
    end(&f);
}

/* The newest of this team, kind and input; "" when there is none. */
static const char *find_as(fixture *f, const char *team, const char *kind, const char *input, pb_job_state *state)
{
    static char id[PB_JOB_ID_MAX];
    pb_status   status = pb_jobs_find(f->jobs, team, kind, pb_span_of(input), id, state, &f->error);
    if (status == PB_E_NOENT) return "";
    if (status != PB_OK) fail_msg("%s", f->error.text);
    return id;
}

PB_TEST(a_job_is_found_by_what_was_asked_unless_it_failed_or_is_another_teams)
{
    fixture      f;
    pb_job_state state = PB_JOB_FAILED;
    begin(&f);
    PB_CHECK_TEXT(find_as(&f, "red", "gate", "{\"laps\":57}", &state), "");
    const char *id = add(&f, "gate");
    wait_for(&f, id, "running");
    PB_CHECK_TEXT(find_as(&f, "red", "gate", "{\"laps\":57}", &state), id);
    PB_CHECK_EQ(state, PB_JOB_RUNNING);
    PB_CHECK_TEXT(find_as(&f, "red", "gate", "{\"laps\":58}", &state), "");
    PB_CHECK_TEXT(find_as(&f, "red", "echo", "{\"laps\":57}", &state), "");
    PB_CHECK_TEXT(find_as(&f, "blue", "gate", "{\"laps\":57}", &state), "");
    f.gate = 1;
    wait_for(&f, id, "done");
    PB_CHECK_TEXT(find_as(&f, "red", "gate", "{\"laps\":57}", &state), id);
    PB_CHECK_EQ(state, PB_JOB_DONE);
    wait_for(&f, add(&f, "fails"), "failed");
    PB_CHECK_TEXT(find_as(&f, "red", "fails", "{\"laps\":57}", &state), "");
    end(&f);
}

PB_TEST(a_result_is_given_alone_to_its_team_when_it_is_there)
{
    fixture        f;
    char          *text = NULL;
    size_t         len  = 0;
    pb_json_writer w;
    begin(&f);
    const char *done = add(&f, "echo"), *runs = add(&f, "gate");
    wait_for(&f, done, "done");
    FILE *to = open_memstream(&text, &len);
    pb_json_begin(&w, to, 0);
    PB_CHECK_EQ(pb_jobs_put_result(f.jobs, "blue", done, NULL, &w, &f.error), PB_E_NOENT);
    PB_CHECK_EQ(pb_jobs_put_result(f.jobs, "red", runs, NULL, &w, &f.error), PB_E_NOENT);
    PB_CHECK_EQ(pb_jobs_put_result(f.jobs, "red", "no-such", NULL, &w, &f.error), PB_E_NOENT);
    PB_CHECK_EQ(pb_jobs_put_result(f.jobs, "red", done, NULL, &w, &f.error), PB_OK);
    fclose(to);
    PB_CHECK(len > 2 && strstr(look(&f, done), text) != NULL);
    free(text);
    f.gate = 1;
    wait_for(&f, runs, "done");
    end(&f);
}

PB_TEST(at_the_end_what_runs_and_what_waits_is_kept_for_the_next_start)
{
    fixture f;
    begin(&f);
    const char *runs = add(&f, "gate");
    wait_for(&f, runs, "running");
    const char *waits = add(&f, "echo");
    pb_jobs_close(f.jobs, 5000);
    PB_CHECK_EQ(change(&f, "UPDATE server_jobs SET tries = 0 WHERE state = 'waiting' AND owner IS NULL AND tries = 0"),
                2);
    f.gate = 1;
    open_jobs(&f);
    wait_for(&f, runs, "done");
    wait_for(&f, waits, "done");
    PB_CHECK_EQ(f.runs, 3);
    end(&f);
}

PB_TEST(one_that_does_not_listen_is_left_behind_and_begins_again)
{
    static fixture f; /* its thread goes on after the close, as it would until the process ends */
    begin(&f);
    f.deaf         = 1;
    const char *id = add(&f, "gate");
    wait_for(&f, id, "running");
    pb_jobs_close(f.jobs, 20);
    PB_CHECK_EQ(change(&f, "UPDATE server_jobs SET kind = kind WHERE state = 'waiting'"), 1);
    f.gate = 1;
    open_jobs(&f);
    wait_for(&f, id, "done");
    end(&f);
    for (int i = 0; i < 100; i++) nap(); /* until the one left behind has seen the gate */
}

/* A process that takes a job and is killed while it runs. */
static void run_and_die(fixture *f, char id[PB_JOB_ID_MAX])
{
    int way[2];
    PB_CHECK_EQ(pipe(way), 0);
    pid_t child = fork();
    if (child == 0) {
        open_jobs(f);
        if (id[0] == '\0') memcpy(id, add(f, "gate"), PB_JOB_ID_MAX);
        wait_for(f, id, "running");
        if (write(way[1], id, PB_JOB_ID_MAX) != PB_JOB_ID_MAX) _exit(1);
        for (;;) nap();
    }
    PB_CHECK_EQ(read(way[0], id, PB_JOB_ID_MAX), PB_JOB_ID_MAX);
    PB_CHECK_EQ(kill(child, SIGKILL), 0);
    PB_CHECK_EQ(waitpid(child, NULL, 0), child);
    close(way[0]);
    close(way[1]);
}

PB_TEST(after_kill_9_it_begins_again_three_times_at_most)
{
    fixture f;
    char    id[PB_JOB_ID_MAX] = "";
    prepare(&f);
    for (int i = 0; i < 2; i++) run_and_die(&f, id);
    f.gate = 1;
    open_jobs(&f);
    wait_for(&f, id, "done");
    PB_CHECK_EQ(f.runs, 1);
    pb_jobs_close(f.jobs, 5000);
    f.gate = 0;
    id[0]  = '\0';
    for (int i = 0; i < 3; i++) run_and_die(&f, id);
    open_jobs(&f);
    PB_CHECK(is_in(&f, id, "failed"));
    PB_CHECK_HAS(look(&f, id), "ended 3 times");
    end(&f);
}

PB_TEST(what_another_process_runs_is_its_own_until_it_gives_no_sign_of_life)
{
    fixture f;
    char    sql[300];
    begin(&f);
    const char *id = add(&f, "gate");
    wait_for(&f, id, "running");
    pb_jobs_close(f.jobs, 5000);
    for (int age_s = 0; age_s <= 60; age_s += 60) { /* of one on another machine */
        snprintf(sql, sizeof sql, "UPDATE server_jobs SET state = 'running', tries = 1, owner = 'cafe.1.1.1.abcd %lld'",
                 (long long)pb_engine_utc_s() - age_s);
        PB_CHECK_EQ(change(&f, sql), 1);
        f.gate = 1;
        open_jobs(&f);
        for (int i = 0; i < 20; i++) nap();
        PB_CHECK(is_in(&f, id, age_s == 0 ? "running" : "done"));
        pb_jobs_close(f.jobs, 5000);
    }
    forget(f.path);
}

PB_TEST(of_two_that_share_a_store_one_does_it)
{
    fixture  f;
    pb_jobs *other;
    begin(&f);
    PB_CHECK_EQ(pb_jobs_open(&f.options, &other, &f.error), PB_OK);
    const char *ids[8];
    for (int i = 0; i < 8; i++) ids[i] = add(&f, "echo");
    for (int i = 0; i < 8; i++) wait_for(&f, ids[i], "done");
    PB_CHECK_EQ(f.runs, 8);
    pb_jobs_close(other, 5000);
    end(&f);
}

PB_TEST(one_that_was_taken_away_stops_and_what_it_gives_is_not_kept)
{
    fixture f;
    begin(&f);
    const char *id = add(&f, "gate");
    wait_for(&f, id, "running");
    PB_CHECK_EQ(change(&f, "UPDATE server_jobs SET state = 'cancelled' WHERE state = 'running'"), 1);
    const char *next = add(&f, "echo");
    wait_for(&f, next, "done"); /* the keeper sees it with the next progress */
    PB_CHECK(is_in(&f, id, "cancelled"));
    end(&f);
}

PB_TEST(results_are_kept_for_so_long)
{
    fixture f;
    prepare(&f);
    f.options.keep_s = 3600;
    open_jobs(&f);
    const char *old = add(&f, "echo"), *young = add(&f, "echo");
    wait_for(&f, old, "done");
    wait_for(&f, young, "done");
    pb_jobs_close(f.jobs, 5000);
    char sql[200];
    snprintf(sql, sizeof sql, "UPDATE server_jobs SET ended_us = ended_us - 3700000000 WHERE id = '%s'", old);
    PB_CHECK_EQ(change(&f, sql), 1);
    open_jobs(&f);
    for (int i = 0; i < 2000 && look(&f, old)[0]; i++) nap();
    PB_CHECK_TEXT(look(&f, old), "");
    PB_CHECK(is_in(&f, young, "done"));
    end(&f);
}

PB_TEST(without_a_store_there_is_no_start)
{
    fixture f;
    prepare(&f);
    f.options.store_url = "sqlite:/nowhere/at/all.db";
    PB_CHECK(pb_jobs_open(&f.options, &f.jobs, &f.error) != PB_OK);
    PB_CHECK(f.error.text[0] != '\0');
    f.options.store_url = f.url;
    f.options.threads   = 0;
    PB_CHECK_EQ(pb_jobs_open(&f.options, &f.jobs, &f.error), PB_E_RANGE);
}

PB_TEST(states_are_counted_and_times_observed)
{
    fixture     f;
    pb_metrics *metrics = pb_metrics_create();
    char       *text    = NULL;
    size_t      len;
    prepare(&f);
    f.options.metrics = metrics;
    open_jobs(&f);
    wait_for(&f, add(&f, "echo"), "done");
    for (int i = 0; i < 400; i++) { /* they are counted now and then */
        free(text);
        text     = NULL;
        FILE *to = open_memstream(&text, &len);
        pb_metrics_print(metrics, to);
        fclose(to);
        if (strstr(text, "pitboard_jobs{state=\"waiting\"}") && strstr(text, "pitboard_job_seconds_count")) break;
        nap();
    }
    end(&f);
    PB_CHECK_HAS(text, "pitboard_jobs{state=\"waiting\"}");
    PB_CHECK_HAS(text, "pitboard_job_seconds_count{kind=\"echo\"} 1");
    free(text);
    pb_metrics_destroy(metrics);
}

/* ---- a store that goes away: tests/system/api_postgres.sh stops the server and starts it ---- */

static void wait_for_file(const char *path)
{
    for (int i = 0; i < 10000 && access(path, F_OK) != 0; i++) nap();
    PB_CHECK_EQ(access(path, F_OK), 0);
}

PB_TEST(a_job_goes_on_while_the_store_is_away_and_its_result_is_written_when_it_is_back)
{
    fixture     f;
    const char *away = getenv("PB_JOBS_AWAY");
    char        down[300], up[300], id[PB_JOB_ID_MAX];
    snprintf(down, sizeof down, "%s.down", away);
    snprintf(up, sizeof up, "%s.up", away);
    begin(&f);
    const char *runs = add(&f, "gate");
    wait_for(&f, runs, "running");
    fclose(fopen(away, "w"));
    wait_for_file(down);
    PB_CHECK_EQ(pb_jobs_add(f.jobs, "echo", "red", "ann", NULL, pb_span_of("{}"), id, &f.error), PB_E_IO);
    PB_CHECK(strstr(f.error.text, "postgres") == NULL); /* where it is, is nobody's business */
    f.gate = 1;
    wait_for_file(up);
    for (int i = 0; i < 5000 && pb_jobs_add(f.jobs, "echo", "red", "ann", NULL, pb_span_of("{}"), id, &f.error); i++)
        nap();
    wait_for(&f, runs, "done");
    wait_for(&f, id, "done");
    PB_CHECK_EQ(f.runs, 2);
    end(&f);
}

int main(void)
{
    const struct CMUnitTest all[] = {
        PB_RUN(a_job_is_done_and_its_result_is_kept_with_all_that_is_known_of_it),
        PB_RUN(another_team_finds_nothing_to_see_or_to_cancel),
        PB_RUN(ids_that_are_none_are_not_looked_up),
        PB_RUN(what_fails_says_why_and_a_result_that_is_no_good_is_a_failure),
        PB_RUN(one_that_waits_is_cancelled_at_once_one_that_runs_stops_one_that_is_over_is_forgotten),
        PB_RUN(a_user_and_all_users_together_have_a_limit),
        PB_RUN(a_list_is_newest_first_and_has_progress_but_no_results),
        PB_RUN(after_kill_9_it_begins_again_three_times_at_most),
        PB_RUN(a_job_is_found_by_what_was_asked_unless_it_failed_or_is_another_teams),
        PB_RUN(a_result_is_given_alone_to_its_team_when_it_is_there),
        PB_RUN(at_the_end_what_runs_and_what_waits_is_kept_for_the_next_start),
        PB_RUN(one_that_does_not_listen_is_left_behind_and_begins_again),
        PB_RUN(what_another_process_runs_is_its_own_until_it_gives_no_sign_of_life),
        PB_RUN(of_two_that_share_a_store_one_does_it),
        PB_RUN(one_that_was_taken_away_stops_and_what_it_gives_is_not_kept),
        PB_RUN(results_are_kept_for_so_long),
        PB_RUN(without_a_store_there_is_no_start),
        PB_RUN(states_are_counted_and_times_observed)};
    const struct CMUnitTest away[] = {
        PB_RUN(a_job_goes_on_while_the_store_is_away_and_its_result_is_written_when_it_is_back)};
    return getenv("PB_JOBS_AWAY") ? cmocka_run_group_tests(away, NULL, NULL) : cmocka_run_group_tests(all, NULL, NULL);
}
