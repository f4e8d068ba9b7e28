/* Fingerprints: the examples of FIPS 180-4 and NIST. */
#include "pb_test.h"

#include "pitboard/codec.h"

PB_TEST(known_texts_have_their_known_fingerprints)
{
    static const struct {
        const char *text, *hex;
    } known[] = {
        {"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
        {"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
        {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
         "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
        {"abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqr"
         "stu",
         "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1"},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        char hex[65];
        pb_sha256_hex(pb_span_of(known[i].text), hex);
        PB_CHECK_TEXT(hex, known[i].hex);
    }
}

PB_TEST(a_million_letters_have_theirs)
{
    char *text = malloc(1000000), hex[65];
    PB_CHECK(text != NULL);
    memset(text, 'a', 1000000);
    pb_sha256_hex((pb_span){text, 1000000}, hex);
    PB_CHECK_TEXT(hex, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
    free(text);
}

PB_TEST(every_length_around_a_block_has_another_fingerprint)
{
    char text[130], last[65] = "", hex[65];
    memset(text, 0, sizeof text);
    for (size_t n = 0; n < sizeof text; n++) {
        pb_sha256_hex((pb_span){text, n}, hex);
        PB_CHECK(strcmp(hex, last) != 0 && strlen(hex) == 64);
        memcpy(last, hex, sizeof last);
    }
}

PB_TEST(piece_by_piece_is_the_same_as_at_once)
{
    char text[300], whole[65], hex[65];
    for (size_t i = 0; i < sizeof text; i++) text[i] = (char)(i * 7);
    pb_sha256_hex((pb_span){text, sizeof text}, whole);
    for (size_t step = 1; step < sizeof text; step++) {
        pb_sha256 sha;
        uint8_t   out[32];
        pb_sha256_begin(&sha);
        for (size_t at = 0; at < sizeof text; at += step)
            pb_sha256_add(&sha, (pb_span){text + at, sizeof text - at < step ? sizeof text - at : step});
        pb_sha256_add(&sha, (pb_span){0});
        pb_sha256_end(&sha, out);
        pb_hex(out, sizeof out, hex);
        PB_CHECK_TEXT(hex, whole);
    }
}

/* RFC 4231, cases 1, 2, 6 and 7. */
PB_TEST(a_text_with_a_key_has_its_known_fingerprint)
{
    char key1[20], key6[131], hex[65];
    memset(key1, 0x0b, sizeof key1);
    memset(key6, 0xaa, sizeof key6);
    const struct {
        pb_span     key;
        const char *text, *hex;
    } known[] = {
        {{key1, 20}, "Hi There", "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"},
        {{"Jefe", 4},
         "what do ya want for nothing?",
         "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"},
        {{key6, 131},
         "Test Using Larger Than Block-Size Key - Hash Key First",
         "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"},
        {{key6, 131},
         "This is a test using a larger than block-size key and a larger than block-size data. The key needs to be "
         "hashed before being used by the HMAC algorithm.",
         "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        uint8_t out[32];
        pb_hmac_sha256(known[i].key, pb_span_of(known[i].text), out);
        pb_hex(out, sizeof out, hex);
        PB_CHECK_TEXT(hex, known[i].hex);
    }
}

PB_TEST_MAIN(PB_RUN(known_texts_have_their_known_fingerprints), PB_RUN(a_million_letters_have_theirs),
             PB_RUN(every_length_around_a_block_has_another_fingerprint), PB_RUN(piece_by_piece_is_the_same_as_at_once),
             PB_RUN(a_text_with_a_key_has_its_known_fingerprint))
