/* lt_message: the forms in which messages of live timing are kept. Inside wire only.
 *
 *     {"H":"Streaming","M":"feed","A":[topic, payload, utc]}          hub message
 *     {"C":"..","M":[{"H":..,"A":[..]}, ..]}                          hub frame
 *     {"type":1,"target":"feed","arguments":[topic, payload, utc]}    SignalR Core, 0x1e between frames
 *     {"Type":topic,"Json":payload,"DateTime":utc}                    typed line
 *     ['topic', {payload}, 'utc']                                     FastF1's save: a Python literal
 *     TimingData 00:12:03.400{payload}                                line of an archive stream
 *     {topic: payload, ..}, {"R":{..}}, {"type":3,"result":{..}}      snapshot; also with doubled braces
 *
 * A payload is an object, or a text that holds one: JSON, or base64 of raw deflate of
 * JSON for the topics in ".z". */
#ifndef PB_WIRE_LT_MESSAGE_H
#define PB_WIRE_LT_MESSAGE_H

#include "lt_topic.h"
#include "lt_value.h"
#include "pitboard/codec_inflate.h"

#define PB__LT_UNPACKED_MAX (1u << 20)

typedef enum pb__lt_form {
    PB__LT_HUB,
    PB__LT_CORE,
    PB__LT_TYPED,
    PB__LT_SAVE,
    PB__LT_STREAM,
    PB__LT_SNAPSHOT
} pb__lt_form;
const char *pb__lt_form_name(pb__lt_form form);

typedef enum pb__lt_dated {
    PB__LT_NO_TIME = 0, /* an initial snapshot: counts from the next message that is dated */
    PB__LT_UTC,
    PB__LT_LINE, /* from the start of the recording */
} pb__lt_dated;

typedef struct pb__lt_message {
    pb__lt_form         form;
    pb_span             topic;   /* as written; empty: the end of a snapshot, which has the time */
    const pb__lt_value *payload; /* as written */
    pb__lt_dated        dated;
    int64_t             time_us;
    pb_span             time; /* as written */
} pb__lt_message;

typedef struct pb__lt_reader {
    pb__lt_scratch scratch;
    pb_inflater   *inflater;
    char          *packed; /* base64 of one payload, decoded */
    size_t         packed_size;
} pb__lt_reader;

/* For messages of size bytes; PB__LT_MESSAGE_MAX for any. */
pb_status pb__lt_reader_init(pb__lt_reader *reader, pb_arena *arena, size_t size, pb_error *error);
void      pb__lt_reader_fini(pb__lt_reader *reader);

/* Where messages go, one after the other; what they point to lives until the call
 * returns. refuse gets a static text. */
typedef struct pb__lt_taker {
    void *user;
    void (*take)(void *user, const pb__lt_message *message);
    void (*refuse)(void *user, const char *why);
} pb__lt_taker;

void pb__lt_each_message(pb__lt_reader *reader, pb_span bytes, const pb__lt_taker *taker);

/* The payload as an object or list into *out; NULL, or why not. */
const char *pb__lt_unpack(pb__lt_reader *reader, const pb__lt_message *message, const pb__lt_value **out);

#endif
