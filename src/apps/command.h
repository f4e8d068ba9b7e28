/* command.h - what every command of the program is made of.
 *
 * A command is a row of a table: its name, how it is called, what it does, its
 * options, and the function that does it. `pitboard help` reads the same row. */
#ifndef PB_APPS_COMMAND_H
#define PB_APPS_COMMAND_H

#include <stdio.h>

#include "options.h"
#include "pitboard/base.h"

enum { PB__EXIT_DONE = 0, PB__EXIT_FAILED = 1, PB__EXIT_USAGE = 2 };

typedef struct pb__command {
    const char       *name;
    const char       *operands; /* "RACE"; "" when there are none */
    const char       *summary;  /* one line */
    const char       *details;  /* paragraphs, "" when there is nothing to add */
    const pb__option *options;
    size_t            n_options;
    int (*run)(int argc, char **argv); /* argv[0] is the command; returns the exit code */
} pb__command;

extern const pb__command pb__cmd_help;
extern const pb__command pb__cmd_version;
extern const pb__command pb__cmd_demo;
extern const pb__command pb__cmd_import;
extern const pb__command pb__cmd_db;
extern const pb__command pb__cmd_user;
extern const pb__command pb__cmd_key;
extern const pb__command pb__cmd_decode;
extern const pb__command pb__cmd_simulate;
extern const pb__command pb__cmd_strategy;
extern const pb__command pb__cmd_recommend;
extern const pb__command pb__cmd_report;
extern const pb__command pb__cmd_profile;
extern const pb__command pb__cmd_bench;
extern const pb__command pb__cmd_backtest;
extern const pb__command pb__cmd_train;
extern const pb__command pb__cmd_models;
extern const pb__command pb__cmd_explain;
extern const pb__command pb__cmd_serve;
extern const pb__command pb__cmd_replay;

/* All commands, NULL at the end. */
extern const pb__command *const pb__commands[];

/* The command of this name, or NULL with the nearest in the message. */
const pb__command *pb__command_find(const char *name, pb_error *error);

/* "pitboard simulate: TEXT" on standard error. Returns the exit code: 2 for
 * PB_E_USAGE, else 1. */
int pb__fail(const pb__command *command, const pb_error *error);
/* Complains about the number of operands; exit code 2. */
int pb__fail_operands(const pb__command *command, const char *what);

#endif
