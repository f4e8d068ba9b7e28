/* Access tokens that were made by somebody else, or changed, or are none. */
#include "access_fixture.h"

#include <jwt.h>
#include <time.h>

/* What a token says; starts from what a good one says. */
typedef struct making {
    const char *iss, *sub, *team, *role, *jti, *fam, *leave_out;
    int64_t     iat, exp, nbf, gen;
    jwt_alg_t   alg;
    const void *key;
    size_t      key_len;
} making;

static making good(fixture *f)
{
    const pb__user *ann = pb__people_user(f->access->people, "main", "ann");
    return (making){.iss     = "pitboard",
                    .sub     = "ann",
                    .team    = "main",
                    .role    = "engineer",
                    .jti     = "j",
                    .fam     = "0123456789abcdef0123456789abcdef",
                    .iat     = f->now_s,
                    .exp     = f->now_s + 3600,
                    .gen     = ann->generation,
                    .alg     = JWT_ALG_HS256,
                    .key     = f->access->secret,
                    .key_len = PB__HASH};
}

static void put(jwt_t *jwt, const making *m, const char *name, const char *text)
{
    if (!m->leave_out || strcmp(m->leave_out, name) != 0) PB_CHECK_EQ(jwt_add_grant(jwt, name, text), 0);
}

static void put_whole(jwt_t *jwt, const making *m, const char *name, int64_t value)
{
    if (!m->leave_out || strcmp(m->leave_out, name) != 0) PB_CHECK_EQ(jwt_add_grant_int(jwt, name, value), 0);
}

static char *make(const making *m)
{
    jwt_t *jwt = NULL;
    PB_CHECK_EQ(jwt_new(&jwt), 0);
    PB_CHECK_EQ(jwt_set_alg(jwt, m->alg, m->key, (int)m->key_len), 0);
    put(jwt, m, "iss", m->iss);
    put(jwt, m, "sub", m->sub);
    put(jwt, m, "team", m->team);
    put(jwt, m, "role", m->role);
    put(jwt, m, "jti", m->jti);
    put(jwt, m, "fam", m->fam);
    put_whole(jwt, m, "iat", m->iat);
    put_whole(jwt, m, "exp", m->exp);
    put_whole(jwt, m, "gen", m->gen);
    if (m->nbf) put_whole(jwt, m, "nbf", m->nbf);
    char *text = jwt_encode_str(jwt);
    jwt_free(jwt);
    PB_CHECK(text);
    return text;
}

static void is(fixture *f, const making *m, pb_status wanted)
{
    char *token = make(m);
    PB_CHECK_EQ(check(f, token), wanted);
    PB_CHECK_EQ(check(f, token), wanted); /* what was kept of the first time changes nothing */
    if (wanted != PB_OK) PB_CHECK_TEXT(f->error.text, pb__not_valid);
    if (wanted != PB_OK) PB_CHECK_EQ(f->caller.role, PB_ROLE_NONE);
    free(token);
}

static void start(fixture *f)
{
    begin(f);
    add(f, "main", "ann", PB_ROLE_ENGINEER);
    f->now_s += 2;
}

PB_TEST(a_token_as_ours_is_taken_so_that_the_others_are_refused_for_what_they_are)
{
    fixture f;
    start(&f);
    making m = good(&f);
    is(&f, &m, PB_OK);
    end(&f);
}

PB_TEST(another_algorithm_is_refused_with_any_key)
{
    static const char key[] = "-----BEGIN RSA PRIVATE KEY-----";
    fixture           f;
    start(&f);
    making m = good(&f);
    m.alg    = JWT_ALG_HS512;
    is(&f, &m, PB_E_RULE);
    m.alg = JWT_ALG_HS384;
    is(&f, &m, PB_E_RULE);
    m         = good(&f);
    m.alg     = JWT_ALG_NONE;
    m.key     = NULL;
    m.key_len = 0;
    is(&f, &m, PB_E_RULE);
    m         = good(&f);
    m.key     = key;
    m.key_len = sizeof key;
    is(&f, &m, PB_E_RULE);
    end(&f);
}

