/* The record: what was written is read, whatever happened to the end, the middle or
 * the disk. */
#include "pb_test.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "folder_fixture.h"
#include "pitboard/engine_record.h"
#include "pitboard/wire_feed.h"

typedef struct fixture {
    char       dir[128];
    pb_record *record;
    uint64_t   next;
    pb_error   error;
} fixture;

static void begin(fixture *f)
{
    static int n;
    memset(f, 0, sizeof *f);
    snprintf(f->dir, sizeof f->dir, "/tmp/pb_test_record_%d_%d", (int)getpid(), n++);
    forget(f->dir);
    f->next = 1;
}

static void open_with(fixture *f, uint64_t segment_bytes)
{
    pb_record_options o = pb_record_options_default();
    o.segment_bytes     = segment_bytes;
    if (pb_record_open(f->dir, &o, &f->record, &f->error) != PB_OK) fail_msg("%s", f->error.text);
}

static void end(fixture *f)
{
    pb_record_close(f->record);
    forget(f->dir);
}

/* What frame seq carries: any length, to be known again. */
static size_t payload(uint64_t seq, char *out)
{
    size_t len = (size_t)(seq * 2654435761u % 900);
    for (size_t i = 0; i < len; i++) out[i] = (char)(seq * 31 + i);
    return len;
}

static pb_status append(fixture *f)
{
    char     bytes[1024];
    pb_frame frame   = {.seq         = f->next,
                        .received_us = (int64_t)f->next * 1000 - 5000,
                        .mono_us     = (int64_t)f->next * 1000,
                        .kind        = PB_FEED_POINTS,
                        .flags       = PB_FRAME_HAND,
                        .port        = 20778};
    frame.bytes      = (pb_span){bytes, payload(f->next, bytes)};
    pb_status status = pb_record_append(f->record, &frame);
    if (status == PB_OK) f->next++;
    return status;
}

static void write_frames(fixture *f, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++) {
        PB_CHECK_EQ(append(f), PB_OK);
        if (i % 7 == 0) PB_CHECK_EQ(pb_record_sync(f->record, &f->error), PB_OK);
    }
    PB_CHECK_EQ(pb_record_sync(f->record, &f->error), PB_OK);
    PB_CHECK_EQ(pb_record_durable(f->record), f->next - 1);
}

static void check_frame(const pb_frame *frame)
{
    char   bytes[1024];
    size_t len = payload(frame->seq, bytes);
    PB_CHECK_EQ(frame->bytes.len, len);
    PB_CHECK(len == 0 || memcmp(frame->bytes.at, bytes, len) == 0);
    PB_CHECK_EQ(frame->received_us, (int64_t)frame->seq * 1000 - 5000);
    PB_CHECK_EQ(frame->mono_us, (int64_t)frame->seq * 1000);
    PB_CHECK_EQ(frame->kind, PB_FEED_POINTS);
    PB_CHECK_EQ(frame->flags, PB_FRAME_HAND);
    PB_CHECK_EQ(frame->port, 20778);
}

static pb_record_reader_stats read_all(const char *path, uint64_t from, uint64_t *first, uint64_t *last)
{
    pb_record_reader *r = NULL;
    pb_frame          frame;
    pb_error          error;
    if (pb_record_reader_open(path, from, &r, &error) != PB_OK) fail_msg("%s", error.text);
    *first = *last = 0;
    while (pb_record_reader_next(r, &frame, &error) == PB_OK) {
        check_frame(&frame);
        if (*first == 0) *first = frame.seq;
        PB_CHECK(frame.seq > *last);
        *last = frame.seq;
    }
    pb_record_reader_stats s = pb_record_reader_stats_get(r);
    pb_record_reader_close(r);
    return s;
}

static void check_all(fixture *f, uint64_t n)
{
    uint64_t               first, last;
    pb_record_reader_stats s = read_all(f->dir, 1, &first, &last);
    PB_CHECK_EQ(first, 1);
    PB_CHECK_EQ(last, n);
    PB_CHECK_EQ(s.frames, n);
    PB_CHECK_EQ(s.lost + s.damaged + s.torn_bytes, 0);
}

