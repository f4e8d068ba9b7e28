#include <math.h>
#include <sys/stat.h>

#include "pb_test.h"
#include "pitboard/codec_fast.h"
#include "pitboard/wire_feed.h"
#include "pitboard/wire_telemetry.h"
#include "wire/file_feed_parts.h"

#define LONG PB_SHARED_DIR "/data/gr-cup/telemetry/barber_race1_GR86-049-88_part1.csv"
#define WIDE PB_SHARED_DIR "/data/gr-cup/telemetry/barber_race1_wide_mvp.csv"

static char dir[] = "/tmp/pb_telemetry_XXXXXX", path[256];

static const char *write_file(const char *name, pb_span text)
{
    (void)snprintf(path, sizeof path, "%s/%s", dir, name);
    PB_CHECK_EQ(pb_file_write(path, text, NULL), PB_OK);
    return path;
}

/* All points of a file: how many, and a sum that depends on each and on their order. */
typedef struct sum {
    uint64_t n, hash;
    uint64_t refused, last_line;
} sum;

static void mix(sum *s, const void *bytes, size_t len)
{
    for (size_t i = 0; i < len; i++) s->hash = (s->hash ^ ((const uint8_t *)bytes)[i]) * 0x100000001b3ull;
}

static void add(sum *s, const pb_point *p)
{
    s->n++;
    mix(s, &p->time_us, sizeof p->time_us);
    mix(s, &p->car, sizeof p->car);
    mix(s, &p->lap, sizeof p->lap);
    mix(s, &p->has, sizeof p->has);
    mix(s, p->ch, sizeof p->ch);
}

static void refused(void *user, uint64_t line, const char *why)
{
    sum *s = user;
    PB_CHECK(why[0] && line > 0);
    s->refused++;
    s->last_line = line;
}

static sum read_all(const char *file, pb_telemetry_mark from, uint64_t most, pb_telemetry_mark *to)
{
    sum                  s       = {0};
    pb_telemetry_options options = {.from = from, .user = &s, .refused = refused};
    pb_telemetry_file   *f;
    pb_point             p;
    PB_CHECK_EQ(pb_telemetry_open(file, &options, &f, NULL), PB_OK);
    while (s.n < most && pb_telemetry_next(f, &p, NULL) == PB_OK) add(&s, &p);
    if (to) *to = pb_telemetry_tell(f);
    PB_CHECK_EQ(pb_telemetry_sums_of(f)->refused, s.refused);
    pb_telemetry_close(f);
    return s;
}

static const pb_telemetry_mark start;

PB_TEST(both_files_of_gr_cup_are_read_row_by_row)
{
    pb_need_shared(LONG);
    pb_telemetry_file *f;
    pb_point           p;
    uint64_t           n = 0;
    PB_CHECK_EQ(pb_telemetry_open(LONG, NULL, &f, NULL), PB_OK);
    while (pb_telemetry_next(f, &p, NULL) == PB_OK) {
        PB_CHECK_EQ(p.car, 88); /* from the name of the file */
        n++;
    }
    const pb_telemetry_sums *sums = pb_telemetry_sums_of(f);
    PB_CHECK_EQ(sums->rows, 44833);
    PB_CHECK_EQ(sums->accepted, 44819);
    PB_CHECK_EQ(sums->refused, 14);
    PB_CHECK_EQ(sums->points, n);
    PB_CHECK(sums->is_long && n == 4199);
    PB_CHECK_EQ(sums->read_bytes, sums->file_bytes);
    pb_telemetry_close(f);

    PB_CHECK_EQ(pb_telemetry_open(WIDE, NULL, &f, NULL), PB_OK);
    PB_CHECK_EQ(pb_telemetry_next(f, &p, NULL), PB_OK);
    PB_CHECK_EQ(p.car, PB_TELEMETRY_UNNAMED);
    PB_CHECK(!pb_point_has(&p, PB_CH_SPEED) && p.lap == 2); /* missing is missing */
    while (pb_telemetry_next(f, &p, NULL) == PB_OK) {
    }
    PB_CHECK_EQ(pb_telemetry_sums_of(f)->rows, 11963);
    PB_CHECK_EQ(pb_telemetry_sums_of(f)->points, 11959);
    pb_telemetry_close(f);
}

PB_TEST(no_two_points_of_a_car_have_the_same_time)
{
    pb_need_shared(LONG);
    pb_telemetry_file *f;
    pb_point           p;
    int64_t            last = INT64_MIN;
    PB_CHECK_EQ(pb_telemetry_open(LONG, NULL, &f, NULL), PB_OK);
    while (pb_telemetry_next(f, &p, NULL) == PB_OK) {
        PB_CHECK(p.time_us > last);
        last = p.time_us;
    }
    pb_telemetry_close(f);
}

