/* lt_value: reading JSON and Python literals into values. */
#include "lt_value.h"

#include <string.h>

static bool fail(pb__lt_reading *r, const char *why)
{
    if (!r->why) r->why = why;
    return false;
}

/* The words for what is wrong by grammar. */
static bool broken(pb__lt_reading *r)
{
    bool json = r->grammar == PB__LT_JSON;
    if (r->at >= r->end) return fail(r, json ? "JSON is cut short" : "literal is cut short");
    return fail(r, json ? "broken JSON" : "broken literal");
}

static void skip_blanks(pb__lt_reading *r)
{
    while (r->at < r->end && (*r->at == ' ' || *r->at == '\t' || *r->at == '\n' || *r->at == '\r')) r->at++;
}

static bool next_is(const pb__lt_reading *r, char c)
{
    return r->at < r->end && *r->at == c;
}

static bool take(pb__lt_reading *r, char c)
{
    if (!next_is(r, c)) return false;
    r->at++;
    return true;
}

static pb__lt_value *new_value(pb__lt_reading *r)
{
    pb__lt_scratch *s = r->scratch;
    if (s->n == s->cap) {
        fail(r, "too many values in one message");
        return NULL;
    }
    pb__lt_value *v = &s->values[s->n++];
    memset(v, 0, sizeof *v);
    return v;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static size_t digits_from(const pb__lt_reading *r, const char *at)
{
    size_t n = 0;
    while (at + n < r->end && is_digit(at[n])) n++;
    return n;
}

/* -?digits[.digits][e[+-]digits]; *whole when there are digits only. */
static const char *end_of_number(const pb__lt_reading *r, bool *whole)
{
    const char *at = r->at;
    if (at < r->end && *at == '-') at++;
    size_t n = digits_from(r, at);
    *whole   = true;
    if (n == 0 || (n > 1 && *at == '0')) return NULL;
    at += n;
    if (at < r->end && *at == '.') {
        n = digits_from(r, at + 1);
        if (n == 0) return NULL;
        at += 1 + n;
        *whole = false;
    }
    if (at < r->end && (*at == 'e' || *at == 'E')) {
        at++;
        if (at < r->end && (*at == '-' || *at == '+')) at++;
        n = digits_from(r, at);
        if (n == 0) return NULL;
        at += n;
        *whole = false;
    }
    return at;
}

static bool read_number(pb__lt_reading *r, pb__lt_value *v)
{
    bool        whole = false;
    const char *end   = end_of_number(r, &whole);
    if (!end) return broken(r);
    pb_span text = {r->at, (size_t)(end - r->at)};
    r->at        = end;
    v->kind      = PB__LT_WHOLE;
    if (whole && pb_span_to_i64(text, &v->whole)) return true;
    v->kind = PB__LT_REAL;
    return pb_span_to_f64(text, &v->real) || fail(r, "number out of range");
}

static const struct {
    const char    *text;
    uint8_t        kind;
    pb__lt_grammar from;
} names[] = {{"true", PB__LT_TRUE, PB__LT_JSON},      {"false", PB__LT_FALSE, PB__LT_JSON},
             {"null", PB__LT_NULL, PB__LT_JSON},      {"True", PB__LT_TRUE, PB__LT_LITERAL},
             {"False", PB__LT_FALSE, PB__LT_LITERAL}, {"None", PB__LT_NULL, PB__LT_LITERAL}};

static bool read_name(pb__lt_reading *r, pb__lt_value *v)
{
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        size_t len = strlen(names[i].text);
        if (names[i].from > r->grammar || (size_t)(r->end - r->at) < len || memcmp(r->at, names[i].text, len) != 0)
            continue;
        r->at += len;
        v->kind = names[i].kind;
        return true;
    }
    return broken(r);
}

static bool read_value(pb__lt_reading *r, pb__lt_value *v);

/* Key and colon of a member. */
static bool read_key(pb__lt_reading *r, pb__lt_value *v)
{
    if (!pb__lt_read_text(r, &v->key, &v->key_len)) return false;
    skip_blanks(r);
    if (!take(r, ':')) return broken(r);
    skip_blanks(r);
    return true;
}

