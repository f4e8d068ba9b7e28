/* Rows files of predictions, as every protocol reads them. */
#include <math.h>
#include <stdlib.h>

#include "pitboard/predict_score.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const names[] = {"forecast", "live", "pace",  "sc",      "pitcall",
                                        "pitstop",  "rain", "stops", "undercut"};
    if (size == 0 || size > 1 << 16) return 0;
    const pb_protocol *p      = pb_protocol_find(names[data[0] % 8]);
    pb_rows            rows   = {0};
    pb_error           error  = {0};
    pb_status          status = pb_rows_read((pb_span){(const char *)data + 1, size - 1}, "fuzz.csv", p, &rows, &error);
    if (status != PB_OK && error.text[0] == '\0') abort();
    for (size_t i = 0; i < rows.n; i++)
        for (int v = 0; v < p->n_values; v++)
            if (isinf(rows.at[i].value[v])) abort();
    pb_rows_fini(&rows);
    return 0;
}
