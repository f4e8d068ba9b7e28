/* points_long: one channel a row; rows of one car and one time become a point. */
#include <math.h>

#include "points_table.h"

/* Times that are equal or step back within a burst move on by a microsecond, so
 * that no point of a car has the time of another. */
#define BURST_US 1000

static void give(pb__points_table *t, pb__long_open *o)
{
    if (!o->used) return;
    int64_t back = o->last_us == PB_US_NONE ? -1 : o->last_us - o->point.time_us;
    if (back >= 0 && back < BURST_US) o->point.time_us = o->last_us + 1;
    o->last_us = o->point.time_us;
    o->used    = false;
    t->give(t->user, &o->point);
}

void pb__points_table_flush(pb__points_table *t)
{
    for (uint32_t i = 0; i < t->n_open; i++) give(t, &t->open[i]);
}

uint64_t pb__points_table_mark(const pb__points_table *t, uint64_t here)
{
    for (uint32_t i = 0; i < t->n_open; i++)
        if (t->open[i].used && t->open[i].mark < here) here = t->open[i].mark;
    return here;
}

/* Now and then, those whose cars have fallen silent. */
static void give_stale(pb__points_table *t)
{
    if (t->n_rows % PB__LONG_STALE_ROWS != 0) return;
    for (uint32_t i = 0; i < t->n_open; i++)
        if (t->open[i].used && t->n_rows - t->open[i].row > PB__LONG_STALE_ROWS) give(t, &t->open[i]);
}

/* The place of a car; the one that was silent longest makes way. */
static pb__long_open *place_of(pb__points_table *t, int32_t car)
{
    pb__long_open *oldest = &t->open[0];
    for (uint32_t i = 0; i < t->n_open; i++) {
        if (t->open[i].point.car == car) return &t->open[i];
        if (t->open[i].row < oldest->row) oldest = &t->open[i];
    }
    if (t->n_open < PB__LONG_CARS) {
        oldest       = &t->open[t->n_open++];
        oldest->used = false;
    } else {
        give(t, oldest);
    }
    oldest->last_us   = PB_US_NONE;
    oldest->point.car = car;
    return oldest;
}

/* What a row says besides its sample: who, when, which lap. */
typedef struct head {
    pb_point point;
    int64_t  other_us; /* the second time of the row */
} head;

static const char *read_head(pb__points_table *t, const pb_csv *row, head *h)
{
    pb_fast_value value;
    uint64_t      order = 0; /* by name, so that the earlier wins */
    uint8_t       column[PB_FAST_NAMES_MAX];

    pb__point_blank(&h->point);
    h->other_us = PB_US_NONE;
    for (uint32_t i = 0; i < t->n; i++) {
        if (t->slot[i] < 0 || pb__point_meaning(t->slot[i]) < PB__PT_LAP) continue;
        order |= 1ull << t->slot[i];
        column[t->slot[i]] = (uint8_t)i;
    }
    for (; order; order &= order - 1) {
        int name = __builtin_ctzll(order), meaning = pb__point_meaning(name);
        pb__point_cell(row->field[column[name]], &value);
        if (meaning == PB__PT_TIME && h->point.time_us != PB_US_NONE) {
            pb_point other;
            if (!pb__point_put(&other, meaning, &value) && value.kind != PB_FAST_NULL) h->other_us = other.time_us;
            continue;
        }
        if ((meaning == PB__PT_CAR || meaning == PB__PT_CHASSIS) && h->point.car) continue;
        const char *why = pb__point_put(&h->point, meaning, &value);
        if (why) return why;
    }
    if (h->point.car == 0) h->point.car = t->car;
    if (h->point.car == 0) return "car is missing";
    return h->point.time_us == PB_US_NONE ? "time is missing" : NULL;
}

static void begin(pb__long_open *o, const head *h, uint64_t mark, uint64_t line)
{
    o->used      = true;
    o->point     = h->point;
    o->time_us   = h->point.time_us;
    o->other_us  = h->other_us;
    o->mark      = mark;
    o->mark_line = line;
}

const char *pb__points_long_row(pb__points_table *t, const pb_csv *row, uint64_t mark, uint64_t line)
{
    head          h;
    pb_fast_value value;
    pb_point      sample;
    const char   *why = read_head(t, row, &h);
    if (why) return why;

    int slot    = pb_fast_names_find(t->names, row->field[t->name_column]);
    int meaning = slot < 0 ? PB__PT_N : pb__point_meaning(slot);
    if (!pb__point_is_sample(meaning) && meaning != PB__PT_LAP) return "a channel that is not known";
    pb__point_cell(row->field[t->value_column], &value);
    if (value.kind == PB_FAST_NULL) return "a sample without a value";
    pb__point_blank(&sample);
    why = pb__point_put(&sample, meaning, &value);
    if (why) return why;

    give_stale(t);
    pb__long_open *o = place_of(t, h.point.car);
    if (o->used && (o->time_us != h.point.time_us || o->other_us != h.other_us || pb__point_is_set(&o->point, meaning)))
        give(t, o);
    if (!o->used) begin(o, &h, mark, line);
    o->row = t->n_rows;
    (void)pb__point_put(&o->point, meaning, &value);
    return NULL;
}
