/* Recordings of live timing as records. */
#include <sys/stat.h>

#include "lt_fixture.h"
#include "wire/file_feed_parts.h"
#include "wire/lt_file.h"

static char folder[] = "/tmp/pb_lt_XXXXXX";

static int make_folder(void **state)
{
    (void)state;
    return mkdtemp(folder) ? 0 : -1;
}

static int drop_folder(void **state)
{
    (void)state;
    char command[64];
    snprintf(command, sizeof command, "rm -rf %s", folder);
    return system(command);
}

static const char *put(const char *name, const char *text)
{
    static char path[256];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    char *slash = strrchr(path, '/');
    *slash      = '\0';
    mkdir(path, 0700);
    *slash = '/';
    PB_CHECK_EQ(pb_file_write(path, pb_span_of(text), NULL), PB_OK);
    return path;
}

static pb__lt_file *open_file(const char *path)
{
    pb__lt_file *f = NULL;
    pb_error     error;
    pb_status    status = pb__lt_file_open(path, &f, &error);
    if (status != PB_OK) print_error("%s\n", error.text);
    PB_CHECK_EQ(status, PB_OK);
    return f;
}

static void check_next(pb__lt_file *f, int64_t at_us, const char *want)
{
    pb_file_record r;
    PB_CHECK_EQ(pb__lt_file_next(f, &r, NULL), PB_OK);
    PB_CHECK_EQ(r.kind, PB_FEED_LIVE_TIMING);
    PB_CHECK_EQ(r.at_us, at_us);
    PB_CHECK(pb_span_equal_text(r.bytes, want));
}

static void check_end(pb__lt_file *f)
{
    pb_file_record r;
    PB_CHECK_EQ(pb__lt_file_next(f, &r, NULL), PB_E_EMPTY);
    PB_CHECK_EQ(pb__lt_file_next(f, &r, NULL), PB_E_EMPTY);
    pb__lt_file_close(f);
}

PB_TEST(streams_of_a_folder_are_merged_by_time_then_topic)
{
    put("a/TrackStatus.jsonStream", "\xef\xbb\xbf"
                                    "00:00:02.000{\"Status\":\"1\"}\r\n00:00:05.000{\"Status\":\"2\"}\r\n");
    put("a/lap_count.raw", "00:00:05.000{\"CurrentLap\":1}\n");
    put("a/CarData.z.jsonStream", "00:00:01.000\"q64FAA==\"\n");
    put("a/Index.json", "{}");
    char path[64];
    snprintf(path, sizeof path, "%s/a", folder);
    pb__lt_file *f = open_file(path);
    check_next(f, 1000000, "CarData.z 00:00:01.000\"q64FAA==\"");
    check_next(f, 2000000, "TrackStatus 00:00:02.000{\"Status\":\"1\"}");
    check_next(f, 5000000, "LapCount 00:00:05.000{\"CurrentLap\":1}");
    check_next(f, 5000000, "TrackStatus 00:00:05.000{\"Status\":\"2\"}");
    PB_CHECK_EQ(pb__lt_file_went_back(f), 0);
    check_end(f);
}

PB_TEST(times_that_go_back_are_held_and_counted)
{
    pb__lt_file *f = open_file(
        put("b/TrackStatus.raw", "00:00:05.000{\"Status\":\"1\"}\n00:00:02.000{\"Status\":\"2\"}\n\nrubbish\n"));
    check_next(f, 5000000, "TrackStatus 00:00:05.000{\"Status\":\"1\"}");
    check_next(f, 5000000, "TrackStatus 00:00:02.000{\"Status\":\"2\"}");
    PB_CHECK_EQ(pb__lt_file_went_back(f), 1);
    check_next(f, 5000000, "TrackStatus rubbish");
    check_end(f);
}

#define LINE(s) "['Heartbeat', {'Utc': '2021-03-28T14:52:3" s "Z'}, '2021-03-28T14:52:3" s "Z']"

PB_TEST(parts_of_a_recording_overlap_and_lines_come_once)
{
    put("c/part1.txt", "['TrackStatus', '{\"Status\": \"1\"}', '']\n" LINE("1") "\n" LINE("2") "\n" LINE("3") "\n");
    put("c/part2.txt", LINE("2") "\n" LINE("3") "\n" LINE("4") "\n");
    char path[64];
    snprintf(path, sizeof path, "%s/c", folder);
    pb__lt_file  *f  = open_file(path);
    const int64_t t0 = 1616943150000000;
    check_next(f, t0 + 1000000, "['TrackStatus', '{\"Status\": \"1\"}', '']"); /* due with the first that has a time */
    check_next(f, t0 + 1000000, LINE("1"));
    check_next(f, t0 + 2000000, LINE("2"));
    check_next(f, t0 + 3000000, LINE("3"));
    check_next(f, t0 + 4000000, LINE("4"));
    check_end(f);
}

