#include "rate_table.h"

#include <pthread.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#define WAYS 8u          /* places of a set */
#define SETS 8192u       /* 65,536 places in all */
#define N_MAX (1u << 30) /* counted at once */

typedef struct place {
    uint64_t who;    /* keyed hash; 0: nobody yet */
    int64_t  due_us; /* when all is worked off */
} place;

struct pb__rate_table {
    pthread_mutex_t lock;
    unsigned char   key[crypto_shorthash_KEYBYTES]; /* so that nobody can choose who shares a set */
    place           at[SETS][WAYS];
};

pb__rate_table *pb__rate_table_create(void)
{
    pb__rate_table *t = sodium_init() < 0 ? NULL : calloc(1, sizeof *t);
    if (!t) return NULL;
    pthread_mutex_init(&t->lock, NULL);
    randombytes_buf(t->key, sizeof t->key);
    return t;
}

void pb__rate_table_destroy(pb__rate_table *table)
{
    if (!table) return;
    pthread_mutex_destroy(&table->lock);
    free(table);
}

static uint64_t hash_of(const pb__rate_table *t, char class_of, const char *who)
{
    unsigned char text[256], out[crypto_shorthash_BYTES];
    size_t        len = strnlen(who, sizeof text - 1);
    uint64_t      h;
    text[0] = (unsigned char)class_of;
    memcpy(text + 1, who, len);
    crypto_shorthash(out, text, len + 1, t->key);
    memcpy(&h, out, sizeof h);
    return h ? h : 1;
}

/* Whose place it is, else one that is free, else the one that will be free first. */
static place *find(pb__rate_table *t, uint64_t who)
{
    place *set = t->at[who % SETS], *best = &set[0];
    for (uint32_t i = 0; i < WAYS; i++) {
        if (set[i].who == who) return &set[i];
        if (set[i].due_us < best->due_us) best = &set[i];
    }
    *best = (place){.who = who};
    return best;
}

static int64_t max_of(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

static bool take(place *p, const pb__rate *rate, uint64_t n, int64_t now, pb__rate_told *told)
{
    int64_t each = max_of(rate->window_us / rate->limit, 1);
    int64_t due  = max_of(p->due_us, now);
    int64_t room = now + rate->window_us - due; /* what may still be asked for, as time */
    int64_t cost = (int64_t)(n < N_MAX ? n : N_MAX) * each;
    bool    fits = cost <= room || (rate->in_debt && room > 0);
    if (fits) p->due_us = due += cost;
    told->limit     = rate->limit;
    told->remaining = (uint32_t)(max_of(now + rate->window_us - due, 0) / each);
    told->reset_us  = due - now;
    told->wait_us   = fits ? 0 : max_of(rate->in_debt ? 1 - room : cost - room, 1);
    return fits;
}

bool pb__rate_ask(pb__rate_table *table, char class_of, const char *who, const pb__rate *rate, uint64_t n,
                  int64_t now_us, pb__rate_told *told)
{
    *told = (pb__rate_told){0};
    if (rate->limit == 0) return true;
    uint64_t hash = hash_of(table, class_of, who);
    pthread_mutex_lock(&table->lock);
    bool taken = take(find(table, hash), rate, n, now_us, told);
    pthread_mutex_unlock(&table->lock);
    return taken;
}
