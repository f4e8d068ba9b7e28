/* Whole files, packed or not. */
#include <sys/stat.h>
#include <zlib.h>

#include "pb_test.h"
#include "pitboard/codec.h"

/* A folder of our own for one test; everything in it goes with it. */
typedef struct folder {
    char path[64], file[96];
} folder;

static folder fresh_folder(void)
{
    folder f = {.path = "pb_test_file_XXXXXX"};
    PB_CHECK(mkdtemp(f.path) != NULL);
    snprintf(f.file, sizeof f.file, "%s/a", f.path);
    return f;
}

static void remove_folder(folder *f)
{
    unlink(f->file);
    PB_CHECK_EQ(rmdir(f->path), 0); /* fails when a temporary file was left behind */
}

static pb_bytes packed(const char *text, size_t len)
{
    pb_bytes out = {malloc(len + 1000), 0};
    z_stream z   = {0};
    PB_CHECK_EQ(deflateInit2(&z, 9, Z_DEFLATED, 16 + MAX_WBITS, 9, Z_DEFAULT_STRATEGY), Z_OK);
    z.next_in   = (Bytef *)(uintptr_t)text;
    z.avail_in  = (uInt)len;
    z.next_out  = (Bytef *)out.at;
    z.avail_out = (uInt)len + 1000;
    PB_CHECK_EQ(deflate(&z, Z_FINISH), Z_STREAM_END);
    out.len = z.total_out;
    deflateEnd(&z);
    return out;
}

PB_TEST(what_is_written_is_read_back_and_replaced_whole)
{
    folder   f = fresh_folder();
    pb_bytes b = {0};
    pb_error e;
    PB_CHECK_EQ(pb_file_write(f.file, (pb_span){"a\0b", 3}, &e), PB_OK);
    PB_CHECK_EQ(pb_file_write(f.file, (pb_span){"x\0yz", 4}, &e), PB_OK);
    PB_CHECK_EQ(pb_file_read(f.file, 0, &b, &e), PB_OK);
    PB_CHECK_EQ(b.len, 4);
    PB_CHECK(memcmp(b.at, "x\0yz", 5) == 0);
    pb_bytes_free(&b);
    remove_folder(&f);
}

PB_TEST(a_rewritten_file_keeps_its_mode_and_a_link_stays_a_link)
{
    folder      f = fresh_folder();
    char        link[128];
    struct stat st;
    snprintf(link, sizeof link, "%s/link", f.path);
    PB_CHECK_EQ(pb_file_write(f.file, pb_span_of("old"), NULL), PB_OK);
    PB_CHECK_EQ(chmod(f.file, 0640), 0);
    PB_CHECK_EQ(symlink("a", link), 0);
    PB_CHECK_EQ(pb_file_write(link, pb_span_of("longer"), NULL), PB_OK);
    PB_CHECK(lstat(link, &st) == 0 && S_ISLNK(st.st_mode));
    PB_CHECK(stat(f.file, &st) == 0 && st.st_size == 6 && (st.st_mode & 0777) == 0640);
    unlink(link);
    remove_folder(&f);
}

PB_TEST(an_empty_file_is_no_error)
{
    folder   f = fresh_folder();
    pb_bytes b = {0};
    PB_CHECK_EQ(pb_file_write(f.file, pb_span_of(""), NULL), PB_OK);
    PB_CHECK_EQ(pb_file_read(f.file, 0, &b, NULL), PB_OK);
    PB_CHECK(b.len == 0 && b.at[0] == '\0');
    pb_bytes_free(&b);
    remove_folder(&f);
}

