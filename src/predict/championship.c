/* championship: the rest of a season, played from the strengths before it. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "forecast_model.h"
#include "pitboard/num.h"

#define TRIALS 4000
#define SPREAD 0.70710678118654752 /* team and driver share what is not known of a car */
#define LOGISTIC_SHAPE 1.7

enum { DRAW_TEAM = 1, DRAW_DRIVER, DRAW_TEAM_STEP, DRAW_DRIVER_STEP, DRAW_DAY, DRAW_RETIRE };

static const double race_points[]   = {25, 18, 15, 12, 10, 8, 6, 4, 2, 1};
static const double sprint_points[] = {8, 7, 6, 5, 4, 3, 2, 1};

/* What is the same in all trials. */
typedef struct season {
    const pb_form           *form;
    const pb_season_options *options;
    pb__forecast_model       model;
    pb__forecast_field       field;
    double                   unsure[PB__PLACES]; /* sd of a car's score */
    double                   team_step, driver_step;
    uint32_t                 team[PB__PLACES]; /* first car of its team */
} season;

static double normal(const season *s, uint32_t trial, uint32_t index, uint32_t event, uint32_t what)
{
    return pb_normal_quantile(pb_uniform(pb_draw(s->options->seed, trial, index, event, what).word[0]));
}

static double uniform(const season *s, uint32_t trial, uint32_t index, uint32_t event, uint32_t what)
{
    return pb_uniform(pb_draw(s->options->seed, trial, index, event, what).word[0]);
}

/* Of a number of each view, what it is worth in the score. */
static double in_score(const pb__forecast_weights *w, double grid, double finish, double pace)
{
    return fabs(w->input[PB__FORECAST_SLOT]) * grid + fabs(w->input[PB__FORECAST_FINISH]) * finish +
           fabs(w->input[PB__FORECAST_PACE]) * pace;
}

static void prepare(season *s)
{
    const pb__forecast_weights *w = &s->model.without_grid;
    const pb_form_rule         *v = s->model.rules.view;
    for (uint32_t c = 0; c < s->form->n; c++) {
        const double *sd = s->form->car[c].sd;
        s->unsure[c]     = in_score(w, sd[PB_FORM_GRID], sd[PB_FORM_FINISH], sd[PB_FORM_PACE]);
        s->team[c]       = c;
        for (uint32_t j = 0; j < c && s->team[c] == c; j++)
            if (strcmp(s->form->car[j].team, s->form->car[c].team) == 0) s->team[c] = j;
    }
    s->team_step = in_score(w, v[PB_FORM_GRID].team_step, v[PB_FORM_FINISH].team_step, v[PB_FORM_PACE].team_step);
    s->driver_step =
        in_score(w, v[PB_FORM_GRID].driver_step, v[PB_FORM_FINISH].driver_step, v[PB_FORM_PACE].driver_step);
}

/* The field of a log that is not there: the form alone. */
static void field_of_form(const pb_form *form, pb__forecast_field *field)
{
    pb_race_log *log = calloc(1, sizeof *log);
    memset(field, 0, sizeof *field);
    if (!log) return;
    log->n_cars = form->n;
    pb__forecast_field_of(log, form, false, field);
    free(log);
}

static void play_event(const season *s, uint32_t trial, uint32_t event, const double *score, const double *points,
                       size_t scoring, double *won)
{
    const pb__forecast_weights *w = &s->model.without_grid;
    double                      day[PB__PLACES];
    for (uint32_t c = 0; c < s->form->n; c++) {
        double u = uniform(s, trial, c, event, DRAW_DAY), scale = pb_exp(w->log_scale + w->scale_slope * score[c]);
        day[c] = score[c] + scale * pb_log(u / (1 - u)) / LOGISTIC_SHAPE;
        if (uniform(s, trial, c, event, DRAW_RETIRE) < pb__forecast_retire_prob(w, &s->field.car[c])) day[c] = INFINITY;
    }
    for (uint32_t c = 0; c < s->form->n; c++) {
        uint32_t ahead = 0;
        if (!isfinite(day[c])) continue;
        for (uint32_t j = 0; j < s->form->n; j++) ahead += day[j] < day[c];
        if (ahead < scoring) won[c] += points[ahead];
    }
}

