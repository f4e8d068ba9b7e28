/* Operands that are no files here become files here: see fetch.h. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fetch.h"
#include "pitboard/engine.h"

#define OPENF1_BASE "https://api.openf1.org/v1"

static bool begins(const char *text, const char *with)
{
    return strncmp(text, with, strlen(with)) == 0;
}

static bool is_url(const char *text)
{
    return begins(text, "http://") || begins(text, "https://");
}

bool pb__fetch_is_wanted(const pb__fetch_args *args, const pb__operands *operands)
{
    for (uint32_t i = 1; i < operands->n; i++)
        if (is_url(operands->at[i]) || begins(operands->at[i], "s3://")) return true;
    return args->session_key || args->season;
}

static pb_status fetch_one(pb__fetch *f, const char *what, pb_error *error)
{
    if (begins(what, "s3://")) return pb__fetch_bucket(f, what, error);
    if (is_url(what)) return pb__fetch_url(f, what, error);
    return pb__fetch_add(f, what, error);
}

/* What format and options ask for must go together. */
static pb_status check(const pb__fetch_args *a, const char *format, pb_error *error)
{
    if (a->session_key && strcmp(format, "openf1") != 0)
        return pb_error_set(error, PB_E_USAGE, "--session-key is of OpenF1: pitboard import openf1 --session-key %u",
                            a->session_key);
    if (a->season && strcmp(format, "ergast") != 0)
        return pb_error_set(error, PB_E_USAGE, "--season fetches from jolpica: pitboard import ergast --season %u",
                            a->season);
    if (a->round && !a->season && !a->session_key)
        return pb_error_set(error, PB_E_USAGE, "--round needs --season (ergast) or --session-key (openf1)");
    return PB_OK;
}

/* The new operands live in the list's arena, behind the format. */
static pb_status hand_over(pb__fetch *f, pb__operands *operands, pb_error *error)
{
    char **at = pb_arena_take(&f->list->arena, (f->n_paths + 1) * sizeof *at);
    if (!at) return pb_error_set(error, PB_E_NOMEM, "out of memory");
    at[0] = operands->at[0];
    for (uint32_t i = 0; i < f->n_paths; i++) at[i + 1] = (char *)f->paths[i];
    *operands = (pb__operands){at, f->n_paths + 1};
    return PB_OK;
}

/* A base without the slash at its end. */
static pb_status tidy_base(pb__fetch_args *a, char *room, size_t cap, pb_error *error)
{
    if (!a->base) return PB_OK;
    PB_TRY(pb__fetch_print(room, cap, error, "%s", a->base));
    for (size_t len = strlen(room); len > 0 && room[len - 1] == '/';) room[--len] = '\0';
    a->base = room;
    return PB_OK;
}

static pb_status fetch_each(pb__fetch *f, const pb__operands *operands, pb_error *error)
{
    const pb__fetch_args *a = f->args;
    for (uint32_t i = 1; i < operands->n; i++) PB_TRY(fetch_one(f, operands->at[i], error));
    if (a->session_key) PB_TRY(pb__fetch_openf1(f, a->base ? a->base : OPENF1_BASE, a->session_key, NULL, error));
    return a->season ? pb__fetch_ergast(f, error) : PB_OK;
}

pb_status pb__fetch_all(const pb__fetch_args *args, pb__import_list *list, pb__operands *operands, pb_error *error)
{
    char           base[1024], listed[PATH_MAX + 8];
    pb__fetch_args tidy = *args;
    pb__fetch     *f    = calloc(1, sizeof *f);
    if (!f) return pb_error_set(error, PB_E_NOMEM, "out of memory");
    *f               = (pb__fetch){.args = &tidy, .list = list, .began_ms = pb_engine_utc_s() * 1000};
    pb_status status = check(args, operands->at[0], error);
    if (status == PB_OK) status = tidy_base(&tidy, base, sizeof base, error);
    if (status == PB_OK) status = pb__fetch_cache(args, f->cache, error);
    pb__progress_begin(&f->progress, "bytes");
    if (status == PB_OK) status = fetch_each(f, operands, error);
    pb__progress_clear();
    if (status == PB_OK) status = hand_over(f, operands, error);
    if (status == PB_OK) status = pb__fetch_print(listed, sizeof listed, error, "%s/s3/", f->cache);
    if (status == PB_OK) list->listed_under = pb__import_text(list, listed);
    pb_http_close(f->http);
    free(f->paths);
    free(f);
    return status;
}

pb_status pb__fetch_trim(const pb__fetch_args *args, pb_error *error)
{
    char     cache[PATH_MAX];
    uint64_t left;
    PB_TRY(pb__fetch_cache(args, cache, error));
    if (access(cache, F_OK) != 0) return PB_OK;
    return pb_http_trim(cache, (uint64_t)args->cache_max_mb << 20, INT64_MAX, &left, error);
}
