/* feed_lines_tables: where cars were in time, between the lines.
 *
 *     stream.csv of the live-timing cache   Time_s, Driver, Position, GapToLeader, IntervalToPositionAhead
 *     position of OpenF1                    date, driver_number, position
 *     intervals of OpenF1                   date, driver_number, gap_to_leader, interval
 *
 * A gap is "+12.345", "12.345" or "+1:09.473"; "LAP 12" of the leader; "1L", "2 L" or
 * "+1 LAP" of a lapped car. A cell that repeats the one before says nothing new, but
 * it was said: it is told again. */
#include <stdio.h>
#include <string.h>

#include "cell.h"
#include "feed_tables.h"

enum { TIME, CAR, POSITION, GAP, INTERVAL };
static const char *const stream_columns[] = {"Time_s", "Driver", "Position", "GapToLeader", "IntervalToPositionAhead"};
static const char *const position_columns[]  = {"date", "driver_number", "position", "?-", "?-"};
static const char *const intervals_columns[] = {"date", "driver_number", "?-", "gap_to_leader", "interval"};

static bool head_has(pb_span text, const char *a, const char *b)
{
    size_t n = text.len < 2048 ? text.len : 2048;
    return memmem(text.at, n, a, strlen(a)) && memmem(text.at, n, b, strlen(b));
}

static const char *const *columns_of(pb_span text)
{
    if (head_has(text, "Time_s", "IntervalToPositionAhead")) return stream_columns;
    if (!head_has(text, "driver_number", "date")) return NULL;
    if (head_has(text, "gap_to_leader", "interval")) return intervals_columns;
    bool other = head_has(text, "lap_duration", "driver_number") || head_has(text, "number_of_laps", "driver_number");
    return head_has(text, "position", "date") && !other ? position_columns : NULL;
}

bool pb__tables_is_timeline(pb_span text)
{
    return columns_of(text) != NULL;
}

/* Laps behind, of "1L", "2 L" and "+1 LAP"; 0 for anything else. */
static int laps_behind(pb_span cell)
{
    int    laps = 0;
    size_t i    = cell.len > 0 && cell.at[0] == '+' ? 1 : 0;
    for (; i < cell.len && cell.at[i] >= '0' && cell.at[i] <= '9' && laps < 100; i++)
        laps = 10 * laps + cell.at[i] - '0';
    while (i < cell.len && cell.at[i] == ' ') i++;
    return i < cell.len && cell.at[i] == 'L' ? laps : 0;
}

static bool is_leader(pb_span cell)
{
    return cell.len >= 3 && memcmp(cell.at, "LAP", 3) == 0;
}

static void add_gap(pb__table *t, int column, pb_event_kind kind, int64_t at, int16_t key)
{
    pb__event_list *list = t->extra;
    int64_t         ms   = 0;
    pb_span         cell = pb__field(t, column);
    int             laps = laps_behind(cell);
    if (cell.len == 0) return;
    if (is_leader(cell) && kind == PB_EV_INTERVAL) return; /* nobody is ahead */
    if (!is_leader(cell) && laps == 0) {
        if (cell.at[0] == '+') cell = (pb_span){cell.at + 1, cell.len - 1};
        if (pb__cell_ms(cell, &ms) != PB__CELL_VALUE || ms < 0 || ms > INT32_MAX) {
            list->refused++;
            return;
        }
    }
    pb_event *e = pb__list_add_car(list, kind, at, key);
    e->flag     = laps > 0;
    e->value    = laps > 0 ? laps : (int32_t)ms;
}

static pb_status take_row(pb__table *t)
{
    pb__event_list *list   = t->extra;
    bool            dated  = t->columns != stream_columns;
    int16_t         number = (int16_t)pb__need_whole(t, CAR, 1, 9999);
    int64_t         at = 0, place = t->columns == intervals_columns ? 0 : pb__take_whole(t, POSITION, 1, 99, 0);
    if (!dated) at = pb__need_ms(t, TIME);
    if (dated) at = pb__take_utc(t, TIME);
    if (dated && at == 0) pb__refuse(t, TIME, "is missing");
    if (t->reason[0]) return PB_OK;
    int16_t key = pb__list_key(list, "", number);
    if (key == 0) pb__refuse(t, CAR, "is one car too many");
    if (key == 0) return PB_OK;
    uint32_t from = list->n;
    if (place) pb__list_add_car(list, PB_EV_POSITION, dated ? 0 : at, key)->value = (int32_t)place;
    if (t->columns != position_columns) {
        add_gap(t, GAP, PB_EV_GAP, dated ? 0 : at, key);
        add_gap(t, INTERVAL, PB_EV_INTERVAL, dated ? 0 : at, key);
    }
    for (uint32_t i = from; i < list->n && dated; i++)
        list->at[i].event.at_us = at * 1000; /* placed when the zero is known */
    return PB_OK;
}

static pb_status read_json(pb__table *t, pb_span text)
{
    pb_json_doc *doc  = NULL;
    pb_json      none = {0};
    PB_TRY(pb_json_parse(text, t->path, &doc, t->error));
    pb_status status = pb_json_is_array(pb_json_root(doc), 0, PB_RECORDS_ROWS_MAX, t->error);
    if (status == PB_OK) status = pb__read_json(t, pb_json_root(doc), none, none, take_row);
    pb_json_free(doc);
    return status;
}

pb_status pb__tables_timeline(pb__event_list *list, pb_span text, const char *path)
{
    pb_records records;
    pb_records_init(&records);
    pb__table t      = {.path = path, .extra = list, .records = &records, .error = list->error};
    pb_span   at     = pb_span_trim(text);
    t.columns        = columns_of(text);
    t.n_columns      = 5;
    bool      json   = at.len > 0 && (at.at[0] == '[' || at.at[0] == '{');
    pb_status status = json ? read_json(&t, text) : pb__read_csv(&t, text, ',', take_row);
    list->refused += records.quarantined.n;
    pb_records_fini(&records);
    return status;
}
