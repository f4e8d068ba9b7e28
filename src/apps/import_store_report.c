/* What went into a store, for scripts and for people. */
#include <inttypes.h>

#include "import_store.h"
#include "pitboard/codec.h"
#include "terminal.h"

#define CONFLICTS_TOLD 10000 /* of one import --json; `db check --conflicts --json` gives all */

static const char conflicts_sql[] =
    "SELECT c.tbl, c.key, c.field, c.kept, k.path, c.other, o.path, c.rule FROM conflicts c "
    "JOIN sources k ON k.source = c.kept_source JOIN sources o ON o.source = c.other_source "
    "ORDER BY c.tbl, c.key, c.field, o.path";
static const char sums_sql[] =
    "SELECT tbl, field, rule, count(*) FROM conflicts GROUP BY tbl, field, rule ORDER BY tbl, count(*) DESC, field";

/* Answers of which pages are missing; a page that was fetched twice counts once. */
static const char pages_sql[] =
    "SELECT page_what, sum(page_to - page_from), max(page_of) FROM "
    "(SELECT DISTINCT page_what, page_from, page_to, page_of FROM sources WHERE page_what IS NOT NULL) AS pages "
    "GROUP BY page_what HAVING sum(page_to - page_from) < max(page_of) ORDER BY page_what";

/* ---- conflicts ---- */

pb_status pb__conflicts_json(pb_json_writer *w, pb_store *store, uint32_t most, pb_error *error)
{
    static const char *const keys[] = {"table", "key", "field", "kept", "kept_file", "other", "other_file", "rule"};
    pb_store_rows           *rows;
    pb_status                status;
    PB_TRY(pb_store_select(store, conflicts_sql, NULL, 0, &rows, error));
    pb_json_array(w, "conflicts");
    while ((status = pb_store_rows_next(rows, error)) == PB_OK && most-- > 0) {
        pb_json_object(w, NULL);
        for (uint32_t i = 0; i < 8; i++) {
            char text[1024];
            pb_store_column_text(rows, i, text, sizeof text);
            pb_json_put_text(w, keys[i], text);
        }
        pb_json_object_end(w);
    }
    pb_json_array_end(w);
    pb_store_rows_close(rows);
    return status == PB_E_EMPTY || status == PB_OK ? PB_OK : status;
}

pb_status pb__conflicts_table(FILE *to, pb_store *store, uint32_t most, pb_error *error)
{
    pb_store_rows *rows;
    pb_status      status;
    PB_TRY(pb_store_select(store, conflicts_sql, NULL, 0, &rows, error));
    while ((status = pb_store_rows_next(rows, error)) == PB_OK && most-- > 0) {
        char text[8][256];
        for (uint32_t i = 0; i < 8; i++) pb_store_column_text(rows, i, text[i], sizeof text[i]);
        fprintf(to, "%s %s %s: kept %s (%s), other %s (%s); %s\n", text[0], text[1], text[2], text[3], text[4], text[5],
                text[6], text[7]);
    }
    pb_store_rows_close(rows);
    return status == PB_E_EMPTY || status == PB_OK ? PB_OK : status;
}

pb_status pb__conflict_sums_table(FILE *to, pb_store *store, pb_error *error)
{
    pb_store_rows *rows;
    pb_status      status;
    bool           first = true;
    PB_TRY(pb_store_select(store, sums_sql, NULL, 0, &rows, error));
    while ((status = pb_store_rows_next(rows, error)) == PB_OK) {
        char text[3][160];
        for (uint32_t i = 0; i < 3; i++) pb_store_column_text(rows, i, text[i], sizeof text[i]);
        if (first) fprintf(to, "\nconflicts, both values kept:\n");
        first = false;
        fprintf(to, "  %8" PRId64 "  %s.%s  (%s)\n", pb_store_column_i64(rows, 3, 0), text[0], text[1], text[2]);
    }
    pb_store_rows_close(rows);
    return status == PB_E_EMPTY ? PB_OK : status;
}

/* ---- people ---- */

static void put_form_line(FILE *to, const pb__import_form_sum *s)
{
    char n[32];
    pb__put_cell(to, s->what, 48);
    fprintf(to, " %4u file%s", s->files, s->files == 1 ? " " : "s");
    if (s->known) fprintf(to, " (%u known)", s->known);
    fprintf(to, " %10s rows", pb__thousands((uint64_t)s->counts.rows, n));
    if (s->counts.quarantined) fprintf(to, "  %" PRId64 " left out", s->counts.quarantined);
    if (s->counts.open) fprintf(to, "  %" PRId64 " waiting", s->counts.open);
    if (s->counts.conflicts)
        fprintf(to, "  %s%" PRId64 " conflicts%s", pb__paint(to, PB__YELLOW), s->counts.conflicts,
                pb__paint(to, PB__PLAIN));
    fputc('\n', to);
}

static void put_tables(FILE *to, pb_store *store)
{
    char sql[64], n[32];
    fprintf(to, "\nthe store now holds:\n");
    for (uint32_t i = 0; pb_store_table(i); i++) {
        int64_t rows = 0;
        snprintf(sql, sizeof sql, "SELECT count(*) FROM %s", pb_store_table(i));
        if (pb_store_count(store, sql, NULL, 0, 0, &rows, NULL) == PB_OK && rows)
            fprintf(to, "  %12s  %s\n", pb__thousands((uint64_t)rows, n), pb_store_table(i));
    }
}

static void put_pages(FILE *to, pb_store *store)
{
    pb_store_rows *rows;
    if (pb_store_select(store, pages_sql, NULL, 0, &rows, NULL) != PB_OK) return;
    while (pb_store_rows_next(rows, NULL) == PB_OK) {
        char what[128];
        pb_store_column_text(rows, 0, what, sizeof what);
        fprintf(to, "%sonly %" PRId64 " of them are here: %s; import the other pages too%s\n",
                pb__paint(to, PB__YELLOW), pb_store_column_i64(rows, 1, 0), what, pb__paint(to, PB__PLAIN));
    }
    pb_store_rows_close(rows);
}

