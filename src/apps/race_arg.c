/* From an operand to a race: see race_arg.h. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "pitboard/predict_registry.h"
#include "pitboard/predict_store.h"
#include "pitboard/wire.h"
#include "race_arg.h"

pb__form pb__form_of(pb_span text)
{
    if (pb_wire_is_race(text)) return PB__FORM_RACE;
    if (pb_wire_is_tum(text)) return PB__FORM_TUM;
    if (pb_wire_is_laps(text)) return PB__FORM_LAPS;
    return PB__FORM_NONE;
}

const char *pb__form_why_none(pb_span text)
{
    if (text.len == 0) return "the file is empty";
    pb_span head = pb_span_trim(text);
    if (head.len && head.at[0] == '{') return "JSON, but without \"format\": \"pitboard-race-1\" at its head";
    return "not a form we know";
}

static bool is_setting(const char *setting, const char *key, const char **value)
{
    size_t len = strlen(key);
    if (strncmp(setting, key, len) != 0 || setting[len] != '=') return false;
    *value = setting + len + 1;
    return true;
}

static pb_status want_actual_or_drawn(const char *key, const char *value, bool *actual, pb_error *error)
{
    if (strcmp(value, "actual") != 0 && strcmp(value, "drawn") != 0)
        return pb_error_set(error, PB_E_USAGE, "--set %s=%s: it is either actual or drawn", key, value);
    *actual = strcmp(value, "actual") == 0;
    return PB_OK;
}

static pb_status want_learned_or_cost(const char *value, bool *cost, pb_error *error)
{
    *cost = strcmp(value, "cost") == 0;
    if (*cost || strcmp(value, "learned") == 0) return PB_OK;
    return pb_error_set(error, PB_E_USAGE, "--set rivals=%s: it is either learned or cost", value);
}

static pb_status want_actual_or_before(const char *value, bool *actual, pb_error *error)
{
    *actual = strcmp(value, "actual") == 0;
    if (*actual || strcmp(value, "before") == 0) return PB_OK;
    return pb_error_set(error, PB_E_USAGE, "--set pace=%s: it is either actual or before", value);
}

static pb_status want_number(const char *key, const char *value, int64_t lo, int64_t hi, int64_t *out, pb_error *error)
{
    if (pb_span_to_i64(pb_span_of(value), out) && *out >= lo && *out <= hi) return PB_OK;
    return pb_error_set(error, PB_E_USAGE, "--set %s=%.40s: it is a whole number from %lld to %lld", key, value,
                        (long long)lo, (long long)hi);
}

/* Where and when, for laps whose file does not say it. The season first: it decides
 * what a name means. */
static pb_status name_race(const pb__race_choice *choice, pb_race_log *log, pb_error *error)
{
    const char *value;
    int64_t     season;
    for (uint32_t i = 0; i < choice->set.n; i++) {
        if (!is_setting(choice->set.at[i], "season", &value)) continue;
        PB_TRY(want_number("season", value, 1950, 2200, &season, error));
        log->season = (int16_t)season;
    }
    for (uint32_t i = 0; i < choice->set.n; i++) {
        if (!is_setting(choice->set.at[i], "circuit", &value)) continue;
        const char *id = pb_circuit_id(pb_span_of(value), log->season);
        if (!id)
            return pb_error_set(error, PB_E_USAGE,
                                "--set circuit=%.40s: no such circuit is known here; add --set rules.laps=N instead",
                                value);
        (void)pb_span_copy(pb_span_of(id), log->circuit, sizeof log->circuit);
    }
    return PB_OK;
}

