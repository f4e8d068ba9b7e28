/* pitboard/engine_metrics.h - what is read when somebody asks: metrics of the process,
 * and how the records and stores of all sessions are.
 *
 * The sessions count by themselves, into the metrics of their options, sums without a
 * name of a session, a team or a car: docs/observability.md. Counters go on when a session
 * ends or a replay is wound back (what it counted after the last look at it is missed).
 * Nobody may print those metrics after pb_sessions_close.
 *
 * Floor 6. */
#ifndef PITBOARD_ENGINE_METRICS_H
#define PITBOARD_ENGINE_METRICS_H

#include "pitboard/engine_sessions.h"

#ifdef __cplusplus
extern "C" {
#endif

/* process_resident_memory_bytes, process_cpu_seconds_total, process_open_fds, process_max_fds,
 * process_start_time_seconds, process_uptime_seconds, pitboard_build_info{version}: with every print. Once. */
void pb_metrics_of_process(pb_metrics *metrics);

/* Of all sessions, for lines of /readyz (user: a pb_sessions; api_routes.h, pb_dependency): "ok", "off" when no
 * session has one, "stalled" or "behind" when one is, with how many. Ready: not stalled. */
void pb_sessions_look_at_recovery(void *sessions, char state[16], char why[128], bool *ready);
void pb_sessions_look_at_records(void *user, char state[16], char why[128], bool *ready);
void pb_sessions_look_at_stores(void *user, char state[16], char why[128], bool *ready);

#ifdef __cplusplus
}
#endif
#endif
