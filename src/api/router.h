/* router.h - from a path to the rows that answer it: a tree by segments, in which a word
 * goes before a {parameter}, and what a {rest...} takes comes last. */
#ifndef PB_API_ROUTER_H
#define PB_API_ROUTER_H

#include "pitboard/net_server.h"

#define PB__PARAMS_MAX 6
#define PB__SEGMENTS_MAX 16

typedef struct pb__router pb__router;

typedef struct pb__match {
    const void *const *rows; /* by pb_method, NULL: not for this method */
    uint32_t           n_params;
    pb_span            param[PB__PARAMS_MAX]; /* of the path that was asked for */
} pb__match;

pb__router *pb__router_create(void); /* NULL when out of memory */
void        pb__router_destroy(pb__router *router);
/* PB_E_RANGE: the path is taken for this method, or it has no form; path must outlive the router. */
pb_status pb__router_add(pb__router *router, pb_method method, const char *path, const void *row, pb_error *error);
/* False: nobody answers this path. */
bool pb__router_find(const pb__router *router, const char *path, pb__match *out);
/* The names of a path's parameters, in their order; how many. */
uint32_t pb__router_params(const char *path, pb_span out[PB__PARAMS_MAX]);

#endif
