/* json_points: rows of JSON telemetry through simdjson, behind a C header.
 *
 * The only C++ of the tree. Nothing is thrown: simdjson is compiled with error
 * codes, memory comes from malloc and new (nothrow). */
#define SIMDJSON_EXCEPTIONS 0

#include <charconv>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <new>

#include <simdjson.h>

#include "pitboard/codec_fast.h"

static_assert(PB_FAST_PADDING >= simdjson::SIMDJSON_PADDING, "simdjson reads further than we say");

namespace od = simdjson::ondemand;

struct pb_fast_json {
    od::parser         parser;
    od::document       doc;
    od::array_iterator at, end;
    pb_fast_form       form;
    const char        *text, *text_end, *text_cap;
    bool               done;
    char              *copy; /* of texts without room behind them */
    size_t             copy_cap;
    uint8_t            expected[PB_FAST_NAMES_MAX]; /* slots of the keys of the last row, in order: rows are alike */
    uint32_t           n_expected;
};

extern "C" pb_status pb_fast_json_create(pb_fast_json **out, pb_error *error)
{
    pb_fast_json *json = new (std::nothrow) pb_fast_json();
    if (!json) return pb_error_set(error, PB_E_NOMEM, "out of memory");
    json->parser.threaded = false;
    *out                  = json;
    return PB_OK;
}

extern "C" void pb_fast_json_destroy(pb_fast_json *json)
{
    if (!json) return;
    free(json->copy);
    delete json;
}

extern "C" pb_fast_form pb_fast_json_form(const pb_fast_json *json)
{
    return json->form;
}

static bool blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static pb_status own_copy(pb_fast_json *json, pb_span text, pb_error *error)
{
    if (json->copy_cap < text.len + PB_FAST_PADDING) {
        size_t want = text.len + text.len / 4 + 4096 + PB_FAST_PADDING;
        char  *more = static_cast<char *>(realloc(json->copy, want));
        if (!more) return pb_error_set(error, PB_E_NOMEM, "out of memory");
        json->copy     = more;
        json->copy_cap = want;
    }
    memcpy(json->copy, text.at, text.len);
    memset(json->copy + text.len, 0, PB_FAST_PADDING);
    json->text     = json->copy;
    json->text_end = json->copy + text.len;
    json->text_cap = json->copy + json->copy_cap;
    return PB_OK;
}

/* The first line is an object by itself and something follows. */
static bool is_lines(const char *at, const char *end)
{
    const char *line = static_cast<const char *>(memchr(at, '\n', static_cast<size_t>(end - at)));
    if (!line) return false;
    const char *last = line;
    while (last > at && blank(last[-1])) last--;
    while (line < end && blank(*line)) line++;
    return line < end && last > at && last[-1] == '}';
}

/* Stage one over the whole text. */
static simdjson::error_code whole(pb_fast_json *json)
{
    simdjson::padded_string_view view(json->text, static_cast<size_t>(json->text_end - json->text),
                                      static_cast<size_t>(json->text_cap - json->text));
    return json->parser.iterate(view).get(json->doc);
}

static pb_status begin_array(pb_fast_json *json, pb_error *error)
{
    od::array array;
    if (whole(json) || json->doc.get_array().get(array) || array.begin().get(json->at) || array.end().get(json->end))
        return pb_error_set(error, PB_E_SYNTAX, "the JSON array is broken");
    return PB_OK;
}

