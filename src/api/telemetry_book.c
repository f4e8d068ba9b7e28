/* telemetry_book: laps and health of a car, found by one pass over its points and kept until it has more of them. */
#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "telemetry_read.h"

#define PAGES 32 /* cars that are kept: 30 kB each */
#define HOLE_US 1000000
#define LAP_LEAST_S 40 /* short ovals and layouts, too */

typedef struct page {
    char         recording[PB__RECORDING_MAX];
    int32_t      car;
    int64_t      points, to_us; /* as the store had them */
    uint64_t     used;
    pb__car_book of;
} page;

struct pb__book {
    pthread_mutex_t lock;
    uint64_t        turn;
    uint32_t        n;
    page           *at[PAGES];
};

pb__book *pb__book_create(void)
{
    pb__book *book = calloc(1, sizeof *book);
    if (book) (void)pthread_mutex_init(&book->lock, NULL);
    return book;
}

void pb__book_destroy(pb__book *book)
{
    if (!book) return;
    for (uint32_t i = 0; i < book->n; i++) free(book->at[i]);
    (void)pthread_mutex_destroy(&book->lock);
    free(book);
}

/* ---- kept ---- */

static bool is_of(const page *a, const page *b)
{
    return a->car == b->car && strcmp(a->recording, b->recording) == 0;
}

static bool look_up(pb__book *book, const page *key, pb__car_book *out)
{
    bool found = false;
    (void)pthread_mutex_lock(&book->lock);
    for (uint32_t i = 0; i < book->n && !found; i++) {
        page *p = book->at[i];
        found   = is_of(p, key) && p->points == key->points && p->to_us == key->to_us;
        if (!found) continue;
        *out    = p->of;
        p->used = ++book->turn;
    }
    (void)pthread_mutex_unlock(&book->lock);
    return found;
}

/* The page of the same car, else a new one, else that which nobody asked for the longest. */
static page *place_of(pb__book *book, const page *key)
{
    page *oldest = NULL;
    for (uint32_t i = 0; i < book->n; i++) {
        if (is_of(book->at[i], key)) return book->at[i];
        if (!oldest || book->at[i]->used < oldest->used) oldest = book->at[i];
    }
    page *fresh = book->n < PAGES ? malloc(sizeof *fresh) : NULL;
    if (fresh) book->at[book->n++] = fresh;
    return fresh ? fresh : oldest;
}

static void keep(pb__book *book, const page *key, const pb__car_book *found)
{
    (void)pthread_mutex_lock(&book->lock);
    page *p = place_of(book, key);
    if (p) {
        *p      = *key;
        p->of   = *found;
        p->used = ++book->turn;
    }
    (void)pthread_mutex_unlock(&book->lock);
}

/* ---- found ---- */

typedef struct finding {
    pb_laps      *laps;
    pb__car_book *out;
} finding;

static bool take_point(void *user, const pb_point *p)
{
    finding      *f = user;
    pb__car_book *o = f->out;
    double        s = o->points > 0 ? (double)(p->time_us - o->last_us) * 1e-6 : 0;
    if (s * 1e6 > HOLE_US) o->holes++;
    if (s > o->longest_hole_s) o->longest_hole_s = s;
    if (o->points == 0 || p->time_us < o->first_us) o->first_us = p->time_us;
    if (o->points == 0 || p->time_us > o->last_us) o->last_us = p->time_us;
    o->points++;
    o->placed += isfinite(p->lat_deg) && isfinite(p->lon_deg);
    for (int k = 0; k < PB_CH_N; k++) o->seen[k] += pb_point_has(p, (pb_channel)k);
    return pb_laps_add(f->laps, p);
}

