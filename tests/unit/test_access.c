/* Who may ask: users, teams, keys, the first link, guessing, two processes, audit. */
#include "access_fixture.h"

#include <sys/stat.h>

static int64_t rows(fixture *f, const char *sql)
{
    pb_store *store;
    int64_t   n = -1;
    must(pb_store_open(f->url, PB_STORE_READ, &store, &f->error), f);
    must(pb_store_count(store, sql, NULL, 0, -1, &n, &f->error), f);
    pb_store_close(store);
    return n;
}

PB_TEST(who_signs_in_is_known_by_name_team_and_role)
{
    fixture f;
    begin(&f);
    add(&f, "main", "ann", PB_ROLE_ADMIN);
    add(&f, "blue", "bob", PB_ROLE_VIEWER);
    pb__grant ann = sign_in(&f, NULL, "ann"), bob = sign_in(&f, "blue", "bob");
    PB_CHECK_EQ(check(&f, ann.access_token), PB_OK);
    PB_CHECK_TEXT(f.caller.user, "ann");
    PB_CHECK_TEXT(f.caller.team, "main");
    PB_CHECK_TEXT(f.caller.limit, "main/ann");
    PB_CHECK(f.caller.home && f.caller.role == PB_ROLE_ADMIN);
    PB_CHECK_EQ(check(&f, bob.access_token), PB_OK);
    PB_CHECK_TEXT(f.caller.team, "blue");
    PB_CHECK(!f.caller.home && f.caller.role == PB_ROLE_VIEWER);
    PB_CHECK_EQ(check(&f, NULL), PB_OK);
    PB_CHECK_EQ(f.caller.role, PB_ROLE_NONE);
    pb__grant_wipe(&ann);
    pb__grant_wipe(&bob);
    end(&f);
}

PB_TEST(a_wrong_password_a_name_and_a_team_that_are_not_there_get_one_answer)
{
    fixture   f;
    pb__grant g;
    char      text[PB_ERROR_TEXT_MAX];
    begin(&f);
    add(&f, "main", "ann", PB_ROLE_ADMIN);
    must(pb_access_add_user(f.access, "main", "cal", PB_ROLE_VIEWER, NULL, &f.error), &f);
    PB_CHECK_EQ(try_sign_in(&f, "main", "ann", "another sentence", &g), PB_E_RULE);
    snprintf(text, sizeof text, "%s", f.error.text);
    PB_CHECK_EQ(try_sign_in(&f, "main", "eve", PASSWORD, &g), PB_E_RULE);
    PB_CHECK_TEXT(f.error.text, text);
    PB_CHECK_EQ(try_sign_in(&f, "blue", "ann", PASSWORD, &g), PB_E_RULE);
    PB_CHECK_TEXT(f.error.text, text);
    PB_CHECK_EQ(try_sign_in(&f, "main", "cal", "", &g), PB_E_RULE); /* no password yet: none is right */
    PB_CHECK_TEXT(f.error.text, text);
    PB_CHECK_EQ(try_sign_in(&f, "' OR 1=1 --", "ann", PASSWORD, &g), PB_E_RULE);
    PB_CHECK_TEXT(f.error.text, text);
    PB_CHECK(!g.access_token && !g.refresh_token[0]);
    end(&f);
}

