/* ws.h - inside of a WebSocket: what ws.c, ws_input.c and ws_handshake.c share. */
#ifndef PB_WS_H
#define PB_WS_H

#include "server.h"
#include "ws_frame.h"

struct pb_ws {
    pb__conn    *conn;
    pb_exchange *request; /* in ws_open only */
    void        *user;
    bool         deflate; /* agreed */
    bool         wanted;  /* ws_next has something, perhaps */
    bool         queued;  /* in server->wants */
    pb_ws       *next_want;
    /* input: one frame, of one message */
    bool         in_frame, in_message, packed;
    pb__ws_frame frame;
    uint64_t     frame_at; /* bytes of its payload so far */
    char        *message;  /* of the parts so far */
    size_t       message_len, message_cap;
    char         control[PB__WS_CONTROL_MAX];
    double       tokens; /* frames that it may still send */
    int64_t      tokens_us;
    /* output besides messages */
    int     pong_len; /* -1: none due */
    char    pong[PB__WS_CONTROL_MAX];
    bool    ping_due, ping_out;
    int64_t ping_us;       /* when the last one was sent */
    bool    ending, ended; /* a close frame is due; was sent */
    uint8_t close[PB__WS_CONTROL_MAX];
    size_t  close_len;
};

/* ws.c */
void pb__ws_send(pb_ws *ws);                                   /* what is due, as far as it is taken */
void pb__ws_queue(pb_ws *ws);                                  /* pb__ws_send soon */
void pb__ws_fail(pb_ws *ws, uint16_t code, const char *why);   /* for what the client did */
void pb__ws_finish(pb_ws *ws, uint16_t code, const char *why); /* once */

void pb__ws_forget_message(pb_ws *ws); /* ws_input.c */

/* ws_deflate.c: text packed for permessage-deflate without context, held for the caller;
 * NULL: send it as it is. Of the same blob for the next client it is there already. */
pb_blob *pb__deflate(pb_server *server, pb_blob *text);
/* A packed message into to: 0, or the close code. */
int  pb__inflate(pb_server *server, pb_span packed, char *to, size_t cap, size_t *len);
bool pb__deflate_offered(const char *extensions); /* in a form that we can do */
void pb__deflate_free(pb_server *server);

#endif
