#include "http_script.h"
#include "net/s3_xml.h"
#include "pitboard/net_s3.h"

/* ---- the list ---- */

typedef struct found {
    char     text[2048];
    uint32_t n;
} found;

static pb_status take(void *context, const pb_s3_object *o, pb_error *error)
{
    found *f = context;
    char   line[1400];
    (void)error;
    snprintf(line, sizeof line, "%s %s %llu\n", o->key, o->etag, (unsigned long long)o->bytes);
    if (strlen(f->text) + strlen(line) < sizeof f->text) strcat(f->text, line);
    f->n++;
    return PB_OK;
}

static pb_status read_page(const char *xml, found *f, char next[PB__S3_TOKEN_MAX])
{
    pb_error error;
    memset(f, 0, sizeof *f);
    return pb__s3_page_read(pb_span_of(xml), take, f, next, &error);
}

#define BEGIN                                                                                                          \
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<ListBucketResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">"
#define OBJECT(key, size)                                                                                              \
    "<Contents><Key>" key "</Key><LastModified>x</LastModified><ETag>&quot;e&quot;</ETag><Size>" size                  \
    "</Size><Owner><ID>1</ID></Owner></Contents>"
#define END "</ListBucketResult>"

PB_TEST(a_page_gives_its_objects_and_where_it_goes_on)
{
    found f;
    char  next[PB__S3_TOKEN_MAX];
    PB_CHECK_EQ(
        read_page(BEGIN "<Name>b</Name><IsTruncated>true</IsTruncated>\n<!-- > -->" OBJECT("a b&amp;c.csv", "12")
                      OBJECT("&#233;&#xe9;\xc3\xa9", "0") "<NextContinuationToken>t=/+</NextContinuationToken>" END
                                                          "\n",
                  &f, next),
        PB_OK);
    PB_CHECK_TEXT(f.text, "a b&c.csv \"e\" 12\n\xc3\xa9\xc3\xa9\xc3\xa9 \"e\" 0\n");
    PB_CHECK_TEXT(next, "t=/+");
    PB_CHECK_EQ(read_page(BEGIN "<KeyCount>0</KeyCount><IsTruncated>false</IsTruncated><Contents/>" END, &f, next),
                PB_E_SYNTAX);
    PB_CHECK_EQ(
        read_page(BEGIN
                  "<IsTruncated>false</IsTruncated><Prefix/><CommonPrefixes><Prefix>x</Prefix></CommonPrefixes>" END,
                  &f, next),
        PB_OK);
    PB_CHECK(f.n == 0 && next[0] == '\0');
}

PB_TEST(what_is_no_list_is_refused)
{
    static const char *const bad[] = {
        "",
        "not xml",
        "<html><body>welcome</body></html>",
        BEGIN,
        BEGIN OBJECT("a", "1"),
        BEGIN "</Other>",
        BEGIN END "<ListBucketResult/>",
        BEGIN END "text",
        BEGIN OBJECT("a", "x") END,
        BEGIN OBJECT("a", "-1") END,
        BEGIN OBJECT("a&bad;", "1") END,
        BEGIN OBJECT("a&#0;", "1") END,
        BEGIN OBJECT("a&#xd800;", "1") END,
        BEGIN OBJECT("\xff", "1") END,
        BEGIN OBJECT("", "1") END,
        BEGIN "<IsTruncated>true</IsTruncated>" END,
        "<!DOCTYPE x [<!ENTITY a \"b\">]>" BEGIN END,
        "<a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a>",
        BEGIN "<Contents <Key>a</Key></Contents>" END,
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        found f;
        char  next[PB__S3_TOKEN_MAX];
        PB_CHECK_EQ(read_page(bad[i], &f, next), PB_E_SYNTAX);
    }
}

PB_TEST(a_list_cut_anywhere_is_refused)
{
    static const char whole[] = BEGIN OBJECT("a&amp;b", "1") OBJECT("c", "2") "<IsTruncated>false</IsTruncated>" END;
    for (size_t len = 0; len < sizeof whole - 1; len++) {
        found    f = {0};
        char     next[PB__S3_TOKEN_MAX];
        char    *text = malloc(len + 1); /* of its own size, for the sanitizer */
        pb_error error;
        PB_CHECK(text != NULL);
        memcpy(text, whole, len);
        PB_CHECK_EQ(pb__s3_page_read((pb_span){text, len}, take, &f, next, &error), PB_E_SYNTAX);
        free(text);
    }
}

