#include <math.h>

#include "pb_test.h"
#include "pitboard/codec_fast.h"
#include "pitboard/wire_feed.h"
#include "pitboard/wire_telemetry.h"

#define KEEP 64

typedef struct got {
    pb_point    point[KEEP];
    uint32_t    n, n_refused;
    const char *why[KEEP];
} got;

static void take(void *user, const pb_point *point)
{
    got *g = user;
    if (g->n < KEEP) g->point[g->n] = *point;
    g->n++;
}

static void refuse(void *user, const char *why)
{
    got *g = user;
    if (g->n_refused < KEEP) g->why[g->n_refused] = why;
    g->n_refused++;
}

static got feed_bytes(pb_span body)
{
    static got   g;
    pb_points   *points;
    pb_feed_sink sink = {.user = &g, .point = take, .refused = refuse};
    memset(&g, 0, sizeof g);
    PB_CHECK_EQ(pb_points_create(&points, NULL), PB_OK);
    pb_points_feed(points, body, 0, &sink);
    pb_points_destroy(points);
    return g;
}

static got feed(const char *body)
{
    return feed_bytes(pb_span_of(body));
}

static void check_refused(const char *body, const char *why)
{
    got g = feed(body);
    PB_CHECK_EQ(g.n, 0);
    PB_CHECK(g.n_refused >= 1);
    PB_CHECK_TEXT(g.why[0], why);
}

#define OURS                                                                                                           \
    "{\"time\":1757184001653,\"car\":88,\"lap\":3,\"session\":\"r1\",\"lapdist_m\":2474.0,\"speed_kmh\":120.62,"       \
    "\"accx_g\":0.164,\"gear\":3,\"rpm\":5588,\"lat_deg\":33.53101348876953}"

PB_TEST(a_point_under_our_own_names_is_read)
{
    got g = feed(OURS);
    PB_CHECK_EQ(g.n, 1);
    PB_CHECK_EQ(g.n_refused, 0);
    const pb_point *p = &g.point[0];
    PB_CHECK(p->time_us == 1757184001653000LL);
    PB_CHECK_EQ(p->car, 88);
    PB_CHECK_EQ(p->lap, 3);
    PB_CHECK_TEXT(p->session, "r1");
    PB_CHECK(p->ch[PB_CH_SPEED] == 120.62f);
    PB_CHECK(p->lat_deg == 33.53101348876953 && isnan(p->lon_deg));
    PB_CHECK_EQ(p->has,
                1u << PB_CH_LAPDIST | 1u << PB_CH_SPEED | 1u << PB_CH_ACCX | 1u << PB_CH_GEAR | 1u << PB_CH_RPM);
    PB_CHECK_EQ(p->origin, PB_ORIGIN_TELEMETRY);
}

PB_TEST(the_names_of_gr_cup_are_understood)
{
    got g = feed("{\"meta_time\":\"2025-09-06T18:40:01.6530Z\",\"timestamp\":\"2020-01-01T00:00:00Z\",\"vehicle_id\":"
                 "\"GR86-049-88\","
                 "\"vehicle_number\":0,\"lap\":32768,\"Laptrigger_lapdist_dls\":12,\"vCar\":99.5,\"accx_can\":-1,"
                 "\"accy_can\":1.5,"
                 "\"Steering_Angle\":39,\"pbrake_f\":3,\"pbrake_r\":4,\"nmotor\":7000,\"ath\":55,\"VBOX_Lat_Min\":33.5,"
                 "\"VBOX_Long_Minutes\":-86.6,\"outing\":0,\"meta_source\":\"kafka:gr-raw\",\"expire_at\":\"\"}");
    PB_CHECK_EQ(g.n, 1);
    PB_CHECK_EQ(g.n_refused, 0);
    const pb_point *p = &g.point[0];
    PB_CHECK(p->time_us == 1757184001653000LL); /* received, not the ECU's clock */
    PB_CHECK_EQ(p->car, 88);
    PB_CHECK_EQ(p->lap, 0);
    PB_CHECK(p->ch[PB_CH_LAPDIST] == 12 && p->ch[PB_CH_SPEED] == 99.5f && p->ch[PB_CH_STEERING] == -39);
    PB_CHECK(p->ch[PB_CH_RPM] == 7000 && p->ch[PB_CH_APS] == 55 && p->ch[PB_CH_PBRAKE_R] == 4);
    PB_CHECK(p->lon_deg == -86.6);
}

