/* What a regret back-test says: rows, JSON, a table. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "backtest_regret.h"
#include "pitboard/num.h"

#define RESAMPLES 400 /* the same as the other protocols */
#define MEAN_SEED 7
#define MEAN_PURPOSE 0x6d65616eu /* "mean" */

/* ---- rows ---- */

static const char *const flag_names[] = {"green", "sc", "vsc", "red"};

static void put_deed(FILE *to, const regret_deed *deed, bool known)
{
    if (!known)
        fputc(',', to);
    else if (deed->box)
        fprintf(to, ",BOX %s", pb_compound_name((pb_compound)deed->compound));
    else
        fputs(",STAY_OUT", to);
}

static void put_gain(FILE *to, const pb_gain *gain, bool known)
{
    if (known)
        fprintf(to, ",%.4f,%.4f,%.4f", gain->value, gain->lo, gain->hi);
    else
        fputs(",,,", to);
}

static void write_rows(const regret_result *r, FILE *to)
{
    fputs(
        "season,round,driver,lap,our_action,team_action,gain,lo,hi,flag,our_lap,confidence,clear,plan_action,plan_lap,"
        "plan_gain,plan_lo,plan_hi,cutoff\n",
        to);
    for (size_t i = 0; i < r->rows; i++) {
        const regret_row *row = &r->row[i];
        fprintf(to, "%d,%d,", row->season, row->round);
        pb_csv_put(to, row->driver);
        fprintf(to, ",%u", row->lap);
        put_deed(to, &row->ours, row->asked);
        put_deed(to, &row->team, true);
        put_gain(to, &row->gain, row->asked && row->has_gain);
        fprintf(to, ",%s", flag_names[row->flag]);
        if (row->asked)
            fprintf(to, ",%u,%.4f,%d", row->ours.lap, row->confidence, row->clear);
        else
            fputs(",,,", to);
        put_deed(to, &row->plan, row->has_plan);
        if (row->has_plan)
            fprintf(to, ",%u", row->plan.lap);
        else
            fputc(',', to);
        put_gain(to, &row->plan_gain, row->asked && row->has_plan_gain);
        fprintf(to, ",%s\n", row->cutoff);
    }
}

pb_status regret_rows(const regret_result *result, const char *path, pb_error *error)
{
    char  *text = NULL;
    size_t len  = 0;
    FILE  *to   = open_memstream(&text, &len);
    if (!to) return pb_error_set(error, PB_E_NOMEM, "%s: out of memory", path);
    write_rows(result, to);
    bool      whole  = fclose(to) == 0;
    pb_status status = whole ? pb_file_write(path, (pb_span){text, len}, error)
                             : pb_error_set(error, PB_E_NOMEM, "%s: out of memory", path);
    free(text);
    return status;
}

/* ---- means over stops ---- */

/* A number of every stop; NAN: this stop does not count. */
typedef double stop_number(const regret_row *row);

static double boxes(const regret_row *row)
{
    return row->asked ? row->ours.box : (double)NAN;
}
static double same_set(const regret_row *row)
{
    return row->asked && row->ours.box ? row->ours.compound == row->team.compound : (double)NAN;
}
static double gain_team(const regret_row *row)
{
    return row->asked && row->has_gain ? row->gain.value : (double)NAN;
}
static double gain_plan(const regret_row *row)
{
    return row->asked && row->has_plan_gain ? row->plan_gain.value : (double)NAN;
}

static const struct {
    const char  *name, *words;
    stop_number *of;
} numbers[] = {
    {"box_at_stop", "stops we called on that very lap", boxes},
    {"same_set", "and of these, for the same compound", same_set},
    {"gain_team", "points over the team's call, own simulator", gain_team},
    {"gain_plan", "points over the plan before the start, own simulator", gain_plan},
};
#define NUMBERS (sizeof numbers / sizeof *numbers)

typedef struct mean {
    size_t n;
    double value, lo, hi;
} mean;