PB_TEST(a_key_as_long_as_allowed_fits_and_a_longer_one_does_not)
{
    static char xml[2400];
    for (size_t len = PB_S3_KEY_MAX; len <= PB_S3_KEY_MAX + 1; len++) {
        found f;
        char  next[PB__S3_TOKEN_MAX], key[PB_S3_KEY_MAX + 2];
        memset(key, 'k', len);
        key[len] = '\0';
        snprintf(xml, sizeof xml, BEGIN "<Contents><Key>%s</Key><Size>1</Size></Contents>" END, key);
        PB_CHECK_EQ(read_page(xml, &f, next), len == PB_S3_KEY_MAX ? PB_OK : PB_E_SYNTAX);
    }
}

PB_TEST(the_code_of_an_error_is_found)
{
    char code[32];
    PB_CHECK(pb__xml_find(pb_span_of("<Error><Code>NoSuchKey</Code><Message>m</Message></Error>"), "Code", code, 32));
    PB_CHECK_TEXT(code, "NoSuchKey");
    PB_CHECK(!pb__xml_find(pb_span_of("<Error><Message>m</Message></Error>"), "Code", code, 32));
    PB_CHECK(!pb__xml_find(pb_span_of("<Error><Code>NoSuchKey</Code>"), "Code", code, 5));
}

/* ---- addresses ---- */

