/* core.h - a request, its answer, and what the api keeps: shared by the files of the core. */
#ifndef PB_API_CORE_H
#define PB_API_CORE_H

#include <stdatomic.h>

#include "pitboard/api.h"
#include "pitboard/engine.h"
#include "rate_table.h"
#include "router.h"
#include "schema.h"

#define PB__QUERY_MAX 32
#define PB__HEADERS_MAX 12
#define PB__REQUEST_TEXT 512
#define PB__JSON_BODY_MAX ((size_t)1 << 20)  /* of JSON: some 16 times that in memory, a third of a second to read */
#define PB__LOOP_BODY_MAX ((size_t)64 << 10) /* what is read on the loop */

/* A route with all that is looked up once. */
typedef struct pb__row {
    const pb_route *route;
    void           *context;
    pb_json         body, answer; /* schemas; absent: none */
    pb_json         query[PB_ROUTE_QUERIES];
    uint32_t        n_query, n_params;
    pb_span         param[PB__PARAMS_MAX];
    int             success;            /* its status when run sets none */
    char            name[128];          /* "GET /api/v1/races/{id}" */
    char            ok[136], same[136]; /* values of the label route,status: of success, and of 304 */
} pb__row;

typedef struct pb__pair {
    const char *name, *value;
} pb__pair;

struct pb_reply {
    pb_request    *request;
    int            status; /* 0: the row's */
    FILE          *to;     /* JSON that is being written */
    char          *at;
    size_t         len;
    pb_json_writer writer;
    pb_blob       *blob;
    const char    *media, *csp; /* NULL: as usual */
    char           media_text[64];
    bool           packed, is_problem;
    char           etag[80];                /* with quotes; "" none */
    pb_header      header[PB__HEADERS_MAX]; /* from malloc */
    uint32_t       n_headers;
};

struct pb_request {
    pb_api          *api;
    pb_exchange     *x;
    const pb__row   *row; /* NULL: nobody answers this path */
    pb_method        method;
    pb_caller        caller;
    int64_t          began_us, run_us, done_us; /* monotonic; the last two of a row of the pool: its turn, its end */
    char             id[PB_TRACE_ID_MAX], span[17], parent[17];
    uint32_t         n_params, n_query;
    const char      *param[PB__PARAMS_MAX];
    pb__pair         query[PB__QUERY_MAX];
    char             text[PB__REQUEST_TEXT], *long_text, *text_end; /* where the two are */
    char             content_type[64];
    pb_bytes         unpacked;
    pb_span          body;
    pb_json_doc     *doc;
    pb__rate_told    rate;
    struct pb__list *list; /* of a list row */
    bool             gzip; /* the client takes it */
    bool             ran;
    pb_reply         reply;
};

/* A file that is compiled in, plain and packed. */
typedef struct pb__file {
    pb_blob *plain, *packed;
    char     etag[80];
} pb__file;

typedef struct pb__docs_page {
    pb__file file;
    char     csp[320];
} pb__docs_page;

enum { PB__WEB_PAGE, PB__WEB_SCRIPT, PB__WEB_STYLE, PB__WEB_ICON, PB__WEB_FILES };

struct pb_api {
    pb_api_options        options;
    pb__schemas          *schemas;
    pb__router           *router;
    pb__row              *rows;
    uint32_t              n_rows;
    pb__rate_table       *rates;
    pb_metric            *requests, *seconds, *in_flight, *limited;
    pb__file              document;
    pb__docs_page         docs;
    pb__file              web[PB__WEB_FILES];
    unsigned char         id_key[2][16]; /* of names that cannot be guessed */
    atomic_uint_least64_t id_count;
};

/* ---- request_*.c ---- */
/* Parameters of the path into the request's own text, then the query; false: it was answered (400). */
bool pb__request_read_path(pb_request *r, const pb__match *match);
bool pb__request_read_query(pb_request *r);
/* Body: unpacked, its type looked at, parsed, checked; false: answered. */
bool pb__request_take_body(pb_request *r);
/* The query against the row; false: answered. */
bool pb__query_check(pb_request *r);
/* The value given for a name, NULL none. */
const char *pb__query_value(const pb_request *r, const char *name);
/* The query of the row itself (not of lists), its place; n_query none. */
uint32_t pb__query_of_row(const pb__row *row, const char *name);

/* ---- ids.c ---- */
void pb__ids_read(pb_request *r);