static double mean_of(const double *sum, const double *count, size_t races, uint32_t sample)
{
    double s = 0, n = 0;
    for (size_t i = 0; i < races; i++) {
        pb_philox d = pb_draw(MEAN_SEED, sample, (uint32_t)i, 0, MEAN_PURPOSE);
        size_t    k = sample == 0 ? i : (size_t)(pb_uniform(d.word[0]) * (double)races);
        s += sum[k];
        n += count[k];
    }
    return n > 0 ? s / n : (double)NAN;
}

/* sums: room for twice the races, and RESAMPLES. Sample 0 is the races themselves. */
static mean average(const regret_result *r, stop_number *of, double *room)
{
    double *sum = room, *count = room + r->races, *x = room + 2 * r->races;
    mean    m = {0};
    memset(room, 0, 2 * r->races * sizeof *room);
    for (size_t i = 0; i < r->rows; i++) {
        double v = of(&r->row[i]);
        if (isnan(v)) continue;
        sum[r->row[i].block] += v;
        count[r->row[i].block] += 1;
        m.n++;
    }
    m.value = mean_of(sum, count, r->races, 0);
    for (uint32_t s = 0; s < RESAMPLES; s++) x[s] = mean_of(sum, count, r->races, s + 1);
    pb_sort_f64(x, RESAMPLES);
    size_t n = RESAMPLES;
    while (n > 0 && isnan(x[n - 1])) n--;
    m.lo = pb_quantile_sorted(x, n, 0.05);
    m.hi = pb_quantile_sorted(x, n, 0.95);
    return m;
}

/* ---- pairs ---- */

typedef bool pair_choice(const pb_pair_case *c);

static bool any(const pb_pair_case *c)
{
    return c->pair.lap > 0;
}
static bool mates(const pb_pair_case *c)
{
    return c->pair.team;
}
static bool rivals(const pb_pair_case *c)
{
    return !c->pair.team;
}
static bool green(const pb_pair_case *c)
{
    return c->pair.flag == 0;
}
static bool neutral(const pb_pair_case *c)
{
    return c->pair.flag != 0;
}
static bool clear(const pb_pair_case *c)
{
    return c->clear;
}
/* Answered within two laps: a duel in the lane, nothing else between them. */
static bool duel(const pb_pair_case *c)
{
    return c->pair.answer_lap > 0 && c->pair.answer_lap <= c->pair.lap + PB_PAIR_LAPS;
}
static bool split(const pb_pair_case *c)
{
    return !duel(c);
}

/* A forced stop says nothing of the advice, so it counts in the first line only. */
static const struct {
    const char   *name, *words;
    pair_choice  *in;
    pb_pair_basis basis;
    bool          forced_too;
} choices[] = {
    {"all", "all pairs, forced stops too", any, PB_PAIR_BY_STOP, true},
    {"pairs", "the stop was a free choice", any, PB_PAIR_BY_STOP, false},
    {"mates", "  of one team", mates, PB_PAIR_BY_STOP, false},
    {"rivals", "  of two teams", rivals, PB_PAIR_BY_STOP, false},
    {"green", "  under green", green, PB_PAIR_BY_STOP, false},
    {"neutral", "  under SC or VSC", neutral, PB_PAIR_BY_STOP, false},
    {"duel", "  answered within two laps", duel, PB_PAIR_BY_STOP, false},
    {"split", "  answered later, or not", split, PB_PAIR_BY_STOP, false},
    {"clear", "  no near tie", clear, PB_PAIR_BY_STOP, false},
    {"contrast", "one did as advised, one did not", any, PB_PAIR_BY_CONTRAST, false},
    {"contrast_mates", "  of one team", mates, PB_PAIR_BY_CONTRAST, false},
    {"contrast_clear", "  no near tie", clear, PB_PAIR_BY_CONTRAST, false},
};
#define CHOICES (sizeof choices / sizeof *choices)

