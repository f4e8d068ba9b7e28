#include "metrics_work.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

const double pb__metric_bounds[PB__METRIC_BOUNDS] = {0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05,
                                                     0.1,    0.25,  0.5,    1,     2.5,  5,     10};

pb_metrics *pb_metrics_create(void)
{
    pb_metrics *m = calloc(1, sizeof *m);
    if (!m) return NULL;
    pthread_mutex_init(&m->lock, NULL);
    return m;
}

static void family_free(pb_metric *f)
{
    for (size_t i = 0; i < PB__METRIC_SLOTS; i++) {
        for (pb__metric_series *s = f->slot[i], *next; s; s = next) {
            next = s->next;
            free(s->hits);
            free(s);
        }
    }
    free(f);
}

void pb_metrics_destroy(pb_metrics *metrics)
{
    if (!metrics) return;
    for (pb_metric *f = metrics->first, *next; f; f = next) {
        next = f->next;
        family_free(f);
    }
    pthread_mutex_destroy(&metrics->lock);
    free(metrics);
}

/* ---- series ---- */
static uint64_t hash_of(const char *values, size_t len)
{
    uint64_t h = 1469598103934665603u; /* FNV-1a */
    for (size_t i = 0; i < len; i++) h = (h ^ (unsigned char)values[i]) * 1099511628211u;
    return h;
}

static pb__metric_series *find(pb_metric *f, const char *values, size_t len, uint64_t hash)
{
    pb__metric_series *s = atomic_load_explicit(&f->slot[hash % PB__METRIC_SLOTS], memory_order_acquire);
    while (s && (s->hash != hash || strncmp(s->values, values, len) != 0 || s->values[len] != '\0')) s = s->next;
    return s;
}

/* Under the lock. */
static pb__metric_series *add_series(pb_metric *f, const char *values, size_t len, uint64_t hash)
{
    pb__metric_series *s = calloc(1, sizeof *s + len + 1);
    if (!s) return NULL;
    if (f->kind == PB__HISTOGRAM && !(s->hits = calloc(PB__METRIC_BOUNDS + 1, sizeof *s->hits))) {
        free(s);
        return NULL;
    }
    memcpy(s->values, values, len);
    s->hash = hash;
    s->next = f->slot[hash % PB__METRIC_SLOTS];
    atomic_store_explicit(&f->slot[hash % PB__METRIC_SLOTS], s, memory_order_release);
    atomic_fetch_add_explicit(&f->n_series, 1, memory_order_relaxed);
    return s;
}

static pb__metric_series *find_or_add(pb_metric *f, const char *values, size_t len)
{
    uint64_t           hash = hash_of(values, len);
    pb__metric_series *s    = find(f, values, len, hash);
    if (s) return s;
    pthread_mutex_lock(&f->in->lock);
    s = find(f, values, len, hash); /* somebody may have been faster */
    if (!s) s = add_series(f, values, len, hash);
    pthread_mutex_unlock(&f->in->lock);
    return s;
}

/* "other" for every label: where the rest is counted. */
static pb__metric_series *other(pb_metric *f)
{
    static const char all[] = "other,other,other,other";
    return find_or_add(f, all, 6u * f->n_labels - 1);
}

static pb__metric_series *series_of(pb_metric *f, const char *values)
{
    if (f->n_labels == 0 || !values) values = "";
    size_t len = strnlen(values, PB__METRIC_VALUES);
    if (len >= PB__METRIC_VALUES) return other(f);
    pb__metric_series *s = find(f, values, len, hash_of(values, len));
    if (s) return s;
    /* Two threads may both find one place left and take two: the limit is against growth, not a contract. */
    if (atomic_load_explicit(&f->n_series, memory_order_relaxed) >= PB_METRIC_SERIES_MAX - 1) return other(f);
    return find_or_add(f, values, len);
}

/* ---- families ---- */
#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_:"

static bool is_name(const char *name)
{
    return name && strspn(name, LETTERS) > 0 && name[strspn(name, LETTERS "0123456789")] == '\0';
}

static pb_metric *named(pb_metrics *m, const char *name)
{
    pb_metric *f = atomic_load_explicit(&m->first, memory_order_acquire);
    while (f && strcmp(f->name, name) != 0) f = f->next;
    return f;
}

