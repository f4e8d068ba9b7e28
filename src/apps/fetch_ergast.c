/* jolpica, and what else speaks as Ergast did: a race or a season, page by page.
 *
 * A page tells limit, offset and total of its rows, all as texts; the next page
 * begins at offset + limit, the last one reaches total. */
#include <string.h>
#include <time.h>

#include "fetch.h"

#define PAGE_ROWS 100
#define ROWS_MAX 1000000
#define DEFAULT_BASE "https://api.jolpi.ca/ergast/f1"

typedef struct page {
    int64_t limit, offset, total;
} page;

static pb_status read_count(pb_json at, const char *key, int64_t *out, pb_error *error)
{
    char text[24] = "";
    PB_TRY(pb_json_need(pb_json_get(at, key), error));
    PB_TRY(pb_json_text(pb_json_get(at, key), text, sizeof text, error));
    if (pb_span_to_i64(pb_span_of(text), out) && *out >= 0 && *out <= ROWS_MAX) return PB_OK;
    return pb_error_set(error, PB_E_SYNTAX, "%s of the page is '%s', no count of rows", key, text);
}

static pb_status read_page(pb_json data, page *p, pb_error *error)
{
    PB_TRY(pb_json_need(data, error));
    PB_TRY(read_count(data, "limit", &p->limit, error));
    PB_TRY(read_count(data, "offset", &p->offset, error));
    return read_count(data, "total", &p->total, error);
}

/* One page into its file; added unless it is empty. */
static pb_status get_page(pb__fetch *f, const char *what, const char *folder, const char *name, int64_t offset, page *p,
                          pb_error *error)
{
    char         url[PB_URL_MAX], path[PATH_MAX + 500];
    pb_json_doc *doc = NULL;
    PB_TRY(pb__fetch_print(url, sizeof url, error, "%s/%s.json?limit=%d&offset=%lld",
                           f->args->base ? f->args->base : DEFAULT_BASE, what, PAGE_ROWS, (long long)offset));
    PB_TRY(pb__fetch_print(path, sizeof path, error, "%s/ergast/%s/%s/%s_%lld.json", f->cache, f->host, folder, name,
                           (long long)offset));
    PB_TRY(pb__fetch_json(f, url, path, &doc, error));
    pb_status status = read_page(pb_json_get(pb_json_root(doc), "MRData"), p, error);
    pb_json_free(doc);
    PB_TRY(status);
    if (p->offset != offset || (p->limit == 0 && p->total > 0))
        return pb_error_set(error, PB_E_SYNTAX, "%s: the page is of offset %lld and limit %lld, not the one asked for",
                            path, (long long)p->offset, (long long)p->limit);
    return p->total > 0 ? pb__fetch_add(f, path, error) : PB_OK;
}

static pb_status get_pages(pb__fetch *f, const char *what, const char *folder, const char *name, pb_error *error)
{
    page    p     = {0};
    int64_t total = -1;
    for (int64_t offset = 0; offset == 0 || offset < p.total; offset += p.limit) {
        PB_TRY(get_page(f, what, folder, name, offset, &p, error));
        if (total >= 0 && p.total != total)
            return pb_error_set(error, PB_E_SYNTAX,
                                "%s grew from %lld to %lld rows while it was fetched (run it again with --fresh 0)",
                                what, (long long)total, (long long)p.total);
        total = p.total;
        pb__progress_show(&f->progress, (uint64_t)(offset + p.limit < total ? offset + p.limit : total),
                          (uint64_t)total);
        if (p.total == 0) break;
    }
    return PB_OK;
}

static pb_status get_race(pb__fetch *f, uint32_t season, uint32_t round, pb_error *error)
{
    static const char *const lists[] = {"results", "qualifying", "sprint", "laps", "pitstops"};
    char                     what[64], folder[32];
    uint32_t                 before = f->n_paths;
    snprintf(folder, sizeof folder, "%04u_%02u", season, round);
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        snprintf(what, sizeof what, "%u/%u/%s", season, round, lists[i]);
        PB_TRY(get_pages(f, what, folder, lists[i], error));
    }
    if (f->n_paths > before) return PB_OK;
    return pb_error_set(error, PB_E_EMPTY, "there are no rows of round %u of %u (was it run already?)", round, season);
}

/* Races of the calendar that were run by now, at most cap; the calendar has one page. */
static pb_status read_calendar(pb__fetch *f, const char *path, uint32_t *rounds, uint32_t cap, uint32_t *n,
                               pb_error *error)
{
    pb_bytes     text = {0};
    pb_json_doc *doc  = NULL;
    char         today[12], date[16], round[8];
    time_t       now = (time_t)(f->began_ms / 1000);
    struct tm    utc;
    int64_t      number;
    gmtime_r(&now, &utc);
    strftime(today, sizeof today, "%Y-%m-%d", &utc);
    PB_TRY(pb_file_read(path, PB_JSON_BYTES_MAX, &text, error));
    pb_status status = pb_json_parse((pb_span){text.at, text.len}, path, &doc, error);
    pb_bytes_free(&text);
    PB_TRY(status);
    pb_json races = pb_json_get(pb_json_get(pb_json_get(pb_json_root(doc), "MRData"), "RaceTable"), "Races");
    for (size_t i = 0; i < pb_json_length(races) && *n < cap; i++) {
        date[0] = round[0] = '\0';
        (void)pb_json_text(pb_json_get(pb_json_at(races, i), "date"), date, sizeof date, NULL);
        (void)pb_json_text(pb_json_get(pb_json_at(races, i), "round"), round, sizeof round, NULL);
        if (pb_span_to_i64(pb_span_of(round), &number) && number > 0 && number < 100 && strcmp(date, today) <= 0)
            rounds[(*n)++] = (uint32_t)number;
    }
    pb_json_free(doc);
    return PB_OK;
}

static pb_status get_season(pb__fetch *f, uint32_t season, pb_error *error)
{
    char     what[16], folder[16];
    uint32_t rounds[99], n = 0, before = f->n_paths;
    snprintf(what, sizeof what, "%u", season);
    snprintf(folder, sizeof folder, "%04u", season);
    PB_TRY(get_pages(f, what, folder, "races", error));
    if (f->n_paths == before) return pb_error_set(error, PB_E_EMPTY, "there is no calendar of season %u", season);
    PB_TRY(read_calendar(f, f->paths[before], rounds, 99, &n, error));
    for (uint32_t i = 0; i < n; i++) PB_TRY(get_race(f, season, rounds[i], error));
    return PB_OK;
}

pb_status pb__fetch_ergast(pb__fetch *f, pb_error *error)
{
    const pb__fetch_args *a = f->args;
    PB_TRY(pb__fetch_open(f, a->base ? a->base : DEFAULT_BASE, true, error));
    pb__progress_begin(&f->progress, "rows of a list");
    return a->round ? get_race(f, a->season, a->round, error) : get_season(f, a->season, error);
}