typedef struct summary {
    mean          number[NUMBERS];
    pb_pair_score pair[CHOICES];
} summary;

static pb_status score_pairs(const regret_result *r, summary *out, pb_error *error)
{
    pb_pair_case *some   = malloc((r->pairs + 1) * sizeof *some);
    pb_status     status = some ? PB_OK : pb_error_set(error, PB_E_NOMEM, "out of memory for %zu pairs", r->pairs);
    for (size_t k = 0; k < CHOICES && status == PB_OK; k++) {
        size_t n = 0;
        for (size_t i = 0; i < r->pairs; i++)
            if (choices[k].in(&r->pair[i]) && (choices[k].forced_too || !r->pair[i].pair.forced))
                some[n++] = r->pair[i];
        status = pb_pairs_score(some, n, choices[k].basis, RESAMPLES, &out->pair[k], error);
    }
    free(some);
    return status;
}

static pb_status summarise(const regret_result *r, summary *out, pb_error *error)
{
    double *room = malloc((2 * r->races + RESAMPLES) * sizeof *room);
    if (!room) return pb_error_set(error, PB_E_NOMEM, "out of memory for %zu races", r->races);
    for (size_t k = 0; k < NUMBERS; k++) out->number[k] = average(r, numbers[k].of, room);
    free(room);
    return score_pairs(r, out, error);
}

/* ---- JSON ---- */

static void put_metric(pb_json_writer *w, const char *name, const char *what, double value, double lo, double hi,
                       size_t n)
{
    char key[64];
    snprintf(key, sizeof key, "%s%s%s", name, what[0] ? "_" : "", what);
    pb_json_object(w, key);
    pb_json_put_fixed(w, "value", value, 5);
    pb_json_put_fixed(w, "lo", lo, 5);
    pb_json_put_fixed(w, "hi", hi, 5);
    pb_json_put_i64(w, "n", (int64_t)n);
    pb_json_object_end(w);
}

/* NAME_share, NAME_share_stopper, NAME_share_lift and so on. */
static void put_measure(pb_json_writer *w, const char *name, const char *what, const pb_pair_measure *m)
{
    const struct {
        const char          *look;
        const pb_pair_value *v;
    } all[] = {{"", &m->advised}, {"_stopper", &m->stopper}, {"_lift", &m->lift}};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        char key[48];
        snprintf(key, sizeof key, "%s%s", what, all[i].look);
        put_metric(w, name, key, all[i].v->value, all[i].v->lo, all[i].v->hi, m->n);
    }
}

static void put_pair_score(pb_json_writer *w, const char *name, const pb_pair_score *s)
{
    put_measure(w, name, "share", &s->share);
    put_measure(w, name, "places", &s->places);
    put_measure(w, name, "seconds", &s->seconds);
    put_measure(w, name, "flag_places", &s->flag);
    put_metric(w, name, "edge", s->edge.value, s->edge.lo, s->edge.hi, s->n);
}

/* The share that one of two rules of thumb would have scored on the same pairs. */
static void put_rule(pb_json_writer *w, const char *rule, const summary *s, bool stop)
{
    char key[64];
    pb_json_object(w, rule);
    for (size_t k = 0; k < CHOICES; k++) {
        double stopper = s->pair[k].share.stopper.value;
        snprintf(key, sizeof key, "%s_share", choices[k].name);
        pb_json_put_fixed(w, key, stop ? stopper : 1 - stopper, 5);
    }
    pb_json_object_end(w);
}

static size_t asked(const regret_result *r)
{
    size_t n = 0;
    for (size_t i = 0; i < r->rows; i++) n += r->row[i].asked;
    return n;
}