PB_TEST(a_car_without_a_number_is_known_by_its_chassis)
{
    PB_CHECK_EQ(feed("{\"time\":1,\"vehicle_id\":\"GR86-002-000\",\"vehicle_number\":0}").point[0].car, 1002);
    PB_CHECK_EQ(feed("{\"time\":1,\"chassis\":49}").point[0].car, 1049);
    PB_CHECK_EQ(feed("{\"time\":1,\"chassis\":\"049\"}").point[0].car, 1049);
    PB_CHECK_EQ(feed("{\"time\":1,\"chassis\":\"GR86-049\"}").point[0].car, 1049);
    PB_CHECK_EQ(feed("{\"time\":1,\"car\":5,\"chassis\":49}").point[0].car, 5);
}

PB_TEST(the_pedal_goes_before_the_throttle_blade_whatever_comes_first)
{
    PB_CHECK(feed("{\"ath\":10,\"aps\":20,\"time\":1,\"car\":1}").point[0].ch[PB_CH_APS] == 20);
    PB_CHECK(feed("{\"ath\":10,\"aps\":null,\"time\":1,\"car\":1}").point[0].ch[PB_CH_APS] == 10);
    PB_CHECK(feed("{\"ath\":10,\"aps\":20,\"aps_pct\":30,\"time\":1,\"car\":1}").point[0].ch[PB_CH_APS] == 30);
}

PB_TEST(null_and_empty_are_missing_not_zero)
{
    got g = feed("{\"time\":1,\"car\":1,\"speed\":null,\"nmot\":\"\",\"gear\":0}");
    PB_CHECK_EQ(g.n, 1);
    PB_CHECK_EQ(g.point[0].has, 1u << PB_CH_GEAR);
}

static bool same(const pb_point *a, const pb_point *b)
{
    return a->time_us == b->time_us && a->car == b->car && a->lap == b->lap && a->has == b->has &&
           memcmp(a->ch, b->ch, sizeof a->ch) == 0 && strcmp(a->session, b->session) == 0 &&
           memcmp(&a->lat_deg, &b->lat_deg, sizeof a->lat_deg) == 0;
}

static const uint8_t packed_point[] = {
    0x8a, 0xa4, 't',  'i',  'm',  'e',  0xcf, 0,    0,    0x01, 0x99, 0x20, 0x40, 0xea, 0xb5 /* set below */,
    0xa3, 'c',  'a',  'r',  88,   0xa3, 'l',  'a',  'p',  3,    0xa7, 's',  'e',  's',  's',
    'i',  'o',  'n',  0xa2, 'r',  '1',  0xa9, 'l',  'a',  'p',  'd',  'i',  's',  't',  '_',
    'm',  0xcd, 0x09, 0xaa, 0xa9, 's',  'p',  'e',  'e',  'd',  '_',  'k',  'm',  'h',  0xca,
    0x42, 0xf1, 0x3d, 0x71, 0xa6, 'a',  'c',  'c',  'x',  '_',  'g',  0xca, 0x3e, 0x27, 0xef,
    0x9e, 0xa4, 'g',  'e',  'a',  'r',  3,    0xa3, 'r',  'p',  'm',  0xcd, 0x15, 0xd4, 0xa7,
    'l',  'a',  't',  '_',  'd',  'e',  'g',  0xcb, 0x40, 0x40, 0xc3, 0xf8, 0x40, 0,    0,
    0};

static size_t pack(uint8_t *to)
{
    uint64_t ms  = 1757184001653ull;
    double   lat = 33.53101348876953;
    uint64_t bits;
    memcpy(to, packed_point, sizeof packed_point);
    for (int i = 0; i < 8; i++) to[7 + i] = (uint8_t)(ms >> (56 - 8 * i));
    memcpy(&bits, &lat, sizeof bits);
    for (int i = 0; i < 8; i++) to[sizeof packed_point - 8 + (size_t)i] = (uint8_t)(bits >> (56 - 8 * i));
    return sizeof packed_point;
}

