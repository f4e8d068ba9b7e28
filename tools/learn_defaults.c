/* learn_defaults - writes the prior that ships, data/defaults/prior.json, from
 * lap CSV files. A developer tool, not installed.
 *
 *     learn_defaults [--grids FILE] [--from SEASON] [--until SEASON]
 *                    [--source TEXT] --out FILE LAPS.csv...
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pitboard/predict.h"
#include "tool_logs.h"

typedef struct options {
    const char *grids, *out, *source;
    int         from, until, first_path;
} options;

static void usage(void)
{
    fputs("usage: learn_defaults [--grids FILE] [--from SEASON] [--until SEASON] [--source TEXT] --out FILE "
          "LAPS.csv...\n",
          stderr);
    exit(2);
}

static options parse(int argc, char **argv)
{
    options o = {.from = 0, .until = 9999};
    int     i = 1;
    for (; i + 1 < argc && strncmp(argv[i], "--", 2) == 0; i += 2) {
        if (strcmp(argv[i], "--grids") == 0)
            o.grids = argv[i + 1];
        else if (strcmp(argv[i], "--out") == 0)
            o.out = argv[i + 1];
        else if (strcmp(argv[i], "--source") == 0)
            o.source = argv[i + 1];
        else if (strcmp(argv[i], "--from") == 0)
            o.from = tool_year(argv[i + 1]);
        else if (strcmp(argv[i], "--until") == 0)
            o.until = tool_year(argv[i + 1]);
        else
            usage();
    }
    o.first_path = i;
    if (!o.out || i >= argc) usage();
    return o;
}

static pb_status learn(const tool_logs *logs, const options *o, pb_error *error)
{
    pb_prior           *prior  = malloc(sizeof *prior);
    const pb_race_log **list   = malloc((logs->n ? logs->n : 1) * sizeof *list);
    pb_status           status = PB_E_NOMEM;
    if (prior && list) {
        for (size_t i = 0; i < logs->n; i++) list[i] = &logs->log[i];
        status = pb_prior_learn(list, logs->n, prior, error);
        if (status == PB_OK && o->source) {
            size_t used = strlen(prior->source);
            snprintf(prior->source + used, sizeof prior->source - used, "; %s", o->source);
        }
        if (status == PB_OK) status = pb_prior_write(prior, o->out, error);
        if (status == PB_OK) printf("%s: %s\n", o->out, prior->source);
    }
    free(list);
    free(prior);
    return status;
}

int main(int argc, char **argv)
{
    options   o      = parse(argc, argv);
    pb_error  error  = {0};
    tool_logs logs   = tool_logs_read(argv + o.first_path, (size_t)(argc - o.first_path), o.grids, o.from, o.until);
    pb_status status = learn(&logs, &o, &error);
    tool_logs_free(&logs);
    if (status != PB_OK) fprintf(stderr, "%s\n", error.text);
    return status == PB_OK ? 0 : 1;
}