/* Points of every car at the end of one season. */
static void play(const season *s, uint32_t trial, double *won)
{
    double score[PB__PLACES];
    for (uint32_t c = 0; c < s->form->n; c++) {
        double z = SPREAD * (normal(s, trial, s->team[c], 0, DRAW_TEAM) + normal(s, trial, c, 0, DRAW_DRIVER));
        score[c] = pb__forecast_score(&s->model.without_grid, &s->field.car[c]) + s->unsure[c] * z;
        won[c]   = s->options->points ? s->options->points[c] : 0;
    }
    for (uint32_t e = 0; e < s->options->races; e++) {
        for (uint32_t c = 0; c < s->form->n; c++)
            score[c] += s->team_step * normal(s, trial, s->team[c], e + 1, DRAW_TEAM_STEP) +
                        s->driver_step * normal(s, trial, c, e + 1, DRAW_DRIVER_STEP);
        play_event(s, trial, 2 * e, score, race_points, sizeof race_points / sizeof *race_points, won);
        if (e < s->options->sprints)
            play_event(s, trial, 2 * e + 1, score, sprint_points, sizeof sprint_points / sizeof *sprint_points, won);
    }
}

static void share_title(const double *points, uint32_t n, double *wins)
{
    double most = 0, holders = 0;
    for (uint32_t c = 0; c < n; c++) most = fmax(most, points[c]);
    for (uint32_t c = 0; c < n; c++) holders += points[c] == most;
    for (uint32_t c = 0; c < n; c++)
        if (points[c] == most) wins[c] += 1 / holders;
}

/* A team's points stand at its first car. */
static void share_team_title(const season *s, const double *won, double *wins)
{
    double sum[PB__PLACES] = {0};
    for (uint32_t c = 0; c < s->form->n; c++) sum[s->team[c]] += won[c];
    share_title(sum, s->form->n, wins);
}

static void gather(const season *s, uint32_t trials, double *points, pb_season_car *out)
{
    double title[PB__PLACES] = {0}, team[PB__PLACES] = {0}, won[PB__PLACES];
    for (uint32_t t = 0; t < trials; t++) {
        play(s, t, won);
        share_title(won, s->form->n, title);
        share_team_title(s, won, team);
        for (uint32_t c = 0; c < s->form->n; c++) points[(size_t)c * trials + t] = won[c];
    }
    for (uint32_t c = 0; c < s->form->n; c++) {
        double *of = points + (size_t)c * trials, sum = 0;
        for (uint32_t t = 0; t < trials; t++) sum += of[t];
        pb_sort_f64(of, trials);
        out[c] = (pb_season_car){.points_mean     = sum / trials,
                                 .points_q10      = pb_quantile_sorted(of, trials, 0.1),
                                 .points_q90      = pb_quantile_sorted(of, trials, 0.9),
                                 .title_prob      = title[c] / trials,
                                 .team_title_prob = team[s->team[c]] / trials};
    }
}

pb_status pb_season_project(const pb_model *model, const pb_form *form, const pb_season_options *options,
                            pb_season_car *out, pb_error *error)
{
    season   s      = {.form = form, .options = options};
    uint32_t trials = options->trials ? options->trials : TRIALS;
    if (options->races == 0 || options->races > 100 || options->sprints > options->races)
        return pb_error_set(error, PB_E_RANGE, "season: %u races and %u sprints left; 1 to 100 races, no more sprints",
                            options->races, options->sprints);
    if (form->n < 2 || form->n > PB__PLACES)
        return pb_error_set(error, PB_E_RANGE, "season: %u cars; 2 to %d can be projected", form->n, PB__PLACES);
    PB_TRY(pb__forecast_model_get(model, &s.model, error));
    field_of_form(form, &s.field);
    prepare(&s);
    double *points = malloc((size_t)trials * form->n * sizeof *points);
    if (!points) return pb_error_set(error, PB_E_NOMEM, "out of memory for %u seasons", trials);
    gather(&s, trials, points, out);
    free(points);
    return PB_OK;
}