PB_TEST(names_and_passwords_that_may_not_be_are_refused)
{
    static const char *const names[] = {"", "a/b", "key:x", "a b", "-a", ".a", "a\n", "\xc3\xa9", "a%"};
    fixture                  f;
    char                     key[80], longest[70];
    begin(&f);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        PB_CHECK_EQ(pb_access_add_user(f.access, "main", names[i], PB_ROLE_VIEWER, PASSWORD, &f.error), PB_E_RANGE);
        PB_CHECK_EQ(pb_access_add_user(f.access, names[i], "ann", PB_ROLE_VIEWER, PASSWORD, &f.error), PB_E_RANGE);
        PB_CHECK_EQ(pb_access_add_key(f.access, "main", names[i], PB_ROLE_VIEWER, "ann", 0, key, &f.error), PB_E_RANGE);
    }
    memset(longest, 'a', sizeof longest);
    longest[64] = '\0';
    PB_CHECK_EQ(pb_access_add_user(f.access, "main", longest, PB_ROLE_VIEWER, PASSWORD, &f.error), PB_E_RANGE);
    longest[63] = '\0';
    PB_CHECK_EQ(pb_access_add_user(f.access, longest, longest, PB_ROLE_VIEWER, PASSWORD, &f.error), PB_OK);
    pb__grant g = sign_in(&f, longest, longest);
    PB_CHECK_EQ(check(&f, g.access_token), PB_OK);
    PB_CHECK_EQ(strlen(f.caller.limit), 127);
    pb__grant_wipe(&g);
    PB_CHECK_EQ(pb_access_add_user(f.access, "main", "ann", PB_ROLE_VIEWER, "123456789", &f.error), PB_E_RANGE);
    PB_CHECK_EQ(pb_access_add_user(f.access, "main", "ann", PB_ROLE_NONE, PASSWORD, &f.error), PB_E_RANGE);
    end(&f);
}

PB_TEST(a_name_that_is_taken_is_told_and_left_alone)
{
    fixture f;
    begin(&f);
    add(&f, "main", "ann", PB_ROLE_ADMIN);
    PB_CHECK_EQ(pb_access_add_user(f.access, "main", "ann", PB_ROLE_VIEWER, "quite another one", &f.error), PB_E_RULE);
    PB_CHECK_HAS(f.error.text, "already");
    pb__grant g = sign_in(&f, "main", "ann");
    PB_CHECK_EQ(g.role, PB_ROLE_ADMIN);
    pb__grant_wipe(&g);
    end(&f);
}

PB_TEST(passwords_and_tokens_are_kept_as_hashes_only)
{
    fixture f;
    char    key[80], sql[200];
    begin(&f);
    add(&f, "main", "ann", PB_ROLE_ADMIN);
    must(pb_access_add_key(f.access, "main", "wall", PB_ROLE_VIEWER, "ann", 0, key, &f.error), &f);
    pb__grant g = sign_in(&f, "main", "ann");
    PB_CHECK_EQ(rows(&f, "SELECT count(*) FROM server_users WHERE password LIKE '$argon2id$v=19$%'"), 1);
    PB_CHECK_EQ(rows(&f, "SELECT count(*) FROM server_users WHERE password LIKE '%sentence%'"), 0);
    snprintf(sql, sizeof sql, "SELECT count(*) FROM server_refresh WHERE hash = '%s'", g.refresh_token);
    PB_CHECK_EQ(rows(&f, sql), 0);
    snprintf(sql, sizeof sql, "SELECT count(*) FROM server_keys WHERE hash LIKE '%%%s%%'", key + 4);
    PB_CHECK_EQ(rows(&f, sql), 0);
    pb__grant_wipe(&g);
    end(&f);
}

PB_TEST(a_change_of_role_or_password_ends_every_sign_in_of_the_user)
{
    fixture       f;
    const pb_role viewer = PB_ROLE_VIEWER;
    pb__grant     again;
    begin(&f);
    add(&f, "main", "ann", PB_ROLE_ADMIN);
    add(&f, "main", "bob", PB_ROLE_ADMIN);
    pb__grant g = sign_in(&f, "main", "bob"), other = sign_in(&f, "main", "ann");
    PB_CHECK_EQ(check(&f, g.access_token), PB_OK);
    must(pb_access_set_user(f.access, "main", "bob", &viewer, NULL, &f.error), &f);
    PB_CHECK_EQ(check(&f, g.access_token), PB_E_RULE);
    PB_CHECK_EQ(pb__grant_by_refresh(f.access, g.refresh_token, &again, &f.error), PB_E_RULE);
    PB_CHECK_EQ(check(&f, other.access_token), PB_OK);
    pb__grant_wipe(&g);
    g = sign_in(&f, "main", "bob");
    PB_CHECK_EQ(g.role, PB_ROLE_VIEWER);
    must(pb_access_set_user(f.access, "main", "bob", NULL, "a new one, and longer", &f.error), &f);
    PB_CHECK_EQ(check(&f, g.access_token), PB_E_RULE);
    PB_CHECK_EQ(try_sign_in(&f, "main", "bob", PASSWORD, &again), PB_E_RULE);
    pb__grant_wipe(&g);
    pb__grant_wipe(&other);
    end(&f);
}

