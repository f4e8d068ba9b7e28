/* What train says of the models it made. */
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "terminal.h"
#include "train_report.h"

static const char *label_of(const train_kind *t)
{
    return train_headline(t->kind->protocol);
}

static const pb_model_metric *find(const pb_model_metric *list, uint32_t n, const char *name)
{
    for (uint32_t i = 0; i < n; i++)
        if (strcmp(list[i].name, name) == 0) return &list[i];
    return NULL;
}

/* Of the new version less the active one, on the same races. */
static bool shadow_difference(const train_kind *t, pb_score_metric *out)
{
    return t->self.score && t->shadow.score && pb_score_difference(t->self.score, t->shadow.score, label_of(t), out) &&
           isfinite(out->value);
}

static void put_active(const train_kind *t, FILE *to)
{
    pb_score_metric d;
    if (!shadow_difference(t, &d)) return;
    fprintf(to, "%10s against the active version %u: %+.4f [%+.4f, %+.4f]%s\n", "", t->choice.version, d.value, d.lo,
            d.hi, t->seen ? ", which has seen these races: that flatters it" : "");
}

static void put_stored(const train_stored *s, FILE *to)
{
    if (s->path[0])
        fprintf(to, "%10s written to %s\n", "", s->path);
    else if (s->number)
        fprintf(to, "%10s version %u%s\n", "", s->number,
                s->promoted ? ", now active" : "; `pitboard models promote` makes it the active one");
}

static void put_kind(const train_kind *t, const train_stored *s, FILE *to)
{
    const char *red = pb__paint(to, PB__RED), *plain = pb__paint(to, PB__PLAIN);
    if (t->failed[0]) {
        fprintf(to, "%-10s %snot trained%s: %s\n", t->kind->name, red, plain, t->failed);
        return;
    }
    const pb_model_meta   *meta = pb_model_meta_of(t->model);
    const pb_model_metric *m    = find(meta->metric, meta->n_metrics, label_of(t));
    const pb_model_metric *d    = find(meta->against, meta->n_against, label_of(t));
    fprintf(to, "%-10s %5.1f s  ", t->kind->name, t->seconds);
    if (m)
        fprintf(to, "%d (%2u race%s): %s %.4f [%.4f, %.4f]", meta->judged_season, meta->judged_races,
                meta->judged_races == 1 ? "" : "s", m->name, m->value, m->lo, m->hi);
    if (m && d)
        fprintf(to, "  against %s %+.4f [%+.4f, %+.4f]%s", meta->baseline, d->value, d->lo, d->hi,
                (train_more_is_better(m->name) ? d->lo > 0 : d->hi < 0) ? "" : ": not shown to be better");
    if (!m) fprintf(to, "not judged: %s", t->why[0] ? t->why : "its protocol has no such metric");
    fputc('\n', to);
    put_active(t, to);
    put_stored(s, to);
}

void train_table(const train_kind *t, const train_stored *stored, size_t n, FILE *to)
{
    const pb_model_meta *meta = NULL;
    for (size_t i = 0; i < n && !meta; i++)
        if (!t[i].failed[0]) meta = pb_model_meta_of(t[i].model);
    if (meta) fprintf(to, "learned from %s%s\n", meta->data, meta->quick ? " (quick)" : "");
    if (meta) fprintf(to, "judged on a season by another fit that has not seen it; 90 %% intervals over its races\n");
    fputc('\n', to);
    for (size_t i = 0; i < n; i++) put_kind(&t[i], &stored[i], to);
}

/* ---- JSON ---- */

static void put_metric(pb_json_writer *w, const char *key, double value, double lo, double hi)
{
    pb_json_object(w, key);
    pb_json_put_f64(w, "value", value);
    pb_json_put_f64(w, "lo", lo);
    pb_json_put_f64(w, "hi", hi);
    pb_json_object_end(w);
}

static void put_metrics(pb_json_writer *w, const char *key, const pb_model_metric *list, uint32_t n)
{
    pb_json_object(w, key);
    for (uint32_t i = 0; i < n; i++) put_metric(w, list[i].name, list[i].value, list[i].lo, list[i].hi);
    pb_json_object_end(w);
}

static void put_until(pb_json_writer *w, const pb_model_meta *meta)
{
    char text[32];
    snprintf(text, sizeof text, "%d:%d", meta->until_season, meta->until_round);
    pb_json_put_text(w, "until", text);
}

static void put_hash(pb_json_writer *w, const char *key, uint64_t hash)
{
    char text[20];
    snprintf(text, sizeof text, "%016" PRIx64, hash);
    pb_json_put_text(w, key, text);
}

void train_put_meta(pb_json_writer *w, const pb_model_meta *meta)
{
    pb_json_put_text(w, "trained_at", meta->trained_at);
    pb_json_put_text(w, "code", meta->code);
    pb_json_put_bool(w, "quick", meta->quick);
    put_until(w, meta);
    pb_json_put_i64(w, "races", meta->races);
    pb_json_put_text(w, "data", meta->data);
    put_hash(w, "data_hash", meta->data_hash);
    pb_json_put_text(w, "schema", meta->schema);
    put_hash(w, "schema_hash", meta->schema_hash);
    pb_json_put_i64(w, "judged_season", meta->judged_season);
    pb_json_put_i64(w, "judged_races", meta->judged_races);
    pb_json_put_text(w, "baseline", meta->baseline);
    put_metrics(w, "metrics", meta->metric, meta->n_metrics);
    put_metrics(w, "against", meta->against, meta->n_against);
}

static void put_shadow(pb_json_writer *w, const train_kind *t)
{
    pb_score_metric d;
    pb_json_object(w, "shadow");
    pb_json_put_i64(w, "version", t->choice.version);
    pb_json_put_bool(w, "has_seen_the_races", t->seen);
    if (shadow_difference(t, &d)) put_metric(w, label_of(t), d.value, d.lo, d.hi);
    pb_json_object_end(w);
}

static void put_kind_json(pb_json_writer *w, const train_kind *t, const train_stored *s)
{
    pb_json_object(w, NULL);
    pb_json_put_text(w, "kind", t->kind->name);
    pb_json_put_fixed(w, "seconds", t->seconds, 2);
    if (t->failed[0]) pb_json_put_text(w, "failed", t->failed);
    if (t->why[0]) pb_json_put_text(w, "not_judged", t->why);
    if (!t->failed[0]) {
        if (s->number) pb_json_put_i64(w, "version", s->number);
        if (s->path[0]) pb_json_put_text(w, "path", s->path);
        pb_json_put_bool(w, "promoted", s->promoted);
        train_put_meta(w, pb_model_meta_of(t->model));
        if (t->shadow.score) put_shadow(w, t);
    }
    pb_json_object_end(w);
}

void train_put(const train_kind *t, const train_stored *stored, size_t n, pb_json_writer *to)
{
    pb_json_object(to, NULL);
    pb_json_array(to, "kinds");
    for (size_t i = 0; i < n; i++) put_kind_json(to, &t[i], &stored[i]);
    pb_json_array_end(to);
    pb_json_object_end(to);
}

void train_json(const train_kind *t, const train_stored *stored, size_t n, FILE *to)
{
    pb_json_writer w;
    pb_json_begin(&w, to, 2);
    train_put(t, stored, n, &w);
    pb_json_end(&w);
}
