/* profile_table: profiles for people: a line a measure, with its place in the field drawn. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "profile_run.h"
#include "terminal.h"

#define BAR 33 /* columns of the field's range */
#define MATES_MAX 8

typedef struct range {
    double lo, hi;
} range;

static range range_of(const pb_profile_estimate *e, uint32_t n)
{
    range r = {INFINITY, -INFINITY};
    for (uint32_t i = 0; i < n; i++)
        if (isfinite(e[i].value)) r.lo = fmin(r.lo, e[i].lo), r.hi = fmax(r.hi, e[i].hi);
    return r;
}

static int column(const range *r, double x)
{
    return (int)((x - r->lo) / (r->hi - r->lo) * (BAR - 1) + 0.5);
}

/* The field's range with the interval and the value in it. */
static void put_bar(const range *r, const pb_profile_estimate *e, FILE *to)
{
    int lo = column(r, e->lo), at = column(r, e->value), hi = column(r, e->hi);
    for (int i = 0; i < BAR; i++) {
        if (i == at)
            fprintf(to, "%s%s%s", pb__paint(to, PB__BOLD), pb__utf8() ? "\xe2\x97\x8f" : "o", pb__paint(to, PB__PLAIN));
        else
            fputs(i >= lo && i <= hi ? pb__utf8() ? "\xe2\x94\x80" : "-" : pb__utf8() ? "\xc2\xb7" : ".", to);
    }
}

static void put_measure(const pb_profile_about *about, const pb_profile_proof *proof, const pb_profile_estimate *all,
                        uint32_t n, int32_t who, FILE *to)
{
    const pb_profile_estimate *e = &all[who];
    range                      r = range_of(all, n);
    char                       text[96];
    fprintf(to, "  %-22s", about->title);
    if (!isfinite(e->value)) {
        fprintf(to, "%s%s%s\n", pb__paint(to, PB__DIM), e->why, pb__paint(to, PB__PLAIN));
        return;
    }
    (void)snprintf(text, sizeof text, "%+.*f [%+.*f, %+.*f] %s", about->decimals, e->value, about->decimals, e->lo,
                   about->decimals, e->hi, about->unit);
    fprintf(to, "%-34s ", text);
    put_bar(&r, e, to);
    fprintf(to, "  %2u of %-3u %u races%s%s\n", e->rank, e->of, e->races, strcmp(proof->verdict, "repeats") ? ", " : "",
            strcmp(proof->verdict, "repeats") ? proof->verdict : "");
}

static pb_status put_measures(const pb_profile_book *book, pb_profile_of of, int32_t who, int season, int from,
                              int until, FILE *to, pb_error *error)
{
    uint32_t             n      = of == PB_PROFILE_DRIVER ? book->n_drivers : book->n_teams;
    pb_profile_estimate *all    = malloc((n + 1u) * sizeof *all);
    pb_status            status = all ? PB_OK : pb_error_set(error, PB_E_NOMEM, "out of memory");
    for (int m = from; status == PB_OK && m < until; m++) {
        const pb_profile_about *about = pb_profile_about_of((pb_profile_measure)m);
        if (of == PB_PROFILE_TEAM && m == PB_PROFILE_MATE) continue;
        status = pb_profile_estimate_all(book, of, (pb_profile_measure)m, season, all, error);
        if (status == PB_OK)
            put_measure(about, of == PB_PROFILE_DRIVER ? &about->driver : &about->team, all, n, who, to);
    }
    free(all);
    return status;
}

static void put_mates(const pb_profile_book *book, int32_t who, int season, FILE *to)
{
    pb_profile_mate mate[MATES_MAX];
    uint32_t        n = pb_profile_mates(book, (uint32_t)who, season, mate, MATES_MAX);
    for (uint32_t i = 0; i < n && i < MATES_MAX; i++) {
        const pb_profile_mate *m = &mate[i];
        fprintf(to, "  beside %-14s %3u %-6s in front %u of %u at the flag, %u of %u on the grid",
                book->drivers[m->driver].name, m->races, m->races == 1 ? "race:" : "races:", m->ahead, m->both_finished,
                m->grid_ahead, m->both_grid);
        if (isfinite(m->pace_pct)) fprintf(to, ", pace %+.2f %% [%+.2f, %+.2f]", m->pace_pct, m->lo, m->hi);
        fputc('\n', to);
    }
}