PB_TEST(a_user_who_is_removed_is_nobody_at_once_also_after_coming_back)
{
    fixture f;
    char    key[80];
    begin(&f);
    add(&f, "main", "ann", PB_ROLE_ADMIN);
    add(&f, "main", "bob", PB_ROLE_ENGINEER);
    must(pb_access_add_key(f.access, "main", "bobs", PB_ROLE_VIEWER, "bob", 0, key, &f.error), &f);
    pb__grant g = sign_in(&f, "main", "bob");
    PB_CHECK_EQ(check(&f, g.access_token), PB_OK);
    must(pb_access_remove_user(f.access, "main", "bob", &f.error), &f);
    PB_CHECK_EQ(check(&f, g.access_token), PB_E_RULE);
    PB_CHECK_EQ(pb_access_check(f.access, NULL, key, &f.caller, &f.error), PB_E_RULE);
    add(&f, "main", "bob", PB_ROLE_ENGINEER);
    PB_CHECK_EQ(check(&f, g.access_token), PB_E_RULE);
    PB_CHECK_EQ(pb_access_remove_user(f.access, "main", "eve", &f.error), PB_E_NOENT);
    pb__grant_wipe(&g);
    end(&f);
}

PB_TEST(the_last_admin_of_a_team_stays_one)
{
    fixture       f;
    const pb_role viewer = PB_ROLE_VIEWER;
    begin(&f);
    add(&f, "main", "ann", PB_ROLE_ADMIN);
    PB_CHECK_EQ(pb_access_set_user(f.access, "main", "ann", &viewer, NULL, &f.error), PB_E_RULE);
    PB_CHECK_HAS(f.error.text, "last admin");
    PB_CHECK_EQ(pb_access_remove_user(f.access, "main", "ann", &f.error), PB_E_RULE);
    must(pb_access_set_user(f.access, "main", "ann", NULL, "another long sentence", &f.error), &f);
    add(&f, "blue", "bob", PB_ROLE_ADMIN);
    add(&f, "blue", "cal", PB_ROLE_VIEWER);
    PB_CHECK_EQ(pb_access_remove_user(f.access, "blue", "bob", &f.error), PB_E_RULE);
    must(pb_access_remove_user(f.access, "blue", "cal", &f.error), &f);
    must(pb_access_remove_user(f.access, "blue", "bob", &f.error), &f);
    end(&f);
}

/* ---- keys ---- */

PB_TEST(a_key_is_good_until_it_expires_or_is_removed)
{
    fixture f;
    char    key[80], other[80];
    begin(&f);
    add(&f, "main", "ann", PB_ROLE_ADMIN);
    must(pb_access_add_key(f.access, "main", "wall", PB_ROLE_ENGINEER, "ann", f.now_s + 100, key, &f.error), &f);
    must(pb_access_add_key(f.access, "main", "tab", PB_ROLE_VIEWER, "ann", 0, other, &f.error), &f);
    PB_CHECK(strncmp(key, "pbk_", 4) == 0 && strlen(key) == 68 && strcmp(key, other) != 0);
    PB_CHECK_EQ(pb_access_check(f.access, NULL, key, &f.caller, &f.error), PB_OK);
    PB_CHECK_TEXT(f.caller.user, "key:wall");
    PB_CHECK_EQ(f.caller.role, PB_ROLE_ENGINEER);
    PB_CHECK_EQ(check(&f, key), PB_OK); /* as a bearer, too */
    f.now_s += 100;
    PB_CHECK_EQ(pb_access_check(f.access, NULL, key, &f.caller, &f.error), PB_E_RULE);
    PB_CHECK_EQ(pb_access_check(f.access, NULL, other, &f.caller, &f.error), PB_OK);
    pb_access_refresh(f.access); /* writes when it was used */
    PB_CHECK_EQ(rows(&f, "SELECT used_s FROM server_keys WHERE name = 'tab'"), f.now_s);
    must(pb_access_remove_key(f.access, "main", "tab", &f.error), &f);
    PB_CHECK_EQ(pb_access_check(f.access, NULL, other, &f.caller, &f.error), PB_E_RULE);
    PB_CHECK_EQ(pb_access_remove_key(f.access, "main", "tab", &f.error), PB_E_NOENT);
    end(&f);
}

