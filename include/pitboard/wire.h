/* pitboard/wire.h - file formats: bytes to a recorded race or a race to play.
 *
 * One file per format in src/wire. Floor 3. Uses base, num, codec, race. */
#ifndef PITBOARD_WIRE_H
#define PITBOARD_WIRE_H

#include <stdio.h>

#include "pitboard/race_spec.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- FastF1-style lap CSV ----
 * Three forms, told apart by the header: ours ("LapTime_s", seconds), FastF1's
 * own export ("LapTime", "0 days 00:01:31.234000") and the transformed export
 * ("LapTime" in seconds or timedelta). Columns are found by name; a missing
 * column that is needed is an error that names it. Season, round and event come
 * from the file name (YYYY_RR_event[_sprint].csv, also after a '_'), from
 * RoundNumber/EventName columns, or stay 0/"".
 *
 * Empty cells, "None" and "NaT" are unknown. A bad row (a number that is
 * negative, NaN, out of range or no number; a lap of 0 s; no session time; more
 * or fewer fields than the header; invalid UTF-8) goes to log->quarantined with
 * line and reason. Of two rows with the same driver and lap the last counts, the
 * other is quarantined. n_rows = n_accepted + n_quarantined.
 *
 * A broken file is refused as a whole, with file and line: PB_E_SYNTAX for an
 * unclosed quote or a last row cut in the middle, PB_E_LIMIT for more cars or
 * rows than a race can have, PB_E_UNSUPPORTED for several rounds in one file,
 * PB_E_MISSING for a column, PB_E_EMPTY when no row is left. *log must be
 * initialised; on error it is left empty. */
pb_status pb_wire_read_laps(pb_span text, const char *path, pb_race_log *log, pb_error *error);
/* True when the first line looks like a lap CSV. */
bool      pb_wire_is_laps(pb_span text);

/* ---- our own lap CSV (docs/formats/laps.md): the seconds form, written ----
 * What is read back is the same, apart from the quarantine. */
pb_status pb_wire_write_laps(const pb_race_log *log, const char *path, pb_error *error);

/* ---- F1 status feed beside a lap CSV: exact times of SC and VSC ----
 * Reads track_status.csv (Time_s, Status, Message) into phases with session
 * times, within the race; progress is filled from the outcome. A VSC lasts
 * until its ending is over; red lasts until the feed clears it, which is before
 * the restart. *n is how many there are, at most cap are written. Any row that
 * cannot be read is an error: a missing one would change the phases. */
pb_status pb_wire_read_track_status(pb_span text, const char *path, const pb_race_outcome *outcome,
                                    pb_neutral_phase *out, uint32_t cap, uint32_t *n, pb_error *error);

/* ---- grids: season,round,driver,grid ---- */
/* All rows of the file, in file order, in the arena. A bad row is an error. */
typedef struct pb_grid_row { int16_t season, round; char driver[8]; uint8_t grid; } pb_grid_row;
pb_status pb_wire_read_grids(pb_span text, const char *path, pb_arena *arena, pb_grid_row **rows, uint32_t *n,
                             pb_error *error);

/* ---- TUM race-simulation INI ----
 * A race file of the simulator of Heilmeier et al.: becomes a pb_race_spec with
 * the real stops and phases as plans. Priors, not measurements: every number's
 * origin says so. */
pb_status pb_wire_read_tum(pb_span text, const char *path, pb_race_spec *spec, pb_error *error);
bool      pb_wire_is_tum(pb_span text);

/* The Monte-Carlo parameters of pars_mcs.ini that a race of one season needs. */
typedef struct pb_tum_mcs {
    double p_sc_count[4];       /* P(0..3 SC) */
    double p_sc_start[6];       /* lap 1, then five fifths */
    double p_sc_laps[10];
    double p_vsc_after_failure;
    double p_vsc_laps[4];
    uint8_t n_drivers, n_teams;
    struct { char driver[40]; double p_accident, lap_sigma_s, start_mean_s, start_sigma_s; } drivers[64];
    struct { char team[40]; double p_failure, stop_shape, stop_loc_s, stop_scale_s; } teams[24];
} pb_tum_mcs;
pb_status pb_wire_read_tum_mcs(pb_span text, const char *path, int season, pb_tum_mcs *out, pb_error *error);
/* Puts those priors into a spec that came from a TUM race file. */
void      pb_wire_apply_tum_mcs(const pb_tum_mcs *mcs, pb_race_spec *spec);

/* ---- our race file (docs/race-file.md, docs/formats/race.schema.json) ----
 * Read strictly: an unknown key is refused with the nearest name, a value with
 * its pointer and what is allowed; what is missing has its default. On error
 * *spec is untouched. Writing refuses a spec that would not be read back, and
 * read(write(spec)) is spec. path NULL or "-": standard output. */
pb_status pb_wire_read_race(pb_span text, const char *path, pb_race_spec *spec, pb_error *error);
bool      pb_wire_is_race(pb_span text);
pb_status pb_wire_write_race(const pb_race_spec *spec, const char *path, pb_error *error);
/* The same to a stream. */
pb_status pb_wire_print_race(const pb_race_spec *spec, FILE *to, pb_error *error);
/* The JSON Schema (draft 2020-12) of that file, from the same table. */
pb_status pb_wire_write_race_schema(FILE *to);

#ifdef __cplusplus
}
#endif
#endif
