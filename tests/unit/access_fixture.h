/* access_fixture.h - an access over a store of its own, with a clock that stands. */
#ifndef PB_TEST_ACCESS_FIXTURE_H
#define PB_TEST_ACCESS_FIXTURE_H

#include "api/access_parts.h"
#include "pb_test.h"
#include "pitboard/api_access.h"

#define PASSWORD "a long sentence is easy to keep"

typedef struct fixture {
    char       url[300], path[256];
    int64_t    now_s;
    pb_access *access;
    pb_error   error;
    pb_caller  caller;
} fixture;

static inline void must(pb_status status, const fixture *f)
{
    if (status != PB_OK) fail_msg("%s: %s", pb_status_name(status), f->error.text);
}

static inline int64_t clock_of(void *user)
{
    return ((fixture *)user)->now_s;
}

/* A password takes a thousandth of the memory: these tests are not of argon2. */
static inline pb_access *open_access(fixture *f, const char *secret_file)
{
    pb_access        *access  = NULL;
    pb_access_options options = pb_access_options_default();
    options.store_url         = f->url;
    options.secret_file       = secret_file;
    options.now_s             = clock_of;
    options.now_user          = f;
    options.login_per_minute  = 0;
    options.password_passes   = 1;
    options.password_kib      = 64;
    must(pb_access_open(&options, &access, &f->error), f);
    return access;
}

static inline void forget_store(const char *path)
{
    static const char *const tails[] = {"", "-wal", "-shm", "-journal"};
    for (size_t i = 0; i < sizeof tails / sizeof *tails; i++) {
        char name[300];
        snprintf(name, sizeof name, "%s%s", path, tails[i]);
        (void)unlink(name);
    }
}

static inline void begin(fixture *f)
{
    static int n;
    memset(f, 0, sizeof *f);
    snprintf(f->path, sizeof f->path, "/tmp/pb_test_access_%d_%d.db", (int)getpid(), n++);
    snprintf(f->url, sizeof f->url, "sqlite:%s", f->path);
    forget_store(f->path);
    f->now_s  = INT64_C(1764550000);
    f->access = open_access(f, NULL);
}

static inline void end(fixture *f)
{
    pb_access_close(f->access);
    forget_store(f->path);
}

static inline void add(fixture *f, const char *team, const char *user, pb_role role)
{
    must(pb_access_add_user(f->access, team, user, role, PASSWORD, &f->error), f);
}

static inline pb_status try_sign_in(fixture *f, const char *team, const char *user, const char *password,
                                    pb__grant *out)
{
    pb__sign_in with = {.team = team, .user = user, .password = password, .address = "192.0.2.7", .id = "x"};
    memset(out, 0, sizeof *out);
    return pb__grant_by_password(f->access, &with, out, &f->error);
}

static inline pb__grant sign_in(fixture *f, const char *team, const char *user)
{
    pb__grant grant;
    must(try_sign_in(f, team, user, PASSWORD, &grant), f);
    return grant;
}

static inline pb_status check(fixture *f, const char *token)
{
    memset(&f->caller, 0, sizeof f->caller);
    return pb_access_check(f->access, token, NULL, &f->caller, &f->error);
}

#endif
