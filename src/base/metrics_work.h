/* metrics_work.h - how families and series lie in memory, for metrics.c and
 * metrics_print.c.
 *
 *     registry --> family --> ... (a list, by age)
 *                    |
 *                    +-- slot[hash of the label values] --> series --> series
 *
 * Families and series are only ever added, at the head and whole, so that who reads
 * needs no lock. */
#ifndef METRICS_WORK_H
#define METRICS_WORK_H

#include <pthread.h>
#include <stdatomic.h>

#include "pitboard/base_metrics.h"

#define PB__METRIC_SLOTS 256
#define PB__METRIC_LABELS 4
#define PB__METRIC_BOUNDS 14  /* of a histogram; one more bucket takes the rest */
#define PB__METRIC_VALUES 256 /* bytes of a series' label values, with NUL */
#define PB__METRICS_HOOKS 8

extern const double pb__metric_bounds[PB__METRIC_BOUNDS];

typedef enum pb__metric_kind { PB__COUNTER, PB__GAUGE, PB__HISTOGRAM } pb__metric_kind;

typedef struct pb__metric_series {
    struct pb__metric_series *next; /* in its slot */
    uint64_t                  hash;
    _Atomic uint64_t          sum;  /* bits of a double: the value, or the sum of a histogram */
    _Atomic uint64_t         *hits; /* of a histogram, PB__METRIC_BOUNDS + 1; else NULL */
    char                      values[];
} pb__metric_series;

struct pb_metric {
    struct pb_metric *_Atomic  next;
    pb_metrics                *in;
    const char                *name, *help, *labels;
    pb__metric_kind            kind;
    uint32_t                   n_labels;
    _Atomic uint32_t           n_series;
    pb__metric_series *_Atomic slot[PB__METRIC_SLOTS];
};

struct pb_metrics {
    pthread_mutex_t    lock; /* held to add a family, a series or a hook */
    pb_metric *_Atomic first;
    _Atomic uint32_t   n_hooks;
    struct {
        void (*f)(void *user, pb_metrics *metrics);
        void *user;
    } hook[PB__METRICS_HOOKS];
};

double pb__metric_value(const pb__metric_series *s);

#endif
