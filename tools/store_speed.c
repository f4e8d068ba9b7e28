/* store_speed - how fast is the store? One thread; prints what it measured.
 *
 *   store_speed WIDE.csv URL...      the wide telemetry file of ../shared/data/gr-cup
 *
 * Codec: the file's own columns in chunks of 1,000 rows, encoded and decoded over and
 * over. Store: chunks, windows, events and replaced laps in groups, each committed
 * durably, into every URL given; sessions are named speed-... and removed at the end.
 * Beside what was done in a second of the clock stands what was done in a second of
 * CPU, ours and (a local PostgreSQL) our backend's: a busy machine changes that little. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "pitboard/codec.h"
#include "pitboard/store_live.h"
#include "store/chunk.h"

#define ROWS_MAX 40000
#define CHUNK 1000
#define COLUMNS 13

static const char *const names[COLUMNS] = {"time_us",
                                           "Laptrigger_lapdist_dls",
                                           "Steering_Angle",
                                           "VBOX_Lat_Min",
                                           "VBOX_Long_Minutes",
                                           "accx_can",
                                           "accy_can",
                                           "aps",
                                           "gear",
                                           "nmot",
                                           "pbrake_f",
                                           "pbrake_r",
                                           "speed"};

static int64_t times[ROWS_MAX];
static float   values[COLUMNS][ROWS_MAX];

static double now_s(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* Fields 14 and 15 of /proc/PID/stat, in ticks; the name before them ends with the last ')'. */
static double backend_s(int64_t backend)
{
    char path[64], line[1024] = "";
    (void)snprintf(path, sizeof path, "/proc/%lld/stat", (long long)backend);
    FILE *file = fopen(path, "r");
    char *at   = file && fgets(line, sizeof line, file) ? strrchr(line, ')') : NULL;
    if (file) fclose(file);
    for (int field = 2; at && field < 14; field++) at = strchr(at + 1, ' ');
    if (!at) return 0;
    unsigned long user = strtoul(at, &at, 10), kernel = strtoul(at, NULL, 10);
    return (double)(user + kernel) / (double)sysconf(_SC_CLK_TCK);
}

static double cpu_s(int64_t backend)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec + (backend > 0 ? backend_s(backend) : 0);
}

typedef struct watch {
    int64_t backend;
    double  wall, cpu;
} watch;

static watch start_watch(pb_store *store, bool postgres)
{
    watch w = {0};
    if (postgres) (void)pb_store_count(store, "SELECT pg_backend_pid()", NULL, 0, 0, &w.backend, NULL);
    w.wall = now_s();
    w.cpu  = cpu_s(w.backend);
    return w;
}

static void tell(const watch *w, const char *what, const char *unit, double n, double groups)
{
    double wall = now_s() - w->wall, cpu = cpu_s(w->backend) - w->cpu;
    printf("  %-44s %7.0f k %s/s, %6.0f k a CPU second, %5.0f commits/s\n", what, n / wall / 1e3, unit, n / cpu / 1e3,
           groups / wall);
}

static void die(const pb_error *error)
{
    fprintf(stderr, "store_speed: %s\n", error->text);
    exit(1);
}

/* 2025-09-05T00:27:38.589Z; days do not matter here. */
static int64_t time_of(pb_span text)
{
    int64_t h, m;
    double  s;
    if (text.len < 20) return 0;
    if (!pb_span_to_i64((pb_span){text.at + 11, 2}, &h) || !pb_span_to_i64((pb_span){text.at + 14, 2}, &m) ||
        !pb_span_to_f64((pb_span){text.at + 17, text.len - 18}, &s))
        return 0;
    return (int64_t)(((double)(h * 3600 + m * 60) + s) * 1e6 + 0.5);
}

static uint32_t load(const char *path)
{
    pb_error error = {0};
    pb_bytes bytes = {0};
    pb_arena arena;
    pb_csv   csv;
    uint32_t n = 0;
    int      at[COLUMNS];
    pb_arena_init(&arena, 0);
    if (pb_file_read(path, 0, &bytes, &error) != PB_OK) die(&error);
    pb_csv_init(&csv, (pb_span){bytes.at, bytes.len}, ',', &arena);
    if (pb_csv_next(&csv) != PB_OK) return 0;
    for (int c = 0; c < COLUMNS; c++) at[c] = pb_csv_column(&csv, c ? names[c] : "timestamp");
    while (n < ROWS_MAX && pb_csv_next(&csv) == PB_OK) {
        times[n] = time_of(csv.field[at[0]]);
        for (int c = 1; c < COLUMNS; c++) {
            double value;
            values[c][n] = pb_span_to_f64(csv.field[at[c]], &value) ? (float)value : __builtin_nanf("");
        }
        n++;
    }
    pb_bytes_free(&bytes);
    pb_arena_fini(&arena);
    return n;
}

