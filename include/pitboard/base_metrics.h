/* pitboard/base_metrics.h - what is counted, as Prometheus reads it.
 *
 *     pb_metric *served = pb_metric_counter(m, "pitboard_http_requests_total", "requests answered", "route,status");
 *     pb_metric_add(served, "GET /api/v1/sessions,200", 1);
 *
 * A registry is an argument like any other; NULL for it, or for a metric, counts
 * nothing, so no caller asks. Adding to a series that exists takes no lock and
 * allocates nothing; a new series is made under a lock, and a family takes at most
 * PB_METRIC_SERIES_MAX of them (the rest is counted as label values "other"). Names of
 * teams, users, sessions and cars are no labels: what is counted may be seen by
 * whoever runs the server, not by other teams.
 *
 * Floor 0. Uses libc only. */
#ifndef PITBOARD_BASE_METRICS_H
#define PITBOARD_BASE_METRICS_H

#include <stdio.h>

#include "pitboard/base.h"

#ifdef __cplusplus
extern "C" {
#endif

#define PB_METRIC_SERIES_MAX 512

typedef struct pb_metrics pb_metrics;
typedef struct pb_metric pb_metric;

pb_metrics *pb_metrics_create(void);             /* NULL when out of memory */
void        pb_metrics_destroy(pb_metrics *metrics);

/* The family of that name, made at the first call; labels "a,b" or NULL for none.
 * Names and helps are static texts. Lives as long as the registry. */
pb_metric *pb_metric_counter(pb_metrics *metrics, const char *name, const char *help, const char *labels);
pb_metric *pb_metric_gauge(pb_metrics *metrics, const char *name, const char *help, const char *labels);
/* Seconds, in buckets of 0.5, 1, 2.5, 5, 10, 25, 50, 100, 250, 500 ms, 1, 2.5, 5, 10 s, and all. */
pb_metric *pb_metric_histogram(pb_metrics *metrics, const char *name, const char *help, const char *labels);

/* values: of the labels, in their order, separated by commas; NULL for none. */
void pb_metric_add(pb_metric *metric, const char *values, double amount);       /* counter, gauge */
void pb_metric_set(pb_metric *metric, const char *values, double value);        /* gauge; counter kept elsewhere */
void pb_metric_observe(pb_metric *metric, const char *values, double seconds);  /* histogram */

/* Called at the begin of every print, to set gauges that are read when asked. */
void pb_metrics_before_print(pb_metrics *metrics, void (*f)(void *user, pb_metrics *metrics), void *user);
/* Text exposition format 0.0.4, families by name. */
void pb_metrics_print(pb_metrics *metrics, FILE *to);

#ifdef __cplusplus
}
#endif
#endif
