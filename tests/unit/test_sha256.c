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

PB_TEST_MAIN(PB_RUN(known_texts_have_their_known_fingerprints), PB_RUN(a_million_letters_have_theirs),
             PB_RUN(every_length_around_a_block_has_another_fingerprint))