/* Settings that say how a recorded race is to be read; the others change numbers. */
static pb_status read_fit_settings(const pb__race_choice *choice, pb_fit_options *fit, bool *cost, pb_error *error)
{
    const char *value;
    int64_t     laps;
    bool        actual = !choice->before;
    *cost              = false;
    for (uint32_t i = 0; i < choice->set.n; i++) {
        if (is_setting(choice->set.at[i], "neutralisations", &value))
            PB_TRY(want_actual_or_drawn("neutralisations", value, &fit->actual_neutral, error));
        if (is_setting(choice->set.at[i], "plans", &value))
            PB_TRY(want_actual_or_drawn("plans", value, &fit->actual_plans, error));
        if (is_setting(choice->set.at[i], "rules.laps", &value)) {
            PB_TRY(want_number("rules.laps", value, 1, PB_LAPS_MAX, &laps, error));
            fit->laps = (uint16_t)laps;
        }
        if (is_setting(choice->set.at[i], "rivals", &value)) PB_TRY(want_learned_or_cost(value, cost, error));
        if (is_setting(choice->set.at[i], "pace", &value)) PB_TRY(want_actual_or_before(value, &actual, error));
    }
    fit->whole_race = choice->from_lap == 0 && actual;
    if (fit->whole_race || !choice->before || choice->from_lap > 0) return PB_OK;
    if (fit->actual_neutral || fit->actual_plans)
        return pb_error_set(error, PB_E_USAGE,
                            "--set neutralisations=actual and plans=actual are not known before a race; add --set "
                            "pace=actual for a look back");
    return PB_OK;
}

static const char *lap_option(const pb__race_choice *choice)
{
    return choice->lap_option ? choice->lap_option : "--from-lap";
}

/* A file that ends with this lap may be of a race that runs; the schedule knows. */
static pb_status check_lap(const pb__race_choice *choice, uint32_t all, uint32_t laps, pb_error *error)
{
    const char *path = choice->path, *option = lap_option(choice);
    uint32_t    lap = choice->from_lap;
    if (lap > laps || (lap == laps && all <= lap))
        return pb_error_set(error, PB_E_RANGE, "%s %u: %s has %u laps, so there is nothing left to play", option, lap,
                            path, laps);
    if (lap < 2)
        return pb_error_set(error, PB_E_RANGE,
                            "%s 1: when the leader ends lap 1 no other car has; play from the grid (leave %s out) or "
                            "from lap 2 on",
                            option, option);
    return PB_OK;
}

/* given: the distance, where it is; 0 the schedule's. */
static pb_status cut(const pb__race_choice *choice, uint32_t given, pb_race_log *log, pb_error *error)
{
    uint32_t         all     = given ? given : (uint32_t)pb_scheduled_laps(log->circuit, log->season, log->sprint);
    pb_race_outcome *outcome = malloc(sizeof *outcome);
    if (!outcome) return pb_error_set(error, PB_E_NOMEM, "out of memory");
    pb_status status = pb_race_outcome_of(log, outcome);
    uint16_t  laps   = status == PB_OK ? outcome->laps : 0;
    free(outcome);
    if (status != PB_OK) return pb_error_set(error, status, "%s: no car completed a lap", choice->path);
    PB_TRY(check_lap(choice, all, laps, error));
    pb_race_log_cut(log, choice->from_lap);
    return PB_OK;
}

/* Places at the end of lap 1, for a race whose grid nobody gave. */
static void grid_of_lap1(pb_race_log *log)
{
    int32_t key[PB_CARS_MAX];
    for (uint32_t c = 0; c < log->n_cars; c++) {
        int32_t row = pb_lap_row(&log->cars[c], 1);
        key[c]      = row < 0 ? INT32_MAX : log->cars[c].laps[row].session_ms;
    }
    for (uint32_t c = 0; c < log->n_cars; c++) {
        uint32_t place = 1;
        for (uint32_t o = 0; o < log->n_cars; o++) place += key[o] < key[c] || (key[o] == key[c] && o < c);
        log->cars[c].grid = (uint8_t)place;
    }
}

/* Nothing but who starts where. Returns whether even that had to come from lap 1. */
static bool forget_race(pb_race_log *log)
{
    uint32_t known = 0;
    for (uint32_t c = 0; c < log->n_cars; c++) known += log->cars[c].grid > 0;
    bool lap1 = 2 * known <= log->n_cars;
    if (lap1) grid_of_lap1(log);
    for (uint32_t c = 0; c < log->n_cars; c++) log->cars[c].n_laps = 0;
    return lap1;
}

