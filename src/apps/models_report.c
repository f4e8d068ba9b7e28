#include "models_report.h"

#include <inttypes.h>
#include <string.h>

#include "terminal.h"
#include "train_report.h"

static const pb_model_metric *find(const pb_model_metric *list, uint32_t n, const char *name)
{
    for (uint32_t i = 0; i < n; i++)
        if (strcmp(list[i].name, name) == 0) return &list[i];
    return NULL;
}

/* ---- list ---- */

pb_status models_gather(const char *dir, const pb_model_kind *kind, models_of_kind *out, pb_error *error)
{
    pb_model *model = NULL;
    *out            = (models_of_kind){.kind = kind};
    PB_TRY(pb_registry_list(dir, kind, &out->versions, &out->n, error));
    PB_TRY(pb_registry_active(dir, kind, &model, &out->choice, error));
    pb_model_destroy(model);
    return PB_OK;
}

static const char *mark_of(const pb_model_version *v, pb__ink *ink)
{
    *ink = PB__PLAIN;
    if (v->used) {
        *ink = PB__GREEN;
        return v->active ? "active" : "used";
    }
    if (!v->good || v->active) *ink = PB__RED;
    if (!v->good) return v->active ? "active, refused" : "refused";
    if (v->active) return "active, passed over";
    return v->why[0] ? "set aside" : "";
}

static void put_version(const pb_model_kind *kind, const pb_model_version *v, FILE *to)
{
    char                   number[16] = "ships", until[16] = "", value[48] = "", gain[48] = "";
    pb__ink                ink;
    const char            *mark  = mark_of(v, &ink);
    const char            *label = train_headline(kind->protocol);
    const pb_model_metric *m     = find(v->meta.metric, v->meta.n_metrics, label);
    const pb_model_metric *d     = find(v->meta.against, v->meta.n_against, label);
    if (v->number) snprintf(number, sizeof number, "%u", v->number);
    if (v->good && v->meta.until_season)
        snprintf(until, sizeof until, "%d:%d", v->meta.until_season, v->meta.until_round);
    if (m) snprintf(value, sizeof value, "%.4f [%.4f, %.4f]", m->value, m->lo, m->hi);
    if (d) snprintf(gain, sizeof gain, "%+.4f [%+.4f, %+.4f]", d->value, d->lo, d->hi);
    fprintf(to, "  %7s  %s", number, pb__paint(to, ink));
    pb__put_cell(to, mark, 19);
    fprintf(to, "%s  %8s  %5u  %-24s  %-27s  %.10s%s\n", pb__paint(to, PB__PLAIN), until, v->meta.races, value, gain,
            v->meta.trained_at, v->meta.quick ? " (quick)" : "");
    if (v->why[0]) fprintf(to, "           %s\n", v->why);
}

static void put_kind(const models_of_kind *k, FILE *to)
{
    const char *bold = pb__paint(to, PB__BOLD), *plain = pb__paint(to, PB__PLAIN);
    fprintf(to, "%s%s%s: %s\n", bold, k->kind->name, plain, k->kind->answers);
    if (k->n)
        fprintf(to, "  %7s  %-19s  %8s  %5s  %-24s  %-27s  %s\n", "version", "", "until", "races",
                *train_headline(k->kind->protocol) ? train_headline(k->kind->protocol) : "metric",
                "against the baseline", "trained");
    for (size_t i = 0; i < k->n; i++) put_version(k->kind, &k->versions[i], to);
    if (k->choice.fallback[0])
        fprintf(to, "  %sfallback%s: %s\n", pb__paint(to, PB__YELLOW), plain, k->choice.fallback);
}

void models_list_table(const models_of_kind *list, size_t n, FILE *to)
{
    for (size_t i = 0; i < n; i++) {
        if (i) fputc('\n', to);
        put_kind(&list[i], to);
    }
}

static void put_version_json(pb_json_writer *w, const pb_model_version *v)
{
    pb_json_object(w, NULL);
    pb_json_put_i64(w, "version", v->number);
    pb_json_put_bool(w, "active", v->active);
    pb_json_put_bool(w, "used", v->used);
    pb_json_put_bool(w, "good", v->good);
    if (v->why[0]) pb_json_put_text(w, "why", v->why);
    if (v->good) train_put_meta(w, &v->meta);
    pb_json_object_end(w);
}

