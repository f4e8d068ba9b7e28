/* form_seen: entry lists and what was seen of each car, over a whole history. */
#include "form_seen.h"

#include <math.h>
#include <string.h>

#include "pitboard/num.h"

#define FINISHERS_LEAST 6
#define LAPS_LEAST 8

static const char *const view_names[PB_FORM_VIEWS] = {"finish", "pace", "grid"};

const char *pb_form_view_name(pb_form_view view)
{
    return (unsigned)view < PB_FORM_VIEWS ? view_names[view] : "unknown";
}

static int16_t number_of(pb__form_field *field, const char *name)
{
    for (uint32_t i = 0; i < field->n_names; i++)
        if (strcmp(field->name[i], name) == 0) return (int16_t)i;
    if (field->n_names == PB__FORM_NAMES_MAX) return (int16_t)(PB__FORM_NAMES_MAX - 1);
    size_t len = strnlen(name, sizeof field->name[0] - 1);
    memcpy(field->name[field->n_names], name, len);
    field->name[field->n_names][len] = '\0';
    return (int16_t)field->n_names++;
}

/* The team a driver had in the newest race before `race`, -1 if never seen. */
static int16_t last_team(const pb__form_field *field, size_t race, int16_t driver)
{
    for (size_t k = race; k-- > 0;)
        for (uint32_t c = 0; c < field->race[k].n; c++)
            if (field->race[k].car[c].driver == driver) return field->race[k].car[c].team;
    return -1;
}

/* Drivers are "d:VER", teams "t:red_bull": the two share one list. */
static void enter(const pb_race_log *log, uint32_t c, size_t k, pb__form_field *field, pb__form_entry *entry)
{
    char name[40] = "d:", team[36] = "";
    memcpy(name + 2, log->cars[c].code, sizeof log->cars[c].code);
    entry->driver = number_of(field, name);
    entry->team   = -1;
    memcpy(name, "t:", 3);
    if (log->cars[c].team[0]) {
        pb_team_id(pb_span_of(log->cars[c].team), log->season, team, sizeof team);
        memcpy(name + 2, team, sizeof team);
        entry->team = number_of(field, name);
    } else {
        entry->team = last_team(field, k, entry->driver);
    }
    if (entry->team < 0) entry->team = number_of(field, "t:");
    for (int v = 0; v < PB_FORM_VIEWS; v++) entry->seen[v] = NAN;
}

/* The i-th of n (from 0) as the quantile of a normal distribution. */
static double score_of(uint32_t i, uint32_t n)
{
    return pb_normal_quantile((i + 0.5) / n);
}

static void see_finish(const pb_history_race *race, pb__form_entry *car)
{
    const pb_race_outcome *o = race->outcome;
    uint32_t               n = 0, i = 0;
    for (uint32_t c = 0; c < race->log->n_cars; c++) n += o->car[c].took_flag;
    for (uint32_t k = 0; k < race->log->n_cars && n >= FINISHERS_LEAST; k++)
        if (o->car[o->order[k]].took_flag) car[o->order[k]].seen[PB_FORM_FINISH] = score_of(i++, n);
}

static void see_grid(const pb_race_log *log, pb__form_entry *car)
{
    for (uint32_t c = 0; c < log->n_cars; c++)
        if (log->cars[c].grid >= 1 && log->cars[c].grid <= log->n_cars)
            car[c].seen[PB_FORM_GRID] = score_of(log->cars[c].grid - 1u, log->n_cars);
}

static void see_pace(const pb_history_race *race, pb__form_entry *car)
{
    double pace[PB_CARS_MAX];
    pb__form_pace(race, pace);
    for (uint32_t c = 0; c < race->log->n_cars; c++) car[c].seen[PB_FORM_PACE] = pace[c];
}

static void see(const pb_history_race *race, pb__form_entry *car)
{
    if (!race->usable || race->outcome->laps < LAPS_LEAST) return;
    see_finish(race, car);
    see_pace(race, car);
    if (race->has_grid) see_grid(race->log, car);
    for (uint32_t c = 0; c < race->log->n_cars && !race->log->sprint; c++) {
        car[c].started = true;
        car[c].retired = !race->outcome->car[c].took_flag;
    }
}

static pb_status add_race(const pb_history *history, size_t k, bool whole, pb__form_field *field)
{
    const pb_race_log *log = history->races[k].log;
    pb__form_race     *to  = &field->race[k];
    *to                    = (pb__form_race){.season = log->season, .sprint = log->sprint, .n = log->n_cars};
    to->car                = pb_arena_take(&field->arena, (log->n_cars + 1) * sizeof *to->car);
    if (!to->car) return PB_E_NOMEM;
    memset(to->car, 0, (log->n_cars + 1) * sizeof *to->car);
    for (uint32_t c = 0; c < log->n_cars; c++) enter(log, c, k, field, &to->car[c]);
    if (whole) see(&history->races[k], to->car);
    field->n = k + 1;
    return PB_OK;
}

pb_status pb__form_field_init(const pb_history *history, size_t last, bool whole, pb__form_field *field,
                              pb_error *error)
{
    memset(field, 0, sizeof *field);
    pb_arena_init(&field->arena, 0);
    field->race      = pb_arena_take(&field->arena, (history->n + 1) * sizeof *field->race);
    field->name      = pb_arena_take(&field->arena, PB__FORM_NAMES_MAX * sizeof *field->name);
    pb_status status = field->race && field->name ? PB_OK : PB_E_NOMEM;
    for (size_t k = 0; status == PB_OK && k <= last && k < history->n; k++)
        status = add_race(history, k, whole || k < last, field);
    if (status == PB_OK) return PB_OK;
    pb__form_field_fini(field);
    return pb_error_set(error, status, "out of memory for the form of %zu races", history->n);
}

void pb__form_field_fini(pb__form_field *field)
{
    pb_arena_fini(&field->arena);
    memset(field, 0, sizeof *field);
}