PB_TEST(a_key_that_is_not_whole_or_not_ours_is_refused)
{
    fixture f;
    char    key[80], changed[400];
    begin(&f);
    add(&f, "main", "ann", PB_ROLE_ADMIN);
    must(pb_access_add_key(f.access, "main", "wall", PB_ROLE_VIEWER, "ann", 0, key, &f.error), &f);
    PB_CHECK_EQ(pb_access_add_key(f.access, "main", "wall", PB_ROLE_VIEWER, "ann", 0, changed, &f.error), PB_E_RULE);
    PB_CHECK_EQ(pb_access_add_key(f.access, "blue", "x", PB_ROLE_VIEWER, "ann", 0, changed, &f.error), PB_E_NOENT);
    for (size_t i = 0; i < strlen(key); i++) {
        snprintf(changed, sizeof changed, "%s", key);
        changed[i] = changed[i] == 'x' ? 'y' : 'x';
        PB_CHECK_EQ(pb_access_check(f.access, NULL, changed, &f.caller, &f.error), PB_E_RULE);
        snprintf(changed, sizeof changed, "%.*s", (int)i, key);
        PB_CHECK_EQ(pb_access_check(f.access, NULL, changed, &f.caller, &f.error), PB_E_RULE);
    }
    memset(changed, 'a', sizeof changed);
    memcpy(changed, "pbk_", 4);
    changed[sizeof changed - 1] = '\0';
    PB_CHECK_EQ(pb_access_check(f.access, NULL, changed, &f.caller, &f.error), PB_E_RULE);
    PB_CHECK_EQ(pb_access_check(f.access, "pbk_other", key, &f.caller, &f.error), PB_E_RULE); /* they contradict */
    end(&f);
}

PB_TEST(a_key_can_no_more_than_who_made_it)
{
    fixture       f;
    const pb_role viewer = PB_ROLE_VIEWER;
    char          key[80];
    begin(&f);
    add(&f, "main", "ann", PB_ROLE_ADMIN);
    add(&f, "main", "bob", PB_ROLE_ADMIN);
    must(pb_access_add_key(f.access, "main", "bobs", PB_ROLE_ADMIN, "bob", 0, key, &f.error), &f);
    must(pb_access_set_user(f.access, "main", "bob", &viewer, NULL, &f.error), &f);
    PB_CHECK_EQ(pb_access_check(f.access, NULL, key, &f.caller, &f.error), PB_OK);
    PB_CHECK_EQ(f.caller.role, PB_ROLE_VIEWER);
    end(&f);
}

PB_TEST(who_makes_keys_without_end_is_stopped_at_a_hundred)
{
    fixture f;
    char    key[80], name[16];
    begin(&f);
    add(&f, "main", "ann", PB_ROLE_VIEWER);
    for (int i = 0; i <= 100; i++) {
        snprintf(name, sizeof name, "k%d", i);
        pb_status status = pb_access_add_key(f.access, "main", name, PB_ROLE_VIEWER, "ann", 0, key, &f.error);
        PB_CHECK_EQ(status, i < 100 ? PB_OK : PB_E_RULE);
    }
    end(&f);
}

/* ---- the first admin ---- */

static pb_status use_link(fixture *f, const char *link, const char *user, const char *password, pb__grant *out)
{
    pb__sign_in with = {.user = user, .password = password, .link = link, .address = "192.0.2.7", .id = "x"};
    memset(out, 0, sizeof *out);
    return pb__grant_by_link(f->access, &with, out, &f->error);
}

