/* hub_read.h - what a client may say, as plain data. */
#ifndef PB_API_HUB_READ_H
#define PB_API_HUB_READ_H

#include "pitboard/codec.h"

#define PB__SUBSCRIPTIONS_MAX 32
#define PB__TOKEN_MAX 4096
#define PB__PLACE_MAX 96 /* "SESSION/TOPIC/CAR" */

typedef enum pb__topic {
    PB__TOPIC_STATE,
    PB__TOPIC_TELEMETRY,
    PB__TOPIC_INSIGHT,
    PB__TOPIC_RECOMMENDATION,
    PB__TOPIC_ALERT,
    PB__TOPIC_JOB,
    PB__TOPIC_HEALTH,
    PB__TOPIC_N
} pb__topic;
const char *pb__topic_name(pb__topic topic);
bool        pb__topic_is_stream(pb__topic topic);  /* things that happen; else a value that changes */
bool        pb__topic_is_of_race(pb__topic topic); /* else of the team */

typedef enum pb__hub_op {
    PB__OP_AUTH,
    PB__OP_SUBSCRIBE,
    PB__OP_UNSUBSCRIBE,
    PB__OP_RESUME,
    PB__OP_PING,
    PB__OP_N
} pb__hub_op;

typedef struct pb__hub_ask {
    pb__hub_op op;
    bool       has_id;
    int64_t    id;
    char       token[PB__TOKEN_MAX];
    char       session[64];
    pb__topic  topics[PB__TOPIC_N];
    uint32_t   n_topics;
    int16_t    cars[PB__SUBSCRIPTIONS_MAX];
    uint32_t   n_cars;
    uint32_t   every_ms;
    char       stream[40];
    uint32_t   n_seq;
    struct {
        char     place[PB__PLACE_MAX];
        uint64_t seq;
    } seq[PB__SUBSCRIPTIONS_MAX];
} pb__hub_ask;

/* Any bytes. On an error, error->text says what and where; has_id and id are set
 * whenever the message had a good one, so that the answer can name it. */
pb_status pb__hub_read(pb_span text, pb__hub_ask *out, pb_error *error);
/* Takes the JSON pointer out of the text of such an error: "" when there is none. */
void pb__hub_error_parts(const pb_error *error, char pointer[PB__PLACE_MAX], const char **detail);
/* One of 2, 5 (both of telemetry only), 20, 50, 100, 250, 1000: every_ms rounded up to it. */
uint32_t pb__hub_pace(uint32_t every_ms, pb__topic topic);

#endif