PB_TEST(what_cannot_be_read_or_written_says_why)
{
    folder   f = fresh_folder();
    pb_bytes b = {0};
    pb_error e;
    PB_CHECK_EQ(pb_file_read(f.file, 0, &b, &e), PB_E_NOENT);
    PB_CHECK_HAS(e.text, "/a: no such file");
    PB_CHECK_EQ(pb_file_read(f.path, 0, &b, &e), PB_E_IO);
    PB_CHECK_HAS(e.text, "is a folder, not a file");
    PB_CHECK_EQ(pb_file_write(f.path, pb_span_of("x"), &e), PB_E_IO);
    PB_CHECK_HAS(e.text, "is a folder, not a file");
    PB_CHECK_EQ(pb_file_write("no_such_folder_here/x", pb_span_of("x"), &e), PB_E_NOENT);
    PB_CHECK_HAS(e.text, "no such folder");
    PB_CHECK(b.at == NULL);
    remove_folder(&f);
}

PB_TEST(a_file_over_the_limit_is_refused_even_when_it_has_no_end)
{
    folder   f = fresh_folder();
    pb_bytes b = {0};
    pb_error e;
    PB_CHECK_EQ(pb_file_write(f.file, pb_span_of("12345"), NULL), PB_OK);
    PB_CHECK_EQ(pb_file_read(f.file, 5, &b, &e), PB_OK);
    pb_bytes_free(&b);
    PB_CHECK_EQ(pb_file_read(f.file, 4, &b, &e), PB_E_LIMIT);
    PB_CHECK_HAS(e.text, "longer than the 4 bytes");
    PB_CHECK_EQ(pb_file_read("/dev/zero", 1000, &b, &e), PB_E_LIMIT);
    PB_CHECK(b.at == NULL);
    remove_folder(&f);
}

PB_TEST(gzip_is_unpacked_on_reading)
{
    folder   f = fresh_folder();
    pb_bytes p = packed("lap,car\n", 8), b = {0};
    PB_CHECK_EQ(pb_file_write(f.file, (pb_span){p.at, p.len}, NULL), PB_OK);
    PB_CHECK_EQ(pb_file_read(f.file, 0, &b, NULL), PB_OK);
    PB_CHECK_TEXT(b.at, "lap,car\n");
    pb_bytes_free(&b);
    pb_bytes_free(&p);
    remove_folder(&f);
}

PB_TEST(gzip_cut_anywhere_or_damaged_is_refused)
{
    pb_bytes p = packed("hello hello hello", 17), b = {0};
    pb_error e;
    for (size_t len = 0; len < p.len; len++) {
        PB_CHECK_EQ(pb_gunzip((pb_span){p.at, len}, 0, &b, &e), PB_E_SYNTAX);
        PB_CHECK_HAS(e.text, "ends too early");
    }
    p.at[p.len - 6] ^= 1; /* the checksum */
    PB_CHECK_EQ(pb_gunzip((pb_span){p.at, p.len}, 0, &b, &e), PB_E_SYNTAX);
    PB_CHECK_HAS(e.text, "broken");
    PB_CHECK(b.at == NULL);
    pb_bytes_free(&p);
}

PB_TEST(a_gzip_bomb_stops_at_the_limit)
{
    const size_t len  = 5u << 20;
    char        *zero = calloc(1, len);
    pb_bytes     p = packed(zero, len), b = {0};
    pb_error     e;
    PB_CHECK_EQ(pb_gunzip((pb_span){p.at, p.len}, len - 1, &b, &e), PB_E_LIMIT);
    PB_CHECK_HAS(e.text, "unpacks to more than");
    PB_CHECK_EQ(pb_gunzip((pb_span){p.at, p.len}, len, &b, &e), PB_OK);
    PB_CHECK_EQ(b.len, len);
    pb_bytes_free(&b);
    pb_bytes_free(&p);
    free(zero);
}

PB_TEST_MAIN(PB_RUN(what_is_written_is_read_back_and_replaced_whole),
             PB_RUN(a_rewritten_file_keeps_its_mode_and_a_link_stays_a_link), PB_RUN(an_empty_file_is_no_error),
             PB_RUN(what_cannot_be_read_or_written_says_why),
             PB_RUN(a_file_over_the_limit_is_refused_even_when_it_has_no_end), PB_RUN(gzip_is_unpacked_on_reading),
             PB_RUN(gzip_cut_anywhere_or_damaged_is_refused), PB_RUN(a_gzip_bomb_stops_at_the_limit))
