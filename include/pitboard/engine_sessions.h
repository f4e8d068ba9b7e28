/* pitboard/engine_sessions.h - several races at once, each a live of its own: feeds,
 * or a replay that can be paused, hurried, wound and stopped.
 *
 * A session has an id, a team that it belongs to, and what it is fed by. Who asks for
 * one names the team and gets PB_E_NOENT for another's, as for none. What sessions
 * there are is kept in the store: at the next start they go on (feeds by their record,
 * replays from where they were). One that was stopped, or a replay that reached its end, can be seen
 * until another needs its place or the process ends.
 *
 * Views. What many ask for is made once a change and handed out as a blob:
 *
 *     pb_session_view(s, PB_VIEW_STATE, 0, &version)     the whole dashboard, one JSON object
 *
 * A view is at most refresh_ms old while the race goes on, and the same blob (and
 * version) while nothing changed. Any thread may ask.
 *
 * Floor 6. Uses store, bus and below. */
#ifndef PITBOARD_ENGINE_SESSIONS_H
#define PITBOARD_ENGINE_SESSIONS_H

#include "pitboard/base_blob.h"
#include "pitboard/base_log.h"
#include "pitboard/base_metrics.h"
#include "pitboard/engine_live.h"

#ifdef __cplusplus
extern "C" {
#endif

#define PB_SESSION_ID_MAX 64
#define PB_TEAM_MAX       64

typedef struct pb_sessions pb_sessions;
typedef struct pb_session pb_session;

typedef enum pb_session_kind { PB_SESSION_FEED, PB_SESSION_REPLAY } pb_session_kind;

typedef struct pb_session_spec {
    pb_session_kind kind;
    const char *id;                  /* NULL: one is made. [a-z0-9-]{1,63} */
    const char *team;
    const char *name;                /* for people; NULL: the id */
    const char *own_car;             /* NULL: as the feed says */
    const char *replay;              /* of a replay: a path that pb_source_open takes (the caller has checked that it may be read) */
    const char *replay_name;         /* how it is called in answers: never a path */
    double      speed;               /* of a replay, 0.1 .. 1000; 0: as fast as it goes (the default is 1) */
    bool        calls;               /* decide at decision points */
    bool        kept;                /* go on at the next start */
    pb_live_options live;            /* of a feed: ports and record; of a replay only queue_bytes is read */
} pb_session_spec;
pb_session_spec pb_session_spec_default(void);

typedef struct pb_sessions_options {
    const char *store_url;           /* where the list, the log of calls and the rows of kept feeds go; NULL: nowhere */
    pb_engine_decide *decide;
    void       *decide_user;         /* one question at a time over all sessions: a lock is kept here */
    pb_bus     *bus;                 /* topics "points", "events", "calls" of a session are "ID/points" ... */
    uint32_t    refresh_ms;          /* of views, 50 */
    uint32_t    sessions_max;        /* 16 */
    size_t      replay_queue_bytes;  /* 2 MiB */
    bool        resume_later;        /* pb_sessions_resume is called, and a store that is away now is no error */
    const char *record_root;         /* a kept feed without a record_dir records to ROOT/ID; NULL: it does not */
    pb_metrics *metrics;
    pb_logger     *log;
} pb_sessions_options;
pb_sessions_options pb_sessions_options_default(void);

pb_status pb_sessions_open(const pb_sessions_options *options, pb_sessions **out, pb_error *error);
/* With resume_later, once: what was kept goes on. PB_E_IO: the store is away, call it again. */
pb_status pb_sessions_resume(pb_sessions *sessions, pb_error *error);
/* Ends all, with everything written. False: a store hangs, and what it was opened with (bus, log, metrics) must stay
 * until the process ends. */
bool      pb_sessions_close(pb_sessions *sessions, uint32_t wait_ms);

pb_status pb_sessions_start(pb_sessions *sessions, const pb_session_spec *spec, char id[PB_SESSION_ID_MAX],
                            pb_error *error);
/* Held by the caller until pb_session_drop; NULL: none, or another team's. team NULL: whoever's. */
pb_session *pb_sessions_find(pb_sessions *sessions, const char *team, const char *id);
void        pb_session_drop(pb_session *session);
/* Each session of the team (NULL: all), under no lock. */
void        pb_sessions_each(pb_sessions *sessions, const char *team, void (*f)(void *user, pb_session *session),
                             void *user);

const char *pb_session_id(const pb_session *session);
const char *pb_session_team(const pb_session *session);
/* id, name, kind, state ("running", "paused", "ended", "failed"), speed, position {lap, laps_total, session_ms},
 * own_car, started, why: into an open object. */
void        pb_session_put(pb_session *session, pb_json_writer *to);
pb_live    *pb_session_live(pb_session *session);    /* valid while the session is held */
typedef enum pb_session_state {
    PB_SESSION_RUNNING, PB_SESSION_PAUSED, PB_SESSION_ENDED, PB_SESSION_FAILED
} pb_session_state;
const char *pb_session_state_name(pb_session_state state);
/* Grows with whatever a view may show: cheap, no lock. */
uint64_t    pb_session_changes(pb_session *session);

/* Ends it with everything written (of a feed: as pb_live_halt); it stays in the list as "ended" and can be looked at. */
void        pb_session_end(pb_session *session, uint32_t wait_ms);

/* ---- control of a replay (PB_E_UNSUPPORTED for a feed, but for stop) ---- */
typedef enum pb_session_verb {
    PB_SESSION_PAUSE, PB_SESSION_RESUME, PB_SESSION_SPEED, PB_SESSION_SEEK_LAP, PB_SESSION_STOP
} pb_session_verb;
pb_status pb_session_control(pb_session *session, pb_session_verb verb, double value, pb_error *error);

/* ---- feeding by hand: POST /telemetry, corrections ---- */
typedef struct pb_session_taken {
    uint64_t accepted, refused;
    uint32_t n_reasons;
    struct { uint64_t n; char where[64], why[128]; } reasons[16];   /* where: "/3" of an array, "line 4" */
} pb_session_taken;
/* One body of points or event lines as PB_FEED_POINTS takes them; validated as it will
 * be by the pipeline, so that the answer is true; nothing is taken when there is no
 * room (PB_E_LIMIT). Accepted means numbered and handed to the record. */
pb_status pb_session_give(pb_session *session, pb_span body, pb_session_taken *out, pb_error *error);
/* The same of a kind that is known (what `pitboard replay --to` sends): a message of the game or of live timing
 * is one record, and accepted means that it is whole; by_hand: a person's, for corrections. */
pb_status pb_session_give_as(pb_session *session, uint8_t feed_kind, bool by_hand, pb_span body, pb_session_taken *out,
                             pb_error *error);

/* ---- views ---- */
typedef enum pb_view {
    PB_VIEW_STATE,                   /* the dashboard: session, race state, newest call, health */
    PB_VIEW_CAR,                     /* one car, with its stints and laps */
    PB_VIEW_CALLS,                   /* the newest call of each car */
    PB_VIEW_N
} pb_view;
/* Held by the caller; car: the feed's key, of PB_VIEW_CAR; of PB_VIEW_CALLS 0 is all of them. version grows with every
 * change. NULL with PB_E_NOENT for a car that is not there. packed: gzip of the same. */
pb_status pb_session_view(pb_session *session, pb_view view, int16_t car, bool packed, pb_blob **out, uint64_t *version,
                          pb_error *error);

/* The race as it stands, as a decision point for our car would have it (lap 0 and car 0: it is not known yet). version: of
 * no other moment of any session; ends with the number of events until then. */
#define PB_SESSION_VERSION_MAX 256
pb_status pb_session_now(pb_session *session, pb_ask *out, char version[PB_SESSION_VERSION_MAX], pb_error *error);

/* Closed laps of all cars as values of an open array, by code of the car, then lap: car, code, lap, time_ms, end_ms, gap_ms
 * (behind the first car's end of the same lap), position, sector_ms, compound, tyre_age_laps, pit_in, pit_out, deleted. */
pb_status pb_session_laps(pb_session *session, pb_json_writer *to, pb_error *error);

/* The key of a car by its number or its code ("44", "HAM"); 0: none. */
int16_t   pb_session_car(pb_session *session, const char *name);

/* ---- the log of calls: what was advised, from what, what became of it ---- */
typedef enum pb_call_outcome { PB_CALL_OPEN, PB_CALL_ACCEPTED, PB_CALL_REFUSED, PB_CALL_SUPERSEDED } pb_call_outcome;
const char *pb_call_outcome_name(pb_call_outcome outcome);
/* By a person. seq names the calls of one moment: car says which; 0: that of our car, or the only one. PB_E_NOENT: no such
 * call; PB_E_RULE: it was superseded, or settled before. */
pb_status pb_session_settle(pb_session *session, uint64_t seq, int16_t car, pb_call_outcome outcome, const char *by,
                            pb_error *error);
/* Calls of the session from the store, oldest first, as values of an open array: seq, lap, car, at, action, compound,
 * inputs, call, outcome, by, followed (what the car did within 3 laps: {"lap","compound"} or null). */
pb_status pb_session_history(pb_session *session, uint64_t after_seq, uint32_t limit, pb_json_writer *to, pb_error *error);
/* The same; *next is the newest seq of a full page, 0 when there are no more now. Calls of one seq stay together, so that a
 * page may have one more than limit. */
pb_status pb_session_history_page(pb_session *session, uint64_t after_seq, uint32_t limit, pb_json_writer *to,
                                  uint64_t *next, pb_error *error);

#ifdef __cplusplus
}
#endif
#endif
