/* pars_mcs.ini of the TUM race simulation: the probabilities that a race of one
 * season is drawn with. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ini_json.h"
#include "pitboard/wire.h"

#define DRIVERS_MAX 64
#define TEAMS_MAX 24

typedef struct mcs_reader {
    pb_span     text;
    const char *path;
    char        season[24]; /* "SEASON_2017" */
    pb_tum_mcs *out;
    pb_error   *error;
} mcs_reader;

/* Reads one key's document and hands its root to use. */
static pb_status with_document(mcs_reader *r, const char *section, const char *key,
                               pb_status (*use)(mcs_reader *r, pb_json root))
{
    pb__ini_entry entry;
    pb_json_doc  *doc = NULL;
    PB_TRY(pb__ini_find(r->text, r->path, section, key, &entry, r->error));
    PB_TRY(pb__ini_parse(&entry, r->path, &doc, r->error));
    pb_status status = pb_json_is_object(pb_json_root(doc), r->error);
    if (status == PB_OK) status = use(r, pb_json_root(doc));
    pb_json_free(doc);
    return status;
}

static pb_status read_number(mcs_reader *r, pb_json at, double lo, double hi, double *out)
{
    PB_TRY(pb_json_need(at, r->error));
    return pb_json_f64(at, lo, hi, out, r->error);
}

static pb_status read_list(mcs_reader *r, pb_json at, size_t n, double lo, double hi, double *out)
{
    PB_TRY(pb_json_need(at, r->error));
    PB_TRY(pb_json_is_array(at, n, n, r->error));
    for (size_t i = 0; i < n; i++) PB_TRY(pb_json_f64(pb_json_at(at, i), lo, hi, &out[i], r->error));
    return PB_OK;
}

/* Names that are keys; more than the table holds is refused. */
static pb_status read_names(mcs_reader *r, pb_json at, const char **names, size_t cap, size_t *n)
{
    *n = pb_json_keys(at, names, cap);
    if (*n <= cap) return PB_OK;
    return pb_error_set(r->error, PB_E_LIMIT, "%s: %zu names in one list, at most %zu are allowed", r->path, *n, cap);
}

static pb_status keep_name(mcs_reader *r, const char *name, char *to, size_t cap)
{
    if (pb_span_copy(pb_span_of(name), to, cap)) return PB_OK;
    return pb_error_set(r->error, PB_E_LIMIT, "%s: the name \"%.40s...\" is longer than %zu bytes", r->path, name,
                        cap - 1);
}

static pb_status read_accidents(mcs_reader *r, pb_json root)
{
    const char *names[DRIVERS_MAX];
    size_t      n;
    PB_TRY(read_names(r, root, names, DRIVERS_MAX, &n));
    for (size_t i = 0; i < n; i++) {
        PB_TRY(keep_name(r, names[i], r->out->drivers[i].driver, sizeof r->out->drivers[i].driver));
        PB_TRY(read_number(r, pb_json_get(root, names[i]), 0, 1, &r->out->drivers[i].p_accident));
    }
    r->out->n_drivers = (uint8_t)n;
    return PB_OK;
}

static pb_status read_failures(mcs_reader *r, pb_json root)
{
    const char *names[TEAMS_MAX];
    size_t      n;
    PB_TRY(read_names(r, root, names, TEAMS_MAX, &n));
    for (size_t i = 0; i < n; i++) {
        PB_TRY(keep_name(r, names[i], r->out->teams[i].team, sizeof r->out->teams[i].team));
        PB_TRY(read_number(r, pb_json_get(root, names[i]), 0, 1, &r->out->teams[i].p_failure));
    }
    r->out->n_teams = (uint8_t)n;
    return PB_OK;
}