PB_TEST(an_s3_url_is_a_bucket_and_a_prefix)
{
    char     bucket[PB_S3_BUCKET_MAX + 1], prefix[PB_S3_KEY_MAX + 1];
    pb_error error;
    PB_CHECK_EQ(pb_s3_url_read("s3://my-bucket.1/a/b", bucket, prefix, &error), PB_OK);
    PB_CHECK_TEXT(bucket, "my-bucket.1");
    PB_CHECK_TEXT(prefix, "a/b");
    PB_CHECK_EQ(pb_s3_url_read("s3://abc", bucket, prefix, &error), PB_OK);
    PB_CHECK_TEXT(prefix, "");
    static const char *const bad[] = {"s3://",    "s3:///x", "s3://ab",     "s3://UPPER", "s3://a..b",
                                      "s3://.ab", "s3:abc",  "https://abc", "s3://a_b"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        PB_CHECK_EQ(pb_s3_url_read(bad[i], bucket, prefix, &error), PB_E_SYNTAX);
}

static pb_status try_open(pb_s3_options o, pb_error *error)
{
    fake_clock      clock;
    pb_http_options h      = fake_options(&clock);
    pb_http        *http   = open_http(&h);
    pb_s3          *s3     = NULL;
    pb_status       status = pb_s3_open(http, &o, &s3, error);
    pb_s3_close(s3);
    pb_http_close(http);
    return status;
}

PB_TEST(a_bucket_that_cannot_be_is_refused)
{
    pb_error error;
    PB_CHECK_EQ(try_open((pb_s3_options){.bucket = "b"}, &error), PB_E_SYNTAX);
    PB_CHECK_EQ(try_open((pb_s3_options){.bucket = "abc", .region = "a/b"}, &error), PB_E_SYNTAX);
    PB_CHECK_EQ(try_open((pb_s3_options){.bucket = "abc", .endpoint = "minio:9000"}, &error), PB_E_SYNTAX);
    PB_CHECK_EQ(try_open((pb_s3_options){.bucket = "abc", .endpoint = "https://h/path"}, &error), PB_E_SYNTAX);
    PB_CHECK_EQ(try_open((pb_s3_options){.bucket = "abc", .key_id = "k"}, &error), PB_E_MISSING);
    PB_CHECK_EQ(try_open((pb_s3_options){.bucket = "abc"}, &error), PB_OK);
}

/* ---- over HTTP ---- */

#define XML(body) "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" body

PB_TEST(pages_are_asked_for_until_the_end_and_objects_come_whole)
{
    script          s;
    fake_clock      clock;
    char            endpoint[64], path[] = "/tmp/pb_s3_XXXXXX", file[64];
    pb_http_options h    = fake_options(&clock);
    pb_http        *http = open_http(&h);
    pb_s3          *s3   = NULL;
    pb_error        error;
    found           f = {0};
    PB_CHECK(mkdtemp(path) != NULL);
    snprintf(file, sizeof file, "%s/object", path);
    SCRIPT(&s,
           {XML(BEGIN "<IsTruncated>true</IsTruncated>" OBJECT(
                "p/a", "5") "<NextContinuationToken>t/1=</NextContinuationToken>" END),
            0},
           {XML(BEGIN "<IsTruncated>false</IsTruncated>" OBJECT("p/b", "6") END), 0},
           {"HTTP/1.1 200 OK\r\nETag: \"e\"\r\nContent-Length: 5\r\n\r\n12345", 0},
           {"HTTP/1.1 403 "
            "x\r\n\r\n<Error><Code>SignatureDoesNotMatch</Code><StringToSign>t0ps3cret</StringToSign></Error>",
            0});
    snprintf(endpoint, sizeof endpoint, "http://127.0.0.1:%u", s.port);
    pb_s3_options o = {
        .endpoint = endpoint, .bucket = "abc", .key_id = "AKIDEXAMPLE", .secret = "t0ps3cret", .token = "tok"};
    PB_CHECK_EQ(pb_s3_open(http, &o, &s3, &error), PB_OK);
    PB_CHECK_EQ(pb_s3_list(s3, "p/", take, &f, &error), PB_OK);
    PB_CHECK_TEXT(f.text, "p/a \"e\" 5\np/b \"e\" 6\n");

    pb_http_file got;
    pb_s3_object object = {.key = "p/a b/../c", .etag = "\"e\"", .bytes = 5};
    PB_CHECK_EQ(pb_s3_fetch(s3, &object, file, &got, &error), PB_OK);
    PB_CHECK_EQ(got.bytes, 5);
    PB_CHECK_EQ(pb_s3_fetch(s3, &object, file, &got, &error), PB_OK);
    PB_CHECK(got.unchanged && got.attempts == 0);
    PB_CHECK_EQ(pb_s3_list(s3, "", take, &f, &error), PB_E_IO);
    PB_CHECK_HAS(error.text, "SignatureDoesNotMatch");
    PB_CHECK(!strstr(error.text, "t0ps3cret"));
    script_stop(&s);
    pb_s3_close(s3);
    pb_http_close(http);
    PB_CHECK_HAS(s.asked[0], "GET /abc/?list-type=2&max-keys=1000&prefix=p%2F HTTP/1.1\r\n");
    PB_CHECK_HAS(s.asked[0], "x-amz-date: 20150830T123600Z\r\n");
    PB_CHECK_HAS(s.asked[0], "x-amz-security-token: tok\r\n");
    PB_CHECK_HAS(s.asked[0], "Credential=AKIDEXAMPLE/20150830/us-east-1/s3/aws4_request, "
                             "SignedHeaders=host;x-amz-content-sha256;x-amz-date;x-amz-security-token, Signature=");
    PB_CHECK(!strstr(s.asked[0], "t0ps3cret"));
    PB_CHECK_HAS(s.asked[1], "GET /abc/?continuation-token=t%2F1%3D&list-type=2&max-keys=1000&prefix=p%2F ");
    PB_CHECK_HAS(s.asked[2], "GET /abc/p/a%20b/../c HTTP/1.1\r\n");
    char command[128];
    snprintf(command, sizeof command, "rm -rf %s", path);
    PB_CHECK_EQ(system(command), 0); // NOLINT(cert-env33-c)
}

PB_TEST(a_public_bucket_is_asked_without_a_signature)
{
    script          s;
    fake_clock      clock;
    char            endpoint[64];
    pb_http_options h    = fake_options(&clock);
    pb_http        *http = open_http(&h);
    pb_s3          *s3   = NULL;
    pb_error        error;
    found           f = {0};
    SCRIPT(&s, {XML(BEGIN "<IsTruncated>false</IsTruncated>" END), 0});
    snprintf(endpoint, sizeof endpoint, "http://127.0.0.1:%u/", s.port);
    pb_s3_options o = {.endpoint = endpoint, .bucket = "abc"};
    PB_CHECK_EQ(pb_s3_open(http, &o, &s3, &error), PB_OK);
    PB_CHECK_EQ(pb_s3_list(s3, "", take, &f, &error), PB_OK);
    script_stop(&s);
    pb_s3_close(s3);
    pb_http_close(http);
    PB_CHECK(!strcasestr(s.asked[0], "authorization") && !strcasestr(s.asked[0], "x-amz"));
}

PB_TEST_MAIN(PB_RUN(a_page_gives_its_objects_and_where_it_goes_on), PB_RUN(what_is_no_list_is_refused),
             PB_RUN(a_list_cut_anywhere_is_refused), PB_RUN(a_key_as_long_as_allowed_fits_and_a_longer_one_does_not),
             PB_RUN(the_code_of_an_error_is_found), PB_RUN(an_s3_url_is_a_bucket_and_a_prefix),
             PB_RUN(a_bucket_that_cannot_be_is_refused),
             PB_RUN(pages_are_asked_for_until_the_end_and_objects_come_whole),
             PB_RUN(a_public_bucket_is_asked_without_a_signature))
