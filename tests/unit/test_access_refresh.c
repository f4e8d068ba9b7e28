/* Refresh tokens: used once; a second use ends the family. */
#include "access_fixture.h"

#include <pthread.h>

static pb_status refresh(fixture *f, const char *token, pb__grant *out)
{
    memset(out, 0, sizeof *out);
    return pb__grant_by_refresh(f->access, token, out, &f->error);
}

PB_TEST(a_refresh_token_becomes_new_tokens_of_the_same_sign_in)
{
    fixture   f;
    pb__grant one, two, three;
    begin(&f);
    add(&f, "main", "ann", PB_ROLE_ENGINEER);
    one = sign_in(&f, "main", "ann");
    f.now_s += 3000;
    must(refresh(&f, one.refresh_token, &two), &f);
    PB_CHECK(strcmp(one.refresh_token, two.refresh_token) != 0);
    PB_CHECK_EQ(two.role, PB_ROLE_ENGINEER);
    PB_CHECK_EQ(two.expires_s, 3600);
    PB_CHECK_EQ(check(&f, one.access_token), PB_OK); /* it lives its hour */
    PB_CHECK_EQ(check(&f, two.access_token), PB_OK);
    f.now_s += 700;
    PB_CHECK_EQ(check(&f, one.access_token), PB_E_RULE);
    PB_CHECK_EQ(check(&f, two.access_token), PB_OK);
    must(refresh(&f, two.refresh_token, &three), &f);
    pb__grant_wipe(&one);
    pb__grant_wipe(&two);
    pb__grant_wipe(&three);
    end(&f);
}

PB_TEST(a_token_that_is_used_twice_was_stolen_and_its_whole_family_ends)
{
    fixture   f;
    pb__grant one, thief, again, other;
    begin(&f);
    add(&f, "main", "ann", PB_ROLE_ENGINEER);
    one   = sign_in(&f, "main", "ann");
    other = sign_in(&f, "main", "ann"); /* another device */
    must(refresh(&f, one.refresh_token, &thief), &f);
    PB_CHECK_EQ(check(&f, thief.access_token), PB_OK);
    PB_CHECK_EQ(refresh(&f, one.refresh_token, &again), PB_E_RULE);
    PB_CHECK(!again.access_token && !again.refresh_token[0]);
    PB_CHECK_EQ(refresh(&f, thief.refresh_token, &again), PB_E_RULE);
    PB_CHECK_EQ(check(&f, thief.access_token), PB_E_RULE);
    PB_CHECK_EQ(check(&f, one.access_token), PB_E_RULE);
    PB_CHECK_EQ(check(&f, other.access_token), PB_OK);
    must(refresh(&f, other.refresh_token, &again), &f);
    pb__grant_wipe(&one);
    pb__grant_wipe(&thief);
    pb__grant_wipe(&again);
    pb__grant_wipe(&other);
    end(&f);
}

PB_TEST(every_refusal_has_one_text)
{
    fixture   f;
    pb__grant one, two;
    char      text[PB_ERROR_TEXT_MAX];
    begin(&f);
    add(&f, "main", "ann", PB_ROLE_ENGINEER);
    one = sign_in(&f, "main", "ann");
    PB_CHECK_EQ(check(&f, "garbage"), PB_E_RULE);
    snprintf(text, sizeof text, "%s", f.error.text);
    PB_CHECK_EQ(refresh(&f, "garbage", &two), PB_E_RULE);
    PB_CHECK_TEXT(f.error.text, text);
    PB_CHECK_EQ(refresh(&f, "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", &two), PB_E_RULE);
    PB_CHECK_TEXT(f.error.text, text);
    f.now_s += f.access->options.refresh_s;
    PB_CHECK_EQ(refresh(&f, one.refresh_token, &two), PB_E_RULE); /* 30 days are over */
    PB_CHECK_TEXT(f.error.text, text);
    pb__grant_wipe(&one);
    end(&f);
}