static pb_chunk chunk_at(pb_chunk_column *columns, const char *session, uint32_t from)
{
    columns[0] = (pb_chunk_column){.name = names[0], .i64 = times + from};
    for (int c = 1; c < COLUMNS; c++) columns[c] = (pb_chunk_column){.name = names[c], .f32 = values[c] + from};
    return (pb_chunk){.session   = session,
                      .car       = 1,
                      .from_us   = 0,
                      .to_us     = 1,
                      .n_rows    = CHUNK,
                      .n_columns = COLUMNS,
                      .columns   = columns};
}

static void codec(uint32_t n)
{
    pb__chunk_work  work = {0};
    pb_chunk_column columns[COLUMNS];
    pb_error        error  = {0};
    size_t          packed = 0, rows = 0;
    double          encode = 0, decode = 0;
    for (int round = 0; round < 200; round++)
        for (uint32_t from = 0; from + CHUNK <= n; from += CHUNK) {
            pb_chunk chunk = chunk_at(columns, "x", from), back = {0};
            pb_span  bytes;
            double   a = cpu_s(0);
            if (pb__chunk_encode(&work, &chunk, &bytes, &error) != PB_OK) die(&error);
            double b = cpu_s(0);
            if (pb__chunk_decode(&work, bytes, &back, &error) != PB_OK) die(&error);
            encode += b - a;
            decode += cpu_s(0) - b;
            packed += bytes.len;
            rows += CHUNK;
        }
    double cells = (double)rows * COLUMNS;
    printf("codec: %u rows x %d columns in chunks of %d: %.2f bytes a value (floats of 4 and a time of 8: %.2f), ratio "
           "%.2f; encode %.1f M values/s (%.2f M points/s), decode %.1f M values/s\n",
           n, COLUMNS, CHUNK, (double)packed / cells, (4.0 * (COLUMNS - 1) + 8) / COLUMNS,
           (double)rows * (4.0 * (COLUMNS - 1) + 8) / (double)packed, cells / encode * 1e-6,
           (double)rows / encode * 1e-6, cells / decode * 1e-6);
    pb__chunk_work_fini(&work);
}

static void must(pb_status status, const pb_error *error)
{
    if (status != PB_OK) die(error);
}

static void chunks(pb_store *store, bool postgres, uint32_t n, uint32_t a_group)
{
    pb_chunk_column columns[COLUMNS];
    pb_error        error = {0};
    uint64_t        seq   = 0;
    uint32_t        total = 0;
    char            what[64];
    watch           w = start_watch(store, postgres);
    while (now_s() - w.wall < 4) {
        must(pb_store_begin(store, &error), &error);
        for (uint32_t k = 0; k < a_group; k++) {
            pb_chunk chunk = chunk_at(columns, "speed-chunks", (uint32_t)(seq % (n / CHUNK)) * CHUNK);
            chunk.seq      = ++seq;
            must(pb_store_put_chunk(store, &chunk, &error), &error);
            total += CHUNK;
        }
        must(pb_store_set_applied(store, "speed-chunks", seq, &error), &error);
        must(pb_store_commit(store, &error), &error);
    }
    (void)snprintf(what, sizeof what, "live_chunks, %d columns, %u a group", COLUMNS, a_group);
    tell(&w, what, "points", total, (double)total / CHUNK / a_group);
}

typedef void fill(pb_value *row, int64_t i);

static void event(pb_value *row, int64_t i)
{
    row[0] = pb_value_text("speed-events");
    row[1] = pb_value_i64(i);
    row[2] = pb_value_i64(0);
    row[3] = pb_value_i64(i * 1000);
    row[4] = pb_value_i64(i);
    row[5] = pb_value_text("sector");
    row[6] = pb_value_text("livetiming");
    row[7] = pb_value_i64(i % 20);
    row[8] = pb_value_i64(i / 1000);
    row[9] = pb_value_text("{\"kind\":\"sector\",\"car\":44,\"lap\":12,\"sector\":2,\"time_ms\":28911}");
}

static void window(pb_value *row, int64_t i)
{
    static float features[22];
    row[0] = pb_value_text("speed-windows");
    row[1] = pb_value_i64(i % 20);
    row[2] = pb_value_i64(0);
    row[3] = pb_value_i64(i / 20 * 600000);
    row[4] = pb_value_i64(i / 20 * 600000 + 600000);
    row[5] = pb_value_i64(i / 3000);
    row[6] = pb_value_i64(1);
    row[7] = pb_value_i64(30);
    row[8] = pb_value_text("window-1");
    row[9] = pb_value_blob(features, sizeof features);
}

