/* score: truths and rows brought together, one protocol at a time. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "score_lookup.h"

#define MISSING_MAX 0.02

static const struct {
    const char     *protocol;
    pb__score_rows *score;
} protocols[] = {{"forecast", pb__score_placed}, {"live", pb__score_placed}, {"pace", pb__score_pace},
                 {"sc", pb__score_sc},           {"rain", pb__score_rain},   {"pitcall", pb__score_pitcall},
                 {"pitstop", pb__score_pitstop}, {"stops", pb__score_stops}, {"undercut", pb__score_undercut},
                 {"rejoin", pb__score_rejoin}};

pb_score_options pb_score_options_default(void)
{
    return (pb_score_options){.resamples = 400, .threshold = NAN};
}

/* Truths of all races, with the row of each. */
typedef struct question_list {
    pb__truths truths;
    pb__asked *asked;
    pb__lookup lookup;
} question_list;

static void forget(question_list *list)
{
    pb__truths_fini(&list->truths);
    pb__lookup_fini(&list->lookup);
    free(list->asked);
}

static pb_status ask(const char *protocol, const pb_history *history, const size_t *races, size_t n_races,
                     const pb_rows *rows, bool official, question_list *out, pb_error *error)
{
    size_t *first    = calloc(n_races + 1, sizeof *first);
    *out             = (question_list){.asked = NULL};
    pb_status status = first ? PB_OK : PB_E_NOMEM;
    for (size_t r = 0; status == PB_OK && r < n_races; r++) {
        status       = pb__truth_of(protocol, &history->races[races[r]], official, &out->truths, error);
        first[r + 1] = out->truths.n;
    }
    const pb_protocol *form = pb_protocol_find(protocol);
    if (status == PB_OK) status = pb__lookup_init(rows, form && form->key_texts > 0, &out->lookup);
    out->asked = calloc(out->truths.n + 1, sizeof *out->asked);
    if (status == PB_OK && !out->asked) status = PB_E_NOMEM;
    for (size_t r = 0; status == PB_OK && r < n_races; r++)
        for (size_t i = first[r]; i < first[r + 1]; i++) {
            const pb_race_log *log = history->races[races[r]].log;
            const pb__truth   *t   = &out->truths.at[i];
            out->asked[i] =
                (pb__asked){.log = log, .truth = t, .row = pb__lookup_row(&out->lookup, log, t), .race = (uint32_t)r};
        }
    free(first);
    if (status == PB_E_NOMEM) return pb_error_set(error, status, "out of memory for the truth of %zu races", n_races);
    return status;
}

static size_t races_asked(const question_list *list)
{
    size_t n = 0;
    for (size_t i = 0; i < list->truths.n; i++) n += i == 0 || list->asked[i].race != list->asked[i - 1].race;
    return n;
}

static pb_status score_list(const char *protocol, const question_list *list, const pb_score_options *options,
                            pb_score *score)
{
    for (size_t k = 0; k < sizeof protocols / sizeof *protocols; k++)
        if (strcmp(protocols[k].protocol, protocol) == 0)
            protocols[k].score(score, list->asked, list->truths.n, options);
    pb_score_facts *facts = &score->facts;
    facts->races          = races_asked(list);
    facts->truth_rows     = list->truths.n;
    facts->duplicates     = list->lookup.duplicates;
    facts->valid          = (double)facts->missing <= MISSING_MAX * (double)facts->truth_rows;
    return pb__tally_finish(score);
}

pb_status pb_score_create(const char *protocol, const pb_history *history, const size_t *races, size_t n_races,
                          const pb_rows *rows, const pb_score_options *options, pb_score **out, pb_error *error)
{
    question_list list;
    pb_score     *score  = calloc(1, sizeof *score);
    pb_status     status = ask(protocol, history, races, n_races, rows, options->official, &list, error);
    if (status == PB_OK && list.truths.n == 0)
        status = pb_error_set(error, PB_E_EMPTY, "%s: nothing happened in these races that can be scored", protocol);
    if (status == PB_OK && (!score || pb__tally_init(score, n_races, options->resamples) != PB_OK ||
                            score_list(protocol, &list, options, score) != PB_OK))
        status = pb_error_set(error, PB_E_NOMEM, "%s: out of memory for the score", protocol);
    forget(&list);
    if (status == PB_OK)
        *out = score;
    else
        pb_score_destroy(score);
    return status;
}

void pb_score_destroy(pb_score *score)
{
    if (!score) return;
    pb__tally_fini(score);
    free(score);
}

const pb_score_facts *pb_score_facts_of(const pb_score *score)
{
    return &score->facts;
}

pb_status pb_score_best_threshold(const pb_history *history, const size_t *races, size_t n_races, const pb_rows *rows,
                                  double *threshold, pb_error *error)
{
    question_list list;
    pb_status     status = ask("pitcall", history, races, n_races, rows, false, &list, error);
    double        best   = status == PB_OK ? pb__best_threshold(list.asked, list.truths.n) : NAN;
    forget(&list);
    if (status != PB_OK) return status;
    if (isnan(best)) return pb_error_set(error, PB_E_EMPTY, "pitcall: no rows to choose a threshold on");
    *threshold = best;
    return PB_OK;
}
