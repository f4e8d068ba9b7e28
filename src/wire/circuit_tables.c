/* circuit_tables: lengths, laps and what a stop costs, circuit by circuit.
 *
 *     tracks.csv                      parameters of the TUM race files, a row a track and season
 *     pirelli_circuit_characteristics hand-made: compounds nominated, pit loss rounded
 *     f1-circuits.geojson             outlines (MIT): length and altitude of today's layout
 *     grids.csv                       starting grids: season,round,driver,grid */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "ergast_rows.h"

#define COUNT(a) (sizeof(a) / sizeof *(a))

static pb_status read_as(pb__table *t, pb_span text, const char *const *columns, size_t n, pb__row_reader *reader)
{
    t->columns   = columns;
    t->n_columns = (int)n;
    return pb__read_csv(t, text, ',', reader);
}

static void blank_circuit(pb_circuit_row *row)
{
    memset(row, 0, sizeof *row);
    row->lat_deg = row->lon_deg = row->altitude_m = row->length_m = row->pit_loss_s = (double)NAN;
}

/* ---- parameters of the TUM race files ---- */

enum { T_TRACK, T_SEASON, T_LAPS, T_LOSS };
static const char *const tum_columns[] = {"track", "season", "laps", "pit_total_loss_green_s"};

static pb_status take_tum(pb__table *t)
{
    pb_circuit_row row;
    blank_circuit(&row);
    row.season = (int16_t)pb__need_whole(t, T_SEASON, 1950, 2200);
    pb__need_text(t, T_TRACK, row.ref, sizeof row.ref);
    row.laps       = (int16_t)pb__take_whole(t, T_LAPS, 1, PB_LAPS_MAX, 0);
    row.pit_loss_s = pb__take_number(t, T_LOSS, 0, 200);
    pb__ergast_circuit(pb_span_of(row.ref), row.season, row.id, sizeof row.id);
    PB__KEEP(t, circuits, &row);
    return PB_OK;
}

pb_status pb__read_tum_tracks(pb__table *t, pb_span text)
{
    return read_as(t, text, tum_columns, COUNT(tum_columns), take_tum);
}

/* ---- hand-made scores ---- */

enum { P_SEASON, P_KEY, P_HARD, P_MEDIUM, P_SOFT, P_KM, P_LAPS, P_LOSS };
static const char *const score_columns[] = {"season",        "circuit_key",       "hard_compound", "medium_compound",
                                            "soft_compound", "circuit_length_km", "total_laps",    "pit_loss_seconds"};

static pb_status take_score(pb__table *t)
{
    pb_circuit_row row;
    blank_circuit(&row);
    row.season = (int16_t)pb__need_whole(t, P_SEASON, 1950, 2200);
    pb__need_text(t, P_KEY, row.ref, sizeof row.ref);
    pb__take_text(t, P_HARD, row.hard, sizeof row.hard);
    pb__take_text(t, P_MEDIUM, row.medium, sizeof row.medium);
    pb__take_text(t, P_SOFT, row.soft, sizeof row.soft);
    row.length_m   = 1000 * pb__take_number(t, P_KM, 1, 30);
    row.laps       = (int16_t)pb__take_whole(t, P_LAPS, 1, PB_LAPS_MAX, 0);
    row.pit_loss_s = pb__take_number(t, P_LOSS, 0, 200);
    pb__ergast_circuit(pb_span_of(row.ref), row.season, row.id, sizeof row.id);
    PB__KEEP(t, circuits, &row);
    return PB_OK;
}

pb_status pb__read_circuit_scores(pb__table *t, pb_span text)
{
    return read_as(t, text, score_columns, COUNT(score_columns), take_score);
}

/* ---- outlines ---- */

enum { G_ID, G_NAME, G_LOCALITY, G_LENGTH, G_ALTITUDE };
static const char *const line_columns[] = {"properties.id", "properties.Name", "properties.Location",
                                           "properties.length", "properties.altitude"};

static pb_status take_line(pb__table *t)
{
    pb_circuit_row row;
    blank_circuit(&row);
    pb__need_text(t, G_ID, row.ref, sizeof row.ref);
    pb__need_text(t, G_NAME, row.name, sizeof row.name);
    pb__take_text(t, G_LOCALITY, row.locality, sizeof row.locality);
    row.length_m   = pb__take_number(t, G_LENGTH, 500, 30000);
    row.altitude_m = pb__take_number(t, G_ALTITUDE, -500, 5000);
    const char *id = pb_circuit_id(pb_span_of(row.name), 0);
    if (!id) id = pb_circuit_id(pb_span_of(row.locality), 0);
    (void)snprintf(row.id, sizeof row.id, "%s", id ? id : row.ref);
    PB__KEEP(t, circuits, &row);
    return PB_OK;
}

pb_status pb__read_circuit_lines(pb__table *t, pb_span text)
{
    pb_json_doc *doc  = NULL;
    pb_json      none = {0};
    PB_TRY(pb_json_parse(text, t->path, &doc, t->error));
    pb_json features = pb_json_get(pb_json_root(doc), "features");
    t->columns       = line_columns;
    t->n_columns     = COUNT(line_columns);
    pb_status status = pb_json_need(features, t->error);
    if (status == PB_OK) status = pb__read_json(t, features, none, none, take_line);
    pb_json_free(doc);
    return status;
}

/* ---- grids ---- */

enum { S_SEASON, S_ROUND, S_DRIVER, S_GRID };
static const char *const grid_columns[] = {"season", "round", "driver", "grid"};

static pb_status take_grid(pb__table *t)
{
    pb_start_row row;
    memset(&row, 0, sizeof row);
    pb__take_race(t, S_SEASON, S_ROUND, &row.season, &row.round, &row.sprint);
    pb__take_driver(t, S_DRIVER, -1, row.driver);
    row.grid = (uint8_t)pb__need_whole(t, S_GRID, 0, 99);
    PB__KEEP(t, starts, &row);
    return PB_OK;
}

pb_status pb__read_grid_rows(pb__table *t, pb_span text)
{
    return read_as(t, text, grid_columns, COUNT(grid_columns), take_grid);
}
