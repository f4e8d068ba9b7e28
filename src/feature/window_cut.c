/* window_cut: where windows begin and end.
 *
 *     lap    |<-------------- lap 7 --------------->|<-- lap 8 ..
 *     sector |.....|.....|..|.....|.....|.|.....|...|.....|        600 ms from where a sector is entered
 *     5s  ....|.........|.........|.........|.........|...         multiples of 5 s since 1970 */
#include "window_work.h"

static int64_t floor_to(int64_t x, int64_t step)
{
    int64_t rest = x % step;
    return x - (rest < 0 ? rest + step : rest);
}

static void give(pb__window_car *car, pb_window_kind kind, int64_t to_us, pb__window_out *out)
{
    pb__sum  *sum    = &car->open[kind];
    pb_window window = {.kind     = (uint8_t)kind,
                        .car      = car->car,
                        .lap      = sum->lap,
                        .sector   = kind == PB_WINDOW_LAP ? 0 : sum->sector,
                        .from_us  = sum->from_us,
                        .to_us    = to_us,
                        .n_points = sum->n};
    pb__sum_features(sum, kind, window.at);
    sum->n = 0;
    out->n[kind]++;
    out->give(out->user, &window);
}

static void open_at(pb__window_car *car, pb_window_kind kind, int64_t from_us, int64_t to_us)
{
    car->open[kind] = (pb__sum){.ever    = true,
                                .from_us = from_us,
                                .to_us   = to_us,
                                .turn_no = car->turn_no,
                                .lap     = car->lap,
                                .sector  = car->sector};
}

/* When the window is over, this point being the next; INT64_MAX: it is not. */
static int64_t end_of(const pb__window_car *car, pb_window_kind kind, int64_t time_us)
{
    const pb__sum *sum   = &car->open[kind];
    bool           moved = (kind != PB_WINDOW_5S && sum->turn_no != car->turn_no) ||
                 (kind == PB_WINDOW_SECTOR && sum->sector != car->sector);
    if (sum->n == 0) return INT64_MAX;
    if (time_us >= sum->to_us) return sum->to_us;
    return moved ? time_us : INT64_MAX;
}

/* Ends those with an end, the earliest first. */
static void give_in_order(pb__window_car *car, int64_t end[PB_WINDOW_N], pb__window_out *out)
{
    for (;;) {
        uint32_t first = 0;
        for (uint32_t k = 1; k < PB_WINDOW_N; k++)
            if (end[k] < end[first]) first = k;
        if (end[first] == INT64_MAX) return;
        give(car, (pb_window_kind)first, end[first], out);
        end[first] = INT64_MAX;
    }
}

/* Windows of one visit to a sector lie end to end; another visit begins with its first point. */
static int64_t sector_from(const pb__window_car *car, int64_t time_us, const pb_window_options *o)
{
    const pb__sum *last = &car->open[PB_WINDOW_SECTOR]; /* over, but what it was still stands there */
    bool           same = last->ever && last->turn_no == car->turn_no && last->sector == car->sector;
    return same ? last->from_us + floor_to(time_us - last->from_us, o->sector_us) : time_us;
}

void pb__windows_cut(pb__window_car *car, int64_t time_us, const pb_window_options *o, pb__window_out *out)
{
    int64_t end[PB_WINDOW_N];
    for (uint32_t k = 0; k < PB_WINDOW_N; k++) end[k] = end_of(car, (pb_window_kind)k, time_us);
    give_in_order(car, end, out);

    if (car->open[PB_WINDOW_SECTOR].n == 0) {
        int64_t from_us = sector_from(car, time_us, o);
        open_at(car, PB_WINDOW_SECTOR, from_us, from_us + o->sector_us);
    }
    if (car->open[PB_WINDOW_5S].n == 0) {
        int64_t from_us = floor_to(time_us, o->tumble_us);
        open_at(car, PB_WINDOW_5S, from_us, from_us + o->tumble_us);
    }
    if (car->open[PB_WINDOW_LAP].n == 0) open_at(car, PB_WINDOW_LAP, time_us, INT64_MAX);
}

void pb__windows_close(pb__window_car *car, pb__window_out *out)
{
    int64_t end[PB_WINDOW_N];
    for (uint32_t k = 0; k < PB_WINDOW_N; k++) {
        const pb__sum *sum = &car->open[k];
        end[k]             = sum->n == 0 ? INT64_MAX : sum->to_us == INT64_MAX ? car->last_us + 1 : sum->to_us;
    }
    give_in_order(car, end, out);
}
