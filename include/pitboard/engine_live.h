/* pitboard/engine_live.h - a race as it happens: every feed in, recorded, followed,
 * decided, stored, each by a thread of its own.
 *
 *      sockets, lines
 *            |
 *        [receive] --ring--> [process] state, windows --newest--> [decide]
 *            |  ^                                                    |
 *          ring '------------------------ calls ---------------------'
 *            v
 *        [record] --> segments on disk --> [store] reads them back, commits
 *
 * Nothing on the right makes anything on the left wait: decisions take the newest
 * state and say which points they passed over; the store reads from the record and
 * may be away for as long as the disk has room. Rings are bounded by the user; what
 * does not fit is dropped and counted by source and place. docs/engine.md.
 *
 * Floor 6. Uses net, store, bus and below. */
#ifndef PITBOARD_ENGINE_LIVE_H
#define PITBOARD_ENGINE_LIVE_H

#include "pitboard/base_ring.h"
#include "pitboard/bus.h"
#include "pitboard/engine_decide.h"

#ifdef __cplusplus
extern "C" {
#endif

/* What happens, told where it happens; each may be NULL. event and called run on the
 * processing thread while nobody can look at the state: be quick, and ask the live for nothing. */
typedef struct pb_live_hooks {
    void *user;
    void (*event)(void *user, const pb_pipeline *pipeline, const pb_event *event, const pb_meaning *meaning);
    void (*called)(void *user, const pb_pipeline *pipeline, pb_span call);   /* as recorded; also while recovering */
    /* Several lives, one who decides: waits for its turn (begin), gives it up. Which
     * point is answered is chosen when the turn has come: those overtaken are skipped. */
    void (*turn)(void *user, bool begin);
} pb_live_hooks;

/* Entries of the bus. points: {"received_us":N,"points":[..]}, N the kernel's time of receipt (UTC) of
 * the first of them, the array as pb_points_feed reads it, 40 points or 2 ms of them;
 * events: an event line; calls: a call as it is recorded. */

typedef struct pb_live_options {
    const char *udp, *points_udp;    /* "127.0.0.1:20777"; NULL off. Port 0: a free one */
    const char *const *forward;      /* where received F1 datagrams go on to, unchanged */
    uint32_t    n_forward;           /* at most PB_FORWARD_MAX */
    int         input_fd;            /* lines of any feed; -1 none. Not closed */
    const char *record_dir;          /* NULL: nothing is kept */
    pb_record_options record;
    uint32_t    sync_ms;             /* frames wait so long for company on their way to the disk; 20 */
    size_t      queue_bytes;         /* of each ring, 32 MiB: what a stalled disk or thread may cost in memory */
    uint32_t    gather_us;           /* between two looks at the sockets, 1,000: fewer wake-ups for less than that of delay */
    const char *own_car;             /* NULL: as the feed says */
    const char *store_url;           /* NULL: none; needs record_dir */
    const char *team;                /* whose sessions the store is told they are; NULL: the home team's */
    pb_engine_decide *decide;        /* NULL: no calls */
    void       *decide_user;
    pb_bus     *bus;                 /* NULL: none; outlives the live */
    const char *topics;              /* of the bus: "ID" makes them "ID/points" ...; NULL: "points", "events", "calls" */
    uint64_t    first_seq;           /* number of the first record where there is no recording to go on from; 0: 1 */
    pb_live_hooks hooks;
} pb_live_options;
pb_live_options pb_live_options_default(void);

#define PB_FORWARD_MAX 16

typedef struct pb_live pb_live;

/* Opens everything, goes on where the recording ended, starts the threads. Receiving
 * begins at once; the state is that of the recording's end when `recovering` is off.
 * PB_E_IO, PB_E_USAGE with what could not be opened. Copies the options' texts. */
pb_status pb_live_start(const pb_live_options *options, pb_live **out, pb_error *error);

/* ---- by hand ---- */
/* Hands frames in as if they had been received: numbered (their seq is not looked at), recorded,
 * followed. received_us is kept where it is not 0. Any thread; nothing is dropped: it waits up
 * to wait_ms for room. *given says how many were taken.
 * PB_E_LIMIT  the time is over, or one is longer than the queue ever takes
 * PB_E_CANCELLED  the live ends */
pb_status pb_live_give(pb_live *live, const pb_frame *frames, uint32_t n, uint32_t wait_ms, uint32_t *given,
                       pb_error *error);
/* Longest payload that it takes. */
size_t    pb_live_give_max(const pb_live *live);
/* The queue is more than half full: who could wait should. */
bool      pb_live_is_busy(pb_live *live);
/* All that was received is in the state; newest number in it. */
bool      pb_live_is_settled(pb_live *live, uint64_t *seq);
/* Decision points pass unanswered while it is on: a replay that is wound forward. The newest of them is answered
 * when it is off again, so that where the replay comes to stand there is a call. */
void      pb_live_hush(pb_live *live, bool on);
/* Begins again with an empty state; numbers go on. Only without a recording (PB_E_UNSUPPORTED)
 * and when it is settled (PB_E_LIMIT). */
pb_status pb_live_restart(pb_live *live, pb_error *error);

/* ---- how it goes ---- */
typedef enum pb_part_state { PB_PART_OFF = 0, PB_PART_OK, PB_PART_STALLED, PB_PART_BEHIND } pb_part_state;
const char *pb_part_state_name(pb_part_state state);     /* "off", "ok", "stalled", "behind" */

/* Where a record can be lost, by source: each counts records. */
typedef struct pb_live_drops {
    uint64_t kernel;                 /* the socket's buffer was full */
    uint64_t record;                 /* the ring to the recorder was full: not in the record */
    uint64_t process;                /* the ring to the live state was full: read back from the record where there is one, and then counted no more */
    uint64_t cut;                    /* longer than is taken */
} pb_live_drops;

typedef struct pb_live_latency {     /* from the kernel's time of receipt to the updated window, this run */
    uint64_t n;
    double   p50_ms, p99_ms, max_ms;
} pb_live_latency;

typedef struct pb_live_status {
    int64_t       now_us;            /* UTC */
    double        up_s;
    bool          recovering;        /* the state is being made from the recording */
    bool          listening;         /* something can still come: a socket is open, or the input */
    uint16_t      udp_port, points_port;    /* 0 off */
    char          record_id[PB_RECORD_ID_MAX];
    uint64_t      received[PB_FEED_N];      /* this run */
    uint64_t      received_bytes;
    uint64_t      seq;               /* newest number given */
    uint64_t      durable_seq;       /* every record up to it that was not dropped is on disk */
    uint64_t      processed_seq;
    uint64_t      applied_seq;       /* committed in the store */
    pb_part_state record, store;
    char          record_why[PB_ERROR_TEXT_MAX], store_why[PB_ERROR_TEXT_MAX];
    uint64_t      record_bytes, record_failures, record_cut, store_failures, store_rows;
    pb_live_drops drops[PB_FEED_N];
    pb_ring_stats process_ring, record_ring;
    pb_live_latency latency;
    uint64_t      forwarded, forward_failed;
    uint64_t      points, windows, events, refused, clocks;  /* from the first record on; as in pb_pipeline_counts */
    uint64_t      decisions, decided, skipped, decide_failed; /* this run */
    double        decide_ms;         /* the last one took */
    char          decide_why[PB_ERROR_TEXT_MAX];             /* it could not be made: why; "" */
} pb_live_status;

/* From any thread. */
void pb_live_status_get(pb_live *live, pb_live_status *out);

/* Shows the state to f while nothing changes it; be quick. call: the last call as
 * recorded, one JSON object, empty when there is none. */
typedef void pb_live_look(void *user, const pb_pipeline *pipeline, pb_span call);
void pb_live_see(pb_live *live, pb_live_look *f, void *user);

/* Takes in what the sockets still hold, records, syncs, stores (at most wait_ms more)
 * and ends. last (may be NULL) sees the state that it ended with; it is not called when
 * the recording was still being read back. A store that hangs is left to the end of the process. */
void pb_live_stop(pb_live *live, uint32_t wait_ms, pb_live_look *last, void *user);
/* The first half of it: ends the threads, closes sockets and the recording; the state
 * can still be seen until pb_live_free. False when a store hangs: then nothing may be freed. */
bool pb_live_halt(pb_live *live, uint32_t wait_ms);
void pb_live_free(pb_live *live);
/* The same; *out is how it ended: what is not on disk by then is lost, what is not in
 * the store comes with the next start. */
void pb_live_end(pb_live *live, uint32_t wait_ms, pb_live_look *last, void *user, pb_live_status *out);

#ifdef __cplusplus
}
#endif
#endif
