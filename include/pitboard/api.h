/* pitboard/api.h - REST and WebSocket: routes as a table, and all that holds for every
 * one of them.
 *
 * A route is a row. From the rows come what is answered, what is refused, and the
 * document that says so (/openapi.json, /docs):
 *
 *     request --> [route] --> [who asks: role, team, limits] --> [body against its schema]
 *             --> run, on the loop or on the pool --> [fields, ETag, gzip, headers] --> answer
 *
 * Schemas are files, src/api/schemas/NAME.json, each one JSON Schema (2020-12, of the
 * subset in src/api/schema.h) with "examples"; they are compiled in and are the
 * components of the document. The body of a request is checked against its schema
 * before run sees it, so a route needs no checks of form.
 *
 * Floor 7. Uses engine, net and below. Floor 8 may bring rows of its own. */
#ifndef PITBOARD_API_H
#define PITBOARD_API_H

#include "pitboard/base_log.h"
#include "pitboard/base_metrics.h"
#include "pitboard/codec.h"
#include "pitboard/engine_jobs.h"
#include "pitboard/engine_pool.h"
#include "pitboard/engine_sessions.h"
#include "pitboard/net_server.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- who asks ---- */
typedef enum pb_role { PB_ROLE_NONE, PB_ROLE_VIEWER, PB_ROLE_ENGINEER, PB_ROLE_ADMIN } pb_role;
const char *pb_role_name(pb_role role);          /* "none", "viewer", "engineer", "admin" */
bool        pb_role_read(const char *name, pb_role *out);

#define PB_USER_MAX 64
typedef struct pb_caller {
    pb_role role;
    bool    home;                    /* of the team that runs the server: its admins see to all of it */
    char    user[PB_USER_MAX];       /* "" nobody; of a key "key:NAME" */
    char    team[PB_TEAM_MAX];
    char    limit[PB_USER_MAX + PB_TEAM_MAX]; /* whose rate is counted: "team/user", or the address of nobody */
} pb_caller;

/* ---- a request as a route sees it ---- */
typedef struct pb_request pb_request;
typedef struct pb_reply pb_reply;

const pb_caller *pb_request_caller(const pb_request *r);
const char      *pb_request_param(const pb_request *r, const char *name);   /* of the path: "{id}"; never NULL for one of the row */
const char      *pb_request_query(const pb_request *r, const char *name);   /* decoded; NULL not given */
pb_json          pb_request_json(const pb_request *r);                      /* the checked body; absent when the row takes none */
pb_span          pb_request_body(const pb_request *r);                      /* unpacked (gzip, zstd) */
const char      *pb_request_content_type(const pb_request *r);              /* without parameters, small letters; "" */
/* Of a list: true when the page is `limit` items from `offset` on in the order of the route, with no filter but that of
 * `filter` (NULL: none). Then run may write those alone, leave the others out, and say with pb_reply_total how many there are. */
bool             pb_request_window(const pb_request *r, const char *filter, uint32_t *offset, uint32_t *limit);
const char      *pb_request_header(const pb_request *r, const char *name);
const char      *pb_request_address(const pb_request *r);
const char      *pb_request_id(const pb_request *r);                        /* correlation id */
bool             pb_request_gone(const pb_request *r);                      /* nobody waits any more: long work may stop (PB_E_CANCELLED) */
pb_logger          *pb_request_log(const pb_request *r);

/* ---- the answer ---- */
/* One value is written; the status is 200 unless set. On a loop row: be short. */
pb_json_writer *pb_reply_json(pb_reply *reply);
/* Instead: bytes that are there already; held for the reply. etag: a name of the version (of what is meant, packed or
 * not); "" makes one from the bytes, NULL has none. */
void pb_reply_blob(pb_reply *reply, pb_blob *blob, const char *content_type, const char *etag);
/* The blob is gzip of what is meant; only when pb_reply_may_pack said so. */
bool pb_reply_may_pack(const pb_reply *reply);
void pb_reply_packed(pb_reply *reply);
void pb_reply_total(pb_reply *reply, uint32_t n);
void pb_reply_status(pb_reply *reply, int status);
void pb_reply_header(pb_reply *reply, const char *name, const char *value);   /* copied; control bytes refused */
/* Ends with a problem (RFC 9457). pointer: JSON pointer or query key, "" none. Returns
 * PB_E_CANCELLED for `return pb_reply_problem(...)`, which run may return after it. */