static pb_status fit_with(const pb__race_choice *choice, const pb__race_kit *kit, pb_fit_options *options,
                          const pb_race_log *log, pb_race_spec *spec, pb_error *error)
{
    options->pit_wall = kit->pit_wall;
    return pb_fit_race(log, kit->prior, options, choice->given.phases, choice->given.n_phases, spec, error);
}

/* The pit call that ships, the same answer on every machine, unless a folder was
 * named. NULL when rivals stop by cost, or nothing is under way. */
static pb_status load_wall(const pb__race_choice *choice, bool wanted, pb_model **out, pb_error *error)
{
    pb_model_choice chosen;
    *out = NULL;
    if (!wanted) return PB_OK;
    return pb_registry_active(choice->models, pb_model_kind_find("pitcall"), out, &chosen, error);
}

/* With what is read for this race alone. */
static pb_status fit_alone(const pb__race_choice *choice, bool wall_wanted, pb_fit_options *options,
                           const pb_race_log *log, pb_race_spec *spec, pb_error *error)
{
    pb_model *wall;
    PB_TRY(load_wall(choice, wall_wanted, &wall, error));
    pb_prior    *prior  = malloc(sizeof *prior);
    pb__race_kit kit    = {.prior = prior, .pit_wall = wall};
    pb_status    status = prior ? PB_OK : pb_error_set(error, PB_E_NOMEM, "out of memory");
    if (status == PB_OK) status = pb_prior_shipped(prior, error);
    if (status == PB_OK) status = fit_with(choice, &kit, options, log, spec, error);
    free(prior);
    pb_model_destroy(wall);
    return status;
}

static pb_status fit(const pb__race_choice *choice, pb_race_log *log, pb_race_spec *spec, pb__race_notes *notes,
                     pb_error *error)
{
    pb_fit_options options = {.from_lap = (uint16_t)choice->from_lap};
    bool           cost;
    PB_TRY(name_race(choice, log, error));
    PB_TRY(read_fit_settings(choice, &options, &cost, error));
    if (choice->from_lap) {
        PB_TRY(cut(choice, options.laps, log, error));
        if (pb_race_log_mend(log, &notes->gaps) != PB_OK) return pb_error_set(error, PB_E_NOMEM, "out of memory");
    }
    notes->unseen = !options.whole_race && choice->from_lap == 0;
    if (notes->unseen) notes->lap1_grid = forget_race(log);

    bool wall_wanted = !cost && choice->from_lap > 0;
    if (!choice->kit) return fit_alone(choice, wall_wanted, &options, log, spec, error);
    pb__race_kit kit = *choice->kit;
    if (!wall_wanted) kit.pit_wall = NULL;
    return fit_with(choice, &kit, &options, log, spec, error);
}

static pb_status apply_grids(const pb__race_choice *choice, const pb__grids *grids, pb_race_log *log, pb_error *error)
{
    if (pb__grids_apply(grids, log) > 0) return PB_OK;
    return pb_error_set(error, PB_E_MISSING, "%s: no car of season %d round %d is in it",
                        choice->grids ? choice->grids : "the grids", log->season, log->round);
}

static pb_status set_grid(const pb__race_choice *choice, pb_race_log *log, pb_error *error)
{
    pb__grids grids;
    if (choice->kit) return choice->kit->grids ? apply_grids(choice, choice->kit->grids, log, error) : PB_OK;
    pb_status status = pb__grids_read(choice->grids, &grids, error);
    if (status == PB_OK && choice->grids) status = apply_grids(choice, &grids, log, error);
    pb__grids_free(&grids);
    return status;
}

/* Cars of before the cut that are not there after it. */
static void note_absent(char (*codes)[8], uint32_t n, pb__race_laps *laps)
{
    for (uint32_t i = 0; i < n; i++) {
        uint32_t c = 0;
        while (c < laps->log.n_cars && strcmp(laps->log.cars[c].code, codes[i]) != 0) c++;
        if (c == laps->log.n_cars) memcpy(laps->absent[laps->n_absent++], codes[i], sizeof codes[i]);
    }
}