static void put_choice(pb_json_writer *w, const pb_model_choice *choice)
{
    pb_json_object(w, "used");
    if (choice->baseline)
        pb_json_put_null(w, "version");
    else
        pb_json_put_i64(w, "version", choice->version);
    pb_json_put_bool(w, "baseline", choice->baseline);
    if (choice->fallback[0]) pb_json_put_text(w, "fallback", choice->fallback);
    pb_json_object_end(w);
}

void models_kind_put(const models_of_kind *kind, pb_json_writer *to)
{
    pb_json_object(to, NULL);
    pb_json_put_text(to, "kind", kind->kind->name);
    pb_json_put_text(to, "answers", kind->kind->answers);
    pb_json_put_text(to, "protocol", kind->kind->protocol);
    put_choice(to, &kind->choice);
    pb_json_array(to, "versions");
    for (size_t v = 0; v < kind->n; v++) put_version_json(to, &kind->versions[v]);
    pb_json_array_end(to);
    pb_json_object_end(to);
}

void models_list_json(const models_of_kind *list, size_t n, const char *dir, FILE *to)
{
    pb_json_writer w;
    pb_json_begin(&w, to, 2);
    pb_json_object(&w, NULL);
    pb_json_put_text(&w, "models", dir);
    pb_json_array(&w, "kinds");
    for (size_t i = 0; i < n; i++) models_kind_put(&list[i], &w);
    pb_json_array_end(&w);
    pb_json_object_end(&w);
    pb_json_end(&w);
}

/* ---- show ---- */

static void put_metrics(const pb_model_meta *m, FILE *to)
{
    if (!m->judged_season) {
        fprintf(to, "never judged\n");
        return;
    }
    fprintf(to, "judged on %u race%s of %d by another fit that has not seen them; 90 %% intervals\n\n", m->judged_races,
            m->judged_races == 1 ? "" : "s", m->judged_season);
    fprintf(to, "  %-26s %9s %22s  %s\n", "metric", "value", "interval", m->baseline[0] ? "less that of" : "");
    if (m->baseline[0]) fprintf(to, "  %-26s %9s %22s  %s\n", "", "", "", m->baseline);
    for (uint32_t i = 0; i < m->n_metrics; i++) {
        const pb_model_metric *x = &m->metric[i], *d = find(m->against, m->n_against, x->name);
        fprintf(to, "  %-26s %9.4f  [%9.4f, %9.4f]", x->name, x->value, x->lo, x->hi);
        if (d) fprintf(to, "  %+.4f [%+.4f, %+.4f]", d->value, d->lo, d->hi);
        fputc('\n', to);
    }
}

void models_show_table(const pb_model_kind *kind, uint32_t number, const pb_model *model, FILE *to)
{
    const pb_model_meta *m    = pb_model_meta_of(model);
    const char          *note = pb_model_text(model, "note");
    fprintf(to, "%s version %u%s: %s\n\n", kind->name, number, number ? "" : " (ships with the program)",
            kind->answers);
    fprintf(to, "trained   %s%s by pitboard %s\n", m->trained_at[0] ? m->trained_at : "at an unknown time",
            m->quick ? " (quick)" : "", m->code);
    fprintf(to, "data      %s, fingerprint %016" PRIx64 "\n", m->data, m->data_hash);
    if (m->schema[0]) fprintf(to, "features  %s, %016" PRIx64 "\n", m->schema, m->schema_hash);
    if (note) fprintf(to, "note      %s\n", note);
    put_metrics(m, to);
}

void models_show_json(const pb_model_kind *kind, uint32_t number, const pb_model *model, FILE *to)
{
    pb_json_writer w;
    const char    *note = pb_model_text(model, "note");
    pb_json_begin(&w, to, 2);
    pb_json_object(&w, NULL);
    pb_json_put_text(&w, "kind", kind->name);
    pb_json_put_i64(&w, "version", number);
    train_put_meta(&w, pb_model_meta_of(model));
    if (note) pb_json_put_text(&w, "note", note);
    pb_json_object_end(&w);
    pb_json_end(&w);
}