static void segment_path(const fixture *f, uint32_t number, char out[160])
{
    snprintf(out, 160, "%s/%06u.pbr", f->dir, number);
}

static off_t size_of(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 ? st.st_size : -1;
}

static void scribble(const char *path, off_t at, size_t n)
{
    int fd = open(path, O_WRONLY);
    PB_CHECK(fd >= 0);
    for (size_t i = 0; i < n; i++) PB_CHECK_EQ(pwrite(fd, "\xa5", 1, at + (off_t)i), 1);
    close(fd);
}

PB_TEST(what_was_written_is_read_again_over_many_segments)
{
    fixture f;
    char    path[160];
    begin(&f);
    open_with(&f, 64u << 10);
    write_frames(&f, 1000);
    check_all(&f, 1000);
    segment_path(&f, 5, path);
    PB_CHECK(size_of(path) > 0);
    end(&f);
}

PB_TEST(a_recording_goes_on_where_it_ended_under_the_same_name)
{
    fixture f;
    char    id[PB_RECORD_ID_MAX];
    begin(&f);
    open_with(&f, 64u << 10);
    write_frames(&f, 100);
    snprintf(id, sizeof id, "%s", pb_record_id(f.record));
    for (int i = 0; i < 5; i++) {
        pb_record_close(f.record);
        open_with(&f, 64u << 10);
        PB_CHECK_EQ(pb_record_last(f.record), f.next - 1);
        PB_CHECK_EQ(pb_record_durable(f.record), f.next - 1);
        PB_CHECK_TEXT(pb_record_id(f.record), id);
        write_frames(&f, 100);
    }
    check_all(&f, 600);
    end(&f);
}

PB_TEST(reading_begins_at_any_number)
{
    fixture  f;
    uint64_t first, last;
    begin(&f);
    open_with(&f, 64u << 10);
    write_frames(&f, 500);
    for (uint64_t from = 1; from <= 500; from += 83) {
        (void)read_all(f.dir, from, &first, &last);
        PB_CHECK_EQ(first, from);
        PB_CHECK_EQ(last, 500);
    }
    (void)read_all(f.dir, 501, &first, &last);
    PB_CHECK_EQ(first, 0);
    end(&f);
}

PB_TEST(a_reader_follows_the_writer)
{
    fixture           f;
    pb_record_reader *r = NULL;
    pb_frame          frame;
    begin(&f);
    open_with(&f, 64u << 10);
    PB_CHECK_EQ(pb_record_reader_open(f.dir, 1, &r, &f.error), PB_OK);
    PB_CHECK_EQ(pb_record_reader_next(r, &frame, &f.error), PB_E_EMPTY);
    for (uint32_t round = 1; round <= 100; round++) {
        write_frames(&f, 10);
        for (uint32_t i = 0; i < 10; i++) {
            PB_CHECK_EQ(pb_record_reader_next(r, &frame, &f.error), PB_OK);
            PB_CHECK_EQ(frame.seq, (round - 1) * 10 + i + 1);
            check_frame(&frame);
        }
        PB_CHECK_EQ(pb_record_reader_next(r, &frame, &f.error), PB_E_EMPTY);
    }
    PB_CHECK_EQ(pb_record_reader_stats_get(r).lost, 0);
    pb_record_reader_close(r);
    end(&f);
}

PB_TEST(an_end_cut_at_any_byte_loses_only_what_was_cut)
{
    fixture f;
    char    path[160];
    begin(&f);
    open_with(&f, 1u << 20);
    write_frames(&f, 3);
    pb_record_close(f.record);
    segment_path(&f, 1, path);
    off_t whole = size_of(path);
    for (off_t len = whole - 1; len >= 64; len -= 5) {
        PB_CHECK_EQ(truncate(path, len), 0);
        open_with(&f, 1u << 20);
        uint64_t last = pb_record_last(f.record);
        PB_CHECK(last < 3);
        PB_CHECK(pb_record_cut(f.record) < 1000);
        PB_CHECK_EQ((off_t)pb_record_cut(f.record) + size_of(path), len);
        f.next = last + 1;
        write_frames(&f, (uint32_t)(3 - last));
        check_all(&f, 3);
        pb_record_close(f.record);
    }
    open_with(&f, 1u << 20);
    end(&f);
}