PB_TEST(packed_files_give_the_same_points)
{
    pb_need_shared(LONG);
    const char *const files[] = {LONG, WIDE};
    const char *const names[] = {"GR86-049-88.csv", "wide.csv"};
    for (int i = 0; i < 2; i++) {
        pb_bytes plain = {0}, packed = {0};
        sum      want = read_all(files[i], start, UINT64_MAX, NULL);
        PB_CHECK_EQ(pb_file_read(files[i], 0, &plain, NULL), PB_OK);
        for (int k = 0; k < 2; k++) {
            pb_span a = {plain.at, plain.len};
            PB_CHECK_EQ(k ? pb_zstd(a, 1, &packed, NULL) : pb_gzip(a, &packed, NULL), PB_OK);
            sum got = read_all(write_file(names[i], (pb_span){packed.at, packed.len}), start, UINT64_MAX, NULL);
            PB_CHECK(got.n == want.n && got.hash == want.hash && got.last_line == want.last_line);
            PB_CHECK(pb_telemetry_is((pb_span){packed.at, packed.len < 200000 ? packed.len : 200000}));
            pb_bytes_free(&packed);
        }
        pb_bytes_free(&plain);
    }
}

PB_TEST(reading_can_go_on_where_it_was_broken_off)
{
    pb_need_shared(LONG);
    const char *const files[] = {LONG, WIDE};
    for (int i = 0; i < 2; i++) {
        sum whole = read_all(files[i], start, UINT64_MAX, NULL);
        for (uint64_t cut = 1; cut < whole.n; cut += 997) {
            pb_telemetry_mark    mark;
            sum                  first = read_all(files[i], start, cut, &mark), both = first;
            sum                  rest    = {0};
            pb_telemetry_options options = {.from = mark, .user = &rest, .refused = refused};
            pb_telemetry_file   *f;
            pb_point             p;
            PB_CHECK_EQ(pb_telemetry_open(files[i], &options, &f, NULL), PB_OK);
            while (pb_telemetry_next(f, &p, NULL) == PB_OK) {
                add(&both, &p);
                rest.n++;
            }
            pb_telemetry_close(f);
            PB_CHECK_EQ(first.n + rest.n, whole.n);
            PB_CHECK(both.hash == whole.hash || i == 0);
            if (rest.refused) PB_CHECK_EQ(rest.last_line, whole.last_line);
        }
    }
}

PB_TEST(a_packed_file_can_be_gone_on_with_too)
{
    pb_need_shared(WIDE);
    pb_bytes plain = {0}, packed = {0};
    PB_CHECK_EQ(pb_file_read(WIDE, 0, &plain, NULL), PB_OK);
    PB_CHECK_EQ(pb_zstd((pb_span){plain.at, plain.len}, 1, &packed, NULL), PB_OK);
    const char       *file = write_file("wide.csv.zst", (pb_span){packed.at, packed.len});
    pb_telemetry_mark mark;
    sum               first = read_all(file, start, 7000, &mark), rest = read_all(file, mark, UINT64_MAX, NULL);
    PB_CHECK_EQ(first.n + rest.n, 11959);
    mark.offset                  = plain.len + 10;
    pb_telemetry_options options = {.from = mark};
    pb_telemetry_file   *f;
    PB_CHECK_EQ(pb_telemetry_open(file, &options, &f, NULL), PB_E_RANGE);
    pb_bytes_free(&plain);
    pb_bytes_free(&packed);
}

PB_TEST(a_packed_file_cut_short_gives_what_is_there_and_then_says_so)
{
    pb_need_shared(WIDE);
    pb_bytes plain = {0}, packed = {0};
    PB_CHECK_EQ(pb_file_read(WIDE, 0, &plain, NULL), PB_OK);
    PB_CHECK_EQ(pb_gzip((pb_span){plain.at, plain.len}, &packed, NULL), PB_OK);
    const char        *file = write_file("cut.csv.gz", (pb_span){packed.at, packed.len / 2});
    pb_telemetry_file *f;
    pb_point           p;
    pb_error           error = {0};
    pb_status          status;
    uint32_t           n = 0;
    PB_CHECK_EQ(pb_telemetry_open(file, NULL, &f, &error), PB_OK);
    while ((status = pb_telemetry_next(f, &p, &error)) == PB_OK) n++;
    PB_CHECK_EQ(status, PB_E_SYNTAX);
    PB_CHECK_HAS(error.text, "too early");
    PB_CHECK_EQ(pb_telemetry_next(f, &p, &error), PB_E_SYNTAX); /* and stays so */
    PB_CHECK(n > 100);
    pb_telemetry_close(f);
    pb_bytes_free(&plain);
    pb_bytes_free(&packed);
}