/* The log as it was read, to a race; the log stays, cut. */
static pb_status make_race(const pb__race_choice *choice, pb__race_laps *laps, pb_race_spec *spec,
                           pb__race_notes *notes, pb_error *error)
{
    char     codes[PB_CARS_MAX][8];
    uint32_t n = laps->log.n_cars;
    for (uint32_t c = 0; c < n; c++) memcpy(codes[c], laps->log.cars[c].code, sizeof codes[c]);
    PB_TRY(set_grid(choice, &laps->log, error));
    PB_TRY(fit(choice, &laps->log, spec, notes, error));
    note_absent(codes, n, laps);
    laps->has = true;
    return PB_OK;
}

static pb_status load_laps(const pb__race_choice *choice, pb_span text, pb_race_spec *spec, pb__race_laps *laps,
                           pb__race_notes *notes, pb_error *error)
{
    pb_status status   = pb_wire_read_laps(text, choice->path, &laps->log, error);
    notes->quarantined = laps->log.n_quarantined;
    return status == PB_OK ? make_race(choice, laps, spec, notes, error) : status;
}

/* A race of the store is laps like any other, its grid included. */
static pb_status load_stored(const pb__race_choice *choice, pb_race_spec *spec, pb__race_laps *laps,
                             pb__race_notes *notes, pb_error *error)
{
    pb_store *store;
    PB_TRY(pb_store_open(choice->store, PB_STORE_READ, &store, error));
    pb_status status = pb_history_read_log(store, choice->path, &laps->log, error);
    pb_store_close(store);
    return status == PB_OK ? make_race(choice, laps, spec, notes, error) : status;
}

/* A race file knows where it starts; another start needs the laps. */
static pb_status agree_on_start(const pb__race_choice *choice, const pb_race_spec *spec, pb_error *error)
{
    if (choice->grids)
        return pb_error_set(
            error, PB_E_USAGE,
            "--grids %s: %s holds its grid; change it there, or with --set cars.CODE.grid=N for each car that moves",
            choice->grids, choice->path);
    if (choice->from_lap == 0 || choice->from_lap == spec->from_lap) return PB_OK;
    if (spec->from_lap == 0)
        return pb_error_set(error, PB_E_USAGE,
                            "%s %u: %s starts from the grid and holds no laps; give the lap CSV instead%s",
                            lap_option(choice), choice->from_lap, choice->path,
                            choice->lap_option ? ", or plan before the start with `pitboard strategy`" : "");
    return pb_error_set(error, PB_E_USAGE, "%s %u: %s starts from the end of lap %u; leave %s out", lap_option(choice),
                        choice->from_lap, choice->path, spec->from_lap, lap_option(choice));
}

/* What read_fit_settings does for laps, for a race that is fitted already. */
static pb_status set_word(const char *setting, bool from_laps, pb_race_spec *spec, bool *done, pb_error *error)
{
    const char *value  = NULL;
    bool        actual = false, neutral = is_setting(setting, "neutralisations", &value);
    bool        place = is_setting(setting, "circuit", &value) || is_setting(setting, "season", &value);
    *done             = neutral || is_setting(setting, "plans", &value) || is_setting(setting, "rivals", &value) ||
            is_setting(setting, "pace", &value) || (from_laps && place);
    if (!*done || from_laps) return PB_OK; /* the fit has seen to it */
    if (!neutral)
        return pb_error_set(error, PB_E_USAGE,
                            "--set %s: a race file holds its plans and its pace; give the lap CSV instead", setting);
    PB_TRY(want_actual_or_drawn("neutralisations", value, &actual, error));
    spec->neutral.actual = actual;
    return PB_OK;
}

static pb_status apply_settings(const pb__race_choice *choice, bool from_laps, pb_race_spec *spec, pb_error *error)
{
    pb__list values = {0};
    for (uint32_t i = 0; i < choice->set.n; i++) {
        bool done = false;
        PB_TRY(set_word(choice->set.at[i], from_laps, spec, &done, error));
        if (!done) values.at[values.n++] = choice->set.at[i];
    }
    return pb__race_set(spec, &values, error);
}

