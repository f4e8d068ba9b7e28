/* backtest_learned_rows: the rows file of a learned model. */
#include <stdio.h>
#include <stdlib.h>

#include "backtest_learned.h"
#include "pitboard/codec.h"
#include "pitboard/predict_registry.h"
#include "pitboard/predict_score.h"

/* The newest race that the model of this season learned from. */
static void cutoff_of(const backtest_learned *learned, int season, char out[16])
{
    if (!learned->fixed) {
        backtest_history_cutoff(&learned->history, season, out);
        return;
    }
    const pb_model_meta *meta = pb_model_meta_of(learned->fixed);
    snprintf(out, 16, "%d-%02d", meta->until_season, meta->until_round);
}

static void write_rows(const backtest_learned *learned, FILE *to)
{
    char cutoff[16] = "";
    int  season     = -1;
    pb_rows_put_header(to, learned->protocol);
    for (size_t i = 0; i < learned->said[0].rows.n; i++) {
        const pb_row *row = &learned->said[0].rows.at[i];
        if (row->season != season) cutoff_of(learned, row->season, cutoff);
        season = row->season;
        pb_rows_put(to, learned->protocol, row, cutoff);
    }
}

pb_status backtest_learned_rows(const backtest_learned *learned, const char *path, pb_error *error)
{
    char  *text = NULL;
    size_t len  = 0;
    FILE  *to   = open_memstream(&text, &len);
    if (!to) return pb_error_set(error, PB_E_NOMEM, "%s: out of memory", path);
    write_rows(learned, to);
    bool      whole  = fclose(to) == 0;
    pb_status status = whole ? pb_file_write(path, (pb_span){text, len}, error)
                             : pb_error_set(error, PB_E_NOMEM, "%s: out of memory", path);
    free(text);
    return status;
}