PB_TEST(rows_that_cannot_be_right_are_told_by_their_line)
{
    const char *file = write_file("bad.csv", pb_span_of("time,car,speed\n1,1,10\n2,1\n\n3,1,nan\n4,0,5\n5,1,50"));
    sum         s    = read_all(file, start, UINT64_MAX, NULL);
    PB_CHECK_EQ(s.n, 3); /* car 0: not named, so the file's */
    PB_CHECK_EQ(s.refused, 2);
    PB_CHECK_EQ(s.last_line, 5);
}

PB_TEST(a_line_that_is_too_long_is_passed_over)
{
    size_t len  = 600000;
    char  *text = malloc(len);
    memset(text, 'x', len);
    memcpy(text, "time,car,speed\n1,1,10\n", 22);
    memcpy(text + len - 10, "\n2,1,20\n\n\n", 10);
    sum s = read_all(write_file("line.csv", (pb_span){text, len}), start, UINT64_MAX, NULL);
    PB_CHECK_EQ(s.n, 2);
    PB_CHECK_EQ(s.refused, 1);
    PB_CHECK_EQ(s.last_line, 3);
    free(text);
}

PB_TEST(what_is_no_telemetry_is_not_opened)
{
    pb_telemetry_file *f;
    pb_error           error = {0};
    PB_CHECK_EQ(pb_telemetry_open("/nonexistent.csv", NULL, &f, &error), PB_E_NOENT);
    PB_CHECK_EQ(pb_telemetry_open("/tmp", NULL, &f, &error), PB_E_IO);
    PB_CHECK_EQ(pb_telemetry_open(write_file("empty.csv", (pb_span){"", 0}), NULL, &f, &error), PB_E_UNSUPPORTED);
    PB_CHECK_EQ(pb_telemetry_open(write_file("laps.csv", pb_span_of("Driver,LapNumber\nVER,1\n")), NULL, &f, &error),
                PB_E_UNSUPPORTED);
    PB_CHECK(!pb_telemetry_is(pb_span_of("Driver,LapNumber\n")) && !pb_telemetry_is((pb_span){"", 0}));
    PB_CHECK(pb_telemetry_is(pb_span_of("meta_time,telemetry_name,telemetry_value\n")));
}

static void count(void *user, const pb_point *p)
{
    add(user, p);
}

static void no_refusal(void *user, const char *why)
{
    (void)user;
    print_error("refused: %s\n", why);
    fail();
}

PB_TEST(records_of_a_file_hold_all_its_points_in_order)
{
    pb_need_shared(LONG);
    const char *const files[] = {LONG, WIDE};
    for (int i = 0; i < 2; i++) {
        sum            want = read_all(files[i], start, UINT64_MAX, NULL), got = {0};
        void          *state;
        pb_points     *points;
        pb_file_record record;
        int64_t        last = INT64_MIN;
        pb_feed_sink   sink = {.user = &got, .point = count, .refused = no_refusal};
        PB_CHECK_EQ(pb_points_create(&points, NULL), PB_OK);
        PB_CHECK_EQ(pb__telemetry_feed_open(files[i], &state, NULL), PB_OK);
        while (pb__telemetry_feed_next(state, &record, NULL) == PB_OK) {
            PB_CHECK_EQ(record.kind, PB_FEED_POINTS);
            PB_CHECK(record.at_us >= last && record.bytes.len <= 66000);
            last = record.at_us;
            pb_points_feed(points, record.bytes, 0, &sink);
        }
        PB_CHECK(got.n == want.n && got.hash == want.hash);
        PB_CHECK_EQ(pb__telemetry_feed_refused(state), want.refused);
        pb__telemetry_feed_close(state);
        pb_points_destroy(points);
    }
}

static int clean(void **state)
{
    char command[300];
    (void)state;
    (void)snprintf(command, sizeof command, "rm -rf %s", dir);
    return system(command);
}

int main(void)
{
    const struct CMUnitTest tests[] = {PB_RUN(both_files_of_gr_cup_are_read_row_by_row),
                                       PB_RUN(no_two_points_of_a_car_have_the_same_time),
                                       PB_RUN(packed_files_give_the_same_points),
                                       PB_RUN(reading_can_go_on_where_it_was_broken_off),
                                       PB_RUN(a_packed_file_can_be_gone_on_with_too),
                                       PB_RUN(a_packed_file_cut_short_gives_what_is_there_and_then_says_so),
                                       PB_RUN(rows_that_cannot_be_right_are_told_by_their_line),
                                       PB_RUN(a_line_that_is_too_long_is_passed_over),
                                       PB_RUN(what_is_no_telemetry_is_not_opened),
                                       PB_RUN(records_of_a_file_hold_all_its_points_in_order)};
    if (!mkdtemp(dir)) return 1;
    return cmocka_run_group_tests(tests, NULL, clean);
}
