/* lt_value: one message of live timing, read. Inside wire only.
 *
 * A message is JSON or the textual form of a Python list; both become the same
 * values, linked in the order of the text. They live in a scratch memory that is
 * taken once and emptied before each message; texts without escapes stay where
 * they are in the message.
 *
 *     {"a": [1, "x"]}     OBJECT --child--> a: LIST --child--> 1 --next--> "x"
 */
#ifndef PB_WIRE_LT_VALUE_H
#define PB_WIRE_LT_VALUE_H

#include "pitboard/base.h"

#define PB__LT_DEPTH_MAX 32
#define PB__LT_MEMBERS_MAX 10001 /* of one list or object */
#define PB__LT_VALUES_MAX (1u << 17)
#define PB__LT_MESSAGE_MAX (2u << 20)

typedef enum pb__lt_kind {
    PB__LT_NULL = 0,
    PB__LT_FALSE,
    PB__LT_TRUE,
    PB__LT_WHOLE,
    PB__LT_REAL,
    PB__LT_TEXT,
    PB__LT_OBJECT,
    PB__LT_LIST,
} pb__lt_kind;

typedef struct pb__lt_value {
    const char          *key; /* of a member of an object; not NUL-terminated */
    struct pb__lt_value *next;
    union {
        const char          *text; /* valid UTF-8 without zero bytes */
        struct pb__lt_value *child;
        int64_t              whole;
        double               real;
    };
    uint32_t len; /* bytes of text, or members */
    uint32_t key_len;
    uint8_t  kind;
} pb__lt_value;

typedef struct pb__lt_scratch {
    pb__lt_value *values;
    uint32_t      n, cap;
    char         *text; /* unescaped texts */
    size_t        used, size;
} pb__lt_scratch;

/* Takes its memory from the arena: for messages of size bytes, and as much again for what
 * they unpack to. */
pb_status pb__lt_scratch_init(pb__lt_scratch *scratch, pb_arena *arena, size_t size);
void      pb__lt_scratch_clear(pb__lt_scratch *scratch);

typedef enum pb__lt_grammar {
    PB__LT_JSON = 0, /* RFC 8259 */
    PB__LT_LITERAL,  /* Python's repr of lists, dicts, texts, numbers, True, False, None; JSON too */
} pb__lt_grammar;

/* Reads the whole text as one value into *out. Returns NULL, or why it was refused: a
 * static text. */
const char *pb__lt_read(pb__lt_scratch *scratch, pb_span text, pb__lt_grammar grammar, const pb__lt_value **out);

/* Member of an object by name, NULL when there is none. Of two the last counts. */
const pb__lt_value *pb__lt_member(const pb__lt_value *object, const char *name);
/* Member i of a list, NULL when there is none. */
const pb__lt_value *pb__lt_item(const pb__lt_value *list, uint32_t i);
/* Text of a value; empty for anything else. */
pb_span pb__lt_value_text(const pb__lt_value *value);

/* A reader's place in the text; lt_string.c takes part. */
typedef struct pb__lt_reading {
    pb__lt_scratch *scratch;
    const char     *at, *end;
    const char     *why; /* the first thing that was wrong */
    pb__lt_grammar  grammar;
    int             depth;
} pb__lt_reading;

/* Reads the quoted text at r->at. */
bool pb__lt_read_text(pb__lt_reading *r, const char **text, uint32_t *len);

#endif
