/* What was imported, for scripts and for people. */
#include <inttypes.h>

#include "import_list.h"
#include "pitboard/codec.h"
#include "terminal.h"

static void put_rows(pb_json_writer *w, const char *key, const pb__import_row *rows, uint32_t n)
{
    pb_json_array(w, key);
    for (uint32_t i = 0; i < n; i++) {
        pb_json_object(w, NULL);
        pb_json_put_text(w, "file", rows[i].file);
        if (rows[i].line) pb_json_put_i64(w, "line", rows[i].line);
        pb_json_put_text(w, "reason", rows[i].reason);
        pb_json_object_end(w);
    }
    pb_json_array_end(w);
}

static void put_race(pb_json_writer *w, const pb__import_race *r)
{
    pb_json_object(w, NULL);
    pb_json_put_text(w, "file", r->file);
    pb_json_put_text(w, "format", r->format);
    pb_json_put_text(w, "id", r->id);
    pb_json_put_text(w, "name", r->name);
    pb_json_put_text(w, "circuit", r->circuit);
    pb_json_put_i64(w, "season", r->season);
    pb_json_put_i64(w, "round", r->round);
    pb_json_put_bool(w, "sprint", r->sprint);
    pb_json_put_i64(w, "cars", r->cars);
    pb_json_put_i64(w, "laps", r->laps);
    pb_json_put_i64(w, "rows", r->rows);
    pb_json_put_i64(w, "accepted", r->accepted);
    pb_json_put_i64(w, "quarantined", r->quarantined);
    pb_json_put_text(w, "race_file", r->race_file);
    if (!r->kept_only) pb_json_put_bool(w, "playable", !r->why_not);
    if (r->why_not) pb_json_put_text(w, "why_not", r->why_not);
    pb_json_array(w, "notes");
    for (int i = 0; i < 4 && r->notes[i]; i++) pb_json_put_text(w, NULL, r->notes[i]);
    pb_json_array_end(w);
    pb_json_object_end(w);
}

void pb__import_json_keys(pb_json_writer *w, const pb__import_list *list)
{
    pb_json_put_text(w, "format", list->format);
    pb_json_put_i64(w, "rows", (int64_t)list->rows);
    pb_json_put_i64(w, "accepted", (int64_t)list->accepted);
    put_rows(w, "quarantined", list->quarantined, list->n_quarantined);
    put_rows(w, "refused", list->refused, list->n_refused);
    pb_json_array(w, "races");
    for (uint32_t i = 0; i < list->n_races; i++) put_race(w, &list->races[i]);
    pb_json_array_end(w);
}

void pb__import_json(FILE *to, const pb__import_list *list)
{
    pb_json_writer w;
    pb_json_begin(&w, to, 2);
    pb_json_object(&w, NULL);
    pb__import_json_keys(&w, list);
    pb_json_object_end(&w);
    pb_json_end(&w);
}

static void put_race_line(FILE *to, const pb__import_race *r)
{
    pb__put_cell(to, r->id, 12);
    fputc(' ', to);
    pb__put_cell(to, r->name, 34);
    fprintf(to, " %4u cars %4u laps", r->cars, r->laps);
    if (r->rows) fprintf(to, " %6u rows", r->rows);
    if (r->quarantined)
        fprintf(to, "  %s%u left out%s", pb__paint(to, PB__YELLOW), r->quarantined, pb__paint(to, PB__PLAIN));
    if (r->race_file) fprintf(to, "  -> %s", r->race_file);
    if (r->why_not)
        fprintf(to, "\n             %scannot be played: %s%s", pb__paint(to, PB__YELLOW), r->why_not,
                pb__paint(to, PB__PLAIN));
    for (int i = 0; i < 4 && r->notes[i]; i++)
        fprintf(to, "\n             %s%s%s", pb__paint(to, PB__YELLOW), r->notes[i], pb__paint(to, PB__PLAIN));
    fputc('\n', to);
}

void pb__import_table(FILE *to, const pb__import_list *list)
{
    char n[32], m[32], k[32];

    for (uint32_t i = 0; i < list->n_races; i++) put_race_line(to, &list->races[i]);
    if (list->n_quarantined) fprintf(to, "\nrows left out:\n");
    for (uint32_t i = 0; i < list->n_quarantined; i++)
        fprintf(to, "  %s:%u: %s\n", list->quarantined[i].file, list->quarantined[i].line, list->quarantined[i].reason);
    fprintf(to, "\n%u race%s", list->n_races, list->n_races == 1 ? "" : "s");
    if (list->rows)
        fprintf(to, "; %s rows: %s accepted, %s left out", pb__thousands(list->rows, n),
                pb__thousands(list->accepted, m), pb__thousands(list->n_quarantined, k));
    if (list->n_refused) fprintf(to, "; %u file%s refused", list->n_refused, list->n_refused == 1 ? "" : "s");
    fputc('\n', to);
}
