/* hub_parts.h - what the files of the hub share.
 *
 *     race ----- readers of the bus, views as documents     one a session that is watched
 *       |
 *     channel -- (topic, car or all, pace): numbered messages, made once
 *       |
 *     watch ---- a place in a channel --- client            a place is a number, no queue
 *
 * A client that is gone stays for 30 s, "parked", with its watches: who comes back goes
 * on from there. All on the loop's thread, but for the box of jobs. */
#ifndef PB_API_HUB_PARTS_H
#define PB_API_HUB_PARTS_H

#include <pthread.h>

#include "hub_read.h"
#include "pitboard/api_hub.h"
#include "pitboard/engine.h"

#define PB__KEEP_US 30000000              /* messages of a channel, and a client that is gone */
#define PB__KEEP_BYTES ((size_t)4 << 20)  /* of a channel */
#define PB__KEEP_ALL ((size_t)64 << 20)   /* of all channels; the largest gives way */
#define PB__LATE_US 1000000               /* further behind than this: the latest instead */
#define PB__PENDING_MAX ((size_t)1 << 20) /* of a stream: then it is a message before its time */
#define PB__WATCHES_MAX 256 /* of a channel; more of them get another, so that not all messages leave at one time */
#define PB__STEPS 8
#define PB__PARKED_MAX 4096
#define PB__REPLIES_MAX 8
#define PB__ERRORS_MAX 10
#define PB__RECHECK_US 5000000 /* a client's token is looked at again */
#define PB__STREAM_MAX 33      /* 32 hex digits and NUL */

typedef struct pb__race    pb__race;
typedef struct pb__channel pb__channel;
typedef struct pb__watch   pb__watch;
typedef struct pb__client  pb__client;

/* A parsed view, shared by the channels that have sent it. */
typedef struct pb__value {
    uint32_t     holders;
    uint64_t     version;
    pb_json_doc *doc;
} pb__value;

/* ---- channel ---- */

typedef struct pb__message {
    int64_t  made_us; /* monotonic */
    pb_blob *blob;
} pb__message;

typedef struct pb__pending { /* values of the next message of a stream, separated by commas */
    char    *text;
    size_t   len, cap;
    uint32_t n;
    int64_t  received_us; /* UTC, of the first; 0 unknown */
    uint64_t missed;      /* entries of the bus that were passed over before it */
} pb__pending;

struct pb__channel {
    pb__channel *prev, *next;
    pb__topic    topic;
    int16_t      car; /* 0 all */
    uint32_t     pace_ms;
    pb__race    *race;              /* NULL: of a team */
    char         team[PB_TEAM_MAX]; /* of job and health */
    pb__watch   *watches;
    uint32_t     n_watches, step; /* of PB__STEPS: part of a pace that it is behind others of its kind */
    int64_t      due_us;

    uint64_t     seq;        /* of the newest message; the log holds the n newest */
    pb__message *log;        /* a ring */
    uint32_t     cap, at, n; /* at: the oldest */
    size_t       bytes;

    pb__value *value;    /* what all messages so far add up to; NULL: a stream, or nothing yet */
    pb_blob   *snapshot; /* of value; NULL: not asked for since it changed */

    pb__pending pending;
};

/* ---- race ---- */

typedef struct pb__alerts { /* what has been told */
    int32_t track;
    int     rain; /* -1 unknown */
    bool    chequered;
    struct {
        int16_t  car;
        uint16_t lap; /* of the pit entry */
        int64_t  at_us;
        char     call[96];
    } cars[40];
    uint32_t n_cars;
} pb__alerts;

struct pb__race {
    pb__race      *prev, *next;
    uint32_t       channels;
    pb_session    *session;
    char           id[PB_SESSION_ID_MAX];
    pb_bus_reader *points, *events, *calls;
    pb__value     *state, *all_calls; /* the newest that was parsed */
    pb__alerts     told;
};

/* ---- client ---- */

