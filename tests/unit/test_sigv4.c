/* Signatures: Amazon's own published examples. */
#include "net/sigv4.h"
#include "pb_test.h"

static const char empty[] = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

static const char *signature_of(const pb__sigv4 *who, const pb__signed_request *r)
{
    static char out[PB__AUTHORIZATION_MAX];
    PB_CHECK_EQ(pb__sigv4_sign(who, r, out), PB_OK);
    const char *at = strstr(out, "Signature=");
    PB_CHECK(at != NULL);
    return at + 10;
}

/* aws-sig-v4-test-suite: get-vanilla, get-vanilla-query-order-key-case. */
PB_TEST(the_test_suite_of_version_four_is_signed_alike)
{
    const pb__sigv4         who = {"AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "us-east-1", "service"};
    const pb__signed_header h[] = {{"host", "example.amazonaws.com"}, {"x-amz-date", "20150830T123600Z"}};
    pb__signed_request      r   = {"GET", "/", "", h, 2, empty, "20150830T123600Z"};
    PB_CHECK_TEXT(signature_of(&who, &r), "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31");
    char out[PB__AUTHORIZATION_MAX];
    PB_CHECK_EQ(pb__sigv4_sign(&who, &r, out), PB_OK);
    PB_CHECK_HAS(out, "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, "
                      "SignedHeaders=host;x-amz-date, Signature=");
    r.query = "Param1=value1&Param2=value2";
    PB_CHECK_TEXT(signature_of(&who, &r), "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500");
}

/* The example of the manual "Create a signed request": ListUsers of IAM. */
PB_TEST(the_example_of_the_manual_is_signed_alike)
{
    const pb__sigv4         who = {"AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "us-east-1", "iam"};
    const pb__signed_header h[] = {{"content-type", "application/x-www-form-urlencoded; charset=utf-8"},
                                   {"host", "iam.amazonaws.com"},
                                   {"x-amz-date", "20150830T123600Z"}};
    pb__signed_request      r   = {"GET", "/", "Action=ListUsers&Version=2010-05-08", h, 3, empty, "20150830T123600Z"};
    PB_CHECK_TEXT(signature_of(&who, &r), "5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7");
}

/* The examples of the S3 manual: GET Object with a range, GET Bucket lifecycle, list objects. */
PB_TEST(the_examples_of_buckets_are_signed_alike)
{
    const pb__sigv4 who = {"AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "us-east-1", "s3"};
    const pb__signed_header h[] = {{"host", "examplebucket.s3.amazonaws.com"},
                                   {"range", "bytes=0-9"},
                                   {"x-amz-content-sha256", empty},
                                   {"x-amz-date", "20130524T000000Z"}};
    const pb__signed_header g[] = {h[0], h[2], h[3]};
    pb__signed_request      r   = {"GET", "/test.txt", "", h, 4, empty, "20130524T000000Z"};
    PB_CHECK_TEXT(signature_of(&who, &r), "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41");
    r = (pb__signed_request){"GET", "/", "lifecycle=", g, 3, empty, "20130524T000000Z"};
    PB_CHECK_TEXT(signature_of(&who, &r), "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543");
    r.query = "max-keys=2&prefix=J";
    PB_CHECK_TEXT(signature_of(&who, &r), "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7");
}

PB_TEST(what_is_too_long_is_refused)
{
    static char             path[20000];
    static char             secret[300];
    char                    out[PB__AUTHORIZATION_MAX];
    pb__sigv4               who = {"id", "secret", "us-east-1", "s3"};
    const pb__signed_header h[] = {{"host", "h"}};
    pb__signed_request      r   = {"GET", path, "", h, 1, empty, "20130524T000000Z"};
    memset(path, 'a', sizeof path - 1);
    PB_CHECK_EQ(pb__sigv4_sign(&who, &r, out), PB_E_LIMIT);
    r.path = "/";
    memset(secret, 's', sizeof secret - 1);
    who.secret = secret;
    PB_CHECK_EQ(pb__sigv4_sign(&who, &r, out), PB_E_LIMIT);
}

PB_TEST(times_are_written_in_utc)
{
    char at[17];
    pb__sigv4_time(1440938160999, at);
    PB_CHECK_TEXT(at, "20150830T123600Z");
}

PB_TEST_MAIN(PB_RUN(the_test_suite_of_version_four_is_signed_alike), PB_RUN(the_example_of_the_manual_is_signed_alike),
             PB_RUN(the_examples_of_buckets_are_signed_alike), PB_RUN(what_is_too_long_is_refused),
             PB_RUN(times_are_written_in_utc))