pb_status pb_reply_problem(pb_reply *reply, int status, const char *pointer, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* Does the work of a row. An error becomes a problem: PB_E_NOENT 404, PB_E_SYNTAX _RANGE
 * _UNKNOWN_KEY _MISSING _RULE _EMPTY 422 (the text may begin with "/pointer: "), PB_E_USAGE 400,
 * PB_E_LIMIT 422 with a pointer, else 503 with Retry-After, PB_E_UNSUPPORTED 409, PB_E_IO 503, PB_E_NOMEM 503; what is our
 * own fault is 500 and its text is in the log only. */
typedef pb_status pb_route_run(void *context, pb_request *request, pb_reply *reply, pb_error *error);

/* ---- a row ---- */
enum {
    PB_ROUTE_LOOP    = 1,            /* run answers on the loop: microseconds, no store, no lock that is held long */
    PB_ROUTE_WORK    = 2,            /* pool's work lane; neither: the quick lane */
    PB_ROUTE_COSTLY  = 4,            /* counted against the limit of expensive routes, too */
    PB_ROUTE_LIST    = 8,            /* answers {"items":[...]}: run writes the array; limit, cursor, sort, fields and
                                      * KEY=VALUE of the item schema's plain members are done for it */
    PB_ROUTE_HOME    = 16,           /* of the team that runs the server only */
    PB_ROUTE_CHANGES = 32,           /* goes into the audit log */
    PB_ROUTE_RAW     = 64,           /* the body is not JSON of a schema: run reads bytes (telemetry) */
    PB_ROUTE_FRESH   = 128,          /* Cache-Control: no-store (tokens, keys) */
    PB_ROUTE_UNCOUNTED = 256         /* no rate is counted: what probes and scrapers ask for (/healthz, /metrics) */
};

typedef struct pb_route_query {
    const char *name, *schema;       /* schema: JSON text, {"type":"integer","minimum":1} */
    const char *help;
} pb_route_query;

#define PB_ROUTE_QUERIES 8
typedef struct pb_route {
    pb_method    method;
    const char  *path;               /* "/api/v1/races/{id}/laps"; the last may be {rest...} */
    const char  *id;                 /* operationId, "getRaceLaps" */
    const char  *tag;                /* "races" */
    const char  *summary, *details;  /* one line; paragraphs or NULL */
    pb_role      role;               /* least role; NONE: anybody */
    uint32_t     flags;
    pb_route_run *run;
    const char  *body;               /* name of a schema; NULL: none is taken */
    const char  *answer;             /* name of the schema of 2xx (of an item for LIST); NULL: no body (204) */
    int          status;             /* of success; 0: 200 */
    int          other[6];           /* statuses beyond 400, 401, 403, 404, 413, 415, 422, 429, 500, 503, which the
                                      * core adds where they can happen: 202, 409 ... */
    pb_route_query query[PB_ROUTE_QUERIES]; /* beyond those of LIST */
    const char  *param_help;         /* of the path's parameters: "id: a race, 2023-07" */
    const char  *param_example;      /* a value that exists in the bundled data, for the document: "2023-07" */
    const char  *media;              /* of the answer when not application/json */
} pb_route;

typedef struct pb_route_table {
    const pb_route *rows;
    uint32_t        n;
    void           *context;         /* of run */
} pb_route_table;

/* ---- the whole ---- */
struct pb_access;                    /* api_access.h */
struct pb_hub;                       /* api_hub.h */

typedef struct pb_api_limits {       /* a minute, but for the last */
    uint32_t anonymous, signed_in, costly, login, points_per_s;   /* 100, 1,000, 20, 10, 10,000; 0: none */
} pb_api_limits;

typedef struct pb_api_options {
    const pb_route_table *tables;    /* borrowed, as are all pointers */
    uint32_t            n_tables;
    struct pb_access   *access;      /* NULL: everybody is an admin of the home team (--auth off) */
    const char         *home_team;   /* "main" */
    pb_pool            *pool;
    pb_metrics         *metrics;
    pb_logger             *log;
    pb_api_limits       limits;
    const char *const  *cors;        /* origins, "https://pit.example"; "*" is refused with access on */
    uint32_t            n_cors;
    size_t              unpacked_max;/* bytes of a body after gzip or zstd, 64 MiB */
    /* A change was made: who, what route, which target, with what status. On the pool. May be NULL. */
    void (*audit)(void *user, const pb_caller *caller, const char *address, const char *route, const char *target,
                  int status, const char *id);
    void *audit_user;
} pb_api_options;
pb_api_options pb_api_options_default(void);

typedef struct pb_api pb_api;

/* PB_E_RANGE names the row that is wrong: a schema that is not there, a path twice. The
 * core's own rows are added: / (leads to /docs), /openapi.json, /docs. */
pb_status pb_api_create(const pb_api_options *options, pb_api **out, pb_error *error);
void      pb_api_destroy(pb_api *api);           /* when no exchange is open any more */
/* The request callback of a server whose user is the api. */
void      pb_api_request(void *api, pb_exchange *exchange);
/* Who asks, by Authorization, x-api-key; false: it was answered with a problem. For ws_accept. */
bool      pb_api_who(pb_api *api, pb_exchange *exchange, pb_caller *out);
/* The document, as /openapi.json gives it. */
pb_blob  *pb_api_document(pb_api *api);
/* Counts one (or n) against a rate: "points" of a source. PB_E_LIMIT with the wait in seconds. */
pb_status pb_api_count_points(pb_api *api, const char *source, uint64_t n, double *wait_s);

/* A schema by name, its text; NULL: none. Static. */
const char *pb_api_schema(const char *name);

#ifdef __cplusplus
}
#endif
#endif