PB_TEST(every_form_and_packing_gives_the_same_points)
{
    const pb_point want    = feed(OURS).point[0];
    const char    *forms[] = {OURS,
                              "\xef\xbb\xbf[" OURS "," OURS "]",
                              OURS "\n" OURS "\r\n",
                              "time,car,lap,session,lapdist_m,speed_kmh,accx_g,gear,rpm,lat_deg\n"
                                 "2025-09-06T18:40:01.653Z,88,3,r1,2474.0,120.62,0.164,3,5588,33.53101348876953\n",
                              "time;car;lap;session;\"lapdist_m\"; speed_kmh;accx_g;gear;rpm;lat_deg;\n"
                                 "1757184001653;88;3;\"r1\";2474.0;120.62;0.164;3.0;5588;33.53101348876953;\r\n",
                              "meta_time,vehicle_id,telemetry_name,telemetry_value,lap,session\n"
                                 "2025-09-06T18:40:01.653Z,GR86-049-88,Laptrigger_lapdist_dls,2474.0,3,r1\n"
                                 "2025-09-06T18:40:01.653Z,GR86-049-88,speed,120.62,3,r1\n"
                                 "2025-09-06T18:40:01.653Z,GR86-049-88,accx_can,0.164,3,r1\n"
                                 "2025-09-06T18:40:01.653Z,GR86-049-88,gear,3,3,r1\n"
                                 "2025-09-06T18:40:01.653Z,GR86-049-88,nmot,5588,3,r1\n"
                                 "2025-09-06T18:40:01.653Z,GR86-049-88,VBOX_Lat_Min,33.53101348876953,3,r1"};
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        pb_span  plain = pb_span_of(forms[i]);
        pb_bytes gz = {0}, zst = {0};
        PB_CHECK_EQ(pb_gzip(plain, &gz, NULL), PB_OK);
        PB_CHECK_EQ(pb_zstd(plain, 0, &zst, NULL), PB_OK);
        const pb_span bodies[] = {plain, {gz.at, gz.len}, {zst.at, zst.len}};
        for (int k = 0; k < 3; k++) {
            got g = feed_bytes(bodies[k]);
            PB_CHECK_EQ(g.n, i == 1 || i == 2 ? 2 : 1);
            for (uint32_t n = 0; n < g.n; n++) PB_CHECK(same(&g.point[n], &want));
            for (uint32_t n = 0; n < g.n_refused; n++) PB_CHECK_TEXT(g.why[n], "keys that are not known, passed over");
        }
        pb_bytes_free(&gz);
        pb_bytes_free(&zst);
    }
}

PB_TEST(messagepack_maps_arrays_of_maps_and_maps_in_a_row_are_read)
{
    const pb_point want = feed(OURS).point[0];
    uint8_t        body[1024];
    size_t         one = pack(body), two = one + pack(body + one);
    got            g = feed_bytes((pb_span){(const char *)body, two});
    PB_CHECK_EQ(g.n, 2);
    PB_CHECK_EQ(g.n_refused, 0);
    PB_CHECK(same(&g.point[0], &want) && same(&g.point[1], &want));
    body[0]     = 0x93; /* two maps and a number */
    one         = 1 + pack(body + 1);
    body[one++] = 7;
    one += pack(body + one);
    g = feed_bytes((pb_span){(const char *)body, one});
    PB_CHECK_EQ(g.n, 2);
    PB_CHECK_EQ(g.n_refused, 1);
    PB_CHECK_TEXT(g.why[0], "an item is no map");
}

PB_TEST(a_messagepack_point_cut_at_any_byte_is_refused)
{
    uint8_t body[256];
    size_t  whole = pack(body);
    for (size_t len = 1; len < whole; len++) {
        got g = feed_bytes((pb_span){(const char *)body, len});
        PB_CHECK_EQ(g.n, 0);
        PB_CHECK_EQ(g.n_refused, 1);
        PB_CHECK_TEXT(g.why[0], "broken MessagePack");
    }
}

