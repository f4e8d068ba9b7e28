/* Topics: order, slow readers, many threads. */
#include "pb_test.h"

#include <pthread.h>

#include "pitboard/bus.h"

static pb_bus *make(size_t bytes)
{
    pb_bus_options o   = {.topic_bytes = bytes};
    pb_bus        *bus = NULL;
    PB_CHECK_EQ(pb_bus_open("memory", &o, &bus, NULL), PB_OK);
    return bus;
}

static pb_bus_reader *reader_of(pb_bus *bus, const char *topic, pb_bus_lag lag)
{
    pb_bus_reader *r = NULL;
    PB_CHECK_EQ(pb_bus_subscribe(bus, topic, lag, &r, NULL), PB_OK);
    return r;
}

static pb_status publish_number(pb_bus *bus, uint32_t number, size_t len)
{
    char text[512];
    memset(text, '.', sizeof text);
    (void)snprintf(text, sizeof text, "%u", number);
    return pb_bus_publish(bus, "t", (pb_span){text, len});
}

PB_TEST(a_reader_gets_what_is_published_after_it_came_in_order)
{
    pb_bus  *bus = make(4096);
    pb_span  entry;
    uint64_t id, missed;
    PB_CHECK(!pb_bus_wanted(bus, "t"));
    PB_CHECK_EQ(publish_number(bus, 0, 10), PB_OK);
    pb_bus_reader *r = reader_of(bus, "t", PB_BUS_OLDEST);
    PB_CHECK(pb_bus_wanted(bus, "t"));
    PB_CHECK_EQ(pb_bus_next(r, 0, &entry, &id, &missed), PB_E_EMPTY);
    for (uint32_t i = 1; i <= 1000; i++) {
        PB_CHECK_EQ(publish_number(bus, i, 20 + i % 50), PB_OK);
        PB_CHECK_EQ(pb_bus_next(r, 0, &entry, &id, &missed), PB_OK);
        PB_CHECK_EQ(id, i + 1);
        PB_CHECK_EQ(missed, 0);
        PB_CHECK_EQ(entry.len, 20 + i % 50);
        PB_CHECK_EQ(atoi(entry.at), i);
    }
    pb_bus_unsubscribe(r);
    PB_CHECK(!pb_bus_wanted(bus, "t"));
    pb_bus_close(bus);
}

PB_TEST(a_slow_reader_of_records_goes_on_with_the_oldest_and_is_told_of_the_gap)
{
    pb_bus        *bus = make(4096);
    pb_bus_reader *r   = reader_of(bus, "t", PB_BUS_OLDEST);
    pb_span        entry;
    uint64_t       id, missed, got = 0, gap = 0;
    for (uint32_t i = 1; i <= 500; i++) PB_CHECK_EQ(publish_number(bus, i, 100), PB_OK);
    while (pb_bus_next(r, 0, &entry, &id, &missed) == PB_OK) {
        PB_CHECK_EQ(atoi(entry.at), id);
        PB_CHECK(missed == 0 || got == 0);
        got++;
        gap += missed;
    }
    PB_CHECK_EQ(id, 500);
    PB_CHECK_EQ(got + gap, 500);
    PB_CHECK(got == 4096 / 116);
    pb_bus_unsubscribe(r);
    pb_bus_close(bus);
}

PB_TEST(a_reader_of_states_skips_to_the_newest)
{
    pb_bus        *bus = make(65536);
    pb_bus_reader *r   = reader_of(bus, "t", PB_BUS_NEWEST);
    pb_span        entry;
    uint64_t       id, missed;
    for (uint32_t i = 1; i <= 5; i++) PB_CHECK_EQ(publish_number(bus, i, 100), PB_OK);
    PB_CHECK_EQ(pb_bus_next(r, 0, &entry, &id, &missed), PB_OK);
    PB_CHECK_EQ(id, 5);
    PB_CHECK_EQ(missed, 4);
    PB_CHECK_EQ(atoi(entry.at), 5);
    PB_CHECK_EQ(pb_bus_next(r, 1, &entry, &id, &missed), PB_E_EMPTY);
    pb_bus_unsubscribe(r);
    pb_bus_close(bus);
}

