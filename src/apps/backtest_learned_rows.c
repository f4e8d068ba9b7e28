/* backtest_learned_rows: the rows file of a learned model. */
#include <stdio.h>
#include <stdlib.h>

#include "backtest_learned.h"
#include "pitboard/codec.h"
#include "pitboard/predict_score.h"

static void write_rows(const backtest_learned *learned, FILE *to)
{
    char cutoff[16] = "";
    int  season     = -1;
    pb_rows_put_header(to, learned->protocol);
    for (size_t i = 0; i < learned->said[0].rows.n; i++) {
        const pb_row *row = &learned->said[0].rows.at[i];
        if (row->season != season) backtest_history_cutoff(&learned->history, row->season, cutoff);
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