extern "C" pb_status pb_fast_json_begin(pb_fast_json *json, pb_span text, size_t capacity, pb_error *error)
{
    json->done = true;
    if (text.len >= 3 && memcmp(text.at, "\xef\xbb\xbf", 3) == 0) {
        text.at += 3;
        text.len -= 3;
        capacity = capacity > 3 ? capacity - 3 : 0;
    }
    if (text.len > PB_FAST_BYTES_MAX)
        return pb_error_set(error, PB_E_LIMIT, "more than %u bytes of JSON at once", PB_FAST_BYTES_MAX);
    if (capacity >= text.len + PB_FAST_PADDING) {
        json->text     = text.at;
        json->text_end = text.at + text.len;
        json->text_cap = text.at + capacity;
    } else {
        PB_TRY(own_copy(json, text, error));
    }
    while (json->text < json->text_end && blank(*json->text)) json->text++;
    if (json->text == json->text_end) return pb_error_set(error, PB_E_EMPTY, "no JSON, only blanks");
    if (*json->text == '[') {
        json->form = PB_FAST_ARRAY;
        PB_TRY(begin_array(json, error));
    } else if (is_lines(json->text, json->text_end)) {
        json->form = PB_FAST_LINES;
    } else {
        json->form = PB_FAST_OBJECT;
        if (whole(json)) return pb_error_set(error, PB_E_SYNTAX, "the JSON object is broken");
    }
    json->done = false;
    return PB_OK;
}

/* ---- a row ---- */

static bool is_name(const pb_fast_names *names, uint32_t k, const char *key)
{
    size_t len = names->len[k]; /* the name may reach over the end of the text, into the padding, but not further */
    return memcmp(key, names->name[k], len) == 0 && key[len] == '"';
}

/* Length of a key in the text, its quote excluded; escapes count as written. */
static size_t key_length(const char *key, const char *end)
{
    const char *at = key;
    while (at < end && *at != '"') at += *at == '\\' ? 2 : 1;
    return at < end ? static_cast<size_t>(at - key) : 0;
}

/* The slot of the k-th key of a row. A key written with escapes is a name to
 * nobody. */
static int slot_of(pb_fast_json *json, const pb_fast_names *names, uint32_t k, const char *key)
{
    const size_t left = static_cast<size_t>(json->text_cap - key);
    if (k < json->n_expected) {
        const uint8_t guess = json->expected[k];
        if (guess < names->n && names->len[guess] < left && is_name(names, guess, key)) return guess;
    }
    int slot = pb_fast_names_find(names, pb_span{key, key_length(key, json->text_end)});
    if (k < PB_FAST_NAMES_MAX) {
        if (json->n_expected == k) json->n_expected++;
        if (k < json->n_expected) json->expected[k] = slot < 0 ? UINT8_MAX : static_cast<uint8_t>(slot);
    }
    return slot;
}

static simdjson::error_code take_number(od::value &value, pb_fast_value *out)
{
    od::number number;
    if (value.get_number().get(number)) { /* a number, but none that a machine holds */
        out->kind = PB_FAST_OTHER;
        return simdjson::SUCCESS;
    }
    if (number.is_int64()) {
        out->kind  = PB_FAST_WHOLE;
        out->whole = number.get_int64();
    } else {
        out->kind = PB_FAST_REAL;
        out->real = number.is_double() ? number.get_double() : static_cast<double>(number.get_uint64());
    }
    return simdjson::SUCCESS;
}

static simdjson::error_code take_text(od::value &value, pb_fast_value *out)
{
    std::string_view text;
    auto             code = value.get_string().get(text);
    if (code) return code;
    out->kind = PB_FAST_TEXT;
    out->text = pb_span{text.data(), text.size()};
    return simdjson::SUCCESS;
}

static simdjson::error_code take_bool(od::value &value, pb_fast_value *out)
{
    bool b;
    auto code = value.get_bool().get(b);
    if (code) return code;
    out->kind  = PB_FAST_BOOL;
    out->whole = b;
    return simdjson::SUCCESS;
}

static simdjson::error_code take(od::value &value, pb_fast_value *out)
{
    od::json_type type;
    auto          code = value.type().get(type);
    if (code) return code;
    switch (type) {
    case od::json_type::number:
        return take_number(value, out);
    case od::json_type::string:
        return take_text(value, out);
    case od::json_type::boolean:
        return take_bool(value, out);
    case od::json_type::null: {
        bool is_null = false;
        code         = value.is_null().get(is_null);
        out->kind    = PB_FAST_NULL;
        return code ? code : is_null ? simdjson::SUCCESS : simdjson::N_ATOM_ERROR;
    }
    default:
        out->kind = PB_FAST_OTHER;
        return simdjson::SUCCESS;
    }
}