PB_TEST(what_no_car_can_do_is_refused_with_the_name_of_the_field)
{
    check_refused("{\"time\":1,\"car\":1,\"speed\":501}", "speed_kmh is out of range");
    check_refused("{\"time\":1,\"car\":1,\"accx_can\":-20.5}", "accx_g is out of range");
    check_refused("{\"time\":1,\"car\":1,\"gear\":2.5}", "gear is not whole");
    check_refused("{\"time\":1,\"car\":1,\"gear\":[1]}", "gear is no number");
    check_refused("{\"time\":1,\"car\":1,\"nmot\":\"fast\"}", "rpm is no number");
    check_refused("{\"time\":1,\"car\":1,\"nmot\":true}", "rpm is no number");
    check_refused("{\"time\":1,\"car\":1,\"sector\":4}", "sector is out of range");
    check_refused("{\"time\":1,\"car\":1,\"lat_deg\":91}", "lat_deg is out of range");
    check_refused("{\"time\":1,\"car\":1,\"lon_deg\":-181}", "lon_deg is out of range");
    check_refused("{\"time\":1,\"car\":1,\"lap\":-1}", "lap is out of range");
    check_refused("{\"time\":1,\"car\":1,\"lap\":1.5}", "lap is not whole");
    check_refused("{\"time\":1,\"car\":1,\"session\":\"a name that is much too long\"}", "session is too long");
    check_refused("{\"time\":1,\"car\":1,\"session\":7}", "session is no text");
    check_refused("{\"time\":1,\"car\":40000}", "car is out of range");
    check_refused("{\"time\":1,\"car\":1,\"car\":2}", "a key is there twice");
    check_refused("{\"time\":\"yesterday\",\"car\":1}", "time is no time");
    check_refused("{\"time\":-1,\"car\":1}", "time is no time");
    check_refused("{\"time\":1}", "car is missing");
    check_refused("{\"time\":1,\"car\":0}", "car is missing");
    check_refused("{\"car\":1}", "time is missing");
    check_refused("{}", "car is missing");
}

PB_TEST(a_number_that_is_not_finite_is_refused)
{
    uint8_t body[] = {0x83, 0xa4, 't', 'i', 'm', 'e',  1,    0xa3, 'c', 'a', 'r',
                      1,    0xa3, 'r', 'p', 'm', 0xca, 0x7f, 0xc0, 0,   0};
    got     g      = feed_bytes((pb_span){(const char *)body, sizeof body});
    PB_CHECK_EQ(g.n, 0);
    PB_CHECK_TEXT(g.why[0], "rpm is not finite");
    body[18] = 0x80; /* infinite */
    PB_CHECK_TEXT(feed_bytes((pb_span){(const char *)body, sizeof body}).why[0], "rpm is not finite");
}

PB_TEST(bodies_that_hold_nothing_are_told)
{
    check_refused("", "an empty body");
    check_refused(" \n ", "an empty body");
    check_refused("hello", "no points in any known form");
    check_refused("a,b\n1,2\n", "no points in any known form");
    check_refused("{\"time\":1,", "broken JSON");
    check_refused("[{\"time\":1", "broken JSON");
    check_refused("\x1f\x8b\x08", "gzip cut short");
    check_refused("\x1f\x8bxxxxxxxxxxxxxxxxxxxxxxx", "broken gzip");
    check_refused("\x28\xb5\x2f\xfd", "zstd cut short");
}

PB_TEST(a_bad_point_leaves_the_others_alone)
{
    got g = feed("{\"time\":1,\"car\":1}\n{\"time\":2,\"car\":1,\"speed\":9999}\nrubbish\n{\"time\":3,\"car\":1}\n");
    PB_CHECK_EQ(g.n, 2);
    PB_CHECK_EQ(g.n_refused, 2);
    PB_CHECK_TEXT(g.why[0], "speed_kmh is out of range");
    PB_CHECK_TEXT(g.why[1], "a line is no JSON object");
    g = feed("time,car,speed\n1,1,10\n2,1\n3,1,x\n4,1,40\n");
    PB_CHECK_EQ(g.n, 2);
    PB_CHECK_TEXT(g.why[0], "a row with more or fewer fields than the header");
    PB_CHECK_TEXT(g.why[1], "speed_kmh is no number");
}

PB_TEST(unknown_keys_are_told_once_a_body)
{
    got g = feed("{\"time\":1,\"car\":1,\"boost\":3}\n{\"time\":2,\"car\":1,\"boost\":4}\n");
    PB_CHECK_EQ(g.n, 2);
    PB_CHECK_EQ(g.n_refused, 1);
    PB_CHECK_TEXT(g.why[0], "keys that are not known, passed over");
}