PB_TEST(a_topic_that_is_forgotten_is_read_to_its_end_and_its_name_begins_again)
{
    pb_bus        *bus = make(4096);
    pb_bus_reader *r   = reader_of(bus, "t", PB_BUS_OLDEST), *again;
    pb_span        entry;
    uint64_t       id, missed;
    PB_CHECK_EQ(publish_number(bus, 7, 10), PB_OK);
    pb_bus_forget(bus, "t");
    PB_CHECK(!pb_bus_wanted(bus, "t"));
    again = reader_of(bus, "t", PB_BUS_OLDEST);
    PB_CHECK_EQ(publish_number(bus, 8, 10), PB_OK);
    PB_CHECK_EQ(pb_bus_next(r, 0, &entry, &id, &missed), PB_OK);
    PB_CHECK_EQ(atoi(entry.at), 7);
    PB_CHECK_EQ(pb_bus_next(r, 0, &entry, &id, &missed), PB_E_EMPTY);
    PB_CHECK_EQ(pb_bus_next(again, 0, &entry, &id, &missed), PB_OK);
    PB_CHECK_EQ(atoi(entry.at), 8);
    PB_CHECK_EQ(id, 1);
    pb_bus_unsubscribe(again);
    pb_bus_close(bus);
    pb_bus_unsubscribe(r);
}

PB_TEST(what_has_no_place_is_refused)
{
    pb_bus  *bus         = make(4096);
    char     large[2000] = {0};
    pb_error error;
    PB_CHECK_EQ(pb_bus_publish(bus, "t", (pb_span){large, 1025}), PB_E_RANGE);
    char long_name[PB_BUS_NAME_MAX + 1];
    memset(long_name, 'n', sizeof long_name);
    long_name[PB_BUS_NAME_MAX] = '\0';
    PB_CHECK_EQ(pb_bus_publish(bus, long_name, (pb_span){"x", 1}), PB_E_RANGE);
    for (int i = 0; i < PB_BUS_TOPICS_MAX; i++) {
        char name[8];
        snprintf(name, sizeof name, "t%d", i);
        PB_CHECK_EQ(pb_bus_publish(bus, name, (pb_span){"x", 1}), PB_OK);
    }
    PB_CHECK_EQ(pb_bus_publish(bus, "more", (pb_span){"x", 1}), PB_E_LIMIT);
    pb_bus_forget(bus, "t3");
    pb_bus_forget(bus, "of no such name");
    PB_CHECK_EQ(pb_bus_publish(bus, "more", (pb_span){"x", 1}), PB_OK);
    pb_bus_close(bus);
    pb_bus_options o = pb_bus_options_default();
    PB_CHECK_EQ(pb_bus_open("redis://localhost", &o, &bus, &error), PB_E_UNSUPPORTED);
}

#define EACH 20000u
static void *publish_many(void *with)
{
    for (uint32_t i = 0; i < EACH; i++) (void)publish_number(with, i, 40);
    return NULL;
}

static void *read_many(void *with)
{
    pb_bus_reader *r = with;
    pb_span        entry;
    uint64_t       id, missed, sum = 0, last = 0;
    while (sum < 2u * EACH && pb_bus_next(r, 10000, &entry, &id, &missed) == PB_OK) {
        sum += 1 + missed;
        if (id != last + 1 + missed) return (void *)"numbers do not rise by one";
        last = id;
    }
    return (void *)(sum == 2u * EACH ? "" : "some are neither read nor told missing");
}

PB_TEST(two_writers_and_two_readers_agree_on_every_number)
{
    pb_bus        *bus = make(65536);
    pb_bus_reader *a = reader_of(bus, "t", PB_BUS_OLDEST), *b = reader_of(bus, "t", PB_BUS_OLDEST);
    pthread_t      threads[4];
    void          *why = NULL;
    PB_CHECK_EQ(pthread_create(&threads[0], NULL, read_many, a), 0);
    PB_CHECK_EQ(pthread_create(&threads[1], NULL, read_many, b), 0);
    PB_CHECK_EQ(pthread_create(&threads[2], NULL, publish_many, bus), 0);
    PB_CHECK_EQ(pthread_create(&threads[3], NULL, publish_many, bus), 0);
    for (int i = 3; i >= 0; i--) {
        pthread_join(threads[i], &why);
        if (i < 2) PB_CHECK_TEXT(why, "");
    }
    pb_bus_unsubscribe(a);
    pb_bus_unsubscribe(b);
    pb_bus_close(bus);
}

PB_TEST_MAIN(PB_RUN(a_reader_gets_what_is_published_after_it_came_in_order),
             PB_RUN(a_slow_reader_of_records_goes_on_with_the_oldest_and_is_told_of_the_gap),
             PB_RUN(a_reader_of_states_skips_to_the_newest),
             PB_RUN(a_topic_that_is_forgotten_is_read_to_its_end_and_its_name_begins_again),
             PB_RUN(what_has_no_place_is_refused), PB_RUN(two_writers_and_two_readers_agree_on_every_number))
