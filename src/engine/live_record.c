/* The recording thread: frames to disk, many with one sync.
 *
 * Frames that came wait sync_ms for company. When the disk does not take them they
 * stay where they are: in the writer's buffer, then in the ring, bounded both; it
 * is tried again ten times a second for as long as it takes. */
#include "live.h"

#define WAIT_MS 200
#define RETRY_US 100000u
#define SYNC_AT ((size_t)1 << 20) /* bytes that are not left waiting */

/* Moves frames from the ring to the buffer; false when that is full. */
static bool gather(pb_live *live)
{
    const void *queued;
    for (size_t len; (queued = pb_ring_peek(live->to_record, &len));) {
        pb_frame frame = pb__frame_of(queued);
        frame.flags &= (uint8_t)~PB__FRAME_OLD;
        if (pb_record_append(live->record, &frame) == PB_E_LIMIT) return false;
        pb_ring_release(live->to_record);
        if (pb_record_pending(live->record) >= SYNC_AT) return false;
    }
    return true;
}

/* One sync; tells how it went. */
static bool sync_now(pb_live *live)
{
    pb_error error;
    if (pb_record_sync(live->record, &error) == PB_OK) {
        if (live->record_part.state != PB_PART_OK) pb__part_tell(&live->record_part, PB_PART_OK, "");
        return true;
    }
    pb__part_tell(&live->record_part, PB_PART_STALLED, error.text);
    return false;
}

static void drain(pb_live *live)
{
    for (bool all = false; !all;) {
        all = gather(live);
        if (!sync_now(live)) {
            pb__sleep_us(RETRY_US);
            return;
        }
    }
}

void *pb__live_record(void *with)
{
    pb_live *live = with;
    while (!atomic_load(&live->received_all)) {
        bool come = pb_ring_wait(live->to_record, WAIT_MS);
        if (come && pb_ring_stats_get(live->to_record).used < SYNC_AT) pb__sleep_us(live->options.sync_ms * 1000);
        if (come || pb_record_pending(live->record) > 0) drain(live);
    }
    drain(live);
    atomic_store(&live->recorded_all, true);
    return NULL;
}