PB_TEST(who_signs_out_ends_this_sign_in_and_no_other)
{
    fixture    f;
    pb__grant  one, other, again;
    pb__claims claims;
    begin(&f);
    add(&f, "main", "ann", PB_ROLE_ENGINEER);
    one   = sign_in(&f, "main", "ann");
    other = sign_in(&f, "main", "ann");
    PB_CHECK(pb__token_read(f.access, one.access_token, strlen(one.access_token), &claims));
    must(pb__family_end(f.access, claims.family, "signed out", &f.error), &f);
    PB_CHECK_EQ(check(&f, one.access_token), PB_E_RULE);
    PB_CHECK_EQ(refresh(&f, one.refresh_token, &again), PB_E_RULE);
    PB_CHECK_EQ(check(&f, other.access_token), PB_OK);
    pb__grant_wipe(&one);
    pb__grant_wipe(&other);
    end(&f);
}

/* ---- at the same time ---- */

typedef struct racer {
    fixture    *f;
    const char *token;
    pb_status   status;
    pb__grant   got;
} racer;

static void *run(void *with)
{
    racer   *r = with;
    pb_error error;
    r->status = pb__grant_by_refresh(r->f->access, r->token, &r->got, &error);
    for (int i = 0; i < 50; i++) {
        pb_caller caller;
        (void)pb_access_check(r->f->access, r->got.access_token, NULL, &caller, &error);
    }
    return NULL;
}

PB_TEST(of_many_who_use_one_token_at_the_same_time_one_gets_tokens_and_they_end_at_once)
{
    fixture   f;
    racer     racers[4];
    pthread_t threads[4];
    uint32_t  won = 0;
    begin(&f);
    add(&f, "main", "ann", PB_ROLE_ENGINEER);
    pb__grant one = sign_in(&f, "main", "ann");
    for (int i = 0; i < 4; i++) {
        racers[i] = (racer){.f = &f, .token = one.refresh_token};
        PB_CHECK_EQ(pthread_create(&threads[i], NULL, run, &racers[i]), 0);
    }
    for (int i = 0; i < 4; i++) pthread_join(threads[i], NULL);
    for (int i = 0; i < 4; i++) {
        won += racers[i].status == PB_OK;
        if (racers[i].status == PB_OK) PB_CHECK_EQ(check(&f, racers[i].got.access_token), PB_E_RULE);
        pb__grant_wipe(&racers[i].got);
    }
    PB_CHECK_EQ(won, 1);
    pb__grant_wipe(&one);
    end(&f);
}

PB_TEST(what_is_over_is_swept_away)
{
    fixture   f;
    int64_t   n = -1;
    pb_store *store;
    begin(&f);
    add(&f, "main", "ann", PB_ROLE_ENGINEER);
    pb__grant one = sign_in(&f, "main", "ann");
    pb__grant_wipe(&one);
    f.now_s += f.access->options.refresh_s + 4000;
    pb_access_refresh(f.access);
    must(pb_store_open(f.url, PB_STORE_READ, &store, &f.error), &f);
    must(pb_store_count(store, "SELECT (SELECT count(*) FROM server_refresh) + (SELECT count(*) FROM server_families)",
                        NULL, 0, -1, &n, &f.error),
         &f);
    pb_store_close(store);
    PB_CHECK_EQ(n, 0);
    end(&f);
}

PB_TEST_MAIN(PB_RUN(a_refresh_token_becomes_new_tokens_of_the_same_sign_in),
             PB_RUN(a_token_that_is_used_twice_was_stolen_and_its_whole_family_ends),
             PB_RUN(every_refusal_has_one_text), PB_RUN(who_signs_out_ends_this_sign_in_and_no_other),
             PB_RUN(of_many_who_use_one_token_at_the_same_time_one_gets_tokens_and_they_end_at_once),
             PB_RUN(what_is_over_is_swept_away))
