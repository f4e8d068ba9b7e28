#include "pb_test.h"
#include "pitboard/codec_fast.h"

#define PLAIN_LEN 300000

static char plain[PLAIN_LEN];

static pb_span text(void)
{
    for (size_t i = 0; i < PLAIN_LEN; i++) plain[i] = (char)('a' + (i * i / 7 + i / 1000) % 26);
    return (pb_span){plain, PLAIN_LEN};
}

static pb_bytes pack(pb_packing packing, pb_span a)
{
    pb_bytes  out    = {0};
    pb_status status = packing == PB_PACKING_GZIP ? pb_gzip(a, &out, NULL) : pb_zstd(a, 0, &out, NULL);
    PB_CHECK_EQ(status, PB_OK);
    PB_CHECK_EQ(pb_packing_of((pb_span){out.at, out.len}), packing);
    return out;
}

/* Feeds in pieces of `piece` bytes, takes out in pieces of `room`. Returns how much came out. */
static size_t run(pb_unpacker *u, pb_span packed, size_t piece, size_t room, char *to, size_t cap, pb_status *status)
{
    size_t used = 0;
    *status     = PB_OK;
    while (packed.len && *status == PB_OK) {
        pb_span in = {packed.at, packed.len < piece ? packed.len : piece};
        size_t  n, had = in.len;
        do {
            size_t left = cap - used < room ? cap - used : room;
            *status     = pb_unpacker_step(u, &in, to + used, left, &n, NULL);
            used += n;
            if (*status != PB_OK || left == 0) break;
        } while (in.len || n == room);
        packed.at += had - in.len;
        packed.len -= had - in.len;
    }
    return used;
}

static void pieces_give_the_same(pb_packing packing)
{
    const size_t sizes[] = {1, 7, 4096, PLAIN_LEN * 2};
    pb_bytes     packed  = pack(packing, text());
    char        *to      = malloc(PLAIN_LEN + 1);
    pb_unpacker *u;
    pb_status    status;
    PB_CHECK_EQ(pb_unpacker_create(packing, 0, &u, NULL), PB_OK);
    for (size_t i = 0; i < 4; i++)
        for (size_t k = 1; k < 4; k++) {
            pb_unpacker_reset(u);
            size_t n = run(u, (pb_span){packed.at, packed.len}, sizes[i], sizes[k], to, PLAIN_LEN + 1, &status);
            PB_CHECK_EQ(status, PB_OK);
            PB_CHECK_EQ(n, PLAIN_LEN);
            PB_CHECK(pb_unpacker_whole(u));
            PB_CHECK(memcmp(to, plain, PLAIN_LEN) == 0);
        }
    pb_unpacker_destroy(u);
    free(to);
    pb_bytes_free(&packed);
}

PB_TEST(gzip_in_pieces_of_any_size_gives_the_same)
{
    pieces_give_the_same(PB_PACKING_GZIP);
}
PB_TEST(zstd_in_pieces_of_any_size_gives_the_same)
{
    pieces_give_the_same(PB_PACKING_ZSTD);
}

static void two_members(pb_packing packing)
{
    pb_bytes     one = pack(packing, (pb_span){"abc", 3}), two = pack(packing, (pb_span){"defg", 4});
    char         both[512], to[64];
    pb_unpacker *u;
    pb_status    status;
    memcpy(both, one.at, one.len);
    memcpy(both + one.len, two.at, two.len);
    PB_CHECK_EQ(pb_unpacker_create(packing, 0, &u, NULL), PB_OK);
    size_t n = run(u, (pb_span){both, one.len + two.len}, 512, 64, to, sizeof to, &status);
    PB_CHECK_EQ(status, PB_OK);
    PB_CHECK_EQ(n, 7);
    PB_CHECK(memcmp(to, "abcdefg", 7) == 0);
    pb_unpacker_destroy(u);
    pb_bytes_free(&one);
    pb_bytes_free(&two);
}