PB_TEST(damage_in_the_middle_costs_the_frames_it_hit)
{
    fixture  f;
    char     path[160];
    uint64_t first, last;
    begin(&f);
    open_with(&f, 1u << 20);
    write_frames(&f, 200);
    segment_path(&f, 1, path);
    scribble(path, 10000, 700);
    scribble(path, 40000, 1);
    pb_record_reader_stats s = read_all(f.dir, 1, &first, &last);
    PB_CHECK_EQ(last, 200);
    PB_CHECK(s.lost >= 2 && s.lost <= 6);
    PB_CHECK_EQ(s.frames + s.lost, 200);
    PB_CHECK(s.damaged >= 1 && s.damaged <= 2);
    pb_record_close(f.record);
    open_with(&f, 1u << 20); /* what comes behind the damage stays */
    PB_CHECK_EQ(pb_record_last(f.record), 200);
    PB_CHECK_EQ(pb_record_cut(f.record), 0);
    end(&f);
}

PB_TEST(a_damaged_header_costs_no_frame)
{
    fixture  f;
    char     path[160];
    uint64_t first, last;
    begin(&f);
    open_with(&f, 64u << 10);
    write_frames(&f, 500);
    for (uint32_t number = 1; number <= 2; number++) {
        segment_path(&f, number, path);
        scribble(path, 20, 30);
    }
    pb_record_reader_stats s = read_all(f.dir, 1, &first, &last);
    PB_CHECK_EQ(first, 1);
    PB_CHECK_EQ(s.frames, 500);
    PB_CHECK_EQ(s.damaged, 2);
    end(&f);
}

PB_TEST(numbers_in_a_newest_segment_with_a_damaged_header_are_not_given_again)
{
    fixture     f;
    char        path[160];
    uint64_t    first, last;
    struct stat st;
    begin(&f);
    open_with(&f, 64u << 10);
    write_frames(&f, 500);
    pb_record_close(f.record);
    uint32_t newest = 1;
    for (segment_path(&f, 2, path); stat(path, &st) == 0; segment_path(&f, newest + 1, path)) newest++;
    segment_path(&f, newest, path);
    scribble(path, 20, 30);
    open_with(&f, 64u << 10);
    PB_CHECK_EQ(pb_record_last(f.record), 500);
    write_frames(&f, 20);
    pb_record_reader_stats s = read_all(f.dir, 1, &first, &last);
    PB_CHECK_EQ(s.frames, 520);
    PB_CHECK_EQ(s.repeated, 0);
    PB_CHECK_EQ(last, 520);
    end(&f);
}

PB_TEST(a_crash_at_the_birth_of_a_segment_is_no_end)
{
    fixture f;
    char    path[160];
    begin(&f);
    open_with(&f, 1u << 20);
    write_frames(&f, 20);
    pb_record_close(f.record);
    segment_path(&f, 2, path);
    int fd = open(path, O_WRONLY | O_CREAT, 0644);
    PB_CHECK_EQ(write(fd, "PBRECORD", 8), 8);
    close(fd);
    open_with(&f, 1u << 20);
    PB_CHECK_EQ(pb_record_last(f.record), 20);
    write_frames(&f, 20);
    uint64_t               first, last;
    pb_record_reader_stats s = read_all(f.dir, 1, &first, &last);
    PB_CHECK_EQ(s.frames, 40);
    end(&f);
}

