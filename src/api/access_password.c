/* access_password: argon2id, one at a time, and names that may be. */
#include <stdio.h>
#include <string.h>

#include <sodium.h>

#include "access_parts.h"

#define PASSWORD_MIN 10
#define PASSWORD_MAX 1024

pb_status pb__password_judge(const char *password, pb_error *error)
{
    size_t n = strlen(password);
    if (n < PASSWORD_MIN)
        return pb_error_set(error, PB_E_RANGE, "the password has fewer than %d bytes (take a longer one)",
                            PASSWORD_MIN);
    if (n > PASSWORD_MAX) return pb_error_set(error, PB_E_RANGE, "the password has more than %d bytes", PASSWORD_MAX);
    return PB_OK;
}

static uint32_t passes(const pb_access *a)
{
    return a->options.password_passes ? a->options.password_passes : (uint32_t)crypto_pwhash_OPSLIMIT_INTERACTIVE;
}

static size_t memory(const pb_access *a)
{
    return a->options.password_kib ? (size_t)a->options.password_kib << 10 : crypto_pwhash_MEMLIMIT_INTERACTIVE;
}

pb_status pb__password_hash(pb_access *a, const char *password, char out[PB__PASSWORD_TEXT], pb_error *error)
{
    _Static_assert(crypto_pwhash_STRBYTES <= PB__PASSWORD_TEXT, "a hash fits");
    PB_TRY(pb__password_judge(password, error));
    pthread_mutex_lock(&a->hashing);
    int code = crypto_pwhash_str(out, password, strlen(password), passes(a), memory(a));
    pthread_mutex_unlock(&a->hashing);
    return code == 0 ? PB_OK : pb_error_set(error, PB_E_NOMEM, "out of memory for the password");
}

/* Of a password that nobody knows, since the hash is made up. */
static void nobodys(const pb_access *a, char out[PB__PASSWORD_TEXT])
{
    (void)snprintf(out, PB__PASSWORD_TEXT,
                   "$argon2id$v=19$m=%zu,t=%u,p=1$cGl0Ym9hcmRuYm9keXNzYQ$"
                   "c29tZXRoaW5nIHRoYXQgbm8gcGFzc3dvcmQgZ2l2ZXM",
                   memory(a) >> 10, passes(a));
}

bool pb__password_is(pb_access *a, const char *kept, const char *password)
{
    char dummy[PB__PASSWORD_TEXT];
    bool somebody = kept && *kept;
    if (!somebody) nobodys(a, dummy);
    size_t n = strlen(password);
    pthread_mutex_lock(&a->hashing);
    bool same = crypto_pwhash_str_verify(somebody ? kept : dummy, password, n <= PASSWORD_MAX ? n : 0) == 0;
    pthread_mutex_unlock(&a->hashing);
    return same && somebody && n <= PASSWORD_MAX;
}

/* ---- names ---- */

pb_status pb__name_judge(const char *what, const char *name, size_t max, pb_error *error)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-+@";
    size_t            n         = strlen(name);
    if (n > 0 && n <= max && strspn(name, letters) == n && name[0] != '-' && name[0] != '.') return PB_OK;
    return pb_error_set(error, PB_E_RANGE,
                        "%s must be 1 to %zu letters, digits, or . _ - + @, and not begin with . or -", what, max);
}