PB_TEST(the_link_of_the_first_start_makes_one_admin_once)
{
    fixture   f;
    pb__grant g, again;
    char      old[65], link[65];
    begin(&f);
    must(pb_access_first_token(f.access, old, &f.error), &f);
    must(pb_access_first_token(f.access, link, &f.error), &f); /* a second start: the first link is void */
    PB_CHECK(strlen(link) == 64 && strcmp(old, link) != 0);
    PB_CHECK_EQ(use_link(&f, old, "ann", PASSWORD, &g), PB_E_RULE);
    PB_CHECK_EQ(use_link(&f, link, "ann", "short", &g), PB_E_RANGE); /* and the link is not used up */
    PB_CHECK_EQ(use_link(&f, link, "a b", PASSWORD, &g), PB_E_RANGE);
    must(use_link(&f, link, "ann", PASSWORD, &g), &f);
    PB_CHECK_EQ(check(&f, g.access_token), PB_OK);
    PB_CHECK(f.caller.home && f.caller.role == PB_ROLE_ADMIN);
    PB_CHECK_EQ(use_link(&f, link, "eve", PASSWORD, &again), PB_E_RULE);
    must(pb_access_first_token(f.access, link, &f.error), &f);
    PB_CHECK_TEXT(link, "");
    pb__grant_wipe(&g);
    end(&f);
}

PB_TEST(a_link_that_is_old_or_overtaken_by_a_user_is_void)
{
    fixture   f;
    pb__grant g;
    char      link[65];
    begin(&f);
    must(pb_access_first_token(f.access, link, &f.error), &f);
    PB_CHECK_EQ(pb__grant_by_refresh(f.access, link, &g, &f.error), PB_E_RULE); /* it is no refresh token */
    f.now_s += 86400;
    PB_CHECK_EQ(use_link(&f, link, "ann", PASSWORD, &g), PB_E_RULE);
    must(pb_access_first_token(f.access, link, &f.error), &f);
    add(&f, "main", "bob", PB_ROLE_ADMIN);
    PB_CHECK_EQ(use_link(&f, link, "ann", PASSWORD, &g), PB_E_RULE);
    end(&f);
}

/* ---- guessing ---- */

PB_TEST(who_guesses_at_a_name_waits_ever_longer_and_so_does_who_guesses_at_nobody)
{
    static const char *const names[] = {"ann", "eve"};
    fixture                  f;
    pb__grant                g;
    begin(&f);
    add(&f, "main", "ann", PB_ROLE_ADMIN);
    for (int k = 0; k < 2; k++) {
        for (int i = 0; i < 5; i++) PB_CHECK_EQ(try_sign_in(&f, "main", names[k], "wrong password", &g), PB_E_RULE);
        PB_CHECK_EQ(try_sign_in(&f, "main", names[k], PASSWORD, &g), PB_E_LIMIT); /* the right one waits, too */
        PB_CHECK_EQ(g.wait_s, 1);
        int64_t longest = 0;
        for (int i = 0; i < 13; i++) { /* an address of its own each: it is the name that waits */
            char        address[32];
            pb__sign_in with = {.team = "main", .user = names[k], .password = "wrong password", .address = address};
            snprintf(address, sizeof address, "198.51.100.%d", i);
            f.now_s += g.wait_s;
            with.id = "x";
            PB_CHECK_EQ(pb__grant_by_password(f.access, &with, &g, &f.error), PB_E_RULE);
            PB_CHECK_EQ(pb__grant_by_password(f.access, &with, &g, &f.error), PB_E_LIMIT);
            PB_CHECK(g.wait_s >= longest && g.wait_s <= 900);
            longest = g.wait_s;
        }
        PB_CHECK_EQ(longest, 900);
    }
    f.now_s += 900;
    must(try_sign_in(&f, "main", "ann", PASSWORD, &g), &f);
    pb__grant_wipe(&g);
    PB_CHECK_EQ(try_sign_in(&f, "main", "ann", "wrong password", &g), PB_E_RULE); /* forgiven */
    must(try_sign_in(&f, "main", "ann", PASSWORD, &g), &f);
    pb__grant_wipe(&g);
    end(&f);
}

