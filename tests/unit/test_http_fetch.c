#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

#include "http_script.h"

#define WHOLE                                                                                                          \
    "HTTP/1.1 200 OK\r\nETag: \"e1\"\r\nLast-Modified: Sun, 30 Aug 2015 12:00:00 GMT\r\nContent-Length: 10\r\n\r\n"
#define PART(from) "HTTP/1.1 206 OK\r\nETag: \"e1\"\r\nContent-Range: bytes " from "\r\n\r\n"
#define EMPTY(code) "HTTP/1.1 " code " x\r\nContent-Length: 0\r\n\r\n"

static char dir[64], path[128];

static void make_dir(void)
{
    strcpy(dir, "/tmp/pb_fetch_XXXXXX");
    PB_CHECK(mkdtemp(dir) != NULL);
    snprintf(path, sizeof path, "%s/a/b/file.json", dir);
}

static void remove_dir(void)
{
    char command[128];
    snprintf(command, sizeof command, "rm -rf %s", dir);
    PB_CHECK_EQ(system(command), 0); // NOLINT(cert-env33-c)
}

static const char *file_text(const char *of)
{
    static char text[256];
    FILE       *from = fopen(of, "r");
    size_t      n    = from ? fread(text, 1, sizeof text - 1, from) : 0;
    if (from) fclose(from);
    text[n] = '\0';
    return from ? text : "(none)";
}

static const char *beside(const char *end)
{
    static char name[160];
    snprintf(name, sizeof name, "%s%s", path, end);
    return name;
}

/* One process that fetches: a handle of its own. attempts 0: the default. */
static pb_status fetch(const script *s, uint32_t attempts, const pb_http_fetch_options *how, pb_http_file *file,
                       pb_error *error)
{
    fake_clock            clock;
    pb_http_options       o    = fake_options(&clock);
    pb_http_fetch_options none = pb_http_fetch_options_default();
    if (attempts) o.attempts_max = attempts;
    pb_http        *http    = open_http(&o);
    pb_http_request request = {.url = s->url};
    memset(file, 0, sizeof *file);
    pb_status status = pb_http_fetch(http, &request, path, how ? how : &none, file, error);
    pb_http_close(http);
    return status;
}

PB_TEST(a_file_is_fetched_once_and_then_only_asked_after)
{
    script       s;
    pb_http_file file;
    pb_error     error;
    make_dir();
    SCRIPT(&s, {WHOLE "0123456789", 0}, {EMPTY("304"), 0}, {WHOLE "9876543210", 0});
    PB_CHECK_EQ(fetch(&s, 0, NULL, &file, &error), PB_OK);
    PB_CHECK_TEXT(file_text(path), "0123456789");
    PB_CHECK_TEXT(file.sha256, "84d89877f0d4041efb6bf91a16f0248f2fd573e6af05c19f96bedb9f882f7882");
    PB_CHECK(file.bytes == 10 && !file.unchanged && file.attempts == 1);
    PB_CHECK(access(beside(".pb-part"), F_OK) != 0 && access(beside(".pb-part-meta"), F_OK) != 0);
    PB_CHECK_EQ(fetch(&s, 0, NULL, &file, &error), PB_OK);
    PB_CHECK(file.bytes == 10 && file.unchanged && file.attempts == 1);
    PB_CHECK_TEXT(file.sha256, "84d89877f0d4041efb6bf91a16f0248f2fd573e6af05c19f96bedb9f882f7882");
    PB_CHECK_EQ(fetch(&s, 0, NULL, &file, &error), PB_OK);
    PB_CHECK(!file.unchanged);
    PB_CHECK_TEXT(file_text(path), "9876543210");
    PB_CHECK(access(beside(".pb-part"), F_OK) != 0);
    script_stop(&s);
    PB_CHECK(!strstr(s.asked[0], "If-"));
    PB_CHECK_HAS(s.asked[1], "If-None-Match: \"e1\"\r\n");
    PB_CHECK_HAS(s.asked[1], "If-Modified-Since: Sun, 30 Aug 2015 12:00:00 GMT\r\n");
    remove_dir();
}

