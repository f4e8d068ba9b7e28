/* pitboard/api_routes.h - the tables of routes that floor 7 has itself.
 *
 * Each function gives rows whose context is what is passed; they live as long as it.
 *
 * Floor 7. */
#ifndef PITBOARD_API_ROUTES_H
#define PITBOARD_API_ROUTES_H

#include "pitboard/api.h"
#include "pitboard/store.h"

#ifdef __cplusplus
extern "C" {
#endif

/* /sessions...: list, start, state, cars, recommendations, history, control, calls; POST /telemetry. */
typedef struct pb_routes_sessions {
    pb_sessions *sessions;
    pb_api     **api;                /* where the api will be: limits of points */
    /* The file of a replay by its name ("2023-07", "imola.pbrec"): only names of what is offered, never a path.
     * PB_E_NOENT. Floor 8 knows where races are. */
    pb_status  (*find_replay)(void *user, const char *name, char *path, size_t cap, pb_error *error);
    void        *user;
} pb_routes_sessions;
pb_route_table pb_routes_sessions_table(const pb_routes_sessions *with);

/* /circuits, /seasons/{year}/races, /races/{id}..., /drivers...: from the store; bundled
 * races when the store has none is floor 8's business (it imports them into the store it opens). */
typedef struct pb_routes_data {
    const char *store_url;
    pb_metrics *metrics;
} pb_routes_data;
/* Handles that only read, each lent to one thread at a time, opened when first needed, and
 * again after the store was away; and what is known of circuits without a store. */
typedef struct pb_data pb_data;
pb_status      pb_data_open(const pb_routes_data *with, pb_data **out, pb_error *error);
void           pb_data_close(pb_data *data);
pb_route_table pb_routes_data_table(pb_data *data);

/* GET /telemetry...: what feeds and imports left in the store, lap by lap. A recording of a session is its team's; what
 * was imported, or belongs to no session any more, is that of the team that runs the server. */
typedef struct pb_recordings pb_recordings;
/* data, and sessions (NULL: none run) live longer. */
pb_status      pb_recordings_open(pb_data *data, pb_sessions *sessions, pb_recordings **out, pb_error *error);
void           pb_recordings_close(pb_recordings *telemetry);
pb_route_table pb_routes_telemetry_table(pb_recordings *telemetry);

/* /profiles, /drivers/{id}/profile, /teams...: from the store of data, which must outlive it. Races are measured when
 * first asked for, and kept until an import changes the store. */
typedef struct pb_profiles pb_profiles;
pb_status      pb_profiles_open(pb_data *data, pb_profiles **out, pb_error *error);
void           pb_profiles_close(pb_profiles *profiles);
pb_route_table pb_routes_profiles_table(pb_profiles *profiles);

/* /jobs... */
pb_route_table pb_routes_jobs_table(pb_jobs *jobs);

/* /healthz, /readyz, /metrics. */
typedef struct pb_dependency {       /* one line of /readyz */
    const char *name;                /* "store", "session", "pool" */
    /* "ok", "off", "stalled", "behind", "failed"; why "" or a text without names of teams */
    void      (*look)(void *user, char state[16], char why[128], bool *ready);
    void       *user;
} pb_dependency;
typedef struct pb_routes_health {
    const pb_dependency *at;
    uint32_t             n;
    pb_metrics          *metrics;
    bool                 open_metrics;   /* /metrics without a token: a scraper on loopback */
} pb_routes_health;
pb_route_table pb_routes_health_table(const pb_routes_health *with);

/* /admin/config, /admin/backup. config: JSON text of the options in force, secrets left out. */
typedef struct pb_routes_admin {
    const char *store_url, *backup_dir, *config;
} pb_routes_admin;
pb_route_table pb_routes_admin_table(const pb_routes_admin *with);

#ifdef __cplusplus
}
#endif
#endif