PB_TEST(who_was_right_from_an_address_is_not_kept_out_by_others_who_guess)
{
    fixture   f;
    pb__grant g;
    begin(&f);
    add(&f, "main", "ann", PB_ROLE_ADMIN);
    must(try_sign_in(&f, "main", "ann", PASSWORD, &g), &f);
    pb__grant_wipe(&g);
    pb__sign_in other = {.team = "main", .user = "ann", .password = "wrong", .address = "203.0.113.1", .id = "x"};
    for (int i = 0; i < 5; i++) PB_CHECK_EQ(pb__grant_by_password(f.access, &other, &g, &f.error), PB_E_RULE);
    PB_CHECK_EQ(pb__grant_by_password(f.access, &other, &g, &f.error), PB_E_LIMIT);
    must(try_sign_in(&f, "main", "ann", PASSWORD, &g), &f);
    pb__grant_wipe(&g);
    for (int i = 0; i < 10; i++) (void)try_sign_in(&f, "main", "ann", "wrong password", &g); /* a guest there, now */
    PB_CHECK_EQ(try_sign_in(&f, "main", "ann", PASSWORD, &g), PB_E_LIMIT);
    end(&f);
}

PB_TEST(an_address_that_guesses_at_many_names_waits_and_others_do_not)
{
    fixture     f;
    pb__grant   g     = {0};
    pb__sign_in other = {.team = "main", .user = "ann", .password = PASSWORD, .address = "203.0.113.1", .id = "x"};
    begin(&f);
    add(&f, "main", "ann", PB_ROLE_ADMIN);
    for (int i = 0; i < 20; i++) {
        char name[16];
        snprintf(name, sizeof name, "user%d", i);
        PB_CHECK_EQ(try_sign_in(&f, "main", name, "wrong password", &g), PB_E_RULE);
    }
    PB_CHECK_EQ(try_sign_in(&f, "main", "ann", PASSWORD, &g), PB_E_LIMIT);
    must(pb__grant_by_password(f.access, &other, &g, &f.error), &f);
    pb__grant_wipe(&g);
    end(&f);
}

PB_TEST(an_address_has_so_many_tries_a_minute_and_a_network_of_ipv6_is_one)
{
    fixture f;
    begin(&f);
    f.access->options.login_per_minute = 2;
    PB_CHECK_EQ(pb__guess_wait(f.access, "main", "ann", "2001:db8::1"), 0);
    PB_CHECK_EQ(pb__guess_wait(f.access, "main", "ann", "2001:db8::2"), 0);
    PB_CHECK_EQ(pb__guess_wait(f.access, "main", "ann", "2001:db8::3"), 60);
    PB_CHECK_EQ(pb__guess_wait(f.access, "main", "ann", "2001:db8:0:1::3"), 0);
    f.now_s += 60;
    PB_CHECK_EQ(pb__guess_wait(f.access, "main", "ann", "2001:db8::3"), 0);
    end(&f);
}

PB_TEST(a_flood_of_names_and_addresses_takes_no_memory_and_frees_nobody_who_guessed)
{
    fixture   f;
    pb__grant g;
    begin(&f);
    add(&f, "main", "ann", PB_ROLE_ADMIN);
    for (int i = 0; i < 15; i++) pb__guess_wrong(f.access, "main", "ann", "192.0.2.9");
    for (int i = 0; i < 20000; i++) {
        char address[32];
        snprintf(address, sizeof address, "10.%d.%d.1", i / 250, i % 250);
        (void)pb__guess_wait(f.access, "main", "zoe", address);
    }
    PB_CHECK_EQ(try_sign_in(&f, "main", "ann", PASSWORD, &g), PB_E_LIMIT);
    end(&f);
}

/* ---- two processes, one store ---- */