static int by_code(const void *a, const void *b)
{
    return strcmp(((const pb_log_car *)a)->code, ((const pb_log_car *)b)->code);
}

/* Laps in memory, in the order in which a file would give the cars. */
static pb_status load_given(const pb__race_choice *choice, pb_race_spec *spec, pb__race_laps *laps,
                            pb__race_notes *notes, pb_error *error)
{
    if (pb_race_log_copy(choice->given.log, &laps->log) != PB_OK)
        return pb_error_set(error, PB_E_NOMEM, "out of memory");
    qsort(laps->log.cars, laps->log.n_cars, sizeof *laps->log.cars, by_code);
    notes->quarantined = choice->given.log->n_quarantined;
    PB_TRY(make_race(choice, laps, spec, notes, error));
    PB_TRY(apply_settings(choice, true, spec, error));
    return pb_race_spec_check(spec, error);
}

static pb_status load_text(const pb__race_choice *choice, pb_span text, pb_race_spec *spec, pb__race_laps *laps,
                           pb__race_notes *notes, pb_error *error)
{
    pb__form form = pb__form_of(text);

    switch (form) {
    case PB__FORM_LAPS:
        PB_TRY(load_laps(choice, text, spec, laps, notes, error));
        break;
    case PB__FORM_RACE:
        PB_TRY(pb_wire_read_race(text, choice->path, spec, error));
        PB_TRY(agree_on_start(choice, spec, error));
        break;
    case PB__FORM_TUM:
        PB_TRY(pb_wire_read_tum(text, choice->path, spec, error));
        PB_TRY(agree_on_start(choice, spec, error));
        break;
    case PB__FORM_NONE:
        return pb_error_set(error, PB_E_SYNTAX,
                            "%s: %s; a race is a race file (JSON), a FastF1-style lap CSV or a TUM race INI",
                            choice->path, pb__form_why_none(text));
    }
    PB_TRY(apply_settings(choice, form == PB__FORM_LAPS, spec, error));
    return pb_race_spec_check(spec, error);
}

/* A race that is made, as if it stood in a race file. */
static pb_status load_made(const pb__race_choice *choice, pb_race_spec *spec, pb_error *error)
{
    *spec = *choice->given.spec;
    PB_TRY(agree_on_start(choice, spec, error));
    PB_TRY(apply_settings(choice, false, spec, error));
    return pb_race_spec_check(spec, error);
}

pb_status pb__race_load_laps(const pb__race_choice *choice, pb_race_spec *spec, pb__race_laps *laps,
                             pb__race_notes *notes, pb_error *error)
{
    pb_bytes bytes = {0};
    *notes         = (pb__race_notes){0};
    *laps          = (pb__race_laps){0};
    pb_race_log_init(&laps->log);
    if (choice->given.log) return load_given(choice, spec, laps, notes, error);
    if (choice->given.spec) return load_made(choice, spec, error);
    if (choice->given.text.at) return load_text(choice, choice->given.text, spec, laps, notes, error);
    if (choice->store) {
        PB_TRY(load_stored(choice, spec, laps, notes, error));
        PB_TRY(apply_settings(choice, true, spec, error));
        return pb_race_spec_check(spec, error);
    }
    if (pb_history_is_id(choice->path) && access(choice->path, F_OK) != 0)
        return pb_error_set(error, PB_E_USAGE, "%s is the id of a race in a store; name the store: --store sqlite:PATH",
                            choice->path);
    PB_TRY(pb_file_read(choice->path, 0, &bytes, error));
    pb_status status = load_text(choice, (pb_span){bytes.at, bytes.len}, spec, laps, notes, error);
    pb_bytes_free(&bytes);
    return status;
}

void pb__race_laps_free(pb__race_laps *laps)
{
    pb_race_log_fini(&laps->log);
    *laps = (pb__race_laps){0};
}

pb_status pb__race_load(const pb__race_choice *choice, pb_race_spec *spec, pb__race_notes *notes, pb_error *error)
{
    pb__race_laps laps;
    pb_status     status = pb__race_load_laps(choice, spec, &laps, notes, error);
    pb__race_laps_free(&laps);
    return status;
}
