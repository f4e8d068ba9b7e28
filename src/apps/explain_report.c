/* One answer and its reasons, as text and as JSON. */
#include <math.h>
#include <string.h>

#include "explain_run.h"
#include "pitboard/codec.h"
#include "terminal.h"

static bool is_place(const explain_answer *a, int v)
{
    const char *name = a->protocol->values[v];
    return name[0] == 'p' && name[1] >= '1' && name[1] <= '9';
}

static void put_values(const explain_answer *a, FILE *to)
{
    for (int v = 0; v < a->protocol->n_values; v++)
        if (!is_place(a, v) && isfinite(a->row.value[v]))
            fprintf(to, "  %-14s %.4g\n", a->protocol->values[v], a->row.value[v]);
    for (int t = 0; t < a->protocol->n_texts; t++)
        if (a->row.text[t][0]) fprintf(to, "  %-14s %s\n", a->protocol->texts[t], a->row.text[t]);
}

static void put_reasons(const explain_answer *a, FILE *to)
{
    if (!a->evidence[0].text[0]) {
        fprintf(to, "\nno reasons: %s\n", a->choice.baseline ? "a simple baseline gives none" : "this kind gives none");
        return;
    }
    fputs("\nbecause\n", to);
    for (int i = 0; i < PB_EVIDENCE_MAX && a->evidence[i].text[0]; i++)
        fprintf(to, "  %+8.3g %-9s %s\n", a->evidence[i].value, a->evidence[i].unit, a->evidence[i].text);
}

void explain_table(const explain_answer *a, FILE *to)
{
    const char *bold = pb__paint(to, PB__BOLD), *plain = pb__paint(to, PB__PLAIN);
    fprintf(to, "%s%s%s, %s", bold, a->kind->name, plain, a->race);
    if (a->protocol->has_driver) fprintf(to, ", %s", a->row.driver);
    if (a->protocol->lap_column) fprintf(to, ", lap %d", a->row.lap);
    if (a->protocol->has_horizon) fprintf(to, ", %d ahead", a->row.horizon);
    fprintf(to, ": %s\n", a->kind->answers);
    if (a->choice.fallback[0]) fprintf(to, "%sfallback%s: %s\n", pb__paint(to, PB__YELLOW), plain, a->choice.fallback);
    if (a->seen)
        fprintf(to, "version %u was trained until %d:%d and has seen this race\n", a->choice.version, a->until_season,
                a->until_round);
    fputc('\n', to);
    put_values(a, to);
    put_reasons(a, to);
}

static void put_answer(const explain_answer *a, pb_json_writer *w)
{
    pb_json_object(w, "answer");
    for (int v = 0; v < a->protocol->n_values; v++) pb_json_put_f64(w, a->protocol->values[v], a->row.value[v]);
    for (int t = 0; t < a->protocol->n_texts; t++) pb_json_put_text(w, a->protocol->texts[t], a->row.text[t]);
    pb_json_object_end(w);
    pb_json_array(w, "evidence");
    for (int i = 0; i < PB_EVIDENCE_MAX && a->evidence[i].text[0]; i++) {
        pb_json_object(w, NULL);
        pb_json_put_text(w, "text", a->evidence[i].text);
        pb_json_put_f64(w, "value", a->evidence[i].value);
        pb_json_put_text(w, "unit", a->evidence[i].unit);
        pb_json_object_end(w);
    }
    pb_json_array_end(w);
}

void explain_json(const explain_answer *a, FILE *to)
{
    pb_json_writer w;
    pb_json_begin(&w, to, 2);
    pb_json_object(&w, NULL);
    pb_json_put_text(&w, "kind", a->kind->name);
    pb_json_put_text(&w, "race", a->race);
    pb_json_put_i64(&w, "season", a->row.season);
    pb_json_put_i64(&w, "round", a->row.round);
    if (a->protocol->has_driver) pb_json_put_text(&w, "driver", a->row.driver);
    if (a->protocol->lap_column) pb_json_put_i64(&w, "lap", a->row.lap);
    if (a->protocol->has_horizon) pb_json_put_i64(&w, "horizon", a->row.horizon);
    pb_json_put_text(&w, "predictor", a->predictor);
    if (a->choice.baseline)
        pb_json_put_null(&w, "version");
    else
        pb_json_put_i64(&w, "version", a->choice.version);
    if (a->choice.fallback[0]) pb_json_put_text(&w, "fallback", a->choice.fallback);
    pb_json_put_bool(&w, "has_seen_the_race", a->seen);
    put_answer(a, &w);
    pb_json_object_end(&w);
    pb_json_end(&w);
}