PB_TEST(another_process_knows_of_a_change_after_its_next_look)
{
    fixture f;
    char    secret[300], key[80];
    begin(&f);
    snprintf(secret, sizeof secret, "%s.secret", f.path);
    (void)unlink(secret);
    pb_access_close(f.access);
    f.access        = open_access(&f, secret);
    pb_access *here = f.access, *there = open_access(&f, secret);
    f.now_s += 1;
    add(&f, "main", "ann", PB_ROLE_ADMIN);
    add(&f, "main", "bob", PB_ROLE_VIEWER);
    must(pb_access_add_key(here, "main", "wall", PB_ROLE_VIEWER, "ann", 0, key, &f.error), &f);
    pb__grant g = sign_in(&f, "main", "bob");
    f.access    = there;
    PB_CHECK_EQ(check(&f, g.access_token), PB_OK); /* signed, and younger than what it knows */
    PB_CHECK_EQ(check(&f, key), PB_E_RULE);
    pb_access_refresh(there);
    PB_CHECK_EQ(check(&f, g.access_token), PB_OK);
    PB_CHECK_EQ(check(&f, key), PB_OK);
    f.now_s += 1;
    must(pb_access_remove_user(here, "main", "bob", &f.error), &f);
    must(pb_access_remove_key(here, "main", "wall", &f.error), &f);
    PB_CHECK_EQ(check(&f, g.access_token), PB_OK); /* for a few seconds */
    pb_access_refresh(there);
    PB_CHECK_EQ(check(&f, g.access_token), PB_E_RULE);
    PB_CHECK_EQ(check(&f, key), PB_E_RULE);
    pb__grant_wipe(&g);
    pb_access_close(there);
    f.access = here;
    end(&f);
    (void)unlink(secret);
}

/* ---- the secret ---- */

static pb_status try_secret(fixture *f, const char *path)
{
    pb_access        *access;
    pb_access_options options = pb_access_options_default();
    options.store_url         = f->url;
    options.secret_file       = path;
    pb_status status          = pb_access_open(&options, &access, &f->error);
    if (status == PB_OK) pb_access_close(access);
    return status;
}

PB_TEST(the_secret_is_made_for_its_owner_only_and_refused_when_others_may_read_it)
{
    fixture     f;
    char        path[300];
    struct stat is;
    begin(&f);
    snprintf(path, sizeof path, "%s.secret", f.path);
    (void)unlink(path);
    must(try_secret(&f, path), &f);
    PB_CHECK_EQ(stat(path, &is), 0);
    PB_CHECK_EQ(is.st_mode & 0777, 0600);
    PB_CHECK_EQ(is.st_size, 32);
    must(try_secret(&f, path), &f);
    PB_CHECK_EQ(chmod(path, 0640), 0);
    PB_CHECK_EQ(try_secret(&f, path), PB_E_IO);
    PB_CHECK_HAS(f.error.text, "chmod 600");
    PB_CHECK_EQ(chmod(path, 0600), 0);
    PB_CHECK_EQ(truncate(path, 31), 0);
    PB_CHECK_EQ(try_secret(&f, path), PB_E_SYNTAX);
    (void)unlink(path);
    PB_CHECK_EQ(try_secret(&f, "/tmp"), PB_E_IO);
    PB_CHECK_EQ(try_secret(&f, "/nowhere/at/all"), PB_E_IO);
    end(&f);
}

/* ---- audit ---- */

PB_TEST(every_entry_of_the_audit_is_kept_and_odd_bytes_do_not_stop_it)
{
    fixture   f;
    pb_caller ann = {.role = PB_ROLE_ADMIN, .user = "ann", .team = "main"};
    begin(&f);
    for (int i = 0; i < 3; i++) pb_access_audit(f.access, &ann, "192.0.2.7", "POST /x", "\xff\x1b[2J", 201, "id");
    PB_CHECK_EQ(rows(&f, "SELECT count(*) FROM server_audit"), 0);
    pb_access_refresh(f.access);
    PB_CHECK_EQ(rows(&f, "SELECT count(*) FROM server_audit WHERE target = '??[2J' AND status = 201"), 3);
    pb_access_audit(f.access, &ann, "192.0.2.7", "POST /x", "y", 500, "id");
    pb_access_close(f.access); /* what waits is written at the end */
    PB_CHECK_EQ(rows(&f, "SELECT count(*) FROM server_audit"), 4);
    f.access = NULL;
    end(&f);
}