/* ---- who.c ---- */
/* False: the token is no good (why is "" when there was none). */
bool pb__who(pb_api *api, pb_exchange *x, pb_caller *out);
/* Role, home, limits of the row; false: answered. */
bool pb__may(pb_request *r, bool good_token);
bool pb__count(pb_request *r, uint32_t flags);
/* 401. */
void pb__reply_unknown(pb_reply *reply, bool token_was_bad);

/* ---- cors.c ---- */
bool pb__origin_listed(const pb_api *api, const char *origin);
/* With --auth off: requests that another page made, or that came by another name, are refused: why, or NULL. */
const char *pb__foreign(const pb_api *api, pb_exchange *x, bool changes);
void        pb__cors_preflight(pb_request *r, const pb__match *match);

/* ---- headers.c ---- */
typedef struct pb__headers {
    pb_header at[32];
    uint32_t  n;
    char      limit[12], remaining[12], reset[12], retry[12];
} pb__headers;
void pb__headers_make(const pb_request *r, int status, pb__headers *out);
void pb__allow_text(const pb__match *match, char *out, size_t cap);
void pb__reply_allow(pb_reply *reply, const pb__match *match);

/* ---- etag.c ---- */
void pb__etag_of(pb_span bytes, char out[80]);
void pb__etag_quote(const char *etag, char out[80]);
/* True when one of If-None-Match names it, packed or not. */
bool pb__etag_matches(const char *if_none_match, const char *etag);

/* ---- pack.c ---- */
bool pb__takes_gzip(const char *accept_encoding);
/* 0, or the status of what is wrong. */
int pb__unpack(const char *encoding, pb_span packed, size_t limit, pb_bytes *out, pb_error *error);

/* ---- problem.c ---- */
/* By what run returned. */
void pb__reply_error(pb_reply *reply, pb_status status, const pb_error *error);

/* ---- list_ask.c, list_scan.c, list_page.c ---- */
#define PB__LIST_SORT_MAX 8
#define PB__LIST_FIELDS_MAX 64
#define PB__LIST_FILTERS_MAX 16
typedef struct pb__list { /* what part of a list is wanted */
    uint32_t limit, offset, n_sort, n_fields, n_filters;
    uint32_t same;      /* of sort and filters: a cursor goes with one question only */
    bool     is_window; /* run wrote the page alone, out of total */
    uint32_t total;
    struct {
        const char *name;
        bool        down;
    } sort[PB__LIST_SORT_MAX];
    const char *field[PB__LIST_FIELDS_MAX];
    struct {
        const char  *name;
        pb_json_doc *value; /* the first of its array */
    } filter[PB__LIST_FILTERS_MAX];
    char *words; /* where names of sort and fields are */
} pb__list;
/* The query of a list row into r->list; false: answered. */
bool pb__list_read(pb_request *r);
void pb__list_free(pb__list *list);
/* The array's items one after the other, as text: begin, next until false, then ended says whether that was all. */
bool pb__items_begin(pb_span *array);
bool pb__items_next(pb_span *rest, pb_span *item);
bool pb__items_ended(pb_span rest);
/* A member of an item, as text. */
bool pb__item_member(pb_span item, const char *name, pb_span *value);
/* From the array that run wrote to the page that was asked for. */
pb_status pb__list_page(const pb__list *list, pb_span array, pb_json_writer *to, pb_error *error);
/* A member that has one plain value: it can be sorted and filtered by. */
bool                     pb__list_is_plain(const pb__schemas *schemas, pb_json schema);
extern const char *const pb__list_words[4]; /* "limit", ... */

/* ---- finish.c ---- */
/* Answers, counts, logs; the request is gone afterwards. */
void pb__finish(pb_request *r);
/* Without an answer: somebody else gives it. */
void pb__forget(pb_request *r);

/* ---- file.c ---- */
pb_status pb__file_make(pb_span text, pb__file *out, pb_error *error);
void      pb__file_drop(pb__file *file);
/* The one of the two that the client takes. */
void      pb__file_give(const pb__file *file, const char *media, pb_reply *reply);

/* ---- openapi.c, docs_page.c, web_page.c ---- */
pb_status             pb__openapi_make(pb_api *api, pb_blob **out, pb_error *error);
pb_status             pb__docs_make(pb__docs_page *out, pb_error *error);
extern const pb_route pb__core_rows[];
extern const uint32_t pb__core_rows_n;
pb_status             pb__web_make(bool asks, pb__file out[PB__WEB_FILES], pb_error *error); /* asks: who comes */
extern const pb_route pb__web_rows[];
extern const uint32_t pb__web_rows_n;

#endif
