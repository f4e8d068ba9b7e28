/* replay_send.h - records to where others listen: UDP ports and URLs.
 *
 * Used by the replay command only. */
#ifndef PB_APPS_REPLAY_SEND_H
#define PB_APPS_REPLAY_SEND_H

#include "pitboard/engine_record.h"

typedef struct replay_send replay_send;

/* to: "udp://HOST:PORT", "http://..." or "https://..." (POST of each body). kind: pb_feed_kind
 * that is sent; 0 all. */
pb_status replay_send_open(const char *to, uint8_t kind, bool remote, replay_send **out, pb_error *error);
/* PB_OK also for what is not sent because of its kind. UDP: what cannot be sent is counted. */
pb_status replay_send_frame(replay_send *to, const pb_frame *frame, pb_error *error);
uint64_t  replay_send_count(const replay_send *to);
uint64_t  replay_send_failed(const replay_send *to);
void      replay_send_close(replay_send *to);

#endif