PB_TEST(an_audit_that_nobody_fetches_is_bounded_and_counts_what_it_lost)
{
    fixture   f;
    pb_caller ann = {.user = "ann", .team = "main"};
    begin(&f);
    for (int i = 0; i < PB__AUDIT_MAX + 7; i++) pb_access_audit(f.access, &ann, "", "POST /x", "y", 201, "");
    PB_CHECK_EQ(f.access->audit.lost, 7);
    pb_access_refresh(f.access);
    PB_CHECK_EQ(rows(&f, "SELECT count(*) FROM server_audit"), PB__AUDIT_MAX);
    end(&f);
}

PB_TEST(a_sign_in_is_in_the_audit_and_what_nobody_tried_is_not)
{
    fixture   f;
    pb__grant g;
    begin(&f);
    add(&f, "main", "ann", PB_ROLE_ADMIN);
    g = sign_in(&f, "main", "ann");
    pb__grant_wipe(&g);
    (void)try_sign_in(&f, "main", "ann", "wrong password", &g);
    (void)try_sign_in(&f, "main", "made-up", "wrong password", &g);
    pb_access_refresh(f.access);
    PB_CHECK_EQ(rows(&f, "SELECT count(*) FROM server_audit WHERE name = 'ann' AND status = 200"), 1);
    PB_CHECK_EQ(rows(&f, "SELECT count(*) FROM server_audit WHERE name = 'ann' AND status = 401"), 1);
    PB_CHECK_EQ(rows(&f, "SELECT count(*) FROM server_audit"), 2);
    end(&f);
}

PB_TEST_MAIN(PB_RUN(who_signs_in_is_known_by_name_team_and_role),
             PB_RUN(a_wrong_password_a_name_and_a_team_that_are_not_there_get_one_answer),
             PB_RUN(names_and_passwords_that_may_not_be_are_refused),
             PB_RUN(a_name_that_is_taken_is_told_and_left_alone), PB_RUN(passwords_and_tokens_are_kept_as_hashes_only),
             PB_RUN(a_change_of_role_or_password_ends_every_sign_in_of_the_user),
             PB_RUN(a_user_who_is_removed_is_nobody_at_once_also_after_coming_back),
             PB_RUN(the_last_admin_of_a_team_stays_one), PB_RUN(a_key_is_good_until_it_expires_or_is_removed),
             PB_RUN(a_key_that_is_not_whole_or_not_ours_is_refused), PB_RUN(a_key_can_no_more_than_who_made_it),
             PB_RUN(who_makes_keys_without_end_is_stopped_at_a_hundred),
             PB_RUN(the_link_of_the_first_start_makes_one_admin_once),
             PB_RUN(a_link_that_is_old_or_overtaken_by_a_user_is_void),
             PB_RUN(who_guesses_at_a_name_waits_ever_longer_and_so_does_who_guesses_at_nobody),
             PB_RUN(who_was_right_from_an_address_is_not_kept_out_by_others_who_guess),
             PB_RUN(an_address_that_guesses_at_many_names_waits_and_others_do_not),
             PB_RUN(an_address_has_so_many_tries_a_minute_and_a_network_of_ipv6_is_one),
             PB_RUN(a_flood_of_names_and_addresses_takes_no_memory_and_frees_nobody_who_guessed),
             PB_RUN(another_process_knows_of_a_change_after_its_next_look),
             PB_RUN(the_secret_is_made_for_its_owner_only_and_refused_when_others_may_read_it),
             PB_RUN(every_entry_of_the_audit_is_kept_and_odd_bytes_do_not_stop_it),
             PB_RUN(an_audit_that_nobody_fetches_is_bounded_and_counts_what_it_lost),
             PB_RUN(a_sign_in_is_in_the_audit_and_what_nobody_tried_is_not))
