/* base64 and raw deflate. */
#include "pb_test.h"
#include "pitboard/codec_inflate.h"

static void check_base64(const char *text, const char *want)
{
    char   out[64];
    size_t len = 99;
    PB_CHECK_EQ(pb_base64_decode(pb_span_of(text), out, sizeof out, &len), PB_OK);
    PB_CHECK_EQ(len, strlen(want));
    PB_CHECK(memcmp(out, want, len) == 0);
}

PB_TEST(base64_gives_its_bytes_back) /* RFC 4648, section 10 */
{
    check_base64("", "");
    check_base64("Zg==", "f");
    check_base64("Zm8=", "fo");
    check_base64("Zm9v", "foo");
    check_base64("Zm9vYg==", "foob");
    check_base64("Zm9vYmE=", "fooba");
    check_base64("Zm9vYmFy", "foobar");
}

PB_TEST(broken_base64_is_refused_and_leaves_the_length_alone)
{
    static const char *const bad[] = {
        "Z", "Zg", "Zg=", "====", "=g==", "Zg==Zg==", "Zm9v Zm9v", "Zm-v", "Z=9v", "Zm9v\n"};
    char   out[64];
    size_t len = 99;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        PB_CHECK_EQ(pb_base64_decode(pb_span_of(bad[i]), out, sizeof out, &len), PB_E_SYNTAX);
    PB_CHECK_EQ(pb_base64_decode(pb_span_of("Zm9v"), out, 2, &len), PB_E_LIMIT);
    PB_CHECK_EQ(len, 99);
}

/* "{}" and 3,000 times "a", packed by zlib with window bits -15. */
static const unsigned char braces[] = {0xab, 0xae, 0x05, 0x00};
static const unsigned char as[]     = {0xed, 0xc1, 0x31, 0x01, 0x00, 0x00, 0x00, 0xc2, 0xa0, 0xac, 0xeb,
                                       0x5f, 0xc2, 0x1a, 0x1e, 0x40, 0x01, 0x00, 0x00, 0xef, 0x06};

PB_TEST(deflate_gives_its_bytes_back_again_and_again)
{
    pb_inflater *inflater = NULL;
    char         out[16];
    size_t       len = 0;
    PB_CHECK_EQ(pb_inflater_create(&inflater, NULL), PB_OK);
    for (int i = 0; i < 3; i++) {
        PB_CHECK_EQ(pb_inflate_raw(inflater, (pb_span){(const char *)braces, sizeof braces}, out, sizeof out, &len),
                    PB_OK);
        PB_CHECK_EQ(len, 2);
        PB_CHECK(memcmp(out, "{}", 2) == 0);
        for (size_t cut = 0; cut < sizeof braces; cut++)
            PB_CHECK_EQ(pb_inflate_raw(inflater, (pb_span){(const char *)braces, cut}, out, sizeof out, &len),
                        PB_E_SYNTAX);
    }
    PB_CHECK_EQ(len, 2);
    pb_inflater_destroy(inflater);
    pb_inflater_destroy(NULL);
}

PB_TEST(more_than_there_is_room_for_is_refused)
{
    pb_inflater *inflater = NULL;
    char         out[4096];
    size_t       len = 7;
    PB_CHECK_EQ(pb_inflater_create(&inflater, NULL), PB_OK);
    PB_CHECK_EQ(pb_inflate_raw(inflater, (pb_span){(const char *)as, sizeof as}, out, 100, &len), PB_E_LIMIT);
    PB_CHECK_EQ(len, 7);
    PB_CHECK_EQ(pb_inflate_raw(inflater, pb_span_of("\xff\xff nothing packed"), out, sizeof out, &len), PB_E_SYNTAX);
    pb_inflater_destroy(inflater);
}

PB_TEST_MAIN(PB_RUN(base64_gives_its_bytes_back), PB_RUN(broken_base64_is_refused_and_leaves_the_length_alone),
             PB_RUN(deflate_gives_its_bytes_back_again_and_again), PB_RUN(more_than_there_is_room_for_is_refused))