PB_TEST(lost_numbers_are_told)
{
    fixture  f;
    uint64_t first, last;
    begin(&f);
    open_with(&f, 1u << 20);
    write_frames(&f, 5);
    f.next = 16;
    write_frames(&f, 5);
    PB_CHECK_EQ(read_all(f.dir, 1, &first, &last).lost, 10);
    end(&f);
}

PB_TEST(one_folder_has_one_writer)
{
    fixture           f;
    pb_record        *second = NULL;
    pb_record_options o      = pb_record_options_default();
    begin(&f);
    open_with(&f, 1u << 20);
    PB_CHECK_EQ(pb_record_open(f.dir, &o, &second, &f.error), PB_E_IO);
    PB_CHECK_HAS(f.error.text, "another pitboard");
    end(&f);
}

PB_TEST(what_is_no_recording_is_refused)
{
    fixture           f;
    pb_record_reader *r = NULL;
    begin(&f);
    PB_CHECK_EQ(pb_record_reader_open(f.dir, 1, &r, &f.error), PB_E_NOENT);
    PB_CHECK_EQ(mkdir(f.dir, 0755), 0);
    PB_CHECK_EQ(pb_record_reader_open(f.dir, 1, &r, &f.error), PB_E_UNSUPPORTED);
    PB_CHECK(!pb_record_is(f.dir));
    PB_CHECK(!pb_record_is(PB_SOURCE_DIR "/CHANGELOG.md"));
    PB_CHECK_EQ(pb_record_reader_open(PB_SOURCE_DIR "/CHANGELOG.md", 1, &r, &f.error), PB_E_UNSUPPORTED);
    open_with(&f, 1u << 20);
    PB_CHECK(pb_record_is(f.dir));
    end(&f);
}

PB_TEST(a_payload_may_be_large_but_not_too_large)
{
    fixture  f;
    char    *bytes = calloc(1, PB_FRAME_MAX + 1);
    pb_frame frame = {.seq = 1, .kind = PB_FEED_POINTS, .bytes = {bytes, PB_FRAME_MAX}}, got;
    begin(&f);
    open_with(&f, 64u << 10);
    PB_CHECK_EQ(pb_record_append(f.record, &frame), PB_OK);
    frame = (pb_frame){.seq = 2, .bytes = {bytes, PB_FRAME_MAX + 1}};
    PB_CHECK_EQ(pb_record_append(f.record, &frame), PB_E_RANGE);
    PB_CHECK_EQ(pb_record_sync(f.record, &f.error), PB_OK);
    pb_record_reader *r = NULL;
    PB_CHECK_EQ(pb_record_reader_open(f.dir, 1, &r, &f.error), PB_OK);
    PB_CHECK_EQ(pb_record_reader_next(r, &got, &f.error), PB_OK);
    PB_CHECK_EQ(got.bytes.len, PB_FRAME_MAX);
    pb_record_reader_close(r);
    free(bytes);
    end(&f);
}

PB_TEST(a_full_disk_keeps_the_buffer_and_is_written_when_there_is_room)
{
    fixture       f;
    struct rlimit old, tight;
    begin(&f);
    open_with(&f, 1u << 30);
    write_frames(&f, 50);
    uint64_t on_disk  = f.next - 1;
    void (*kept)(int) = signal(SIGXFSZ, SIG_IGN);
    PB_CHECK_EQ(getrlimit(RLIMIT_FSIZE, &old), 0);
    tight          = old;
    tight.rlim_cur = 40000; /* write() says EFBIG, as it would say ENOSPC: in the middle of a frame */
    PB_CHECK_EQ(setrlimit(RLIMIT_FSIZE, &tight), 0);
    pb_status status;
    while ((status = append(&f)) == PB_OK)
        if (f.next % 100 == 0) PB_CHECK_EQ(pb_record_sync(f.record, &f.error), PB_E_IO);
    PB_CHECK_EQ(status, PB_E_LIMIT);
    PB_CHECK_EQ(pb_record_durable(f.record), on_disk);
    PB_CHECK(pb_record_failures(f.record) > 0);
    PB_CHECK_EQ(setrlimit(RLIMIT_FSIZE, &old), 0);
    signal(SIGXFSZ, kept);
    PB_CHECK_EQ(pb_record_sync(f.record, &f.error), PB_OK);
    write_frames(&f, 50);
    check_all(&f, f.next - 1);
    end(&f);
}

