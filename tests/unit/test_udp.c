#include <arpa/inet.h>
#include <time.h>

#include "pb_test.h"
#include "pitboard/net.h"

static int64_t now_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static pb_udp *listen_on(const char *address, uint32_t slot, uint32_t buffer)
{
    pb_udp  *udp = NULL;
    pb_error error;
    PB_CHECK_EQ(pb_udp_open(address, slot, buffer, &udp, &error), PB_OK);
    PB_CHECK(pb_udp_port(udp) != 0);
    PB_CHECK(pb_udp_fd(udp) >= 0);
    return udp;
}

static pb_udp_out *send_to(const pb_udp *udp, const char *host)
{
    char        address[64];
    pb_udp_out *out = NULL;
    pb_error    error;
    snprintf(address, sizeof address, "%s:%u", host, pb_udp_port(udp));
    PB_CHECK_EQ(pb_udp_out_open(address, &out, &error), PB_OK);
    return out;
}

static uint32_t receive(pb_udp *udp, int wait_ms, const pb_datagram **got)
{
    uint32_t n = 99;
    pb_error error;
    PB_CHECK_EQ(pb_udp_receive(udp, wait_ms, got, &n, &error), PB_OK);
    return n;
}

PB_TEST(a_datagram_arrives_with_its_time_and_sender)
{
    pb_udp            *udp = listen_on("127.0.0.1:0", 2048, 0);
    pb_udp_out        *out = send_to(udp, "127.0.0.1");
    const pb_datagram *got;
    int64_t            before = now_us();

    PB_CHECK_EQ(receive(udp, 0, &got), 0);
    PB_CHECK_EQ(pb_udp_out_send(out, pb_span_of("lights out")), PB_OK);
    PB_CHECK_EQ(receive(udp, 2000, &got), 1);
    PB_CHECK(pb_span_equal_text(got->bytes, "lights out"));
    PB_CHECK(!got->cut);
    PB_CHECK_EQ(got->from_ip, INADDR_LOOPBACK);
    PB_CHECK(got->from_port != 0);
    PB_CHECK(got->at_us >= before && got->at_us <= now_us());
    pb_udp_out_close(out);
    pb_udp_close(udp);
}

PB_TEST(an_empty_wait_ends_in_time_with_nothing)
{
    pb_udp            *udp = listen_on("127.0.0.1:0", 64, 0);
    const pb_datagram *got;
    int64_t            before = now_us();
    PB_CHECK_EQ(receive(udp, 20, &got), 0);
    PB_CHECK(now_us() - before >= 19000);
    pb_udp_close(udp);
}

PB_TEST(version_six_works_alike)
{
    pb_udp            *udp = NULL;
    const pb_datagram *got;
    if (pb_udp_open("[::1]:0", 64, 0, &udp, NULL) != PB_OK) skip(); /* a machine without */
    pb_udp_out *out = send_to(udp, "[::1]");
    PB_CHECK_EQ(pb_udp_out_send(out, pb_span_of("six")), PB_OK);
    PB_CHECK_EQ(receive(udp, 2000, &got), 1);
    PB_CHECK(pb_span_equal_text(got->bytes, "six"));
    PB_CHECK_EQ(got->from_ip, 0);
    PB_CHECK(got->from_port != 0);
    pb_udp_out_close(out);
    pb_udp_close(udp);
}

PB_TEST(a_datagram_longer_than_a_slot_is_cut_and_says_so)
{
    pb_udp            *udp = listen_on("127.0.0.1:0", 8, 0);
    pb_udp_out        *out = send_to(udp, "127.0.0.1");
    const pb_datagram *got;
    pb_udp_out_send(out, pb_span_of("12345678"));
    pb_udp_out_send(out, pb_span_of("123456789"));
    pb_udp_out_send(out, (pb_span){"", 0});
    uint32_t n = 0;
    for (uint32_t seen = 0; seen < 3; seen += n) {
        n = receive(udp, 2000, &got);
        PB_CHECK(n > 0);
        for (uint32_t i = 0; i < n; i++) {
            PB_CHECK_EQ(got[i].cut, seen + i == 1);
            PB_CHECK_EQ(got[i].bytes.len, seen + i == 2 ? 0 : 8);
        }
    }
    pb_udp_out_close(out);
    pb_udp_close(udp);
}

/* Reads what is there; every datagram holds its own number. */
static uint32_t read_numbers(pb_udp *udp, uint32_t *next, int wait_ms)
{
    const pb_datagram *got;
    uint32_t           n = receive(udp, wait_ms, &got), number;
    for (uint32_t i = 0; i < n; i++) {
        PB_CHECK_EQ(got[i].bytes.len, 1347);
        memcpy(&number, got[i].bytes.at, sizeof number);
        PB_CHECK_EQ(number, (*next)++);
    }
    return n;
}

