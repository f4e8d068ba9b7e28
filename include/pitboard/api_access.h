/* pitboard/api_access.h - users, keys and tokens: who may ask, and what.
 *
 * Passwords: argon2id (libsodium, interactive limits), on the pool only. Access
 * tokens: JWT, HS256 and nothing else, 60 minutes, {iss, sub, team, role, iat, exp, jti,
 * fam}. Refresh tokens: 256 random bits, kept as SHA-256, used once; one that is used a second
 * time was stolen: its whole family ends. API keys "pbk_..." likewise random and kept hashed.
 * Guessing: after 5 wrong passwords of a name, or 20 from an address, the answer takes
 * ever longer (429, up to 15 minutes), the same for names that are not there; not for a name where it has signed in
 * from the same address within 30 days, until 5 wrong ones from there. A maker has at most 100 keys, a team 1,000 users.
 *
 * Users belong to a team. Admins of the home team may make teams and see to the
 * server; nobody sees users, keys or entries of another team. A change (role, password, deletion,
 * logout) holds for access tokens at once in this process, elsewhere within 5 s.
 *
 * Floor 7. Uses store, codec; libsodium, libjwt. */
#ifndef PITBOARD_API_ACCESS_H
#define PITBOARD_API_ACCESS_H

#include "pitboard/api.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct pb_access pb_access;

typedef struct pb_access_options {
    const char *store_url;
    const char *secret_file;         /* 32 random bytes, made 0600 when missing; refused when others can read it; NULL: made
                                      * up, and tokens end with the process */
    const char *home_team;           /* "main" */
    int64_t     token_s, refresh_s;  /* 3,600; 30 days */
    uint32_t    login_per_minute;    /* of an address, 10; 0: none */
    pb_metrics *metrics;
    pb_logger     *log;
    int64_t   (*now_s)(void *user);  /* since 1970; NULL: the system's */
    void       *now_user;
    uint32_t    password_passes, password_kib; /* 0: of argon2id, interactive (2, 65,536); less is for tests only */
} pb_access_options;
pb_access_options pb_access_options_default(void);

pb_status pb_access_open(const pb_access_options *options, pb_access **out, pb_error *error);
void      pb_access_close(pb_access *access);

/* Nobody is there yet: a token of 256 bits that POST /auth/token takes once, within
 * 24 h, to become the first admin of the home team. "" when there are users. */
pb_status pb_access_first_token(pb_access *access, char out[65], pb_error *error);

/* Microseconds; any thread; no store. bearer: the token (a key is taken there, too); bearer or key may be NULL; both NULL: nobody
 * (PB_OK with role NONE). PB_E_RULE: not valid, expired, revoked, of another algorithm: one
 * text for all of them. */
pb_status pb_access_check(pb_access *access, const char *bearer, const char *key, pb_caller *out, pb_error *error);
/* Looks for what other processes changed; by a timer, on the pool, every few seconds. */
void      pb_access_refresh(pb_access *access);

/* ---- people (routes and `pitboard user|key`); pool only ---- */
/* team is made when it is new. A password of 10 .. 1,024 bytes; NULL: one-time link only. PB_E_RULE: the name is taken. */
pb_status pb_access_add_user(pb_access *access, const char *team, const char *user, pb_role role, const char *password,
                             pb_error *error);
pb_status pb_access_set_user(pb_access *access, const char *team, const char *user, const pb_role *role,
                             const char *password, pb_error *error);   /* NULL: stays. The last admin of a team stays one (PB_E_RULE) */
pb_status pb_access_remove_user(pb_access *access, const char *team, const char *user, pb_error *error);
/* key_out is shown once and never again. */
pb_status pb_access_add_key(pb_access *access, const char *team, const char *name, pb_role role, const char *by,
                            int64_t expires_s, char key_out[80], pb_error *error);
pb_status pb_access_remove_key(pb_access *access, const char *team, const char *name, pb_error *error);

/* Rows /auth/..., /users, /admin/audit. Valid as long as the access. */
pb_route_table pb_access_routes(pb_access *access);
/* The audit callback of pb_api_options (user: the access); never waits: a bounded queue of its own, flushed by pb_access_refresh. */
void      pb_access_audit(void *access, const pb_caller *caller, const char *address, const char *route,
                          const char *target, int status, const char *id);

#ifdef __cplusplus
}
#endif
#endif