static pb_status read_phases(mcs_reader *r, pb_json root)
{
    pb_tum_mcs *out = r->out;
    PB_TRY(read_list(r, pb_json_get(root, "p_sc_quant"), 4, 0, 1, out->p_sc_count));
    PB_TRY(read_list(r, pb_json_get(root, "p_sc_start"), 6, 0, 1, out->p_sc_start));
    PB_TRY(read_list(r, pb_json_get(root, "p_sc_duration"), 10, 0, 1, out->p_sc_laps));
    PB_TRY(read_number(r, pb_json_get(root, "p_vsc_aft_failure"), 0, 1, &out->p_vsc_after_failure));
    return read_list(r, pb_json_get(root, "p_vsc_duration"), 4, 0, 1, out->p_vsc_laps);
}

/* [shape, loc, scale] of a team; teams without one keep zeros. */
static pb_status read_stops(mcs_reader *r, pb_json root)
{
    for (size_t i = 0; i < r->out->n_teams; i++) {
        double  fisk[3];
        pb_json at = pb_json_get(root, r->out->teams[i].team);
        if (!pb_json_present(at)) continue;
        PB_TRY(read_list(r, at, 3, -20, 60, fisk));
        if (fisk[0] <= 1.0 || fisk[2] < 0.0)
            return pb_error_set(r->error, PB_E_RANGE,
                                "%s: %s: a shape of %.10g and a scale of %.10g are not allowed, above 1 and from 0",
                                r->path, at.pointer, fisk[0], fisk[2]);
        r->out->teams[i].stop_shape   = fisk[0];
        r->out->teams[i].stop_loc_s   = fisk[1];
        r->out->teams[i].stop_scale_s = fisk[2];
    }
    return PB_OK;
}

/* A driver's own entry, or that of "unknown". */
static pb_json entry_of(pb_json root, const char *driver)
{
    pb_json own = pb_json_get(root, driver);
    return pb_json_present(own) ? own : pb_json_get(root, "unknown");
}

static pb_status read_sigmas(mcs_reader *r, pb_json root)
{
    for (size_t i = 0; i < r->out->n_drivers; i++)
        PB_TRY(read_number(r, entry_of(root, r->out->drivers[i].driver), 0, 5, &r->out->drivers[i].lap_sigma_s));
    return PB_OK;
}

static pb_status read_starts(mcs_reader *r, pb_json root)
{
    for (size_t i = 0; i < r->out->n_drivers; i++) {
        pb_json at = entry_of(root, r->out->drivers[i].driver);
        PB_TRY(pb_json_need(at, r->error));
        PB_TRY(pb_json_is_object(at, r->error));
        PB_TRY(read_number(r, pb_json_get(at, "mean"), -10, 30, &r->out->drivers[i].start_mean_s));
        PB_TRY(read_number(r, pb_json_get(at, "sigma"), 0, 20, &r->out->drivers[i].start_sigma_s));
    }
    return PB_OK;
}

static pb_status read_all(mcs_reader *r)
{
    PB_TRY(with_document(r, r->season, "p_accident", read_accidents));
    PB_TRY(with_document(r, r->season, "p_failure", read_failures));
    PB_TRY(with_document(r, "ALL_SEASONS", "p_fcy_phases", read_phases));
    PB_TRY(with_document(r, "ALL_SEASONS", "t_pit_var_fisk_pars", read_stops));
    PB_TRY(with_document(r, "ALL_SEASONS", "t_lap_var_sigma", read_sigmas));
    return with_document(r, "ALL_SEASONS", "t_startperf", read_starts);
}

pb_status pb_wire_read_tum_mcs(pb_span text, const char *path, int season, pb_tum_mcs *out, pb_error *error)
{
    pb_tum_mcs *fresh = calloc(1, sizeof *fresh);
    if (!fresh) return pb_error_set(error, PB_E_NOMEM, "%s: out of memory", path);
    mcs_reader reader = {.text = text, .path = path, .out = fresh, .error = error};
    snprintf(reader.season, sizeof reader.season, "SEASON_%d", season);
    pb_status status =
        pb_span_trim(text).len ? read_all(&reader) : pb_error_set(error, PB_E_EMPTY, "%s: the file is empty", path);
    if (status == PB_OK) *out = *fresh;
    free(fresh);
    return status;
}
