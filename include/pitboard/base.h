/* pitboard/base.h - the ground floor: status codes, errors with a place, text
 * spans, an arena, assertions.
 *
 * Knows nothing of races. Keeps no global state; a log sink is an argument.
 *
 * Floor 0. Uses libc only. */
#ifndef PITBOARD_BASE_H
#define PITBOARD_BASE_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* One list makes the codes, their names and their messages. */
#define PB_STATUS_LIST(X)                                                      \
    X(OK, 0, "done")                                                           \
    X(E_NOMEM, -1, "out of memory")                                            \
    X(E_IO, -2, "the file or stream could not be read or written")             \
    X(E_NOENT, -3, "no such file")                                             \
    X(E_SYNTAX, -4, "the text does not have the form it should")               \
    X(E_RANGE, -5, "a value lies outside its allowed range")                   \
    X(E_UNKNOWN_KEY, -6, "a key that is not known here")                       \
    X(E_MISSING, -7, "something that must be there is missing")                \
    X(E_RULE, -8, "a racing rule is broken")                                   \
    X(E_LIMIT, -9, "more than this build allows")                              \
    X(E_UNSUPPORTED, -10, "not supported here")                                \
    X(E_USAGE, -11, "wrong usage")                                             \
    X(E_EMPTY, -12, "nothing left to work with")                               \
    X(E_CANCELLED, -13, "stopped on request")

typedef enum pb_status {
#define PB_STATUS_ENUM(name, code, text) PB_##name = (code),
    PB_STATUS_LIST(PB_STATUS_ENUM)
#undef PB_STATUS_ENUM
} pb_status;

/* "PB_E_RANGE" and its sentence; "PB_E_?" for a code that is not in the list.
 * Static strings. */
const char *pb_status_name(pb_status status);
const char *pb_status_text(pb_status status);

/* What went wrong, where, and what to do about it, for a person.
 * Every verb that reads foreign data takes one; it may be NULL. */
#define PB_ERROR_TEXT_MAX 640
typedef struct pb_error {
    pb_status status;
    char      text[PB_ERROR_TEXT_MAX];   /* one line, no line feed, NUL-terminated, valid UTF-8 or escaped */
} pb_error;

/* Fills *error (if not NULL) with status and the formatted text; control bytes
 * are escaped so that a hostile file cannot drive the terminal. Returns status,
 * so a caller can write: return pb_error_set(err, PB_E_RANGE, "...", ...); */
pb_status pb_error_set(pb_error *error, pb_status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Passes an error up. */
#define PB_TRY(expr)                                                           \
    do {                                                                       \
        pb_status pb__try_status = (expr);                                     \
        if (pb__try_status != PB_OK) return pb__try_status;                    \
    } while (0)

/* Our own mistakes, never bad data. Always on: a wrong call on race day must
 * stop loudly. Prints file, line and expression on stderr and aborts. */
#define PB_ASSERT(expr) ((expr) ? (void)0 : pb_assert_failed(#expr, __FILE__, __LINE__))
void pb_assert_failed(const char *expr, const char *file, int line) __attribute__((noreturn));

/* A borrowed piece of text, not NUL-terminated. Valid as long as its owner. */
typedef struct pb_span {
    const char *at;
    size_t      len;
} pb_span;

pb_span pb_span_of(const char *text);                 /* NULL gives the empty span */
bool    pb_span_equal(pb_span a, pb_span b);
bool    pb_span_equal_text(pb_span a, const char *text);
bool    pb_span_equal_nocase(pb_span a, const char *text);   /* ASCII only */
pb_span pb_span_trim(pb_span a);                      /* ASCII blanks off both ends */
/* Copies into a NUL-terminated buffer, cutting at cap - 1 bytes. Returns true
 * when all of it fitted. cap > 0. */
bool    pb_span_copy(pb_span a, char *to, size_t cap);
/* Whole span as a number; false (and *out untouched) on anything else,
 * including blanks, overflow, NaN, infinity and more than 127 bytes. Decimal,
 * locale-free. */
bool    pb_span_to_i64(pb_span a, int64_t *out);
bool    pb_span_to_f64(pb_span a, double *out);

/* Bytes of the UTF-8 character that text begins with: 1 .. 4, or 0 when it is
 * empty or begins with no valid one (overlong, surrogate, cut short). */
size_t  pb_utf8_step(pb_span text);

/* The candidate nearest to text by edit distance (capitals count as small), for
 * "did you mean"; NULL when none is near (distance > max(2, len/3), or nothing
 * in common). */
const char *pb_nearest(pb_span text, const char *const *candidates, size_t n);

/* Memory that is released all at once. Blocks come from malloc and are zeroed. */
typedef struct pb_arena {
    struct pb_arena_block *head;
    size_t                 limit;   /* bytes this arena may take in all; 0 = no limit */
    size_t                 taken;
} pb_arena;

void  pb_arena_init(pb_arena *arena, size_t limit);
void  pb_arena_fini(pb_arena *arena);
/* Zeroed, aligned to 64 bytes; NULL when out of memory or over the limit. */
void *pb_arena_take(pb_arena *arena, size_t size);
char *pb_arena_text(pb_arena *arena, pb_span text);   /* NUL-terminated copy */

#ifdef __cplusplus
}
#endif
#endif
