/* decode_read.h - records out of a file or a pipe, one after the other, as they come. */
#ifndef PB_APPS_DECODE_READ_H
#define PB_APPS_DECODE_READ_H

#include <stdio.h>

#include "pitboard/base.h"

/* Bytes that a record takes which begins here, told by its first bytes; 0: none
 * begins here. NULL where records are lines. */
typedef size_t pb__record_size(pb_span bytes);

/* What is done with one; at: "datagram 3 at byte 2412", "line 3". False when it
 * could not be read, and then it said so. */
typedef bool pb__record_use(void *with, pb_span record, const char *at);

typedef struct pb__record_reader {
    FILE            *from;
    pb__record_size *size;
    pb__record_use  *use;
    void            *with;
} pb__record_reader;

/* Each reads to the end and passes over what is bad; *bad counts it.
 * PB_E_IO, PB_E_NOMEM. */
pb_status pb__read_raw(const pb__record_reader *reader, uint32_t *bad, pb_error *error);
pb_status pb__read_lines(const pb__record_reader *reader, uint32_t *bad, pb_error *error);
/* A line is hex digits, or a JSON object with them as its "hex". */
pb_status pb__read_hex(const pb__record_reader *reader, uint32_t *bad, pb_error *error);
/* The whole input is one record. */
pb_status pb__read_body(const pb__record_reader *reader, uint32_t *bad, pb_error *error);

#endif