PB_TEST(long_rows_of_several_cars_become_their_points)
{
    got g = feed("meta_time,vehicle_number,telemetry_name,telemetry_value\n"
                 "10,1,speed,100\n10,2,speed,200\n10,1,nmot,5000\n10,2,nmot,6000\n10,1,Steering_Angle,39\n"
                 "11,1,speed,101\n11,1,speed,102\n11,2,lap,7\n11,2,boost,1\n11,2,gear,\n11,2,speed,900\n");
    PB_CHECK_EQ(g.n, 5);
    PB_CHECK_EQ(g.n_refused, 3);
    PB_CHECK_TEXT(g.why[0], "a channel that is not known");
    PB_CHECK_TEXT(g.why[1], "a sample without a value");
    PB_CHECK_TEXT(g.why[2], "speed_kmh is out of range");
    PB_CHECK(g.point[0].car == 1 && g.point[0].ch[PB_CH_RPM] == 5000 && g.point[0].ch[PB_CH_SPEED] == 100);
    PB_CHECK(g.point[0].ch[PB_CH_STEERING] == -39);
    PB_CHECK(g.point[1].ch[PB_CH_SPEED] == 101 && g.point[1].time_us == 11000000);
    for (int i = 2; i < 5; i++)
        if (g.point[i].car == 1)
            PB_CHECK(g.point[i].ch[PB_CH_SPEED] == 102 && g.point[i].time_us == 11000001);
        else
            PB_CHECK(g.point[i].ch[PB_CH_RPM] == 6000 || (g.point[i].lap == 7 && g.point[i].has == 0));
}

PB_TEST(a_point_written_as_a_line_reads_back_the_same)
{
    char     line[PB_POINT_LINE_MAX];
    pb_point p = feed(OURS).point[0];
    for (int c = 0; c < PB_CH_N; c++) {
        p.ch[c] = c == PB_CH_GEAR || c == PB_CH_SECTOR ? 2.0f : c == PB_CH_DRS ? 1.0f : 0.1234567f * (float)(c + 1);
        p.has |= 1u << c;
    }
    (void)snprintf(p.session, sizeof p.session, "a\"\\\t\xc3\xa9");
    size_t len = pb_point_line_write(&p, line, sizeof line);
    PB_CHECK(len > 0);
    got g = feed_bytes((pb_span){line, len});
    PB_CHECK_EQ(g.n, 1);
    PB_CHECK(same(&g.point[0], &p));
    PB_CHECK_EQ(pb_point_line_write(&p, line, len - 1), 0);
}

PB_TEST(a_body_prints_as_one_json_object)
{
    char           text[4096] = {0};
    FILE          *to         = fmemopen(text, sizeof text - 1, "w");
    pb_json_writer w;
    pb_error       error = {0};
    pb_json_begin(&w, to, 0);
    PB_CHECK_EQ(pb_points_print(pb_span_of(OURS "\n{\"time\":1}\n"), &w, &error), PB_OK);
    fclose(to);
    PB_CHECK_HAS(text, "\"packet\":\"ndjson\"");
    PB_CHECK_HAS(text, "\"speed_kmh\":120.62");
    PB_CHECK_HAS(text, "\"car is missing\":1");
    to = fmemopen(text, sizeof text - 1, "w");
    pb_json_begin(&w, to, 0);
    PB_CHECK_EQ(pb_points_print(pb_span_of("nothing"), &w, &error), PB_E_SYNTAX);
    PB_CHECK_HAS(error.text, "no points in any known form");
    fclose(to);
}

PB_TEST_MAIN(PB_RUN(a_point_under_our_own_names_is_read), PB_RUN(the_names_of_gr_cup_are_understood),
             PB_RUN(a_car_without_a_number_is_known_by_its_chassis),
             PB_RUN(the_pedal_goes_before_the_throttle_blade_whatever_comes_first),
             PB_RUN(null_and_empty_are_missing_not_zero), PB_RUN(every_form_and_packing_gives_the_same_points),
             PB_RUN(messagepack_maps_arrays_of_maps_and_maps_in_a_row_are_read),
             PB_RUN(a_messagepack_point_cut_at_any_byte_is_refused),
             PB_RUN(what_no_car_can_do_is_refused_with_the_name_of_the_field),
             PB_RUN(a_number_that_is_not_finite_is_refused), PB_RUN(bodies_that_hold_nothing_are_told),
             PB_RUN(a_bad_point_leaves_the_others_alone), PB_RUN(unknown_keys_are_told_once_a_body),
             PB_RUN(long_rows_of_several_cars_become_their_points),
             PB_RUN(a_point_written_as_a_line_reads_back_the_same), PB_RUN(a_body_prints_as_one_json_object))