static void lap(pb_value *row, int64_t i)
{
    row[0] = pb_value_text("speed-laps");
    row[1] = pb_value_i64(i % 20);
    row[2] = pb_value_i64(i / 20 % 70);
    row[3] = pb_value_text("VER");
    row[4] = pb_value_i64(80000 + i % 1000);
    row[5] = pb_value_i64(i * 10);
    row[6] = pb_value_i64(3);
    row[7] = pb_value_text("MEDIUM");
}

static const char *const event_columns[]  = {"session", "seq",    "n",   "at_us", "session_ms",
                                             "kind",    "origin", "car", "lap",   "line"};
static const char *const window_columns[] = {"session", "car",    "kind",   "from_us", "to_us",
                                             "lap",     "sector", "points", "schema",  "features"};
static const char *const lap_columns[]    = {"session", "car",        "lap",      "code",
                                             "time_ms", "session_ms", "position", "compound"};

/* Numbers from `first` on; returns the one after the last. */
static int64_t rows(pb_store *store, bool postgres, const char *table, const char *const *columns, uint32_t n,
                    fill *fill_row, uint32_t a_group, int64_t first, const char *note)
{
    pb_error   error = {0};
    pb_append *into;
    pb_value   row[16];
    int64_t    i = first;
    char       what[64];
    watch      w = start_watch(store, postgres);
    must(pb_store_append_into(store, table, columns, n, &into, &error), &error);
    while (now_s() - w.wall < 3) {
        must(pb_store_begin(store, &error), &error);
        for (uint32_t k = 0; k < a_group; k++) {
            fill_row(row, i++);
            must(pb_store_append_row(into, row, &error), &error);
        }
        must(pb_store_set_applied(store, "speed-events", (uint64_t)i, &error), &error);
        must(pb_store_commit(store, &error), &error);
    }
    (void)snprintf(what, sizeof what, "%s, %u a group, %s", table, a_group, note);
    tell(&w, what, "rows", (double)(i - first), (double)(i - first) / a_group);
    return i;
}

static void clear(pb_store *store)
{
    pb_error          error = {0};
    pb_store_policy   all   = {.session_days = 1, .step_rows = 5000};
    pb_store_retained out;
    pb_append        *into;
    const char *const columns[]   = {"session", "started_us"},
                      *sessions[] = {"speed-chunks", "speed-events", "speed-windows", "speed-laps"};
    must(pb_store_append_into(store, "live_sessions", columns, 2, &into, &error), &error);
    must(pb_store_begin(store, &error), &error);
    for (int i = 0; i < 4; i++) {
        pb_value row[] = {pb_value_text(sessions[i]), pb_value_i64(1)};
        must(pb_store_append_row(into, row, &error), &error);
    }
    must(pb_store_commit(store, &error), &error);
    double from = now_s();
    must(pb_store_retain(store, &all, INT64_C(86400000000) * 2, false, &out, &error), &error);
    printf("  retention deleted %lld rows, %.0f k rows/s\n", (long long)out.rows,
           (double)out.rows / (now_s() - from) / 1e3);
}

static void store_of(const char *url, uint32_t n)
{
    pb_store *store;
    pb_error  error = {0};
    char      shown[256];
    pb_store_url_shown(url, shown, sizeof shown);
    must(pb_store_open(url, PB_STORE_CREATE, &store, &error), &error);
    must(pb_store_auto_checkpoint(store, 0, &error), &error);
    printf("%s\n", shown);
    bool postgres = strncmp(url, "sqlite:", 7) != 0;
    chunks(store, postgres, n, 1);
    chunks(store, postgres, n, 20);
    must(pb_store_checkpoint(store, PB_CHECKPOINT_TRUNCATE, &error), &error);
    int64_t next = rows(store, postgres, "live_events", event_columns, 10, event, 100, 0, "new keys");
    (void)rows(store, postgres, "live_events", event_columns, 10, event, 2000, next, "new keys");
    (void)rows(store, postgres, "live_windows", window_columns, 10, window, 2000, 0, "new keys");
    (void)rows(store, postgres, "live_events", event_columns, 10, event, 2000, 0, "replaced");
    (void)rows(store, postgres, "live_laps", lap_columns, 8, lap, 2000, 0, "replaced");
    clear(store);
    pb_store_close(store);
}

int main(int argc, char **argv)
{
    if (argc < 2) {
        fprintf(stderr, "usage: store_speed WIDE.csv URL...\n");
        return 2;
    }
    uint32_t n = load(argv[1]);
    if (n < CHUNK) return 1;
    codec(n);
    for (int i = 2; i < argc; i++) store_of(argv[i], n);
    return 0;
}