/* Under the lock. */
static pb_metric *add_family(pb_metrics *m, pb__metric_kind kind, const char *name, const char *help,
                             const char *labels)
{
    pb_metric *f = calloc(1, sizeof *f);
    if (!f) return NULL;
    f->in     = m;
    f->name   = name;
    f->help   = help ? help : "";
    f->labels = labels;
    f->kind   = kind;
    if (labels[0]) f->n_labels = 1;
    for (const char *p = labels; *p; p++) f->n_labels += *p == ',';
    PB_ASSERT(f->n_labels <= PB__METRIC_LABELS);
    /* One without labels is there from the begin: 0 is an answer, nothing is a riddle. */
    if (f->n_labels == 0 && !add_series(f, "", 0, hash_of("", 0))) {
        free(f);
        return NULL;
    }
    f->next = m->first;
    atomic_store_explicit(&m->first, f, memory_order_release);
    return f;
}

static pb_metric *family(pb_metrics *m, pb__metric_kind kind, const char *name, const char *help, const char *labels)
{
    if (!m) return NULL;
    PB_ASSERT(is_name(name));
    if (!labels) labels = "";
    pb_metric *f = named(m, name);
    if (!f) {
        pthread_mutex_lock(&m->lock);
        f = named(m, name);
        if (!f) f = add_family(m, kind, name, help, labels);
        pthread_mutex_unlock(&m->lock);
    }
    PB_ASSERT(!f || (f->kind == kind && strcmp(f->labels, labels) == 0)); /* one name, one meaning */
    return f;
}

pb_metric *pb_metric_counter(pb_metrics *metrics, const char *name, const char *help, const char *labels)
{
    return family(metrics, PB__COUNTER, name, help, labels);
}

pb_metric *pb_metric_gauge(pb_metrics *metrics, const char *name, const char *help, const char *labels)
{
    return family(metrics, PB__GAUGE, name, help, labels);
}

pb_metric *pb_metric_histogram(pb_metrics *metrics, const char *name, const char *help, const char *labels)
{
    return family(metrics, PB__HISTOGRAM, name, help, labels);
}

/* ---- values ---- */
static uint64_t bits_of(double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

static double from_bits(uint64_t bits)
{
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

double pb__metric_value(const pb__metric_series *s)
{
    return from_bits(atomic_load_explicit(&s->sum, memory_order_relaxed));
}

static void add_to(_Atomic uint64_t *sum, double amount)
{
    uint64_t was = atomic_load_explicit(sum, memory_order_relaxed);
    while (!atomic_compare_exchange_weak_explicit(sum, &was, bits_of(from_bits(was) + amount), memory_order_relaxed,
                                                  memory_order_relaxed)) {
    }
}

void pb_metric_add(pb_metric *metric, const char *values, double amount)
{
    if (!metric) return;
    PB_ASSERT(metric->kind != PB__HISTOGRAM);
    if (isnan(amount) || (amount < 0 && metric->kind == PB__COUNTER)) return; /* a counter never falls */
    pb__metric_series *s = series_of(metric, values);
    if (s) add_to(&s->sum, amount);
}

void pb_metric_set(pb_metric *metric, const char *values, double value)
{
    if (!metric) return;
    PB_ASSERT(metric->kind != PB__HISTOGRAM);
    pb__metric_series *s = series_of(metric, values);
    if (s) atomic_store_explicit(&s->sum, bits_of(value), memory_order_relaxed);
}

void pb_metric_observe(pb_metric *metric, const char *values, double seconds)
{
    if (!metric) return;
    PB_ASSERT(metric->kind == PB__HISTOGRAM);
    if (isnan(seconds)) return;
    if (seconds < 0) seconds = 0; /* a clock went back */
    pb__metric_series *s = series_of(metric, values);
    if (!s) return;
    size_t i = 0;
    while (i < PB__METRIC_BOUNDS && seconds > pb__metric_bounds[i]) i++;
    atomic_fetch_add_explicit(&s->hits[i], 1, memory_order_relaxed);
    add_to(&s->sum, seconds);
}

void pb_metrics_before_print(pb_metrics *metrics, void (*f)(void *user, pb_metrics *metrics), void *user)
{
    if (!metrics || !f) return;
    pthread_mutex_lock(&metrics->lock);
    uint32_t n = metrics->n_hooks;
    PB_ASSERT(n < PB__METRICS_HOOKS);
    metrics->hook[n].f    = f;
    metrics->hook[n].user = user;
    atomic_store_explicit(&metrics->n_hooks, n + 1, memory_order_release);
    pthread_mutex_unlock(&metrics->lock);
}