/* Those of telemetry are told by reason. */
static void put_left_out(FILE *to, const pb__import_store *import)
{
    const pb__import_list *list = import->list;
    bool                   any  = false;
    for (uint32_t i = 0; i < list->n_quarantined; i++) {
        const pb__import_row *row = &list->quarantined[i];
        if (pb__import_is_kept(import, row->file)) continue;
        fprintf(to, "%s  %s:%u: %s\n", any ? "" : "\nrows left out:\n", row->file, row->line, row->reason);
        any = true;
    }
}

void pb__import_store_table(FILE *to, pb__import_store *import)
{
    const pb__import_list *list = import->list;
    char                   n[32], m[32], k[32];
    for (uint32_t i = 0; i < import->n_sums; i++) put_form_line(to, &import->sums[i]);
    put_pages(to, import->store);
    pb__import_kept_table(to, import);
    put_left_out(to, import);
    (void)pb__conflict_sums_table(to, import->store, NULL);
    put_tables(to, import->store);
    fprintf(to, "\n%u files", import->stored);
    if (import->known) fprintf(to, " (%u of them known already)", import->known);
    fprintf(to, "; %s rows: %s accepted, %s left out", pb__thousands(list->rows, n), pb__thousands(list->accepted, m),
            pb__thousands(list->n_quarantined + import->n_unlisted, k));
    if (import->n_passed_over) fprintf(to, "; %u files are no tables of ours", import->n_passed_over);
    if (list->n_refused) fprintf(to, "; %u refused", list->n_refused);
    fputc('\n', to);
}

/* ---- scripts ---- */

static void put_form_json(pb_json_writer *w, const pb__import_form_sum *s)
{
    pb_json_object(w, NULL);
    pb_json_put_text(w, "form", s->form);
    pb_json_put_i64(w, "files", s->files);
    pb_json_put_i64(w, "known", s->known);
    pb_json_put_i64(w, "rows", s->counts.rows);
    pb_json_put_i64(w, "accepted", s->counts.accepted);
    pb_json_put_i64(w, "quarantined", s->counts.quarantined);
    pb_json_put_i64(w, "waiting", s->counts.open);
    pb_json_put_i64(w, "added", s->counts.added);
    pb_json_put_i64(w, "agreed", s->counts.agreed);
    pb_json_put_i64(w, "filled", s->counts.filled);
    pb_json_put_i64(w, "conflicts", s->counts.conflicts);
    pb_json_object_end(w);
}

static void put_tables_json(pb_json_writer *w, pb_store *store)
{
    char sql[64];
    pb_json_object(w, "tables");
    for (uint32_t i = 0; pb_store_table(i); i++) {
        int64_t rows = 0;
        snprintf(sql, sizeof sql, "SELECT count(*) FROM %s", pb_store_table(i));
        (void)pb_store_count(store, sql, NULL, 0, 0, &rows, NULL);
        pb_json_put_i64(w, pb_store_table(i), rows);
    }
    pb_json_object_end(w);
}

static void put_incomplete(pb_json_writer *w, pb_store *store)
{
    pb_store_rows *rows;
    if (pb_store_select(store, pages_sql, NULL, 0, &rows, NULL) != PB_OK) return;
    pb_json_array(w, "incomplete");
    while (pb_store_rows_next(rows, NULL) == PB_OK) {
        char what[128];
        pb_store_column_text(rows, 0, what, sizeof what);
        pb_json_object(w, NULL);
        pb_json_put_text(w, "what", what);
        pb_json_put_i64(w, "have", pb_store_column_i64(rows, 1, 0));
        pb_json_put_i64(w, "of", pb_store_column_i64(rows, 2, 0));
        pb_json_object_end(w);
    }
    pb_json_array_end(w);
    pb_store_rows_close(rows);
}

static void put_store(pb_json_writer *w, pb__import_store *import)
{
    char    shown[512];
    int64_t conflicts = 0;
    (void)pb_store_count(import->store, "SELECT count(*) FROM conflicts", NULL, 0, 0, &conflicts, NULL);
    pb_json_object(w, "store");
    pb_store_url_shown(import->url, shown, sizeof shown);
    pb_json_put_text(w, "url", shown);
    pb_json_put_i64(w, "files", import->stored);
    pb_json_put_i64(w, "known", import->known);
    pb_json_array(w, "forms");
    for (uint32_t i = 0; i < import->n_sums; i++) put_form_json(w, &import->sums[i]);
    pb_json_array_end(w);
    put_tables_json(w, import->store);
    put_incomplete(w, import->store);
    pb__import_kept_json(w, import);
    pb_json_array(w, "passed_over");
    for (uint32_t i = 0; i < import->n_passed_over; i++) {
        pb_json_object(w, NULL);
        pb_json_put_text(w, "file", import->passed_over[i].file);
        pb_json_put_text(w, "reason", import->passed_over[i].reason);
        pb_json_object_end(w);
    }
    pb_json_array_end(w);
    pb_json_put_i64(w, "conflict_count", conflicts);
    (void)pb__conflicts_json(w, import->store, CONFLICTS_TOLD, NULL);
    pb_json_object_end(w);
}

void pb__import_store_json(FILE *to, pb__import_store *import)
{
    pb_json_writer w;
    pb_json_begin(&w, to, 2);
    pb_json_object(&w, NULL);
    pb__import_json_keys(&w, import->list);
    put_store(&w, import);
    pb_json_object_end(&w);
    pb_json_end(&w);
}
