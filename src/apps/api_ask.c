#include "api_ask.h"

#include <stdlib.h>
#include <string.h>

#include "pitboard/engine.h"

char *api_text_of(pb_json value, size_t *len)
{
    char *text = NULL;
    FILE *file = open_memstream(&text, len);
    if (!file) return NULL;
    pb_json_writer w;
    pb_json_begin(&w, file, 0);
    pb_json_put_value(&w, NULL, value);
    if (fclose(file) == 0) return text;
    free(text);
    return NULL;
}

/* ---- kept or made ---- */

static pb_status key_of(const api_ask *ask, const char *kind, char key[API_CACHE_KEY], pb_error *error)
{
    size_t  len  = 0;
    char   *text = api_text_of(ask->body, &len), head[80 + PB_SESSION_VERSION_MAX];
    uint8_t digest[32];
    if (!text) return pb_error_set(error, PB_E_NOMEM, "out of memory");
    int n = snprintf(head, sizeof head, "%s %llu %s ", kind, (unsigned long long)ask->desk->serial, ask->now.version);
    pb_sha256 sha;
    pb_sha256_begin(&sha);
    pb_sha256_add(&sha, (pb_span){head, (size_t)n});
    pb_sha256_add(&sha, (pb_span){text, len});
    pb_sha256_end(&sha, digest);
    pb_hex(digest, sizeof digest, key);
    free(text);
    return PB_OK;
}

static pb_status make(const api_ask *ask, api_answer *answer, pb_blob **out, pb_error *error)
{
    char  *text = NULL;
    size_t len  = 0;
    FILE  *file = open_memstream(&text, &len);
    if (!file) return pb_error_set(error, PB_E_NOMEM, "out of memory");
    pb_json_writer w;
    pb_json_begin(&w, file, 0);
    pb_status status = answer(ask, &w, error);
    if (status == PB_OK) pb_json_end(&w);
    if (fclose(file) != 0 && status == PB_OK) status = pb_error_set(error, PB_E_NOMEM, "out of memory");
    if (status != PB_OK) {
        free(text);
        return status;
    }
    *out = pb_blob_take(text, len);
    return *out ? PB_OK : pb_error_set(error, PB_E_NOMEM, "out of memory");
}

pb_status api_ask_open(api_work *work, const char *team, pb_json body, api_ask *out, pb_error *error)
{
    *out = (api_ask){.work = work, .body = body};
    PB_TRY(api_now_take(work->options.sessions, team, body, &out->now, error));
    return api_desk_hold(work->desks, &out->desk, error);
}

void api_ask_close(api_ask *ask)
{
    if (ask->desk) api_desk_drop(ask->work->desks, ask->desk);
    ask->desk = NULL;
    api_now_free(&ask->now);
}

pb_status api_ask_blob(const api_ask *ask, const char *kind, api_answer *answer, pb_blob **out, pb_error *error)
{
    char key[API_CACHE_KEY];
    PB_TRY(key_of(ask, kind, key, error));
    *out = api_cache_get(ask->work->cache, key);
    if (*out) return PB_OK;
    double    start  = pb_engine_seconds();
    pb_status status = make(ask, answer, out, error);
    pb_metric_observe(ask->work->seconds, kind, pb_engine_seconds() - start);
    if (status == PB_OK) api_cache_put(ask->work->cache, key, *out);
    return status;
}

pb_status api_ask_put(const api_ask *ask, const char *kind, api_answer *answer, pb_reply *reply, pb_error *error)
{
    pb_blob *blob = NULL;
    PB_TRY(api_ask_blob(ask, kind, answer, &blob, error));
    pb_reply_blob(reply, blob, "application/json", "");
    pb_blob_drop(blob);
    return PB_OK;
}

pb_status api_ask_reply(api_work *work, const char *kind, api_answer *answer, pb_request *request, pb_reply *reply,
                        pb_error *error)
{
    api_ask   ask;
    pb_status status = api_ask_open(work, pb_request_caller(request)->team, pb_request_json(request), &ask, error);
    if (status == PB_OK) status = api_ask_put(&ask, kind, answer, reply, error);
    api_ask_close(&ask);
    return status;
}

/* ---- jobs ---- */