PB_TEST(members_and_frames_in_a_row_are_one_stream)
{
    two_members(PB_PACKING_GZIP);
    two_members(PB_PACKING_ZSTD);
}

static void never_more_than_the_limit(pb_packing packing)
{
    pb_bytes     packed = pack(packing, text());
    char        *to     = malloc(PLAIN_LEN + 1);
    pb_unpacker *u;
    pb_status    status;
    const size_t limits[] = {1, 1000, PLAIN_LEN - 1};
    for (size_t i = 0; i < 3; i++) {
        PB_CHECK_EQ(pb_unpacker_create(packing, limits[i], &u, NULL), PB_OK);
        size_t n = run(u, (pb_span){packed.at, packed.len}, 4096, 4096, to, PLAIN_LEN + 1, &status);
        PB_CHECK_EQ(status, PB_E_LIMIT);
        PB_CHECK(n <= limits[i] + 1);
        pb_unpacker_destroy(u);
    }
    PB_CHECK_EQ(pb_unpacker_create(packing, PLAIN_LEN, &u, NULL), PB_OK);
    PB_CHECK_EQ(run(u, (pb_span){packed.at, packed.len}, 4096, 4096, to, PLAIN_LEN + 1, &status), PLAIN_LEN);
    PB_CHECK_EQ(status, PB_OK);
    pb_unpacker_destroy(u);
    free(to);
    pb_bytes_free(&packed);
}

PB_TEST(no_more_than_the_limit_comes_out)
{
    never_more_than_the_limit(PB_PACKING_GZIP);
    never_more_than_the_limit(PB_PACKING_ZSTD);
}

PB_TEST(a_broken_stream_is_refused_and_one_cut_short_is_not_whole)
{
    pb_error error = {0};
    pb_bytes out = {0}, packed = pack(PB_PACKING_ZSTD, text());
    for (size_t len = 0; len < packed.len; len += 97) {
        PB_CHECK_EQ(pb_unzstd((pb_span){packed.at, len}, 0, &out, &error), PB_E_SYNTAX);
        PB_CHECK(out.at == NULL && error.text[0]);
    }
    packed.at[packed.len / 2] = (char)(packed.at[packed.len / 2] ^ 0x55); /* the checksum sees it */
    PB_CHECK_EQ(pb_unzstd((pb_span){packed.at, packed.len}, 0, &out, &error), PB_E_SYNTAX);
    pb_bytes_free(&packed);
}

PB_TEST(zstd_at_once_reads_back_the_same_up_to_its_limit)
{
    pb_error error = {0};
    pb_bytes out = {0}, packed = pack(PB_PACKING_ZSTD, text());
    PB_CHECK_EQ(pb_unzstd((pb_span){packed.at, packed.len}, PLAIN_LEN, &out, &error), PB_OK);
    PB_CHECK_EQ(out.len, PLAIN_LEN);
    PB_CHECK_EQ(out.at[PLAIN_LEN], '\0');
    PB_CHECK(memcmp(out.at, plain, PLAIN_LEN) == 0);
    pb_bytes_free(&out);
    PB_CHECK_EQ(pb_unzstd((pb_span){packed.at, packed.len}, PLAIN_LEN - 1, &out, &error), PB_E_LIMIT);
    PB_CHECK(out.at == NULL);
    PB_CHECK_EQ(pb_unzstd((pb_span){"plain", 5}, 0, &out, &error), PB_E_SYNTAX);
    pb_bytes_free(&packed);
}

PB_TEST_MAIN(PB_RUN(gzip_in_pieces_of_any_size_gives_the_same), PB_RUN(zstd_in_pieces_of_any_size_gives_the_same),
             PB_RUN(members_and_frames_in_a_row_are_one_stream), PB_RUN(no_more_than_the_limit_comes_out),
             PB_RUN(a_broken_stream_is_refused_and_one_cut_short_is_not_whole),
             PB_RUN(zstd_at_once_reads_back_the_same_up_to_its_limit))