/* Small words of a header, and none of them is ours: base64url of the JSON text beside it. */
PB_TEST(a_header_that_names_another_algorithm_is_refused_before_it_is_read)
{
    static const char *const headers[] = {
        "eyJhbGciOiJub25lIn0",                  /* {"alg":"none"} */
        "eyJhbGciOiJOb25lIiwidHlwIjoiSldUIn0",  /* {"alg":"None","typ":"JWT"} */
        "eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9", /* {"alg":"RS256","typ":"JWT"}: our secret taken for a public key */
        "eyJhbGciOiJFUzI1NiIsInR5cCI6IkpXVCJ9", /* {"alg":"ES256","typ":"JWT"} */
        "eyJhbGciOiJIUzI1NiIsImtpZCI6Ii9kZXYvbnVsbCJ9", /* {"alg":"HS256","kid":"/dev/null"} */
        "e30",                                          /* {} */
        "",
    };
    fixture f;
    start(&f);
    making m    = good(&f);
    char  *ours = make(&m), *claims = strchr(ours, '.'), token[2048];
    for (size_t i = 0; i < sizeof headers / sizeof *headers; i++) {
        snprintf(token, sizeof token, "%s%s", headers[i], claims);
        PB_CHECK_EQ(check(&f, token), PB_E_RULE);
        *strrchr(token, '.') = '\0';
        PB_CHECK_EQ(check(&f, token), PB_E_RULE); /* header.claims */
        snprintf(token + strlen(token), 2, ".");
        PB_CHECK_EQ(check(&f, token), PB_E_RULE); /* header.claims. */
    }
    free(ours);
    end(&f);
}

PB_TEST(another_key_is_refused)
{
    uint8_t other[32] = {0};
    fixture f;
    start(&f);
    making m = good(&f);
    m.key    = other;
    is(&f, &m, PB_E_RULE);
    memcpy(other, f.access->secret, 31);
    is(&f, &m, PB_E_RULE);
    m.key_len = 31;
    is(&f, &m, PB_E_RULE);
    end(&f);
}

PB_TEST(a_token_out_of_its_time_is_refused)
{
    fixture f;
    start(&f);
    making m = good(&f);
    m.exp    = f.now_s;
    is(&f, &m, PB_E_RULE);
    m     = good(&f);
    m.exp = f.now_s + 86400; /* longer than ours live */
    is(&f, &m, PB_E_RULE);
    m.exp = INT64_MAX;
    is(&f, &m, PB_E_RULE);
    m.exp = -1;
    is(&f, &m, PB_E_RULE);
    m     = good(&f);
    m.nbf = f.now_s + 10;
    is(&f, &m, PB_E_RULE);
    m     = good(&f);
    m.iat = f.now_s + 600;
    is(&f, &m, PB_E_RULE);
    m           = good(&f);
    char *token = make(&m);
    PB_CHECK_EQ(check(&f, token), PB_OK);
    f.now_s += 3600; /* seen before, and over now */
    PB_CHECK_EQ(check(&f, token), PB_E_RULE);
    free(token);
    end(&f);
}

PB_TEST(a_token_of_another_issuer_or_for_another_user_role_or_generation_is_refused)
{
    fixture f;
    start(&f);
    making m = good(&f);
    m.iss    = "somebody";
    is(&f, &m, PB_E_RULE);
    m      = good(&f);
    m.role = "admin";
    is(&f, &m, PB_E_RULE);
    m.role = "none";
    is(&f, &m, PB_E_RULE);
    m.role = "root";
    is(&f, &m, PB_E_RULE);
    m     = good(&f);
    m.sub = "eve";
    m.iat = f.now_s - 100; /* older than what is known of people */
    is(&f, &m, PB_E_RULE);
    m      = good(&f);
    m.team = "blue";
    m.iat  = f.now_s - 100;
    is(&f, &m, PB_E_RULE);
    m = good(&f);
    m.gen--;
    is(&f, &m, PB_E_RULE);
    m.gen += 2;
    m.iat = f.now_s - 100;
    is(&f, &m, PB_E_RULE);
    end(&f);
}