struct pb__watch {
    pb__channel *channel;
    pb__client  *client;
    pb__watch   *prev, *next; /* of the channel */
    int64_t      id;          /* of the subscription */
    uint64_t     wants;       /* number of the message it gets next */
    uint64_t     old_to;      /* up to here being old is no reason to pass over: it came back */
    bool         fresh;       /* a snapshot first */
};

struct pb__client {
    pb__client *prev, *next;
    pb_ws      *ws; /* NULL: parked */
    pb_caller   caller;
    bool        known, ending, credential_is_key;
    char       *credential;
    int64_t     opened_us, checked_us, parked_us;
    char        stream[PB__STREAM_MAX];
    pb__watch  *watch[PB__SUBSCRIPTIONS_MAX];
    uint32_t    n_watches, turn, errors;
    pb_blob    *replies[PB__REPLIES_MAX];
    uint32_t    n_replies;
};

/* ---- jobs: the only thing that comes from other threads ---- */

typedef struct pb__job_news {
    char         team[PB_TEAM_MAX], id[PB_JOB_ID_MAX];
    pb_job_state state;
    double       progress;
} pb__job_news;

#define PB__JOB_NEWS_MAX 256
typedef struct pb__job_box {
    pthread_mutex_t lock;
    uint32_t        n;
    uint64_t        missed;
    pb__job_news    news[PB__JOB_NEWS_MAX];
} pb__job_box;

struct pb_hub {
    pb_hub_options options;
    pb_caller      everybody; /* with access off */
    bool           everybody_known;
    pb__client    *clients, *parked;
    uint32_t       n_clients, n_parked, n_channels;
    pb__channel   *channels;
    pb__race      *races;
    size_t         kept;              /* bytes of all channels */
    int64_t        now_us, second_us; /* monotonic, of this call; of the last look at slow things */
    pb__job_box    box;
    pb__job_news   news[PB__JOB_NEWS_MAX]; /* taken out of the box */
    pb__hub_ask    ask;                    /* the message that is being read: large */
    uint64_t       sent[PB__TOPIC_N], gaps;
    pb_metric     *clients_metric, *sent_metric, *gaps_metric;
};

int64_t pb__hub_now(pb_hub *hub);

/* hub_value.c */
pb__value *pb__value_hold(pb__value *value);
void       pb__value_drop(pb__value *value);
/* Parses text and makes it fit for patches; NULL when it is no JSON. */
pb__value *pb__value_make(pb_span text, uint64_t version);
/* What a channel should show now; held by the caller. Same version as `have`: NULL. */
pb__value *pb__value_now(pb_hub *hub, pb__channel *channel);

/* hub_channel.c */
/* One that has room for another watch. */
pb__channel *pb__channel_find(pb_hub *hub, pb__topic topic, pb__race *race, const char *team, int16_t car,
                              uint32_t pace_ms);
/* NULL: too many, or out of memory. */
pb__channel *pb__channel_make(pb_hub *hub, pb__topic topic, pb__race *race, const char *team, int16_t car,
                              uint32_t pace_ms);
void         pb__channel_destroy(pb_hub *hub, pb__channel *channel);
/* Numbers and keeps a message, and wakes who watches. Takes the blob over. */
void pb__channel_say(pb_hub *hub, pb__channel *channel, pb_blob *blob);
/* Number of the oldest message kept; seq + 1 when none is. */
uint64_t           pb__channel_oldest(const pb__channel *channel);
const pb__message *pb__channel_at(const pb__channel *channel, uint64_t seq);
void               pb__channel_forget(pb_hub *hub, pb__channel *channel); /* what is older than 30 s */
void               pb__channel_wake(pb__channel *channel);

/* hub_due.c: makes what is due in a channel. */
void     pb__channel_due(pb_hub *hub, pb__channel *channel);
pb_blob *pb__channel_snapshot(pb__channel *channel); /* held by the caller; NULL: nothing is known yet */