PB_TEST(a_snapshot_beside_a_recording_comes_first)
{
#define SNAPSHOT "{\n \"Heartbeat\": {\n \"Utc\": \"2024-05-18T14:00:00Z\"\n }\n}"
#define LIVE "{\"Type\":\"LapCount\",\"Json\":{\"CurrentLap\":1},\"DateTime\":\"2024-05-18T14:00:07+00:00\"}"
    put("d/x_subscribe.txt", SNAPSHOT);
    pb__lt_file *f = open_file(put("d/x_live_part.txt", LIVE "\n"));
    check_next(f, 1716040800000000, SNAPSHOT);
    check_next(f, 1716040807000000, LIVE);
    check_end(f);
    put("e/subscribe.json", SNAPSHOT);
    put("e/live.jsonl", LIVE "\n");
    char path[64];
    snprintf(path, sizeof path, "%s/e", folder);
    f = open_file(path);
    check_next(f, 1716040800000000, SNAPSHOT);
    check_next(f, 1716040807000000, LIVE);
    check_end(f);
}

PB_TEST(what_is_no_recording_is_refused)
{
    pb__lt_file *f = NULL;
    pb_error     error;
    char         path[64];
    PB_CHECK_EQ(pb__lt_file_open("/nowhere/at/all", &f, &error), PB_E_NOENT);
    PB_CHECK_EQ(pb__lt_file_open(put("f/laps.csv", "Driver,LapNumber\nHAM,1\n"), &f, &error), PB_E_UNSUPPORTED);
    PB_CHECK_EQ(pb__lt_file_open(put("f/empty.txt", ""), &f, &error), PB_E_UNSUPPORTED);
    PB_CHECK_EQ(pb__lt_file_open(put("f/other.json", "{\"MRData\":{\"xmlns\":\"\"}}"), &f, &error), PB_E_UNSUPPORTED);
    snprintf(path, sizeof path, "%s/f", folder);
    PB_CHECK_EQ(pb__lt_file_open(path, &f, &error), PB_E_UNSUPPORTED);
    mkdir(strcat(path, "/g"), 0700);
    PB_CHECK_EQ(pb__lt_file_open(path, &f, &error), PB_E_UNSUPPORTED);
    PB_CHECK(f == NULL);
    pb__lt_file_close(NULL);
}

/* Plays a recording to its end; times never fall. */
static uint32_t play(heard *h, const char *path, uint32_t *went_back)
{
    pb__lt_file   *f    = open_file(path);
    pb_file_record r    = {0};
    int64_t        last = INT64_MIN;
    uint32_t       n    = 0;
    pb_status      status;
    while ((status = pb__lt_file_next(f, &r, NULL)) == PB_OK) {
        PB_CHECK(r.at_us >= last);
        last = r.at_us;
        n++;
        pb_live_timing_feed(h->timing, r.bytes, r.at_us, &h->sink);
    }
    PB_CHECK_EQ(status, PB_E_EMPTY);
    PB_CHECK_EQ(pb__lt_file_refused(f), 0);
    *went_back = pb__lt_file_went_back(f);
    pb__lt_file_close(f);
    return n;
}

PB_TEST(real_recordings_play_to_their_end)
{
    pb_need_shared(LT_DIR "2024_imola_qualifying_live.txt");
    uint32_t back = 0;
    heard   *h    = hear();
    PB_CHECK_EQ(play(h, LT_DIR "2024_imola_qualifying_live.txt", &back), 9992); /* with its snapshot */
    PB_CHECK_EQ(h->timing->applied, 9991 + 12);
    PB_CHECK_EQ(h->n_refused, 0);
    hear_end(h);
    h = hear();
    PB_CHECK_EQ(play(h, FASTF1_DIR "2020_05_FP2", &back), 17979);
    PB_CHECK_EQ(h->timing->applied, 17979);
    PB_CHECK_EQ(h->n_refused, 0);
    PB_CHECK_EQ(back, 0);
    hear_end(h);
    h = hear();
    PB_CHECK_EQ(play(h, FASTF1_DIR "livedata/with_errors.txt", &back), 51);
    PB_CHECK_EQ(h->timing->refused, 40);
    hear_end(h);
    h = hear();
    PB_CHECK_EQ(play(h, LT_DIR "subscription_result.json", &back), 1);
    PB_CHECK_EQ(h->timing->applied, 13);
    hear_end(h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {PB_RUN(streams_of_a_folder_are_merged_by_time_then_topic),
                                       PB_RUN(times_that_go_back_are_held_and_counted),
                                       PB_RUN(parts_of_a_recording_overlap_and_lines_come_once),
                                       PB_RUN(a_snapshot_beside_a_recording_comes_first),
                                       PB_RUN(what_is_no_recording_is_refused),
                                       PB_RUN(real_recordings_play_to_their_end)};
    return cmocka_run_group_tests(tests, make_folder, drop_folder);
}
