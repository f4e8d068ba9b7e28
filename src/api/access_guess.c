/* access_guess: who guesses waits ever longer. The same for names that are not there.
 *
 *     wrong in a row    5 of a name, 20 of an address: 1 s, 2, 4, ... 15 minutes
 *
 * Who was right from where he asks is at home there: the wrong words of others do not keep him out, and his own do
 * not count for the name, until five in a row.
 *
 * A table of fixed size: names and addresses by a keyed hash, the one that was
 * wrong longest ago makes room. */
#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include <sodium.h>

#include "access_parts.h"

#define WRONG_OF_NAME 5
#define WRONG_OF_ADDRESS 20
#define WAIT_MAX_S 900
#define FORGET_S 3600 /* after the last wrong one */
#define HOME_S (30 * 86400)

/* Who has one IPv6 address has 2^64 of them. */
static const char *network_of(const char *address, char out[40])
{
    struct in6_addr six;
    if (inet_pton(AF_INET6, address, &six) != 1 || IN6_IS_ADDR_V4MAPPED(&six)) return address;
    return sodium_bin2hex(out, 40, six.s6_addr, 8);
}

static uint64_t who_of(const pb_access *a, pb__guess_kind kind, const char *team, const char *name)
{
    char     text[2 + PB_TEAM_MAX + 128];
    char     network[40];
    uint64_t who;
    size_t   n = 0;
    if (kind == PB__GUESS_ADDRESS) name = network_of(name, network);
    text[n++] = (char)('0' + kind);
    if (!team) team = "";
    for (size_t i = 0; team[i] && i < PB_TEAM_MAX; i++) text[n++] = team[i];
    text[n++] = '/';
    for (size_t i = 0; name[i] && i < 128; i++) text[n++] = name[i];
    (void)crypto_shorthash((unsigned char *)&who, (const unsigned char *)text, n, a->guess_key);
    return who ? who : 1;
}

/* Who was wrong is remembered longer than who only asked. */
static int64_t worth(const pb__guess *g)
{
    return g->who == 0 ? INT64_MIN : g->last_s + (g->right_s ? HOME_S : g->wrong ? FORGET_S : 0);
}

static uint64_t home_of(const pb_access *a, const char *team, const char *name, const char *address)
{
    char text[128], network[40];
    (void)snprintf(text, sizeof text, "%.63s@%.60s", name, network_of(address, network));
    return who_of(a, PB__GUESS_HOME, team, text);
}

/* The entry of a name where it is at home; NULL: not there. Under the lock. */
static pb__guess *find_home(pb_access *a, const char *team, const char *name, const char *address, int64_t now)
{
    uint64_t   who = home_of(a, team, name, address);
    pb__guess *set = &a->guesses[who % PB__GUESS_SETS * PB__GUESS_WAYS];
    for (int i = 0; i < PB__GUESS_WAYS; i++)
        if (set[i].who == who) return set[i].right_s > 0 && now - set[i].right_s < HOME_S ? &set[i] : NULL;
    return NULL;
}

/* The entry of somebody; made when there is none. Under the lock. */
static pb__guess *entry_of(pb_access *a, uint64_t who, int64_t now)
{
    pb__guess *set = &a->guesses[who % PB__GUESS_SETS * PB__GUESS_WAYS], *oldest = set;
    for (int i = 0; i < PB__GUESS_WAYS; i++) {
        if (set[i].who == who) {
            if (now - set[i].last_s > FORGET_S) set[i].wrong = 0;
            return &set[i];
        }
        if (worth(&set[i]) < worth(oldest)) oldest = &set[i];
    }
    *oldest = (pb__guess){.who = who, .minute_s = now, .last_s = now};
    return oldest;
}

static int64_t left(const pb__guess *g, int64_t now)
{
    return g->until_s > now ? g->until_s - now : 0;
}

/* Tries of an address in a minute. */
static int64_t minute_left(const pb_access *a, pb__guess *g, int64_t now)
{
    if (now - g->minute_s >= 60 || now < g->minute_s) {
        g->minute_s = now;
        g->asked    = 0;
    }
    if (a->options.login_per_minute == 0 || g->asked++ < a->options.login_per_minute) return 0;
    return g->minute_s + 60 - now;
}

int64_t pb__guess_wait(pb_access *a, const char *team, const char *name, const char *address)
{
    int64_t now = pb__access_now(a);
    pthread_mutex_lock(&a->lock);
    pb__guess *from  = entry_of(a, who_of(a, PB__GUESS_ADDRESS, NULL, address), now);
    int64_t    wait  = left(from, now);
    int64_t    wait2 = wait ? 0 : minute_left(a, from, now);
    if (name && wait + wait2 == 0 && !find_home(a, team, name, address, now))
        wait = left(entry_of(a, who_of(a, PB__GUESS_NAME, team, name), now), now);
    pthread_mutex_unlock(&a->lock);
    return wait > wait2 ? wait : wait2;
}

static void count_wrong(pb__guess *g, uint32_t free_ones, int64_t now)
{
    g->last_s = now;
    if (++g->wrong < free_ones) return;
    uint32_t over = g->wrong - free_ones;
    int64_t  wait = over < 10 ? INT64_C(1) << over : WAIT_MAX_S;
    g->until_s    = now + (wait < WAIT_MAX_S ? wait : WAIT_MAX_S);
}

void pb__guess_wrong(pb_access *a, const char *team, const char *name, const char *address)
{
    int64_t now = pb__access_now(a);
    pthread_mutex_lock(&a->lock);
    count_wrong(entry_of(a, who_of(a, PB__GUESS_ADDRESS, NULL, address), now), WRONG_OF_ADDRESS, now);
    pb__guess *home = name ? find_home(a, team, name, address, now) : NULL;
    if (home && ++home->wrong >= WRONG_OF_NAME) home->right_s = 0;
    if (name && !home) count_wrong(entry_of(a, who_of(a, PB__GUESS_NAME, team, name), now), WRONG_OF_NAME, now);
    pthread_mutex_unlock(&a->lock);
}

/* Of the name only: one right password of its own would free an address to go on guessing. */
void pb__guess_right(pb_access *a, const char *team, const char *name, const char *address)
{
    int64_t now = pb__access_now(a);
    pthread_mutex_lock(&a->lock);
    pb__guess *g = entry_of(a, who_of(a, PB__GUESS_NAME, team, name), now);
    g->wrong     = 0;
    g->until_s   = 0;
    g            = entry_of(a, home_of(a, team, name, address), now);
    g->wrong     = 0;
    g->right_s = g->last_s = now;
    pthread_mutex_unlock(&a->lock);
}