PB_TEST(ten_thousand_datagrams_come_whole_and_in_order)
{
    pb_udp     *udp        = listen_on("127.0.0.1:0", 1500, 4u << 20);
    pb_udp_out *out        = send_to(udp, "127.0.0.1");
    char        text[1347] = {0};
    uint32_t    next       = 0;
    for (uint32_t i = 0; i < 10000; i++) {
        memcpy(text, &i, sizeof i);
        PB_CHECK_EQ(pb_udp_out_send(out, (pb_span){text, sizeof text}), PB_OK);
        if (i % 40 == 39) read_numbers(udp, &next, 0);
    }
    while (next < 10000) PB_CHECK(read_numbers(udp, &next, 2000) > 0);
    PB_CHECK_EQ(pb_udp_dropped(udp), 0);
    PB_CHECK_EQ(pb_udp_out_failed(out), 0);
    pb_udp_out_close(out);
    pb_udp_close(udp);
}

PB_TEST(what_the_kernel_drops_is_counted)
{
    pb_udp            *udp        = listen_on("127.0.0.1:0", 1500, 4096);
    pb_udp_out        *out        = send_to(udp, "127.0.0.1");
    char               text[1400] = {0};
    const pb_datagram *got;
    uint32_t           kept = 0, n;
    for (uint32_t i = 0; i < 1000; i++) pb_udp_out_send(out, (pb_span){text, sizeof text});
    while ((n = receive(udp, 20, &got)) > 0) kept += n;
    pb_udp_out_send(out, (pb_span){text, sizeof text});
    PB_CHECK_EQ(receive(udp, 2000, &got), 1);
    PB_CHECK(kept < 1000);
    PB_CHECK_EQ(kept + pb_udp_dropped(udp), 1000);
    pb_udp_out_close(out);
    pb_udp_close(udp);
}

PB_TEST(a_taken_port_says_what_to_do)
{
    pb_udp  *udp = listen_on("127.0.0.1:0", 64, 0), *other = NULL;
    char     address[64];
    pb_error error;
    snprintf(address, sizeof address, "127.0.0.1:%u", pb_udp_port(udp));
    PB_CHECK_EQ(pb_udp_open(address, 64, 0, &other, &error), PB_E_IO);
    PB_CHECK_HAS(error.text, "the port is taken");
    PB_CHECK_HAS(error.text, address);
    PB_CHECK(!other);
    pb_udp_close(udp);
}

PB_TEST(a_bad_address_is_refused_in_words)
{
    static const char *const bad[] = {"",        ":",         "20777",           "127.0.0.1",         "127.0.0.1:",
                                      ":20777",  "::1:20777", "127.0.0.1:70000", "127.0.0.1:-1",      "[]:1",
                                      "[::1]20", "a:b",       "127.0.0.1:1e3",   "127.0.0.1:12345678"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        pb_udp     *udp = NULL;
        pb_udp_out *out = NULL;
        pb_error    error;
        PB_CHECK_EQ(pb_udp_open(bad[i], 64, 0, &udp, &error), PB_E_SYNTAX);
        PB_CHECK_HAS(error.text, "no address with a port");
        PB_CHECK_EQ(pb_udp_out_open(bad[i], &out, &error), PB_E_SYNTAX);
        PB_CHECK(!udp && !out);
    }
    pb_udp_out *out = NULL;
    pb_udp     *udp = NULL;
    pb_error    error;
    PB_CHECK_EQ(pb_udp_out_open("127.0.0.1:0", &out, &error), PB_E_RANGE);
    PB_CHECK_EQ(pb_udp_open("192.0.2.1:0", 64, 0, &udp, &error), PB_E_IO); /* TEST-NET: never ours */
    PB_CHECK_HAS(error.text, "no such address");
}

PB_TEST(sending_to_nobody_never_blocks_and_reaches_who_comes_later)
{
    pb_udp     *udp = listen_on("127.0.0.1:0", 64, 0);
    pb_udp_out *out = send_to(udp, "127.0.0.1");
    char        address[64];
    snprintf(address, sizeof address, "127.0.0.1:%u", pb_udp_port(udp));
    pb_udp_close(udp);
    for (int i = 0; i < 100; i++) pb_udp_out_send(out, pb_span_of("to nobody"));
    udp = listen_on(address, 64, 0);
    const pb_datagram *got;
    PB_CHECK_EQ(pb_udp_out_send(out, pb_span_of("to you")), PB_OK);
    PB_CHECK_EQ(receive(udp, 2000, &got), 1);
    PB_CHECK(pb_span_equal_text(got->bytes, "to you"));
    static char huge[PB_DATAGRAM_MAX + 1];
    uint64_t    failed = pb_udp_out_failed(out);
    PB_CHECK_EQ(pb_udp_out_send(out, (pb_span){huge, sizeof huge}), PB_E_IO);
    PB_CHECK_EQ(pb_udp_out_failed(out), failed + 1);
    pb_udp_out_close(out);
    pb_udp_close(udp);
    pb_udp_close(NULL);
    pb_udp_out_close(NULL);
}

PB_TEST_MAIN(PB_RUN(a_datagram_arrives_with_its_time_and_sender), PB_RUN(an_empty_wait_ends_in_time_with_nothing),
             PB_RUN(version_six_works_alike), PB_RUN(a_datagram_longer_than_a_slot_is_cut_and_says_so),
             PB_RUN(ten_thousand_datagrams_come_whole_and_in_order), PB_RUN(what_the_kernel_drops_is_counted),
             PB_RUN(a_taken_port_says_what_to_do), PB_RUN(a_bad_address_is_refused_in_words),
             PB_RUN(sending_to_nobody_never_blocks_and_reaches_who_comes_later))