static pb_status write_job(api_work *work, api_job_body *f, pb_json body, pb_job_run *run, pb_bytes *result,
                           pb_error *error)
{
    *result    = (pb_bytes){0};
    FILE *file = open_memstream(&result->at, &result->len);
    if (!file) return pb_error_set(error, PB_E_NOMEM, "out of memory");
    pb_json_writer w;
    pb_json_begin(&w, file, 0);
    pb_status status = f(work, body, run, &w, error);
    if (fclose(file) != 0 && status == PB_OK) status = pb_error_set(error, PB_E_NOMEM, "out of memory");
    if (status != PB_OK) pb_bytes_free(result);
    return status;
}

pb_status api_job(api_work *work, const char *kind, api_job_body *f, pb_job_run *run, pb_bytes *result, pb_error *error)
{
    pb_json_doc *doc = NULL;
    PB_TRY(pb_json_parse(pb_job_input(run), "job", &doc, error));
    double    start  = pb_engine_seconds();
    pb_status status = write_job(work, f, pb_json_root(doc), run, result, error);
    pb_metric_observe(work->seconds, kind, pb_engine_seconds() - start);
    pb_json_free(doc);
    return status;
}

/* ---- errors of commands ---- */

static const struct {
    const char *option, *pointer;
} pointers[] = {
    {"--lap", "/lap"},      {"--from-lap", "/from_lap"},   {"--car", "/car"},  {"--flag", "/flag"},
    {"--boxed", "/boxed"},  {"--objective", "/objective"}, {"--set", "/set"},  {"--compare", "/plans"},
    {"--with", "/plans/0"}, {"race: /", "/race/"},         {"race:", "/race"}, {"objective", "/objective"},
};

pb_status api_pointed(pb_status status, pb_error *error)
{
    char text[PB_ERROR_TEXT_MAX];
    if (status == PB_OK) return PB_OK;
    if (status == PB_E_USAGE || status == PB_E_NOENT) status = PB_E_RULE;
    snprintf(text, sizeof text, "%s", error->text);
    for (size_t i = 0; i < sizeof pointers / sizeof *pointers; i++) {
        const char *option = pointers[i].option, *rest = text + strlen(option);
        if (strncmp(text, option, strlen(option)) != 0) continue;
        if (option[strlen(option) - 1] == '/') return pb_error_set(error, status, "%s%s", pointers[i].pointer, rest);
        if (*rest != ' ' && *rest != ':' && *rest != '=') continue;
        rest += strspn(rest, " :=");
        return pb_error_set(error, status, "%s: %s", pointers[i].pointer, rest);
    }
    return pb_error_set(error, status, "%s", text);
}

/* ---- members ---- */

pb_status api_read_u32(pb_json body, const char *key, uint32_t lo, uint32_t hi, uint32_t *out, pb_error *error)
{
    int64_t  x   = *out;
    pb_error why = {0};
    pb_json  at  = pb_json_get(body, key);
    if (pb_json_is_null(at)) return PB_OK;
    pb_status status = pb_json_i64(at, lo, hi, &x, &why);
    if (status != PB_OK)
        return pb_error_set(error, status, "%s: a whole number from %u to %u is asked for", at.pointer, lo, hi);
    *out = (uint32_t)x;
    return PB_OK;
}

pb_status api_read_seed(pb_json body, uint64_t *out, pb_error *error)
{
    int64_t  x   = 1;
    pb_error why = {0};
    pb_json  at  = pb_json_get(body, "seed");
    *out         = 1;
    if (pb_json_is_null(at)) return PB_OK;
    pb_status status = pb_json_i64(at, 0, INT64_MAX, &x, &why);
    if (status != PB_OK) return pb_error_set(error, status, "/seed: a whole number from 0 on is asked for");
    *out = (uint64_t)x;
    return PB_OK;
}

pb_status api_read_text(pb_json body, const char *key, char *buffer, size_t cap, const char **out, pb_error *error)
{
    pb_error why = {0};
    pb_json  at  = pb_json_get(body, key);
    *out         = NULL;
    if (!pb_json_present(at) || pb_json_is_null(at)) return PB_OK;
    pb_status status = pb_json_text(at, buffer, cap, &why);
    if (status != PB_OK)
        return pb_error_set(error, status, "%s: a text of at most %zu bytes is asked for", at.pointer, cap - 1);
    *out = buffer;
    return PB_OK;
}
