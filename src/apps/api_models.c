/* GET|POST /models...: as the models command. */
#include <stdlib.h>
#include <string.h>

#include "api_answers.h"
#include "model_args.h"
#include "models_drift.h"
#include "models_report.h"

/* The folder of versions; "" where there is no such place. */
static pb_status dir_of(const api_work *work, char dir[PB_REGISTRY_PATH_MAX], pb_error *error)
{
    dir[0] = '\0';
    if (work->options.models) return model_args_dir(work->options.models, dir, error);
    if (pb_registry_default_dir(dir, NULL) != PB_OK) dir[0] = '\0';
    return PB_OK;
}

/* PB_E_NOENT: it is a part of the path. */
static pb_status kind_of(const char *name, const pb_model_kind **out, pb_error *error)
{
    pb_status status = model_args_kind(name, out, error);
    return status == PB_E_USAGE ? pb_error_set(error, PB_E_NOENT, "%s", pb_status_text(PB_E_NOENT)) : status;
}

static pb_status need_kind(const char *name, const pb_model_kind **out, pb_error *error)
{
    pb_error why = {0};
    if (kind_of(name, out, &why) == PB_OK) return PB_OK;
    return pb_error_set(error, PB_E_NOENT, "there is no kind of model of that name; GET /api/v1/models lists them");
}

static pb_status put_kind(const char *dir, const pb_model_kind *kind, pb_json_writer *to, pb_error *error)
{
    models_of_kind k;
    pb_status      status = models_gather(dir[0] ? dir : NULL, kind, &k, error);
    if (status == PB_OK) models_kind_put(&k, to);
    free(k.versions);
    return status;
}

pb_status api_models_list(api_work *work, pb_json_writer *to, pb_error *error)
{
    char      dir[PB_REGISTRY_PATH_MAX];
    pb_status status = dir_of(work, dir, error);
    if (status != PB_OK) return status;
    pb_json_array(to, NULL);
    for (size_t i = 0; status == PB_OK && pb_model_kinds[i]; i++) status = put_kind(dir, pb_model_kinds[i], to, error);
    pb_json_array_end(to);
    return status;
}

pb_status api_models_kind(api_work *work, const char *kind, pb_json_writer *to, pb_error *error)
{
    char                 dir[PB_REGISTRY_PATH_MAX];
    const pb_model_kind *of;
    PB_TRY(need_kind(kind, &of, error));
    PB_TRY(dir_of(work, dir, error));
    return put_kind(dir, of, to, error);
}

/* ---- which is used ---- */

static pb_status need_dir(const api_work *work, char dir[PB_REGISTRY_PATH_MAX], pb_error *error)
{
    PB_TRY(dir_of(work, dir, error));
    if (dir[0]) return PB_OK;
    return pb_error_set(error, PB_E_UNSUPPORTED, "this server has no folder for versions of models");
}

/* Paths are of no use to who asks, and none of their business. */
static pb_status refused(pb_status status, const char *what, pb_error *error)
{
    if (status == PB_E_IO || status == PB_E_NOMEM)
        return pb_error_set(error, status, "versions cannot be kept just now");
    return pb_error_set(error, PB_E_UNSUPPORTED, "%s", what);
}

pb_status api_models_promote(api_work *work, const char *kind, pb_json body, pb_json_writer *to, pb_error *error)
{
    char                 dir[PB_REGISTRY_PATH_MAX];
    const pb_model_kind *of;
    uint32_t             version = UINT32_MAX;
    pb_error             why     = {0};
    PB_TRY(need_kind(kind, &of, error));
    PB_TRY(api_read_u32(body, "version", 0, 9999, &version, error));
    if (version == UINT32_MAX) return pb_error_set(error, PB_E_MISSING, "/version: which version?");
    PB_TRY(need_dir(work, dir, error));
    pb_status status = pb_registry_promote(dir, of, version, &why);
    if (status != PB_OK)
        return refused(status, "that version is not there, or is not good; GET /api/v1/models/{kind} lists them",
                       error);
    api_desks_renew(work->desks);
    return put_kind(dir, of, to, error);
}

