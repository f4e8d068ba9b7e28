/* A text of a query against a schema: read as the type says. */
#include "schema.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* True when the text, written bare, is the value that the schema's type takes. */
static bool is_bare(const pb__schemas *schemas, pb_json schema, const char *text)
{
    int64_t whole;
    double  real;
    pb_span span = pb_span_of(text);
    if (strcmp(text, "null") == 0) return pb__schema_takes(schemas, schema, "null");
    if (strcmp(text, "true") == 0 || strcmp(text, "false") == 0) return pb__schema_takes(schemas, schema, "boolean");
    bool number = pb__schema_takes(schemas, schema, "number");
    if (pb_span_to_i64(span, &whole)) return number || pb__schema_takes(schemas, schema, "integer");
    return number && pb_span_to_f64(span, &real);
}

/* The value as the only one of an array: a document's root is no plain value. */
pb_status pb__schema_read_text(const pb__schemas *schemas, pb_json schema, const char *text, pb_json_doc **out,
                               pb_error *error)
{
    char          *at  = NULL;
    size_t         len = 0;
    int64_t        whole;
    double         real;
    pb_json_writer w;
    FILE          *to = open_memstream(&at, &len);
    if (!to) return pb_error_set(error, PB_E_NOMEM, "out of memory");
    pb_json_begin(&w, to, 0);
    pb_json_array(&w, NULL);
    if (!is_bare(schemas, schema, text))
        pb_json_put_text(&w, NULL, text);
    else if (pb_span_to_i64(pb_span_of(text), &whole))
        pb_json_put_i64(&w, NULL, whole);
    else if (pb_span_to_f64(pb_span_of(text), &real))
        pb_json_put_f64(&w, NULL, real);
    else if (text[0] == 'n')
        pb_json_put_null(&w, NULL);
    else
        pb_json_put_bool(&w, NULL, text[0] == 't');
    pb_json_array_end(&w);
    pb_status status = fclose(to) == 0 ? pb_json_parse((pb_span){at, len}, "query", out, error)
                                       : pb_error_set(error, PB_E_NOMEM, "out of memory");
    free(at);
    return status;
}

bool pb__schema_check_text(const pb__schemas *schemas, pb_json schema, const char *text, pb__misfit *out)
{
    pb_json_doc *doc = NULL;
    pb_error     error;
    *out = (pb__misfit){0};
    if (pb__schema_read_text(schemas, schema, text, &doc, &error) != PB_OK) {
        (void)pb_span_copy(pb_span_of(error.text), out->text, sizeof out->text);
        return false;
    }
    bool fit = pb__schema_check(schemas, schema, pb_json_at(pb_json_root(doc), 0), out);
    pb_json_free(doc);
    return fit;
}
