/* GET /backtests: what a run of the back-tests wrote, as it was written. */
#include "api_past.h"
#include "data_file.h"
#include "pitboard/predict_model.h"

static pb_status find(char *path, size_t cap)
{
    if (pb__data_file("data/results/backtests.json", path, cap, NULL) == PB_OK) return PB_OK;
    return pb__data_file("results/backtests.json", path, cap, NULL); /* installed */
}

pb_status api_backtests_read(api_past *past, pb_error *error)
{
    char     path[2600];
    pb_bytes bytes = {0};
    if (find(path, sizeof path) != PB_OK) return PB_OK;
    PB_TRY(pb_file_read(path, 0, &bytes, error));
    pb_status status = pb_json_parse((pb_span){bytes.at, bytes.len}, path, &past->backtests, error);
    pb_bytes_free(&bytes);
    return status;
}

/* The question is the protocol's own. */
static void put_backtest(pb_json_writer *to, pb_json one)
{
    const char        *keys[64];
    size_t             n = pb_json_keys(one, keys, sizeof keys / sizeof *keys);
    const pb_protocol *p = pb_protocol_find(pb_json_chars(pb_json_member(one, "protocol")).at);
    pb_json_object(to, NULL);
    for (size_t i = 0; i < n && i < sizeof keys / sizeof *keys; i++) {
        pb_json_put_value(to, keys[i], pb_json_member(one, keys[i]));
        if (i == 0) pb_json_put_text(to, "question", p ? p->question : NULL);
    }
    pb_json_object_end(to);
}

pb_status api_backtests_list(void *context, pb_request *request, pb_reply *reply, pb_error *error)
{
    const api_past *past = context;
    pb_json_writer *to   = pb_reply_json(reply);
    (void)request;
    (void)error;
    pb_json_array(to, NULL);
    if (past->backtests) {
        pb_json all = pb_json_root(past->backtests);
        for (size_t i = 0; i < pb_json_length(all); i++) put_backtest(to, pb_json_at(all, i));
    }
    pb_json_array_end(to);
    return PB_OK;
}