/* Appends and syncs until it is killed; tells each durable number as soon as it is promised. */
static void write_until_killed(fixture *f, int tell)
{
    pb_record_options o = pb_record_options_default();
    o.segment_bytes     = 64u << 10;
    if (pb_record_open(f->dir, &o, &f->record, &f->error) != PB_OK) _exit(1);
    f->next = pb_record_last(f->record) + 1;
    for (;;) {
        while (append(f) == PB_OK && pb_record_pending(f->record) <= 3000) continue;
        (void)pb_record_sync(f->record, NULL);
        uint64_t durable = pb_record_durable(f->record);
        if (write(tell, &durable, sizeof durable) != sizeof durable) _exit(1);
    }
}

/* Kills a writer after so many promises and a while; however slow the disk is. The last promise. */
static uint64_t write_and_kill(fixture *f, int promises, useconds_t later)
{
    int      pipes[2];
    uint64_t durable, promised = 0;
    PB_CHECK_EQ(pipe(pipes), 0);
    pid_t child = fork();
    PB_CHECK(child >= 0);
    if (child == 0) write_until_killed(f, pipes[1]);
    close(pipes[1]);
    for (int i = 0; i < promises; i++) {
        PB_CHECK_EQ(read(pipes[0], &durable, sizeof durable), sizeof durable);
        promised = durable;
    }
    usleep(later);
    kill(child, SIGKILL);
    while (read(pipes[0], &durable, sizeof durable) == sizeof durable) promised = durable;
    close(pipes[0]);
    PB_CHECK_EQ(waitpid(child, NULL, 0), child);
    return promised;
}

PB_TEST(a_writer_killed_at_any_moment_leaves_all_that_it_called_durable)
{
    fixture  f;
    uint64_t promised = 0, first, last;
    begin(&f);
    for (int round = 0; round < 30; round++) { /* every third while it may still be opening */
        uint64_t durable = write_and_kill(&f, round % 3, (useconds_t)(round * 397 % 5000));
        if (durable > promised) promised = durable;
        open_with(&f, 64u << 10); /* mends the end */
        PB_CHECK(pb_record_last(f.record) >= promised);
        pb_record_close(f.record);
        pb_record_reader_stats s = read_all(f.dir, 1, &first, &last);
        PB_CHECK(last >= promised);
        PB_CHECK_EQ(s.frames, last);
        PB_CHECK_EQ(s.lost + s.damaged, 0);
    }
    PB_CHECK(promised >= 30); /* 20 writers promised at least once */
    open_with(&f, 64u << 10);
    end(&f);
}

PB_TEST_MAIN(PB_RUN(what_was_written_is_read_again_over_many_segments),
             PB_RUN(a_recording_goes_on_where_it_ended_under_the_same_name), PB_RUN(reading_begins_at_any_number),
             PB_RUN(a_reader_follows_the_writer), PB_RUN(an_end_cut_at_any_byte_loses_only_what_was_cut),
             PB_RUN(damage_in_the_middle_costs_the_frames_it_hit), PB_RUN(a_damaged_header_costs_no_frame),
             PB_RUN(numbers_in_a_newest_segment_with_a_damaged_header_are_not_given_again),
             PB_RUN(a_crash_at_the_birth_of_a_segment_is_no_end), PB_RUN(lost_numbers_are_told),
             PB_RUN(one_folder_has_one_writer), PB_RUN(what_is_no_recording_is_refused),
             PB_RUN(a_payload_may_be_large_but_not_too_large),
             PB_RUN(a_full_disk_keeps_the_buffer_and_is_written_when_there_is_room),
             PB_RUN(a_writer_killed_at_any_moment_leaves_all_that_it_called_durable))
