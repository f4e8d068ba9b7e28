/* pitboard decode: what the messages of a feed really say. */
#include <errno.h>
#include <stddef.h>
#include <string.h>

#include "command.h"
#include "decode_read.h"
#include "pitboard/wire_feed.h"

typedef struct args {
    bool hex;
} args;

static const pb__option options[] = {
    {"hex", PB__OPT_FLAG, offsetof(args, hex), NULL, "one datagram a line, as hex digits", 0, 0},
};

/* One row a wire format. */
typedef struct wire_format {
    const char *name; /* as pb_feed_kind_name has it */
    pb_status (*read)(const pb__record_reader *reader, uint32_t *bad, pb_error *error);
    pb__record_size *size; /* where read is pb__read_raw, and then --hex is there too */
    pb_status (*print)(pb_span record, pb_json_writer *to, pb_error *error); /* writes nothing on error */
} wire_format;

static const wire_format formats[] = {
    {"f1-udp", pb__read_raw, pb_f1_udp_size, pb_f1_udp_print},
    {"live-timing", pb__read_lines, NULL, pb_live_timing_print},
    {"points", pb__read_body, NULL, pb_points_print},
    {"event", pb__read_lines, NULL, pb_event_line_print},
};

#define FORMATS (sizeof formats / sizeof *formats)

static const wire_format *format_of(const char *name, pb_error *error)
{
    const char *names[FORMATS];
    for (size_t i = 0; i < FORMATS; i++) {
        names[i] = formats[i].name;
        if (strcmp(name, names[i]) == 0) return &formats[i];
    }
    const char *near = pb_nearest(pb_span_of(name), names, FORMATS);
    pb_error_set(error, PB_E_USAGE, "there is no wire format %s; it is f1-udp, live-timing, points or event%s%s", name,
                 near ? "; did you mean " : "", near ? near : "");
    return NULL;
}

static bool print_record(void *with, pb_span record, const char *at)
{
    const wire_format *format = with;
    pb_error           error;
    pb_json_writer     w;
    pb_json_begin(&w, stdout, 0);
    if (format->print(record, &w, &error) != PB_OK) {
        (void)fprintf(stderr, "pitboard decode: %s: %s\n", at, error.text);
        return false;
    }
    pb_json_end(&w);
    return true;
}

static int decode(const wire_format *format, const char *path, bool hex, pb_error *error)
{
    uint32_t          bad    = 0;
    bool              piped  = !path || strcmp(path, "-") == 0;
    pb__record_reader reader = {piped ? stdin : fopen(path, "rb"), format->size, print_record, (void *)format};
    if (!reader.from) {
        pb_error_set(error, errno == ENOENT ? PB_E_NOENT : PB_E_IO, "%s: %s", path, strerror(errno));
        return pb__fail(&pb__cmd_decode, error);
    }
    pb_status status = hex ? pb__read_hex(&reader, &bad, error) : format->read(&reader, &bad, error);
    if (!piped) (void)fclose(reader.from);
    if (status == PB_OK && (fflush(stdout) != 0 || ferror(stdout)))
        status = pb_error_set(error, PB_E_IO, "the output could not be written");
    if (status != PB_OK) return pb__fail(&pb__cmd_decode, error);
    return bad ? PB__EXIT_FAILED : PB__EXIT_DONE;
}

static int run(int argc, char **argv)
{
    args         a = {0};
    pb__operands operands;
    pb_error     error = {0};

    if (pb__options_read(argc, argv, options, sizeof options / sizeof *options, &a, &operands, &error) != PB_OK)
        return pb__fail(&pb__cmd_decode, &error);
    if (operands.n < 1) return pb__fail_operands(&pb__cmd_decode, "which wire format? give f1-udp, live-timing, points or event");
    if (operands.n > 2) return pb__fail_operands(&pb__cmd_decode, "one file at a time, or standard input");
    const wire_format *format = format_of(operands.at[0], &error);
    if (!format) return pb__fail(&pb__cmd_decode, &error);
    if (a.hex && !format->size) return pb__fail_operands(&pb__cmd_decode, "--hex goes with datagrams");
    return decode(format, operands.n > 1 ? operands.at[1] : NULL, a.hex, &error);
}

const pb__command pb__cmd_decode = {
    .name      = "decode",
    .operands  = "FORMAT [FILE]",
    .summary   = "show what the messages of a live feed say, one JSON object each",
    .details   = "FORMAT is f1-udp: datagrams of the F1 game, formats 2018 to 2025. They are read from\n"
                 "FILE or standard input, written one behind the other, or with --hex one a line as\n"
                 "hex digits (or as a JSON object that has them as its \"hex\"). Every object has format,\n"
                 "packet, header and the packet's fields under their official names without m_; what\n"
                 "there is once a car is in cars[]. A datagram that cannot be read is named on standard\n"
                 "error with its place and the reason; the rest goes on, and the exit code is 1.\n"
                 "\n"
                 "live-timing: messages of F1 live timing, one a line, in any recorded form; points: a\n"
                 "body of telemetry points in any form and packing; event: event lines.\n",
    .options   = options,
    .n_options = sizeof options / sizeof *options,
    .run       = run,
};
