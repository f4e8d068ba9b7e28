/* option_layers.h - the options of a command that runs for months, from three places;
 * the later wins, and a list is taken from one of them:
 *
 *     a file          --config FILE, or PREFIX_CONFIG     listen = 127.0.0.1:9000
 *     the environment PREFIX_NAME                         PITBOARD_SERVE_LISTEN=127.0.0.1:9000
 *     the command     --name                              --listen 127.0.0.1:9000
 *
 * In the file: a line an option, "#" begins a comment, a list has a line a value, a
 * flag is true or false. In the environment values of a list are separated by blanks. */
#ifndef PB_APPS_OPTION_LAYERS_H
#define PB_APPS_OPTION_LAYERS_H

#include "options.h"

typedef struct pb__layers {
    const pb__option  *options; /* one of them named "config", a text */
    size_t             n;
    const char        *prefix;  /* "PITBOARD_SERVE_" */
    const char *const *environ; /* of the process; a test has its own */
    pb_arena          *texts;   /* takes what is kept of file and environment; as long as the values */
    size_t             size;    /* of *values */
} pb__layers;

/* *values holds the defaults. PB_E_USAGE, PB_E_NOENT and so on, with file:line or the
 * variable's name. unknown (may be NULL) hears of variables that begin with the prefix
 * and name no option: they may be another program's (Kubernetes sets such). */
pb_status pb__layers_read(const pb__layers *layers, int argc, char **argv, void *values, pb__operands *operands,
                          void (*unknown)(const char *variable, const char *near), pb_error *error);

#endif