static void take_window(void *to, const pb_store_rows *rows)
{
    pb__car_book *o = to;
    if (o->laps.n_laps == PB_TELEMETRY_LAPS_MAX) return;
    int64_t lap = pb_store_column_i64(rows, 0, 0);
    if (lap <= 0 || lap > UINT16_MAX) return;
    pb_telemetry_lap l = {.number   = (uint16_t)lap,
                          .counter  = (uint16_t)lap,
                          .start_us = pb_store_column_i64(rows, 1, 0),
                          .end_us   = pb_store_column_i64(rows, 2, 0)};
    l.time_s           = (double)(l.end_us - l.start_us) * 1e-6;
    l.plausible        = l.time_s >= LAP_LEAST_S && l.time_s <= pb_laps_options_default().hi_s;
    if (l.end_us > l.start_us) o->laps.laps[o->laps.n_laps++] = l;
}

/* Where no lap distance is told the counter says where laps are: the first and the last one are cut. */
static pb_status by_windows(pb_store *store, const page *key, pb__car_book *out, pb_error *error)
{
    const pb_value values[] = {pb_value_text(key->recording), pb_value_i64(key->car)};
    out->by_windows         = true;
    PB_TRY(pb__data_each(store,
                         "SELECT lap, from_us, to_us FROM live_windows WHERE session = ?1 AND car = ?2 AND kind = 2 "
                         "ORDER BY from_us",
                         values, 2, take_window, out, error));
    for (uint32_t i = 1; i + 1 < out->laps.n_laps; i++) out->laps.laps[i].unbroken = true;
    return PB_OK;
}

static pb_status find_laps(pb_store *store, const pb_request *request, const page *key, pb__car_book *out,
                           pb_error *error)
{
    finding f = {.out = out};
    memset(out, 0, sizeof *out);
    pb_laps_options o = pb_laps_options_default();
    o.lo_s            = LAP_LEAST_S;
    PB_TRY(pb_laps_create(&o, &f.laps, error));
    pb_status status =
        pb__points_read(store, request, key->recording, key->car, INT64_MIN, INT64_MAX, take_point, &f, error);
    if (status == PB_OK && pb_laps_cars(f.laps) > 0) pb_laps_report_of(f.laps, 0, &out->laps);
    pb_laps_destroy(f.laps);
    if (status == PB_OK && out->laps.n_laps == 0) return by_windows(store, key, out, error);
    return status;
}

static pb_status read_key(pb_store *store, page *key, pb_error *error)
{
    const pb_value values[] = {pb_value_text(key->recording), pb_value_i64(key->car)};
    pb_store_rows *rows     = NULL;
    PB_TRY(pb_store_select(store,
                           "SELECT coalesce(sum(points), 0), coalesce(max(to_us), 0) FROM live_chunks WHERE "
                           "session = ?1 AND car = ?2",
                           values, 2, &rows, error));
    pb_status status = pb_store_rows_next(rows, error);
    key->points      = status == PB_OK ? pb_store_column_i64(rows, 0, 0) : 0;
    key->to_us       = status == PB_OK ? pb_store_column_i64(rows, 1, 0) : 0;
    pb_store_rows_close(rows);
    if (status == PB_E_EMPTY || (status == PB_OK && key->points == 0))
        return pb_error_set(error, PB_E_NOENT, "no point of car %d in this recording", key->car);
    return status;
}

pb_status pb__book_read(pb__book *book, pb_store *store, const pb_request *request, const char *recording, int32_t car,
                        pb__car_book *out, pb_error *error)
{
    page key = {.car = car};
    (void)pb_span_copy(pb_span_of(recording), key.recording, sizeof key.recording);
    PB_TRY(read_key(store, &key, error));
    if (look_up(book, &key, out)) return PB_OK;
    PB_TRY(find_laps(store, request, &key, out, error));
    keep(book, &key, out);
    return PB_OK;
}

const pb_telemetry_lap *pb__book_best(const pb__car_book *car)
{
    const pb_telemetry_lap *best = NULL;
    for (uint32_t i = 0; i < car->laps.n_laps; i++) {
        const pb_telemetry_lap *l = &car->laps.laps[i];
        if (l->plausible && l->unbroken && (!best || l->time_s < best->time_s)) best = l;
    }
    return best;
}
