/* access_parts.h - inside api only: what access is made of.
 *
 *     store --(pb_access_refresh, and after every change of ours)--> people: users, keys, ended families
 *     token --> seen before? --> signature, claims (libjwt) --> people --> caller
 *
 * Two locks: `lock` guards what pb_access_check looks at and is held for microseconds;
 * `writing` the store's handle. Never both but writing before lock. */
#ifndef PB_API_ACCESS_PARTS_H
#define PB_API_ACCESS_PARTS_H

#include <pthread.h>

#include "pitboard/api_access.h"
#include "pitboard/store.h"

#define PB__HASH 32           /* bytes of SHA-256 */
#define PB__HASH_TEXT 65      /* in hex */
#define PB__FAMILY_TEXT 33    /* 128 bits in hex */
#define PB__TOKEN_MAX 2048    /* bytes of an access token that are looked at */
#define PB__PASSWORD_TEXT 128 /* of argon2id, as libsodium writes it */

/* ---- people: what the store says of them, a copy that is replaced as a whole ---- */
typedef struct pb__user {
    char    team[PB_TEAM_MAX], name[PB_USER_MAX];
    pb_role role;
    int64_t generation;
} pb__user;

#define PB__KEY_NAME_MAX (PB_USER_MAX - 5) /* "key:" stands before it in the name of a caller */
typedef struct pb__key {
    uint8_t hash[PB__HASH];
    char    team[PB_TEAM_MAX], name[PB__KEY_NAME_MAX + 1];
    pb_role role;
    int64_t expires_s; /* INT64_MAX never */
    int64_t used_s;    /* 0: not since the copy was made */
} pb__key;

typedef struct pb__people {
    int64_t   read_s; /* begin of the reading */
    uint64_t  epoch;  /* counts the copies */
    pb__user *users;  /* by team, name */
    uint32_t  n_users, cap_users;
    pb__key  *keys; /* by hash */
    uint32_t  n_keys, cap_keys;
    char (*ended)[PB__FAMILY_TEXT]; /* families that ended while tokens of them may live */
    uint32_t n_ended, cap_ended;
} pb__people;

pb_status       pb__people_read(pb_access *access, pb_store *store, pb__people **out, pb_error *error);
void            pb__people_free(pb__people *people);
const pb__user *pb__people_user(const pb__people *people, const char *team, const char *name);
pb__key        *pb__people_key(pb__people *people, const uint8_t hash[PB__HASH]);
bool            pb__people_ended(const pb__people *people, const char *family);

/* ---- tokens ---- */
typedef struct pb__claims {
    char    user[PB_USER_MAX], team[PB_TEAM_MAX], family[PB__FAMILY_TEXT];
    pb_role role;
    int64_t issued_s, expires_s, generation;
} pb__claims;

/* The token from malloc; free it with pb__secret_free. */
pb_status pb__token_make(const pb_access *access, const pb__claims *claims, char **out, pb_error *error);
/* Signature and form, times by the clock; not whether the user still is. */
bool pb__token_read(const pb_access *access, const char *token, size_t len, pb__claims *out);
void pb__secret_free(char *text);
/* Whether what the token says holds still. Under the lock. */
bool pb__claims_hold(const pb_access *access, const pb__claims *claims);

/* ---- tokens that were verified before ---- */
#define PB__SEEN_SETS 256
#define PB__SEEN_WAYS 4
typedef struct pb__seen {
    uint8_t    hash[PB__HASH];
    uint64_t   epoch; /* of the people they were last held against; 0: nothing is here */
    uint64_t   tick;
    pb__claims claims;
} pb__seen;

/* ---- guessing ---- */
#define PB__GUESS_SETS 512
#define PB__GUESS_WAYS 8
typedef struct pb__guess {
    uint64_t who;   /* of a name or an address; 0: nothing is here */
    uint32_t wrong; /* passwords in a row */
    uint32_t asked; /* in the minute that began at minute_s */
    int64_t  minute_s, until_s, last_s;
    int64_t  right_s; /* of a name at an address: when its password was right; 0 not, or wrong too often since */
} pb__guess;

typedef enum pb__guess_kind { PB__GUESS_NAME, PB__GUESS_ADDRESS, PB__GUESS_HOME } pb__guess_kind;

/* Seconds until this one may try, 0 now; counts the try of an address. */
int64_t pb__guess_wait(pb_access *access, const char *team, const char *name, const char *address);
void    pb__guess_wrong(pb_access *access, const char *team, const char *name, const char *address);
void    pb__guess_right(pb_access *access, const char *team, const char *name, const char *address);

/* ---- audit ---- */
#define PB__AUDIT_MAX 1024
typedef struct pb__audit_entry {
    int64_t at_us;
    char    team[PB_TEAM_MAX], user[PB_USER_MAX], address[64], route[80], target[160], id[PB_TRACE_ID_MAX];
    int     status;
} pb__audit_entry;

typedef struct pb__audit_queue {
    pthread_mutex_t  lock;
    pb__audit_entry *at; /* PB__AUDIT_MAX, made at the first */
    uint32_t         n;
    uint64_t         lost;
} pb__audit_queue;

pb_status pb__audit_flush(pb_access *access, pb_error *error);

