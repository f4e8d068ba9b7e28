/* replay_names.h - races and recordings that may be replayed, by name.
 *
 * A name is one word ("2023-07", "2023_07_spanish", "imola-fp1.txt"): a file or folder
 * of the folders that are offered, with or without its ending, or the season and round
 * that a file's name begins with. It is never a path. */
#ifndef PB_APPS_REPLAY_NAMES_H
#define PB_APPS_REPLAY_NAMES_H

#include "options.h"
#include "pitboard/codec.h"

/* Folders are the given ones, then that of the races that ship. PB_E_NOENT with the
 * nearest name there is; PB_E_SYNTAX for what is no name. */
pb_status replay_name_find(const pb__list *folders, const char *name, char *path, size_t cap, pb_error *error);
/* What there is, as texts of an open array: each name once. */
void replay_names_put(const pb__list *folders, pb_json_writer *w);

#endif