/* hub_words.c: messages to clients; NULL when out of memory. */
typedef struct pb__words {
    char          *at;
    size_t         len;
    FILE          *to;
    pb_json_writer w;
} pb__words;
bool     pb__words_open(pb__words *text);                  /* an open object */
bool     pb__words_begin(pb__words *text, const char *op); /* the same with "op" in it */
void     pb__words_channel(pb__words *text, const pb__channel *channel, uint64_t seq);
pb_blob *pb__words_end(pb__words *text);

/* hub_race.c */
pb__race *pb__race_find(pb_hub *hub, const char *team,
                        const char *id);                 /* made when there is a session; NULL: none of the team */
void      pb__race_release(pb_hub *hub, pb__race *race); /* ends it when no channel is left */
void      pb__race_readers(pb_hub *hub, pb__race *race); /* those that its channels need, no others */
void      pb__race_drain(pb_hub *hub, pb__race *race);
bool      pb__race_is_gone(pb_hub *hub, const pb__race *race);
/* Each channel of the race and topic that shows car (0: nobody's) gets a value. */
void pb__race_give(pb_hub *hub, pb__race *race, pb__topic topic, int16_t car, pb_span json, int64_t received_us);
void pb__pending_add(pb_hub *hub, pb__channel *channel, pb_span json, int64_t received_us);

/* hub_points.c, hub_insight.c, hub_alert.c: entries of the bus to values */
bool pb__points_next(pb_span *rest, pb_span *object, int16_t *car);
void pb__race_points(pb_hub *hub, pb__race *race, pb_span entry);
bool pb__insight_means(pb_span line, int16_t *car);
void pb__alert_begin(pb__race *race);
void pb__alert_event(pb_hub *hub, pb__race *race, pb_span line);
void pb__alert_call(pb_hub *hub, pb__race *race, pb_span call);

/* hub_team.c: job and health */
void       pb__jobs_drain(pb_hub *hub);
pb__value *pb__health_now(pb_hub *hub, const pb__channel *channel);

/* hub_watch.c */
pb_status pb__watch_add(pb_hub *hub, pb__client *client, pb__channel *channel, int64_t id);
void      pb__watch_remove(pb_hub *hub, pb__watch *watch);
pb_blob  *pb__watch_next(pb_hub *hub, pb__watch *watch);

/* hub_client.c */
void pb__client_reply(pb_hub *hub, pb__client *client, pb_blob *blob); /* takes it over */
void pb__client_end(pb__client *client, uint16_t code, const char *why);
void pb__client_free(pb_hub *hub, pb__client *client);
void pb__clients_look(pb_hub *hub); /* who is overdue, whose token is over, who was parked too long */
/* Frees a parked one, the oldest; false: there is none. */
bool pb__parked_give_way(pb_hub *hub);
/* NULL: no such stream. */
pb__client *pb__parked_find(const pb_hub *hub, const char *stream);
void        pb__parked_take(pb_hub *hub, pb__client *client); /* out of the list; not freed */

/* hub_auth.c */
bool pb__auth_off(const pb_hub *hub);
/* Takes the credential when it is good. */
pb_status pb__auth_take(pb_hub *hub, pb__client *client, const char *token, bool is_key, pb_error *error);
pb_status pb__auth_again(pb_hub *hub, pb__client *client);
void      pb__auth_of_upgrade(pb_hub *hub, pb__client *client, pb_ws *ws);
/* The token in "pitboard.v1, bearer.TOKEN"; false: none. */
bool pb__auth_in_protocol(const char *protocols, char *out, size_t cap);

/* hub_origin.c */
bool pb__origin_is_host(const char *origin, const char *host);
bool pb__host_is_local(const char *host);

/* hub_answer.c: what a client asks for, by kind */
void pb__hub_answer(pb_hub *hub, pb__client *client, const pb__hub_ask *ask);
void pb__hub_refuse(pb_hub *hub, pb__client *client, const int64_t *id, int status, const char *pointer,
                    const char *detail);
void pb__answer_subscribe(pb_hub *hub, pb__client *client, const pb__hub_ask *ask);
void pb__answer_resume(pb_hub *hub, pb__client *client, const pb__hub_ask *ask);

#endif