/* Values of unknown keys are not looked at, only passed over. */
static simdjson::error_code fill(pb_fast_json *json, od::object &object, const pb_fast_names *names, pb_fast_row *row)
{
    uint32_t k   = 0;
    row->seen    = 0;
    row->unknown = 0;
    row->twice   = false;
    for (auto found : object) {
        od::field field;
        auto      code = std::move(found).get(field);
        if (code) return code;
        int slot = slot_of(json, names, k++, field.key().raw());
        if (slot < 0) {
            row->unknown++;
            continue;
        }
        const uint64_t bit = 1ull << slot;
        row->twice |= (row->seen & bit) != 0;
        row->seen |= bit;
        code = take(field.value(), &row->at[slot]);
        if (code) return code;
    }
    return simdjson::SUCCESS;
}

/* Nothing follows what was read. */
static bool at_end(pb_fast_json *json)
{
    return json->doc.current_location().error() == simdjson::OUT_OF_BOUNDS;
}

static pb_status next_element(pb_fast_json *json, const pb_fast_names *names, pb_fast_row *row)
{
    if (!(json->at != json->end)) {
        json->done = true;
        return at_end(json) ? PB_E_EMPTY : PB_E_SYNTAX;
    }
    od::value  value;
    od::object object;
    auto       code = (*json->at).get(value);
    if (!code) {
        code = value.get_object().get(object);
        if (code == simdjson::INCORRECT_TYPE) { /* no object: the next may be one */
            ++json->at;
            return PB_E_SYNTAX;
        }
    }
    if (!code) code = fill(json, object, names, row);
    if (code) {
        json->done = true;
        return PB_E_SYNTAX;
    }
    ++json->at;
    return PB_OK;
}

static pb_status only_object(pb_fast_json *json, const pb_fast_names *names, pb_fast_row *row)
{
    od::object object;
    json->done = true;
    if (json->doc.get_object().get(object) || fill(json, object, names, row)) return PB_E_SYNTAX;
    return at_end(json) ? PB_OK : PB_E_SYNTAX;
}

static pb_status next_line(pb_fast_json *json, const pb_fast_names *names, pb_fast_row *row)
{
    while (json->text < json->text_end && blank(*json->text)) json->text++;
    if (json->text == json->text_end) {
        json->done = true;
        return PB_E_EMPTY;
    }
    const char  *line   = json->text;
    const size_t left   = static_cast<size_t>(json->text_end - line);
    const char  *break_ = static_cast<const char *>(memchr(line, '\n', left));
    json->text          = break_ ? break_ + 1 : json->text_end;
    const size_t len    = static_cast<size_t>((break_ ? break_ : json->text_end) - line);

    simdjson::padded_string_view view(line, len, static_cast<size_t>(json->text_cap - line));
    od::object                   object;
    if (json->parser.iterate(view).get(json->doc) || json->doc.get_object().get(object) ||
        fill(json, object, names, row))
        return PB_E_SYNTAX;
    return at_end(json) ? PB_OK : PB_E_SYNTAX;
}

extern "C" pb_status pb_fast_json_next(pb_fast_json *json, const pb_fast_names *names, pb_fast_row *row)
{
    if (json->done) return PB_E_EMPTY;
    switch (json->form) {
    case PB_FAST_ARRAY:
        return next_element(json, names, row);
    case PB_FAST_LINES:
        return next_line(json, names, row);
    default:
        return only_object(json, names, row);
    }
}

/* "-0" would be read back as a whole number, without its sign. */
template <typename real> static size_t shortest(real value, char *out, size_t cap)
{
    const char *special = !std::isfinite(value) ? "null" : value == 0 && std::signbit(value) ? "-0.0" : nullptr;
    if (special) {
        memcpy(out, special, 4);
        return 4;
    }
    return static_cast<size_t>(std::to_chars(out, out + cap, value).ptr - out);
}

extern "C" size_t pb_f64_short(double value, char out[PB_F64_TEXT_MAX])
{
    return shortest(value, out, PB_F64_TEXT_MAX);
}

extern "C" size_t pb_f32_text(float value, char out[PB_F32_TEXT_MAX])
{
    return shortest(value, out, PB_F32_TEXT_MAX);
}