pb_status api_models_rollback(api_work *work, const char *kind, pb_json_writer *to, pb_error *error)
{
    char                 dir[PB_REGISTRY_PATH_MAX];
    const pb_model_kind *of;
    uint32_t             version = 0;
    pb_error             why     = {0};
    PB_TRY(need_kind(kind, &of, error));
    PB_TRY(need_dir(work, dir, error));
    pb_status status = pb_registry_rollback(dir, of, &version, &why);
    if (status != PB_OK) return refused(status, "no version was active before this one", error);
    api_desks_renew(work->desks);
    return put_kind(dir, of, to, error);
}

/* ---- drift ---- */

static pb_status find_folder(const api_work *work, const char *name, const char **path, pb_error *error)
{
    const api_work_options *o = &work->options;
    if (o->n_folders == 0) return pb_error_set(error, PB_E_UNSUPPORTED, "this server was given no folder of races");
    for (uint32_t i = 0; i < o->n_folders; i++)
        if (!name || strcmp(o->folders[i].name, name) == 0) {
            *path = o->folders[i].path;
            return PB_OK;
        }
    return pb_error_set(error, PB_E_RULE, "data: this server knows no folder of that name");
}

/* For who watches: the last look at the version that is active. Ids of kinds are no secret. */
static void tell_drift(pb_metrics *metrics, const models_drift *drift)
{
    pb_metric *drifted =
        pb_metric_gauge(metrics, "pitboard_model_drift", "1: later races are unlike those it knows", "model");
    pb_metric *drop = pb_metric_gauge(metrics, "pitboard_model_accuracy_drop_frac",
                                      "how much more it errs than when it was judged", "model");
    pb_metric_set(drifted, drift->kind->name, drift->drifted ? 1 : 0);
    if (drift->metric[0] && drift->was > 0) pb_metric_set(drop, drift->kind->name, drift->value / drift->was - 1);
}

static pb_status judge(pb_metrics *metrics, const pb_model_kind *kind, uint32_t version, const pb_model *model,
                       const backtest_data *data, pb_json_writer *to, pb_error *error)
{
    backtest_history history;
    models_drift     drift;
    PB_TRY(backtest_history_make(data, 0, 0, &history, error));
    pb_status status = models_drift_find(kind, version, model, &history, &drift, error);
    if (status == PB_OK) {
        models_drift_put(&drift, false, to);
        tell_drift(metrics, &drift);
        models_drift_free(&drift);
    }
    backtest_history_free(&history);
    return status == PB_E_EMPTY
               ? pb_error_set(error, PB_E_UNSUPPORTED, "no race there is newer than those it was trained on")
               : status;
}

static pb_status drift_on(const api_work *work, const pb_model_kind *kind, uint32_t version, bool active,
                          const pb_model *model, const char *path, pb_json_writer *to, pb_error *error)
{
    backtest_data               data;
    pb_error                    why  = {0};
    const backtest_data_options read = {.data = &path, .n_data = 1, .grids = work->options.grids, .sprints = true};
    if (backtest_data_read(&read, &data, &why) != PB_OK)
        return pb_error_set(error, PB_E_IO, "the races of that folder cannot be read");
    pb_status status = judge(active ? work->options.metrics : NULL, kind, version, model, &data, to, error);
    backtest_data_free(&data);
    return status;
}

pb_status api_models_drift(api_work *work, const char *kind, const char *data, uint32_t version, pb_json_writer *to,
                           pb_error *error)
{
    char                 dir[PB_REGISTRY_PATH_MAX];
    const pb_model_kind *of;
    const char          *path   = NULL;
    pb_model            *model  = NULL;
    pb_model_choice      choice = {.version = version};
    pb_error             why    = {0};
    PB_TRY(need_kind(kind, &of, error));
    PB_TRY(dir_of(work, dir, error));
    PB_TRY(find_folder(work, data, &path, error));
    pb_status status = version == UINT32_MAX ? pb_registry_active(dir[0] ? dir : NULL, of, &model, &choice, &why)
                                             : pb_registry_version(dir[0] ? dir : NULL, of, version, &model, &why);
    if (status == PB_E_NOMEM) return pb_error_set(error, status, "out of memory");
    if (status != PB_OK || !model)
        return pb_error_set(error, PB_E_UNSUPPORTED, "no model to judge: %s",
                            status == PB_OK ? choice.fallback : "that version is not there, or is not good");
    status = drift_on(work, of, choice.version, version == UINT32_MAX, model, path, to, error);
    pb_model_destroy(model);
    return status;
}
