/* Command lines: see options.h. */
#include <inttypes.h>
#include <string.h>

#include "options.h"

#define NAMES_MAX 64

const pb__option *pb__option_find(const pb__option *options, size_t n, pb_span name)
{
    for (size_t i = 0; i < n; i++)
        if (pb_span_equal_text(name, options[i].name)) return &options[i];
    return NULL;
}

static pb_status unknown(const pb__option *options, size_t n, pb_span name, pb_error *error)
{
    const char *names[NAMES_MAX];
    size_t      k = 0;
    for (; k < n && k < NAMES_MAX; k++) names[k] = options[k].name;
    const char *near = pb_nearest(name, names, k);
    if (near)
        return pb_error_set(error, PB_E_USAGE, "unknown option --%.*s; did you mean --%s?", (int)name.len, name.at,
                            near);
    return pb_error_set(error, PB_E_USAGE, "unknown option --%.*s", (int)name.len, name.at);
}

/* Digits only: a number with a sign, a blank or a unit is not what we asked for. */
static pb_status read_number(const pb__option *o, const char *text, uint64_t *out, pb_error *error)
{
    uint64_t value = 0;
    bool     good  = *text != '\0';
    for (const char *c = text; *c && good; c++) {
        uint64_t digit = (uint64_t)(*c - '0');
        good           = *c >= '0' && *c <= '9' && value <= (UINT64_MAX - digit) / 10;
        if (good) value = value * 10 + digit;
    }
    if (!good || value < o->lo || value > o->hi)
        return pb_error_set(error, PB_E_USAGE, "--%s wants a whole number from %" PRIu64 " to %" PRIu64 ", not '%s'",
                            o->name, o->lo, o->hi, text);
    *out = value;
    return PB_OK;
}

pb_status pb__option_put(const pb__option *o, const char *text, void *values, pb_error *error)
{
    void    *to    = (char *)values + o->offset;
    uint64_t value = 0;

    switch (o->kind) {
    case PB__OPT_FLAG:
        *(bool *)to = true;
        break;
    case PB__OPT_U32:
        PB_TRY(read_number(o, text, &value, error));
        *(uint32_t *)to = (uint32_t)value;
        break;
    case PB__OPT_U64:
        PB_TRY(read_number(o, text, &value, error));
        *(uint64_t *)to = value;
        break;
    case PB__OPT_TEXT:
        if (*text == '\0') return pb_error_set(error, PB_E_USAGE, "--%s wants a value, not an empty text", o->name);
        *(const char **)to = text;
        break;
    case PB__OPT_LIST: {
        pb__list *list = to;
        if (list->n == PB__LIST_MAX)
            return pb_error_set(error, PB_E_USAGE, "--%s may be given at most %d times", o->name, PB__LIST_MAX);
        list->at[list->n++] = text;
        break;
    }
    }
    return PB_OK;
}

/* One option at argv[*i]; *i moves onto its value when that is the next word. */
static pb_status read_option(int argc, char **argv, int *i, const pb__option *options, size_t n, void *values,
                             pb_error *error)
{
    const char       *text   = argv[*i] + 2;
    const char       *equals = strchr(text, '=');
    pb_span           name   = {text, equals ? (size_t)(equals - text) : strlen(text)};
    const pb__option *o      = pb__option_find(options, n, name);

    if (!o) return unknown(options, n, name, error);
    if (o->kind == PB__OPT_FLAG) {
        if (equals) return pb_error_set(error, PB_E_USAGE, "--%s takes no value", o->name);
        return pb__option_put(o, NULL, values, error);
    }
    if (equals) return pb__option_put(o, equals + 1, values, error);
    if (*i + 1 >= argc) return pb_error_set(error, PB_E_USAGE, "--%s wants a value: --%s %s", o->name, o->name, o->arg);
    *i += 1;
    return pb__option_put(o, argv[*i], values, error);
}

pb_status pb__options_read(int argc, char **argv, const pb__option *options, size_t n, void *values,
                           pb__operands *operands, pb_error *error)
{
    bool only_operands = false;

    operands->at = argv + 1;
    operands->n  = 0;
    for (int i = 1; i < argc; i++) {
        const char *word = argv[i];
        if (only_operands || word[0] != '-' || word[1] == '\0') {
            operands->at[operands->n++] = argv[i]; /* never overtakes i */
        } else if (strcmp(word, "--") == 0) {
            only_operands = true;
        } else if (word[1] == '-') {
            PB_TRY(read_option(argc, argv, &i, options, n, values, error));
        } else {
            return pb_error_set(error, PB_E_USAGE, "unknown option %s; options are words with two dashes: --json",
                                word);
        }
    }
    return PB_OK;
}