PB_TEST(a_young_file_and_one_of_the_right_etag_are_taken_without_asking)
{
    script                s;
    pb_http_file          file;
    pb_error              error;
    pb_http_fetch_options how = pb_http_fetch_options_default();
    make_dir();
    SCRIPT(&s, {WHOLE "0123456789", 0}, {WHOLE "0123456789", 0});
    PB_CHECK_EQ(fetch(&s, 0, NULL, &file, &error), PB_OK);
    how.max_age_ms = 1000;
    PB_CHECK_EQ(fetch(&s, 0, &how, &file, &error), PB_OK);
    PB_CHECK(file.unchanged && file.attempts == 0);
    how.etag = "\"e1\"";
    PB_CHECK_EQ(fetch(&s, 0, &how, &file, &error), PB_OK);
    PB_CHECK(file.unchanged && file.attempts == 0);
    how.etag = "\"e2\"";
    PB_CHECK_EQ(fetch(&s, 0, &how, &file, &error), PB_OK);
    PB_CHECK(!file.unchanged && file.attempts == 1);
    script_stop(&s);
    remove_dir();
}

PB_TEST(a_file_that_was_touched_or_whose_meta_is_broken_is_fetched_again)
{
    script       s;
    pb_http_file file;
    pb_error     error;
    make_dir();
    SCRIPT(&s, {WHOLE "0123456789", 0}, {WHOLE "0123456789", 0}, {WHOLE "0123456789", 0}, {WHOLE "0123456789", 0});
    for (int i = 0; i < 4; i++) {
        PB_CHECK_EQ(fetch(&s, 0, NULL, &file, &error), PB_OK);
        PB_CHECK(!file.unchanged);
        PB_CHECK_TEXT(file_text(path), "0123456789");
        int fd = open(i == 1 ? beside(".pb-meta") : path, O_WRONLY | O_TRUNC);
        PB_CHECK_EQ(write(fd, i == 0 ? "x123456789" : "{", i == 0 ? 10 : 1), i == 0 ? 10 : 1);
        close(fd);
    }
    script_stop(&s);
    for (int i = 0; i < 4; i++) PB_CHECK(!strstr(s.asked[i], "If-"));
    remove_dir();
}

PB_TEST(a_broken_one_goes_on_where_it_broke)
{
    script       s;
    pb_http_file file;
    pb_error     error;
    make_dir();
    SCRIPT(&s, {WHOLE "012", 0}, {PART("3-9/10") "34", 0}, {PART("5-9/10") "56789", 0});
    PB_CHECK_EQ(fetch(&s, 2, NULL, &file, &error), PB_OK); /* two attempts in vain are allowed: these were not */
    script_stop(&s);
    PB_CHECK_EQ(file.attempts, 3);
    PB_CHECK_TEXT(file_text(path), "0123456789");
    PB_CHECK(!strstr(s.asked[0], "Range"));
    PB_CHECK_HAS(s.asked[1], "Range: bytes=3-\r\n");
    PB_CHECK_HAS(s.asked[1], "If-Range: \"e1\"\r\n");
    PB_CHECK_HAS(s.asked[2], "Range: bytes=5-\r\n");
    remove_dir();
}

PB_TEST(another_process_goes_on_with_what_one_left)
{
    script       s;
    pb_http_file file;
    pb_error     error;
    make_dir();
    SCRIPT(&s, {WHOLE "0123", 0}, {PART("4-9/10") "456789", 0});
    PB_CHECK_EQ(fetch(&s, 1, NULL, &file, &error), PB_E_IO);
    PB_CHECK_TEXT(file_text(beside(".pb-part")), "0123");
    PB_CHECK(access(path, F_OK) != 0);
    PB_CHECK_EQ(fetch(&s, 1, NULL, &file, &error), PB_OK);
    PB_CHECK_EQ(file.resumed_at, 4);
    PB_CHECK_TEXT(file_text(path), "0123456789");
    script_stop(&s);
    remove_dir();
}