pb_status regret_json(const regret_result *r, FILE *to, pb_error *error)
{
    summary        s;
    pb_json_writer w;
    PB_TRY(summarise(r, &s, error));
    pb_json_begin(&w, to, 2);
    pb_json_object(&w, NULL);
    pb_json_put_text(&w, "protocol", "regret");
    pb_json_put_i64(&w, "races", (int64_t)r->races);
    pb_json_put_i64(&w, "rows", (int64_t)r->rows);
    pb_json_put_i64(&w, "asked", (int64_t)asked(r));
    pb_json_put_i64(&w, "pairs", (int64_t)r->pairs);
    pb_json_put_i64(&w, "trials", r->trials);
    pb_json_put_i64(&w, "seed", (int64_t)r->seed);
    pb_json_array(&w, "skipped");
    for (size_t i = 0; i < r->skipped; i++) pb_json_put_text(&w, NULL, r->why[i]);
    pb_json_array_end(&w);
    pb_json_object(&w, "metrics");
    for (size_t k = 0; k < NUMBERS; k++)
        put_metric(&w, numbers[k].name, "", s.number[k].value, s.number[k].lo, s.number[k].hi, s.number[k].n);
    for (size_t k = 0; k < CHOICES; k++) put_pair_score(&w, choices[k].name, &s.pair[k]);
    pb_json_object_end(&w);
    pb_json_object(&w, "baselines");
    put_rule(&w, "always_stop", &s, true);
    put_rule(&w, "always_stay", &s, false);
    pb_json_object_end(&w);
    pb_json_put_text(&w, "claim",
                     "pairs: what happened to cars that chose differently; gains by our own simulator are "
                     "reported and prove nothing");
    pb_json_object_end(&w);
    pb_json_end(&w);
    return PB_OK;
}

/* ---- for people ---- */

static void put_value(FILE *to, const pb_pair_value *v, int decimals, int width)
{
    fprintf(to, "  %*.*f [%*.*f, %*.*f]", width, decimals, v->value, width, decimals, v->lo, width, decimals, v->hi);
}

static void put_row(FILE *to, const char *words, const pb_pair_score *s)
{
    fprintf(to, "%-32s %5zu", words, s->n);
    if (s->n > 0) {
        put_value(to, &s->share.advised, 2, 4);
        put_value(to, &s->edge, 2, 5);
        put_value(to, &s->share.lift, 2, 5);
        put_value(to, &s->seconds.advised, 2, 5);
        put_value(to, &s->seconds.lift, 2, 5);
        put_value(to, &s->flag.advised, 2, 5);
        put_value(to, &s->flag.lift, 2, 5);
    }
    fputc('\n', to);
}

pb_status regret_table(const regret_result *r, FILE *to, pb_error *error)
{
    summary s;
    PB_TRY(summarise(r, &s, error));
    fprintf(to, "regret: %zu race%s, %zu stops under green, SC or VSC, called %zu; %u trials a call\n\n", r->races,
            r->races == 1 ? "" : "s", r->rows, asked(r), r->trials);
    fputs("what happened: did the side we advised gain by the end of the stop cycle\n", to);
    fprintf(to, "%-32s %5s  %-18s  %-20s  %-20s  %-20s  %-20s  %-20s  %s\n", "", "pairs", "share that gained",
            "over a fixed rule", "lift", "seconds", "lift", "places at the flag", "lift");
    for (size_t k = 0; k < CHOICES; k++) put_row(to, choices[k].words, &s.pair[k]);
    fputs(
        "90 % intervals over races. The fixed rule: always stop, or always stay, whichever is better here. Lift: what\n"
        "those who stopped gained where we said so, less where we did not.\n\n",
        to);
    fputs("what our own simulator says, which proves nothing\n", to);
    for (size_t k = 0; k < NUMBERS; k++)
        fprintf(to, "%-52s %5zu  %6.3f [%6.3f, %6.3f]\n", numbers[k].words, s.number[k].n, s.number[k].value,
                s.number[k].lo, s.number[k].hi);
    if (r->skipped > 0) fprintf(to, "%zu race%s could not be judged\n", r->skipped, r->skipped == 1 ? "" : "s");
    return PB_OK;
}
