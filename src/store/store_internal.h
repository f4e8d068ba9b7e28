/* store_internal.h - inside store only. */
#ifndef PITBOARD_STORE_INTERNAL_H
#define PITBOARD_STORE_INTERNAL_H

#include "chunk.h"
#include "db.h"

#define PB__STORE_ORIGINS 62

struct pb_store {
    pb__db         *db;
    int             found; /* version */
    bool            open_transaction;
    bool            undone;                         /* rolled back because something failed; the caller learns it */
    char            origins[PB__STORE_ORIGINS][24]; /* by number */
    int             n_origins;
    int64_t         source; /* that rows are put from; 0 none */
    int             source_origin;
    pb_store_counts counts;           /* since its begin */
    int8_t         *origin_of_source; /* -1 not looked up */
    size_t          n_origin_of_source;
    pb__statement  *quarantine, *conflict, *reconcile, *settle;
    pb_store_put   *puts;
    pb_append      *appends;
    pb_append      *chunks; /* the way into live_chunks */
    pb__statement  *applied;
    pb__chunk_work  work;
    bool            pending; /* rows wait in a bulk */
};

/* steps[v] leads from version v to v + 1. */
extern const char *const pb__store_steps[PB_STORE_VERSION];

void pb__store_free_puts(pb_store *store);
void pb__store_free_appends(pb_store *store);
void pb__store_forget_appends(pb_store *store);
/* Rows that wait are written: before anything is read, and at a commit. */
pb_status pb__store_flush(pb_store *store, pb_error *error);
/* A group that failed is rolled back at once; returns the status it was given. */
pb_status pb__store_undo(pb_store *store, pb_status status);

/* What was cached of sources and origins: a rollback may have undone it. */
void pb__store_forget_sources(pb_store *store);
/* Number of the origin of a source; -1 when there is no such source. */
int pb__store_origin_of(pb_store *store, int64_t source);

/* 0 is the best. */
int    pb__store_rank(const char *table, const char *origin);
double pb__store_slack(const char *table, const char *column);

/* What must hold of live tables. `tell` is never NULL. */
pb_status pb__live_check(pb_store *store, pb_store_finding *tell, void *with, uint32_t *n, pb_error *error);
/* The same of the server's own tables. */
pb_status pb__server_check(pb_store *store, pb_store_finding *tell, void *with, uint32_t *n, pb_error *error);
/* PB_E_IO: something of this group failed before. */
pb_status pb__store_is_undone(const pb_store *store, pb_error *error);

#endif