PB_TEST(what_changed_meanwhile_or_fits_not_is_begun_anew)
{
    static const char *const second[] = {WHOLE "9876543210", PART("5-9/10") "56789", PART("4-9/11") "456789",
                                         EMPTY("416")};
    for (size_t i = 0; i < sizeof second / sizeof *second; i++) {
        script       s;
        pb_http_file file;
        pb_error     error;
        make_dir();
        SCRIPT(&s, {WHOLE "0123", 0}, {second[i], 0}, {WHOLE "9876543210", 0});
        PB_CHECK_EQ(fetch(&s, 1, NULL, &file, &error), PB_E_IO);
        PB_CHECK_EQ(fetch(&s, 0, NULL, &file, &error), PB_OK);
        script_stop(&s);
        PB_CHECK_TEXT(file_text(path), "9876543210");
        PB_CHECK_EQ(file.resumed_at, 0);
        PB_CHECK(s.n_asked == (i == 0 ? 2 : 3));
        remove_dir();
    }
}

PB_TEST(without_a_proof_that_it_is_the_same_nothing_is_gone_on_with)
{
    script       s;
    pb_http_file file;
    pb_error     error;
    make_dir();
    SCRIPT(&s, {"HTTP/1.1 200 x\r\nETag: W/\"weak\"\r\nContent-Length: 10\r\n\r\n0123", 0}, {WHOLE "9876543210", 0});
    PB_CHECK_EQ(fetch(&s, 0, NULL, &file, &error), PB_OK);
    script_stop(&s);
    PB_CHECK(!strstr(s.asked[1], "Range"));
    PB_CHECK_TEXT(file_text(path), "9876543210");
    remove_dir();
}

static pb_status begins_with_nine(void *context, const char *of, pb_error *error)
{
    ++*(int *)context;
    if (file_text(of)[0] == '9') return PB_OK;
    return pb_error_set(error, PB_E_SYNTAX, "does not begin with nine");
}

PB_TEST(a_whole_that_is_not_what_it_should_be_is_fetched_again_and_at_last_refused)
{
    script                s;
    pb_http_file          file;
    pb_error              error;
    int                   looked = 0;
    pb_http_fetch_options how    = pb_http_fetch_options_default();
    make_dir();
    how.check         = begins_with_nine;
    how.check_context = &looked;
    SCRIPT(&s, {WHOLE "0123456789", 0}, {WHOLE "9876543210", 0}, {WHOLE "9876543210", 0}, {WHOLE "9876543210", 0});
    PB_CHECK_EQ(fetch(&s, 0, &how, &file, &error), PB_OK);
    PB_CHECK_EQ(looked, 2);
    PB_CHECK_TEXT(file_text(path), "9876543210");
    how.bytes = 11;
    PB_CHECK_EQ(fetch(&s, 2, &how, &file, &error), PB_E_IO);
    script_stop(&s);
    PB_CHECK_HAS(error.text, "10 bytes came of 11");
    PB_CHECK_HAS(error.text, "given up after 2 attempts");
    PB_CHECK(!strstr(s.asked[1], "Range"));
    PB_CHECK_TEXT(file_text(path), "9876543210"); /* the old one stays */
    PB_CHECK(access(beside(".pb-part"), F_OK) != 0);
    remove_dir();
}

PB_TEST(what_is_not_there_leaves_nothing_behind)
{
    script       s;
    pb_http_file file;
    pb_error     error;
    make_dir();
    SCRIPT(&s, {"HTTP/1.1 404 x\r\n\r\n{\"detail\":\"no such session\"}", 0});
    PB_CHECK_EQ(fetch(&s, 0, NULL, &file, &error), PB_E_NOENT);
    PB_CHECK_HAS(error.text, "no such session");
    script_stop(&s);
    PB_CHECK(access(path, F_OK) != 0 && access(beside(".pb-part"), F_OK) != 0);
    remove_dir();
}

PB_TEST(two_do_not_fetch_one_file_at_a_time_and_a_folder_in_the_way_is_told)
{
    script       s;
    pb_http_file file;
    pb_error     error;
    make_dir();
    SCRIPT(&s, {WHOLE "0123", 0}, {WHOLE "0123", 0});
    PB_CHECK_EQ(fetch(&s, 1, NULL, &file, &error), PB_E_IO);
    int fd = open(beside(".pb-part"), O_RDWR);
    PB_CHECK_EQ(flock(fd, LOCK_EX | LOCK_NB), 0);
    PB_CHECK_EQ(fetch(&s, 1, NULL, &file, &error), PB_E_IO);
    PB_CHECK_HAS(error.text, "another process");
    PB_CHECK_TEXT(file_text(beside(".pb-part")), "0123");
    close(fd);
    snprintf(path, sizeof path, "%s/a/b/file.json.pb-part/x", dir);
    PB_CHECK_EQ(fetch(&s, 1, NULL, &file, &error), PB_E_IO);
    script_stop(&s);
    remove_dir();
}

