/* Topics in this process. Each is a ring of bytes with its own lock:
 *
 *     oldest                                   newest
 *       |                                         |
 *     [ | len id bytes | len id bytes | ........ | free ]
 *
 * What is oldest goes when room is needed. A reader remembers the number of the entry
 * it wants next and where it lies; when that entry is gone it begins at what is left. */
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "pitboard/bus.h"

typedef struct entry_head {
    uint64_t id;
    uint64_t len;
} entry_head;

typedef struct topic {
    char            name[PB_BUS_NAME_MAX];
    atomic_uint     holders; /* the list, each reader, who publishes; the last to let go frees it */
    pthread_mutex_t lock;
    pthread_cond_t  come;
    char           *at;             /* NULL: nothing was published yet */
    uint64_t        begin, end;     /* places, ever growing; the buffer is a window of them */
    uint64_t        oldest, newest; /* numbers; newest 0: nothing yet, oldest > newest: empty */
    uint64_t        newest_at;
    atomic_uint     readers;
} topic;

struct pb_bus {
    size_t          bytes;
    pthread_mutex_t lock;
    topic          *topics[PB_BUS_TOPICS_MAX]; /* under the lock */
    unsigned        n;
};

struct pb_bus_reader {
    topic     *topic;
    size_t     bytes;
    pb_bus_lag lag;
    uint64_t   wanted, at; /* number and place of the next entry */
    char      *copy;
    size_t     cap;
};

pb_bus_options pb_bus_options_default(void)
{
    return (pb_bus_options){.topic_bytes = (size_t)4 << 20};
}

pb_status pb_bus_open(const char *url, const pb_bus_options *options, pb_bus **out, pb_error *error)
{
    if (strcmp(url, "memory") != 0) return pb_error_set(error, PB_E_UNSUPPORTED, "bus %s: there is only `memory`", url);
    if (options->topic_bytes < 4096) return pb_error_set(error, PB_E_RANGE, "a topic keeps at least 4 KiB");
    pb_bus *bus = calloc(1, sizeof *bus);
    if (!bus) return pb_error_set(error, PB_E_NOMEM, "out of memory for a bus");
    bus->bytes = options->topic_bytes;
    pthread_mutex_init(&bus->lock, NULL);
    *out = bus;
    return PB_OK;
}

static void let_go(topic *t)
{
    if (!t || atomic_fetch_sub(&t->holders, 1) > 1) return;
    pthread_mutex_destroy(&t->lock);
    pthread_cond_destroy(&t->come);
    free(t->at);
    free(t);
}

void pb_bus_close(pb_bus *bus)
{
    if (!bus) return;
    for (unsigned i = 0; i < bus->n; i++) let_go(bus->topics[i]);
    pthread_mutex_destroy(&bus->lock);
    free(bus);
}

static topic *create_topic(const char *name)
{
    pthread_condattr_t clock;
    topic             *t = calloc(1, sizeof *t);
    if (!t) return NULL;
    memcpy(t->name, name, strlen(name) + 1);
    atomic_init(&t->holders, 1);
    t->oldest = 1;
    pthread_mutex_init(&t->lock, NULL);
    pthread_condattr_init(&clock);
    pthread_condattr_setclock(&clock, CLOCK_MONOTONIC);
    pthread_cond_init(&t->come, &clock);
    pthread_condattr_destroy(&clock);
    return t;
}

/* Under the lock. */
static unsigned place_of(const pb_bus *bus, const char *name)
{
    unsigned i = 0;
    while (i < bus->n && strcmp(bus->topics[i]->name, name) != 0) i++;
    return i;
}

/* Held by the caller. NULL: none of that name. */
static topic *find(pb_bus *bus, const char *name)
{
    pthread_mutex_lock(&bus->lock);
    unsigned i = place_of(bus, name);
    topic   *t = i < bus->n ? bus->topics[i] : NULL;
    if (t) atomic_fetch_add(&t->holders, 1);
    pthread_mutex_unlock(&bus->lock);
    return t;
}

/* Under the lock: another place in the list. */
static pb_status add_topic(pb_bus *bus, const char *name)
{
    if (bus->n == PB_BUS_TOPICS_MAX) return PB_E_LIMIT;
    topic *t = create_topic(name);
    if (!t) return PB_E_NOMEM;
    bus->topics[bus->n++] = t;
    return PB_OK;
}

/* Held by the caller. */
static pb_status find_or_make(pb_bus *bus, const char *name, topic **out)
{
    pb_status status = PB_OK;
    if (strlen(name) >= PB_BUS_NAME_MAX) return PB_E_RANGE;
    pthread_mutex_lock(&bus->lock);
    unsigned i = place_of(bus, name);
    if (i == bus->n) status = add_topic(bus, name);
    if (status == PB_OK) {
        *out = bus->topics[i];
        atomic_fetch_add(&(*out)->holders, 1);
    }
    pthread_mutex_unlock(&bus->lock);
    return status;
}

void pb_bus_forget(pb_bus *bus, const char *name)
{
    pthread_mutex_lock(&bus->lock);
    unsigned i = place_of(bus, name);
    topic   *t = i < bus->n ? bus->topics[i] : NULL;
    if (t) bus->topics[i] = bus->topics[--bus->n];
    pthread_mutex_unlock(&bus->lock);
    let_go(t);
}

/* ---- bytes of the ring ---- */

