/* feed_tyre_deltas: tyres.csv of the live-timing cache, row by row as it came: a blank
 * cell means "as before". live_tables.c reads the same file to its end, as stints. */
#include <string.h>

#include "feed_tables.h"

enum { CAR, STINT, TOTAL, COMPOUND, NEW, START, TIME };
static const char *const columns[] = {"Driver", "Stint", "TotalLaps", "Compound", "New", "StartLaps", "Time_s"};

static pb_status take_row(pb__table *t)
{
    pb__event_list *list   = t->extra;
    int16_t         number = (int16_t)pb__need_whole(t, CAR, 1, 9999);
    int64_t         stint = pb__need_whole(t, STINT, 0, 63), total = pb__take_whole(t, TOTAL, 0, 1000, -1);
    int64_t         start = pb__take_whole(t, START, 0, 1000, -1);
    int8_t          fresh = pb__take_bool(t, NEW);
    int32_t         at    = pb__need_ms(t, TIME);
    pb_span         name  = pb__field(t, COMPOUND);
    if (t->reason[0]) return PB_OK;
    int16_t key = pb__list_key(list, "", number);
    if (key == 0) pb__refuse(t, CAR, "is one car too many");
    if (key == 0 || (total < 0 && start < 0 && fresh < 0 && name.len == 0)) return PB_OK; /* times of laps only */
    pb_event *e  = pb__list_add_car(list, PB_EV_STINT, at, key);
    e->index     = (uint8_t)stint;
    e->value     = name.len ? (int32_t)pb_compound_from_name(name) : -1;
    e->aux       = (int32_t)total;
    e->start_age = (int16_t)start;
    e->fresh     = fresh;
    return PB_OK;
}

pb_status pb__tables_tyre_deltas(pb__event_list *list, pb_span text, const char *path)
{
    pb_records records;
    pb_records_init(&records);
    pb__table t      = {.path = path, .extra = list, .records = &records, .error = list->error};
    t.columns        = columns;
    t.n_columns      = (int)(sizeof columns / sizeof *columns);
    pb_status status = pb__read_csv(&t, text, ',', take_row);
    list->refused += records.quarantined.n;
    pb_records_fini(&records);
    return status;
}
