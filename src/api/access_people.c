/* access_people: a copy of what the store says of users, keys and ended families. */
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "access_parts.h"

#define PEOPLE_MAX 1000000u /* of users, and of keys: what one server has is far below */

/* One more place at the end of an array; NULL when there is none. */
static void *more(void **at, uint32_t *n, uint32_t *cap, size_t size)
{
    if (*n == *cap) {
        uint32_t wanted = *cap ? 2 * *cap : 16;
        void    *to     = wanted <= PEOPLE_MAX ? realloc(*at, wanted * size) : NULL;
        if (!to) return NULL;
        *at  = to;
        *cap = wanted;
    }
    void *place = (char *)*at + (size_t)(*n)++ * size;
    memset(place, 0, size);
    return place;
}

typedef bool take_row(pb__people *p, const pb_store_rows *rows);

static pb_status each_row(pb__people *p, pb_store *store, const char *sql, const pb_value *values, uint32_t n,
                          take_row *take, pb_error *error)
{
    pb_store_rows *rows;
    pb_status      status;
    PB_TRY(pb_store_select(store, sql, values, n, &rows, error));
    while ((status = pb_store_rows_next(rows, error)) == PB_OK)
        if (!take(p, rows)) {
            status = pb_error_set(error, PB_E_NOMEM, "out of memory for users and keys");
            break;
        }
    pb_store_rows_close(rows);
    return status == PB_E_EMPTY ? PB_OK : status;
}

static pb_role role_of(const pb_store_rows *rows, uint32_t column)
{
    char    name[16];
    pb_role role = PB_ROLE_NONE;
    pb_store_column_text(rows, column, name, sizeof name);
    (void)pb_role_read(name, &role);
    return role;
}

static bool take_user(pb__people *p, const pb_store_rows *rows)
{
    pb__user *user = more((void **)&p->users, &p->n_users, &p->cap_users, sizeof *user);
    if (!user) return false;
    pb_store_column_text(rows, 0, user->team, sizeof user->team);
    pb_store_column_text(rows, 1, user->name, sizeof user->name);
    user->role       = role_of(rows, 2);
    user->generation = pb_store_column_i64(rows, 3, 0);
    return true;
}

static bool take_key(pb__people *p, const pb_store_rows *rows)
{
    char     hash[PB__HASH_TEXT];
    size_t   n   = 0;
    pb__key *key = more((void **)&p->keys, &p->n_keys, &p->cap_keys, sizeof *key);
    if (!key) return false;
    pb_store_column_text(rows, 0, hash, sizeof hash);
    if (sodium_hex2bin(key->hash, PB__HASH, hash, strlen(hash), NULL, &n, NULL) != 0 || n != PB__HASH) {
        p->n_keys--; /* of no key of ours */
        return true;
    }
    pb_store_column_text(rows, 1, key->team, sizeof key->team);
    pb_store_column_text(rows, 2, key->name, sizeof key->name);
    key->role      = role_of(rows, 3);
    key->expires_s = pb_store_column_i64(rows, 4, INT64_MAX);
    return true;
}

static bool take_ended(pb__people *p, const pb_store_rows *rows)
{
    char *family = more((void **)&p->ended, &p->n_ended, &p->cap_ended, PB__FAMILY_TEXT);
    if (family) pb_store_column_text(rows, 0, family, PB__FAMILY_TEXT);
    return family != NULL;
}

/* ---- in order ---- */

static int by_name(const void *a, const void *b)
{
    const pb__user *x = a, *y = b;
    int             team = strcmp(x->team, y->team);
    return team ? team : strcmp(x->name, y->name);
}

static int by_hash(const void *a, const void *b)
{
    return memcmp(((const pb__key *)a)->hash, ((const pb__key *)b)->hash, PB__HASH);
}

static int by_text(const void *a, const void *b)
{
    return strcmp(a, b);
}

static void put_in_order(pb__people *p)
{
    if (p->n_users) qsort(p->users, p->n_users, sizeof *p->users, by_name);
    if (p->n_keys) qsort(p->keys, p->n_keys, sizeof *p->keys, by_hash);
    if (p->n_ended) qsort(p->ended, p->n_ended, sizeof *p->ended, by_text);
}

pb_status pb__people_read(pb_access *a, pb_store *store, pb__people **out, pb_error *error)
{
    pb__people *p = calloc(1, sizeof *p);
    if (!p) return pb_error_set(error, PB_E_NOMEM, "out of memory");
    *out             = p;
    p->read_s        = pb__access_now(a);
    pb_value since[] = {pb_value_i64(p->read_s - a->options.token_s - 60)};
    PB_TRY(each_row(p, store, "SELECT team, name, role, generation FROM server_users", NULL, 0, take_user, error));
    PB_TRY(each_row(p, store, "SELECT hash, team, name, role, expires_s FROM server_keys", NULL, 0, take_key, error));
    PB_TRY(each_row(p, store, "SELECT family FROM server_families WHERE ended_s >= ?1", since, 1, take_ended, error));
    put_in_order(p);
    return PB_OK;
}

void pb__people_free(pb__people *p)
{
    if (!p) return;
    free(p->users);
    free(p->keys);
    free(p->ended);
    free(p);
}

/* ---- looking ---- */

const pb__user *pb__people_user(const pb__people *p, const char *team, const char *name)
{
    pb__user wanted = {0};
    (void)pb_span_copy(pb_span_of(team), wanted.team, sizeof wanted.team);
    (void)pb_span_copy(pb_span_of(name), wanted.name, sizeof wanted.name);
    return p->n_users ? bsearch(&wanted, p->users, p->n_users, sizeof wanted, by_name) : NULL;
}

/* Of hashes of random keys: how far one agrees with another tells nothing of the key. */
pb__key *pb__people_key(pb__people *p, const uint8_t hash[PB__HASH])
{
    pb__key wanted = {0};
    memcpy(wanted.hash, hash, PB__HASH);
    return p->n_keys ? bsearch(&wanted, p->keys, p->n_keys, sizeof wanted, by_hash) : NULL;
}

bool pb__people_ended(const pb__people *p, const char *family)
{
    return p->n_ended && bsearch(family, p->ended, p->n_ended, PB__FAMILY_TEXT, by_text) != NULL;
}