static void copy_in(topic *t, size_t size, uint64_t at, const void *from, size_t len)
{
    size_t place = (size_t)(at % size), first = len < size - place ? len : size - place;
    if (first > 0) memcpy(t->at + place, from, first);
    if (len > first) memcpy(t->at, (const char *)from + first, len - first);
}

static void copy_out(const topic *t, size_t size, uint64_t at, void *to, size_t len)
{
    size_t place = (size_t)(at % size), first = len < size - place ? len : size - place;
    if (first > 0) memcpy(to, t->at + place, first);
    if (len > first) memcpy((char *)to + first, t->at, len - first);
}

static void drop_oldest(topic *t, size_t size)
{
    entry_head head;
    copy_out(t, size, t->begin, &head, sizeof head);
    t->begin += sizeof head + head.len;
    t->oldest = head.id + 1;
}

static pb_status put(topic *t, size_t size, pb_span entry)
{
    entry_head head = {.len = entry.len};
    size_t     need = sizeof head + entry.len;
    if (!t->at) t->at = malloc(size); /* pages of it are taken as they are written */
    if (!t->at) return PB_E_NOMEM;
    while (t->end + need - t->begin > size) drop_oldest(t, size);
    head.id      = ++t->newest;
    t->newest_at = t->end;
    copy_in(t, size, t->end, &head, sizeof head);
    copy_in(t, size, t->end + sizeof head, entry.at, entry.len);
    t->end += need;
    pthread_cond_broadcast(&t->come);
    return PB_OK;
}

pb_status pb_bus_publish(pb_bus *bus, const char *name, pb_span entry)
{
    topic *t;
    if (entry.len > bus->bytes / 4) return PB_E_RANGE;
    PB_TRY(find_or_make(bus, name, &t));
    pthread_mutex_lock(&t->lock);
    pb_status status = put(t, bus->bytes, entry);
    pthread_mutex_unlock(&t->lock);
    let_go(t);
    return status;
}

bool pb_bus_wanted(pb_bus *bus, const char *name)
{
    topic *t      = find(bus, name);
    bool   wanted = t && atomic_load(&t->readers) > 0;
    let_go(t);
    return wanted;
}

/* ---- reading ---- */

pb_status pb_bus_subscribe(pb_bus *bus, const char *name, pb_bus_lag lag, pb_bus_reader **out, pb_error *error)
{
    topic    *t;
    pb_status status = find_or_make(bus, name, &t);
    if (status != PB_OK) return pb_error_set(error, status, "topic %s: %s", name, pb_status_text(status));
    pb_bus_reader *r = calloc(1, sizeof *r);
    if (!r) {
        let_go(t);
        return pb_error_set(error, PB_E_NOMEM, "topic %s: out of memory", name);
    }
    *r = (pb_bus_reader){.topic = t, .bytes = bus->bytes, .lag = lag};
    pthread_mutex_lock(&t->lock);
    r->wanted = t->newest + 1;
    r->at     = t->end;
    pthread_mutex_unlock(&t->lock);
    atomic_fetch_add(&t->readers, 1);
    *out = r;
    return PB_OK;
}

void pb_bus_unsubscribe(pb_bus_reader *reader)
{
    if (!reader) return;
    atomic_fetch_sub(&reader->topic->readers, 1);
    let_go(reader->topic);
    free(reader->copy);
    free(reader);
}

static void wait_for(topic *t, uint64_t wanted, uint32_t wait_ms)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += wait_ms / 1000;
    until.tv_nsec += (long)(wait_ms % 1000) * 1000000;
    if (until.tv_nsec >= 1000000000) {
        until.tv_sec++;
        until.tv_nsec -= 1000000000;
    }
    while (t->newest < wanted && pthread_cond_timedwait(&t->come, &t->lock, &until) != ETIMEDOUT) continue;
}

/* Where to go on when what was wanted is gone, or older than is of use. */
static uint64_t pass_over(pb_bus_reader *r)
{
    topic   *t  = r->topic;
    uint64_t to = r->wanted < t->oldest ? t->oldest : r->wanted;
    if (r->lag == PB_BUS_NEWEST) to = t->newest;
    if (to == r->wanted) return 0;
    uint64_t missed = to - r->wanted;
    r->at           = to == t->oldest ? t->begin : t->newest_at;
    r->wanted       = to;
    return missed;
}

static pb_status take(pb_bus_reader *r, pb_span *entry, uint64_t *id, uint64_t *missed)
{
    entry_head head;
    uint64_t   passed = pass_over(r);
    copy_out(r->topic, r->bytes, r->at, &head, sizeof head);
    if (head.len + 1 > r->cap) {
        char *grown = realloc(r->copy, head.len + 1);
        if (!grown) return PB_E_NOMEM;
        r->copy = grown;
        r->cap  = head.len + 1;
    }
    copy_out(r->topic, r->bytes, r->at + sizeof head, r->copy, head.len);
    r->at += sizeof head + head.len;
    r->wanted = head.id + 1;
    *entry    = (pb_span){r->copy, head.len};
    *id       = head.id;
    *missed   = passed;
    return PB_OK;
}

pb_status pb_bus_next(pb_bus_reader *reader, uint32_t wait_ms, pb_span *entry, uint64_t *id, uint64_t *missed)
{
    topic    *t      = reader->topic;
    pb_status status = PB_E_EMPTY;
    pthread_mutex_lock(&t->lock);
    if (t->newest < reader->wanted && wait_ms > 0) wait_for(t, reader->wanted, wait_ms);
    if (t->newest >= reader->wanted) status = take(reader, entry, id, missed);
    pthread_mutex_unlock(&t->lock);
    return status;
}