pb_status profile_table(const pb_profile_book *book, pb_profile_of of, int32_t who, int season, FILE *to,
                        pb_error *error)
{
    const pb_profile_name *name = of == PB_PROFILE_DRIVER ? &book->drivers[who] : &book->teams[who];
    fprintf(to, "%s%s%s (%s)", pb__paint(to, PB__BOLD), name->name, pb__paint(to, PB__PLAIN), name->id);
    if (season)
        fprintf(to, ", season %d\n", season);
    else
        fprintf(to, ", %u races and %u sprints of %d-%d\n", name->races, name->sprints, name->first_season,
                name->last_season);
    PB_TRY(put_measures(book, of, who, season, 0, PB_PROFILE_SLICES, to, error));
    fputs("\n", to);
    PB_TRY(put_measures(book, of, who, season, PB_PROFILE_SLICES, PB_PROFILE_MEASURES, to, error));
    if (of == PB_PROFILE_DRIVER) {
        fputs("\n", to);
        put_mates(book, who, season, to);
    }
    return PB_OK;
}

/* ---- everybody ---- */

static void put_cell(const pb_profile_about *about, const pb_profile_estimate *e, FILE *to)
{
    if (isfinite(e->value))
        fprintf(to, " %*.*f", 9, about->decimals, e->value);
    else
        fprintf(to, " %9s", "-");
}

static void put_line(const pb_profile_book *book, pb_profile_of of, uint32_t u, const pb_profile_estimate *all,
                     uint32_t n, FILE *to)
{
    const pb_profile_name *name = of == PB_PROFILE_DRIVER ? &book->drivers[u] : &book->teams[u];
    fputs("  ", to);
    pb__put_cell(to, name->name, 16);
    for (int m = 0; m < PB_PROFILE_SLICES; m++)
        if (of == PB_PROFILE_DRIVER || m != PB_PROFILE_MATE)
            put_cell(pb_profile_about_of((pb_profile_measure)m), &all[(size_t)m * n + u], to);
    fputc('\n', to);
}

pb_status profile_list_table(const pb_profile_book *book, pb_profile_of of, int season, FILE *to, pb_error *error)
{
    uint32_t             n      = of == PB_PROFILE_DRIVER ? book->n_drivers : book->n_teams;
    pb_profile_estimate *all    = malloc(((size_t)n * PB_PROFILE_SLICES + 1) * sizeof *all);
    pb_status            status = all ? PB_OK : pb_error_set(error, PB_E_NOMEM, "out of memory");
    for (int m = 0; status == PB_OK && m < PB_PROFILE_SLICES; m++)
        status = pb_profile_estimate_all(book, of, (pb_profile_measure)m, season, all + (size_t)m * n, error);
    fprintf(to, "%-18s", of == PB_PROFILE_DRIVER ? "driver" : "team");
    for (int m = 0; m < PB_PROFILE_SLICES; m++)
        if (of == PB_PROFILE_DRIVER || m != PB_PROFILE_MATE)
            fprintf(to, " %9s", pb_profile_about_of((pb_profile_measure)m)->name);
    fputc('\n', to);
    for (uint32_t rank = 1; status == PB_OK && rank <= n; rank++)
        for (uint32_t u = 0; u < n; u++)
            if (all[u].rank == rank) put_line(book, of, u, all, n, to);
    for (uint32_t u = 0; status == PB_OK && u < n; u++)
        if (all[u].rank == 0 && all[u].races > 0) put_line(book, of, u, all, n, to);
    free(all);
    return status;
}