/* ---- the whole ---- */
struct pb_access {
    pb_access_options options; /* texts are ours */
    char             *store_url, *home_team;
    uint8_t           secret[PB__HASH]; /* of the signatures */
    uint8_t           seen_key[PB__HASH], guess_key[16];
    char             *header; /* of every token of ours, up to its first dot */

    pthread_mutex_t lock;
    pb__people     *people;
    uint64_t        tick, epoch;
    pb__seen       *seen;    /* PB__SEEN_SETS x PB__SEEN_WAYS */
    pb__guess      *guesses; /* PB__GUESS_SETS x PB__GUESS_WAYS */

    pthread_mutex_t writing;
    pb_store       *store; /* NULL: to be opened again */
    int64_t         swept_s;
    int64_t         again_s; /* not tried before, after it could not be opened */

    pthread_mutex_t hashing; /* one password at a time: each takes 64 MiB */
    pb__audit_queue audit;
    pb_metric      *logins, *refused, *lost;
};

int64_t pb__access_now(const pb_access *access);

/* Work with the store, in a transaction; committed when it says PB_OK. One at a time. */
typedef pb_status pb__access_work(pb_access *access, pb_store *store, void *with, pb_error *error);
pb_status         pb__access_do(pb_access *access, pb__access_work *work, void *with, pb_error *error);
/* The same for what only reads: no transaction, nobody waits for it. */
pb_status pb__access_look(pb_access *access, pb__access_work *work, void *with, pb_error *error);
/* The copy of the people, anew: what was changed holds from now on. */
pb_status pb__access_reload(pb_access *access, pb_error *error);

/* ---- passwords ---- */
pb_status pb__password_judge(const char *password, pb_error *error);
pb_status pb__password_hash(pb_access *access, const char *password, char out[PB__PASSWORD_TEXT], pb_error *error);
/* kept NULL or "": nobody has it; the same work, and false. */
bool pb__password_is(pb_access *access, const char *kept, const char *password);

/* ---- names ---- */
/* Letters, digits, . _ - + @, at most max bytes. PB_E_RANGE. */
pb_status pb__name_judge(const char *what, const char *name, size_t max, pb_error *error);

/* ---- users in the store, inside pb__access_do ---- */
typedef struct pb__person {
    pb_role role;
    int64_t created_s, changed_s, generation;
    char    password[PB__PASSWORD_TEXT]; /* "" none */
} pb__person;
/* PB_E_NOENT. */
pb_status pb__person_find(pb_store *store, const char *team, const char *name, pb__person *out, pb_error *error);
pb_status pb__person_add(pb_access *access, pb_store *store, const char *team, const char *name, pb_role role,
                         const char *hash, pb_error *error);
/* A new family (a sign-in), or every one of a user ended. */
pb_status pb__families_end(pb_access *access, pb_store *store, const char *team, const char *name, const char *why,
                           pb_error *error);
pb_status pb__family_end(pb_access *access, const char *family, const char *why, pb_error *error);

/* ---- sign-in ---- */
typedef struct pb__grant {
    char   *access_token; /* pb__secret_free */
    char    refresh_token[PB__HASH_TEXT];
    char    team[PB_TEAM_MAX], user[PB_USER_MAX];
    pb_role role;
    int64_t expires_s; /* from now */
    int64_t wait_s;    /* of PB_E_LIMIT */
} pb__grant;
void pb__grant_wipe(pb__grant *grant);

typedef struct pb__sign_in {
    const char *team, *user, *password, *link, *address, *id; /* team, link: may be NULL */
} pb__sign_in;
/* PB_E_RULE: wrong, whatever it was; PB_E_LIMIT: too many, see wait_s. */
pb_status pb__grant_by_password(pb_access *access, const pb__sign_in *with, pb__grant *out, pb_error *error);
pb_status pb__grant_by_link(pb_access *access, const pb__sign_in *with, pb__grant *out, pb_error *error);
pb_status pb__grant_by_refresh(pb_access *access, const char *token, pb__grant *out, pb_error *error);
/* Inside pb__access_do: tokens of a family; "" begins one. */
pb_status pb__grant_make(pb_access *access, pb_store *store, const char *team, const char *user, const char *family,
                         pb__grant *out, pb_error *error);
/* SHA-256 of a text, in hex. */
void pb__hash_text(const char *text, char out[PB__HASH_TEXT]);
/* n random bytes in hex. */
void pb__random_text(size_t n, char *out);

extern const char pb__not_valid[]; /* the one text of every token that is refused */
extern const char pb__wrong_password[];

/* ---- routes ---- */
pb_route_run pb__route_auth_token, pb__route_auth_refresh, pb__route_auth_logout;
pb_route_run pb__route_keys_list, pb__route_keys_add, pb__route_keys_remove;
pb_route_run pb__route_users_list, pb__route_users_add, pb__route_users_get, pb__route_users_set,
    pb__route_users_remove;
pb_route_run pb__route_audit_list;

/* 429 with Retry-After. */
pb_status pb__route_wait(pb_reply *reply, int64_t wait_s);
/* The team a request is about: its own, or ?team= of a home admin; NULL: 403 was answered. */
const char *pb__route_team(pb_request *request, pb_reply *reply, const char *asked);
#define PB__US_PER_S INT64_C(1000000) /* in a second: times are stored as seconds, and told as moments */
/* 201, and where it is: path/name, of another team than one's own with ?team=. */
void pb__route_made(pb_reply *reply, const char *path, const char *name, const char *team, const char *own_team);

#endif