PB_TEST(a_file_longer_than_allowed_stops)
{
    script                s;
    fake_clock            clock;
    pb_http_options       o   = fake_options(&clock);
    pb_http_fetch_options how = pb_http_fetch_options_default();
    pb_http_file          file;
    pb_error              error;
    make_dir();
    o.file_max    = 9;
    pb_http *http = open_http(&o);
    SCRIPT(&s, {WHOLE "0123456789", 0}, {"HTTP/1.1 200 x\r\n\r\n0123456789", 0});
    pb_http_request request = {.url = s.url};
    for (int i = 0; i < 2; i++) PB_CHECK_EQ(pb_http_fetch(http, &request, path, &how, &file, &error), PB_E_LIMIT);
    PB_CHECK(access(path, F_OK) != 0);
    script_stop(&s);
    pb_http_close(http);
    remove_dir();
}

static void put(const char *name, size_t bytes, int age_s)
{
    char            full[256];
    struct timespec times[2] = {{.tv_sec = 1000000 - age_s}, {.tv_sec = 1000000 - age_s}};
    snprintf(full, sizeof full, "%s/%s", dir, name);
    FILE *to = fopen(full, "w");
    for (size_t i = 0; i < bytes; i++) fputc('x', to);
    fclose(to);
    utimensat(AT_FDCWD, full, times, 0);
}

static bool is_there(const char *name)
{
    char full[256];
    snprintf(full, sizeof full, "%s/%s", dir, name);
    return access(full, F_OK) == 0;
}

PB_TEST(a_full_folder_loses_the_longest_unused_and_nothing_of_others)
{
    pb_error error;
    uint64_t left = 0;
    make_dir();
    put("old", 100, 30);
    put("old.pb-meta", 1, 30);
    put("mine.csv", 1000, 90);
    put("begun.pb-part", 100, 20);
    put("begun.pb-part-meta", 1, 20);
    put("new", 100, 10);
    put("new.pb-meta", 1, 10);
    PB_CHECK_EQ(pb_http_trim(dir, 300, INT64_MAX, &left, &error), PB_OK);
    PB_CHECK(left == 300 && is_there("old"));
    PB_CHECK_EQ(pb_http_trim(dir, 299, INT64_MAX, &left, &error), PB_OK);
    PB_CHECK(left == 200 && !is_there("old") && !is_there("old.pb-meta") && is_there("begun.pb-part"));
    PB_CHECK_EQ(pb_http_trim(dir, 0, (int64_t)(1000000 - 15) * 1000, &left, &error), PB_OK);
    PB_CHECK(left == 100 && !is_there("begun.pb-part") && !is_there("begun.pb-part-meta") && is_there("new"));
    PB_CHECK_EQ(pb_http_trim(dir, 0, INT64_MAX, &left, &error), PB_OK);
    PB_CHECK(left == 0 && !is_there("new") && is_there("mine.csv"));
    remove_dir();
}

PB_TEST_MAIN(PB_RUN(a_file_is_fetched_once_and_then_only_asked_after),
             PB_RUN(a_young_file_and_one_of_the_right_etag_are_taken_without_asking),
             PB_RUN(a_file_that_was_touched_or_whose_meta_is_broken_is_fetched_again),
             PB_RUN(a_broken_one_goes_on_where_it_broke), PB_RUN(another_process_goes_on_with_what_one_left),
             PB_RUN(what_changed_meanwhile_or_fits_not_is_begun_anew),
             PB_RUN(without_a_proof_that_it_is_the_same_nothing_is_gone_on_with),
             PB_RUN(a_whole_that_is_not_what_it_should_be_is_fetched_again_and_at_last_refused),
             PB_RUN(what_is_not_there_leaves_nothing_behind),
             PB_RUN(two_do_not_fetch_one_file_at_a_time_and_a_folder_in_the_way_is_told),
             PB_RUN(a_file_longer_than_allowed_stops),
             PB_RUN(a_full_folder_loses_the_longest_unused_and_nothing_of_others))