/* After a member: true when another one follows, *closed when the container ended. */
static bool goes_on(pb__lt_reading *r, char close, bool *closed)
{
    skip_blanks(r);
    *closed = take(r, close);
    if (*closed) return false;
    if (!take(r, ',')) return broken(r);
    skip_blanks(r);
    if (r->grammar == PB__LT_LITERAL) *closed = take(r, close); /* a comma may trail */
    return !*closed;
}

static bool read_members(pb__lt_reading *r, pb__lt_value *of, char close)
{
    pb__lt_value **tail   = &of->child;
    bool           closed = false;
    skip_blanks(r);
    if (take(r, close)) return true;
    do {
        pb__lt_value *v = new_value(r);
        if (!v) return false;
        if (++of->len > PB__LT_MEMBERS_MAX) return fail(r, "too many members in one list or object");
        *tail = v;
        tail  = &v->next;
        if (of->kind == PB__LT_OBJECT && !read_key(r, v)) return false;
        if (!read_value(r, v)) return false;
    } while (goes_on(r, close, &closed));
    return closed;
}

static bool read_container(pb__lt_reading *r, pb__lt_value *v, bool object)
{
    if (r->depth == PB__LT_DEPTH_MAX) return fail(r, "nested too deep");
    r->depth++;
    r->at++;
    v->kind = object ? PB__LT_OBJECT : PB__LT_LIST;
    if (!read_members(r, v, object ? '}' : ']')) return false;
    r->depth--;
    return true;
}

/* v is zeroed but for its key. */
static bool read_value(pb__lt_reading *r, pb__lt_value *v)
{
    if (r->at >= r->end) return broken(r);
    char c = *r->at;
    if (c == '{' || c == '[') return read_container(r, v, c == '{');
    if (c == '"' || (c == '\'' && r->grammar == PB__LT_LITERAL)) {
        v->kind = PB__LT_TEXT;
        return pb__lt_read_text(r, &v->text, &v->len);
    }
    return is_digit(c) || c == '-' ? read_number(r, v) : read_name(r, v);
}

const char *pb__lt_read(pb__lt_scratch *scratch, pb_span text, pb__lt_grammar grammar, const pb__lt_value **out)
{
    pb__lt_reading r = {.scratch = scratch, .at = text.at, .end = text.at + text.len, .grammar = grammar};
    skip_blanks(&r);
    pb__lt_value *v = new_value(&r);
    if (!v || !read_value(&r, v)) return r.why;
    skip_blanks(&r);
    if (r.at < r.end) return "text behind the end of the message";
    *out = v;
    return NULL;
}

/* ---- scratch memory and access ---- */

pb_status pb__lt_scratch_init(pb__lt_scratch *scratch, pb_arena *arena, size_t size)
{
    size_t most = 2 * (size + 1); /* no value is shorter than a byte and what parts it from the next */
    *scratch    = (pb__lt_scratch){.cap = most < PB__LT_VALUES_MAX ? (uint32_t)most : PB__LT_VALUES_MAX, .size = most};
    scratch->values = pb_arena_take(arena, scratch->cap * sizeof *scratch->values);
    scratch->text   = pb_arena_take(arena, scratch->size);
    return scratch->values && scratch->text ? PB_OK : PB_E_NOMEM;
}

void pb__lt_scratch_clear(pb__lt_scratch *scratch)
{
    scratch->n    = 0;
    scratch->used = 0;
}

const pb__lt_value *pb__lt_member(const pb__lt_value *object, const char *name)
{
    const pb__lt_value *found = NULL;
    size_t              len   = strlen(name);
    if (!object || object->kind != PB__LT_OBJECT) return NULL;
    for (const pb__lt_value *v = object->child; v; v = v->next)
        if (v->key_len == len && memcmp(v->key, name, len) == 0) found = v;
    return found;
}

const pb__lt_value *pb__lt_item(const pb__lt_value *list, uint32_t i)
{
    if (!list || list->kind != PB__LT_LIST) return NULL;
    const pb__lt_value *v = list->child;
    for (; v && i > 0; i--) v = v->next;
    return v;
}

pb_span pb__lt_value_text(const pb__lt_value *value)
{
    return value && value->kind == PB__LT_TEXT ? (pb_span){value->text, value->len} : (pb_span){"", 0};
}
