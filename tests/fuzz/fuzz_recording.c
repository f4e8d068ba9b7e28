/* Any bytes as a segment behind a good header: reading ends, frames are whole, in order and inside the file. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine/record_form.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void write_file(const char *path, const uint8_t *data, size_t size, bool header)
{
    uint8_t            bytes[PB__SEGMENT_HEADER];
    pb__segment_header h = {.first_seq = 1, .mark = 0x4b52414d, .id = "fuzz"}; /* "MARK" */
    FILE              *f = fopen(path, "wb");
    if (!f) abort();
    pb__segment_header_write(&h, bytes);
    if (header) (void)fwrite(bytes, 1, sizeof bytes, f);
    (void)fwrite(data, 1, size, f);
    (void)fclose(f);
}

static void read_all(const char *path, size_t size)
{
    pb_record_reader *r;
    pb_frame          frame;
    uint64_t          last = 0, sum = 0, n = 0;
    if (pb_record_reader_open(path, 1, &r, NULL) != PB_OK) return;
    while (pb_record_reader_next(r, &frame, NULL) == PB_OK) {
        if (frame.seq <= last && last > 0) abort();
        if (frame.bytes.len > size || n++ > size) abort();
        last = frame.seq;
        for (size_t i = 0; i < frame.bytes.len; i++) sum += (uint8_t)frame.bytes.at[i];
    }
    if (pb_record_reader_stats_get(r).bytes > size || sum > 255 * (uint64_t)size) abort();
    pb_record_reader_close(r);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char path[64];
    (void)snprintf(path, sizeof path, "/tmp/pb_fuzz_recording_%d.pbr", (int)getpid());
    for (int header = 0; header < 2; header++) {
        write_file(path, data, size, header == 1);
        read_all(path, size);
    }
    (void)unlink(path);
    return 0;
}
