/* access_token: access tokens, made and read: JWT, HS256 and nothing else.
 *
 *     header.claims.signature    the header is one text of ours: what has another is not looked at
 *
 * libjwt checks the signature; what it lets through is judged here once more. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <jwt.h>
#include <sodium.h>

#include "access_parts.h"

#define ISSUER "pitboard"
#define SKEW_S 60 /* that clocks of two machines may lie apart */

void pb__secret_free(char *text)
{
    if (!text) return;
    sodium_memzero(text, strlen(text));
    free(text);
}

/* ---- made ---- */

static bool put_claims(jwt_t *jwt, const pb__claims *c)
{
    char id[33];
    pb__random_text(16, id);
    return jwt_add_grant(jwt, "iss", ISSUER) == 0 && jwt_add_grant(jwt, "sub", c->user) == 0 &&
           jwt_add_grant(jwt, "team", c->team) == 0 && jwt_add_grant(jwt, "role", pb_role_name(c->role)) == 0 &&
           jwt_add_grant_int(jwt, "iat", c->issued_s) == 0 && jwt_add_grant_int(jwt, "exp", c->expires_s) == 0 &&
           jwt_add_grant(jwt, "jti", id) == 0 && jwt_add_grant(jwt, "fam", c->family) == 0 &&
           jwt_add_grant_int(jwt, "gen", c->generation) == 0;
}

pb_status pb__token_make(const pb_access *a, const pb__claims *claims, char **out, pb_error *error)
{
    jwt_t *jwt = NULL;
    bool   good =
        jwt_new(&jwt) == 0 && jwt_set_alg(jwt, JWT_ALG_HS256, a->secret, PB__HASH) == 0 && put_claims(jwt, claims);
    char *text = good ? jwt_encode_str(jwt) : NULL;
    jwt_free(jwt);
    if (!text) return pb_error_set(error, PB_E_NOMEM, "out of memory");
    *out = text;
    return PB_OK;
}

/* ---- read ---- */

static bool has_form(const pb_access *a, const char *token, size_t len)
{
    size_t head = strlen(a->header), dots = 0;
    if (len >= PB__TOKEN_MAX || len <= head || memcmp(token, a->header, head) != 0) return false;
    for (size_t i = 0; i < len; i++) {
        char c = token[i];
        bool letter =
            (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
        dots += c == '.';
        if (!letter && c != '.') return false;
    }
    return dots == 2;
}

static bool text_of(jwt_t *jwt, const char *name, char *out, size_t cap)
{
    const char *text = jwt_get_grant(jwt, name);
    return text && *text && pb_span_copy(pb_span_of(text), out, cap);
}

static bool whole_of(jwt_t *jwt, const char *name, int64_t *out)
{
    errno = 0;
    *out  = jwt_get_grant_int(jwt, name);
    return errno == 0;
}

static bool read_claims(jwt_t *jwt, pb__claims *c)
{
    char        id[64], role[16];
    const char *issuer = jwt_get_grant(jwt, "iss");
    return jwt_get_alg(jwt) == JWT_ALG_HS256 && issuer && strcmp(issuer, ISSUER) == 0 &&
           text_of(jwt, "sub", c->user, sizeof c->user) && text_of(jwt, "team", c->team, sizeof c->team) &&
           text_of(jwt, "role", role, sizeof role) && pb_role_read(role, &c->role) && c->role != PB_ROLE_NONE &&
           text_of(jwt, "jti", id, sizeof id) && text_of(jwt, "fam", c->family, sizeof c->family) &&
           whole_of(jwt, "iat", &c->issued_s) && whole_of(jwt, "exp", &c->expires_s) &&
           whole_of(jwt, "gen", &c->generation);
}

/* One of ours never lives longer than it may, whatever it says. */
static bool is_time(const pb_access *a, jwt_t *jwt, const pb__claims *c)
{
    int64_t now = pb__access_now(a), not_before = 0;
    if (whole_of(jwt, "nbf", &not_before) && not_before > now) return false;
    return c->issued_s <= now + SKEW_S && c->expires_s > now && c->expires_s - now <= a->options.token_s + SKEW_S;
}

bool pb__token_read(const pb_access *a, const char *token, size_t len, pb__claims *out)
{
    char   text[PB__TOKEN_MAX];
    jwt_t *jwt = NULL;
    if (!has_form(a, token, len)) return false;
    memcpy(text, token, len);
    text[len]      = '\0';
    pb__claims got = {0};
    bool good = jwt_decode(&jwt, text, a->secret, PB__HASH) == 0 && read_claims(jwt, &got) && is_time(a, jwt, &got);
    if (good) *out = got;
    jwt_free(jwt);
    sodium_memzero(text, len);
    return good;
}