PB_TEST(a_token_that_lacks_a_claim_is_refused)
{
    static const char *const claims[] = {"iss", "sub", "team", "role", "jti", "fam", "iat", "exp", "gen"};
    fixture                  f;
    start(&f);
    for (size_t i = 0; i < sizeof claims / sizeof *claims; i++) {
        making m    = good(&f);
        m.leave_out = claims[i];
        is(&f, &m, PB_E_RULE);
    }
    end(&f);
}

PB_TEST(a_token_cut_short_or_with_any_letter_changed_is_refused)
{
    fixture f;
    char    changed[2048];
    start(&f);
    making m     = good(&f);
    char  *token = make(&m);
    size_t len   = strlen(token);
    for (size_t i = 0; i < len; i++) {
        snprintf(changed, sizeof changed, "%.*s", (int)i, token);
        PB_CHECK_EQ(check(&f, changed), PB_E_RULE);
        snprintf(changed, sizeof changed, "%s", token);
        changed[i] = changed[i] == 'A' ? 'B' : 'A';
        PB_CHECK_EQ(check(&f, changed), PB_E_RULE);
        changed[i] = '\xff';
        PB_CHECK_EQ(check(&f, changed), PB_E_RULE);
    }
    snprintf(changed, sizeof changed, "%s.", token);
    PB_CHECK_EQ(check(&f, changed), PB_E_RULE);
    snprintf(changed, sizeof changed, "%s=", token);
    PB_CHECK_EQ(check(&f, changed), PB_E_RULE);
    free(token);
    end(&f);
}

PB_TEST(huge_tokens_and_garbage_are_refused)
{
    static const char *const texts[] = {"", ".", "..", "...", "a.b.c", "Bearer x", "null", "{}", "\n", "pbk_", "%00"};
    fixture                  f;
    start(&f);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) PB_CHECK_EQ(check(&f, texts[i]), PB_E_RULE);
    size_t size = 1u << 20;
    char  *huge = malloc(size + 1);
    PB_CHECK(huge);
    memset(huge, 'A', size);
    huge[size] = '\0';
    PB_CHECK_EQ(check(&f, huge), PB_E_RULE);
    memcpy(huge, f.access->header, strlen(f.access->header));
    PB_CHECK_EQ(check(&f, huge), PB_E_RULE);
    huge[size / 2] = '.';
    PB_CHECK_EQ(check(&f, huge), PB_E_RULE);
    memcpy(huge, "pbk_", 4);
    PB_CHECK_EQ(check(&f, huge), PB_E_RULE);
    free(huge);
    end(&f);
}

PB_TEST(more_tokens_than_are_remembered_are_all_judged_rightly)
{
    fixture f;
    char   *tokens[40];
    start(&f);
    making m = good(&f);
    for (int i = 0; i < 40; i++) {
        m.exp     = f.now_s + 1000 + i;
        tokens[i] = make(&m);
    }
    for (int round = 0; round < 3; round++)
        for (int i = 0; i < 40; i++) PB_CHECK_EQ(check(&f, tokens[i]), PB_OK);
    f.now_s += 1000 + 20;
    for (int i = 0; i < 40; i++) PB_CHECK_EQ(check(&f, tokens[i]), i <= 20 ? PB_E_RULE : PB_OK);
    for (int i = 0; i < 40; i++) free(tokens[i]);
    end(&f);
}

PB_TEST_MAIN(PB_RUN(a_token_as_ours_is_taken_so_that_the_others_are_refused_for_what_they_are),
             PB_RUN(another_algorithm_is_refused_with_any_key),
             PB_RUN(a_header_that_names_another_algorithm_is_refused_before_it_is_read), PB_RUN(another_key_is_refused),
             PB_RUN(a_token_out_of_its_time_is_refused),
             PB_RUN(a_token_of_another_issuer_or_for_another_user_role_or_generation_is_refused),
             PB_RUN(a_token_that_lacks_a_claim_is_refused),
             PB_RUN(a_token_cut_short_or_with_any_letter_changed_is_refused),
             PB_RUN(huge_tokens_and_garbage_are_refused),
             PB_RUN(more_tokens_than_are_remembered_are_all_judged_rightly))
