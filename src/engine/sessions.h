/* sessions.h - what the files of a session share. Each field says whose it is. */
#ifndef PB_ENGINE_SESSIONS_H
#define PB_ENGINE_SESSIONS_H

#include <pthread.h>
#include <stdatomic.h>

#include "live.h"
#include "pitboard/engine_sessions.h"
#include "pitboard/engine_source.h"
#include "pitboard/store.h"

#define PB__SESSION_NAME_MAX 96
#define PB__SESSION_KEY_MAX 192
#define PB__INPUTS_MAX 16 /* questions whose calls are not recorded yet */
#define PB__UNFOLLOWED_MAX 128
#define PB__FOLLOW_LAPS 3 /* what a car does within so many laps is what followed a call */

/* ---- views ---- */
typedef struct pb__slot {
    pb_blob *plain, *packed;
    uint64_t version, basis; /* basis: changes it was made of */
    int64_t  made_us;        /* monotonic; 0 never */
    int16_t  car;            /* whose place it is; 0: free, or all cars */
} pb__slot;

/* ---- calls ---- */
typedef struct pb__call { /* the newest of a car */
    int16_t         car;
    uint64_t        seq;
    char           *text, *head; /* as recorded; what a dashboard shows of it: members of an object, without braces */
    pb_call_outcome outcome;
} pb__call;

typedef struct pb__input { /* what a call was made from */
    uint64_t seq;
    int16_t  car;
    char    *json;
} pb__input;

typedef struct pb__unfollowed {
    uint64_t seq;
    int16_t  car;
    uint16_t lap; /* of the call */
} pb__unfollowed;

/* ---- what is written to the store ---- */
typedef enum pb__note_kind { PB__NOTE_CALL, PB__NOTE_FOLLOWED, PB__NOTE_SESSION, PB__NOTE_GONE } pb__note_kind;
typedef struct pb__note {
    struct pb__note *next;
    pb__note_kind    kind;
    char             key[PB__SESSION_KEY_MAX], team[PB_TEAM_MAX], id[PB_SESSION_ID_MAX];
    uint64_t         seq;
    int64_t          at_us;
    int32_t          lap, target_lap;
    int16_t          car;
    char             action[24], compound[24], state[16];
    char            *inputs, *text, *place; /* of a session: its spec and position */
    char             followed[64];
} pb__note;

typedef struct pb__notes {
    pthread_mutex_t lock; /* of the list */
    pthread_cond_t  come;
    pb__note       *first, *last;
    uint32_t        n;
    uint64_t        lost;
    bool            ends;
    pthread_mutex_t store_lock; /* of the store: who writes or reads takes all waiting notes with it */
    pb_store       *store;
    pthread_t       thread;
    bool            started;
} pb__notes;

/* ---- a replay ---- */
typedef struct pb__replay {
    /* the thread's own */
    pb_source            *source;
    pb_frame              frame;
    bool                  have, is_record, begun;
    int64_t               before_us, clock_us; /* of the newest frame; race time since the start */
    int64_t               kept_us;             /* monotonic: its place was last written */
    int64_t               base_mono_us, base_clock_us;
    atomic_uint_least64_t frames; /* given since the start */
    /* under the session's lock */
    bool      paused, stop, seek;
    double    speed, speed_now; /* wanted; in force since base */
    uint16_t  seek_lap;
    uint64_t  resume_at; /* frames to wind forward over at the start */
    pthread_t thread;
    bool      started;
} pb__replay;

struct pb_session {
    atomic_uint  holders;
    pb_sessions *all;
    /* fixed */
    pb_session_kind    kind;
    bool               kept, decides;
    char               id[PB_SESSION_ID_MAX], team[PB_TEAM_MAX], name[PB__SESSION_NAME_MAX], own_car[16];
    char               replay_name[PB__SESSION_NAME_MAX], key[PB__SESSION_KEY_MAX];
    char              *replay_path, *record_dir, *udp, *points_udp, *store_url;
    int64_t            created_us;
    pb_live_options    live_options; /* texts: those above */
    _Atomic(pb_live *) live;         /* NULL until it has begun */
    atomic_bool        ends;         /* soon: waits for no turn any more */
    bool               has_turn;     /* its deciding thread's own */

    pthread_mutex_t       lock;
    pthread_cond_t        come;
    pb_session_state      state;
    char                  why[256];
    bool                  halting, hangs; /* hangs: its store does not answer, nothing of it may be freed */
    pb__replay            replay;
    atomic_uint           begun;   /* twice the times it began anew; odd: it does now */
    atomic_uint_least64_t changes; /* of what is not in the count of records */

    pthread_mutex_t calls_lock;
    pb__call        newest[PB_CARS_MAX];
    uint32_t        n_newest;
    char           *outlook; /* of the newest call that told one, an object; NULL none yet */
    pb__input       inputs[PB__INPUTS_MAX];
    uint32_t        next_input;
    pb__unfollowed  unfollowed[PB__UNFOLLOWED_MAX];
    uint32_t        n_unfollowed;

    pthread_mutex_t view_lock, make_lock; /* of the slots; of who makes one */
    pb__slot        views[PB_VIEW_N], cars[PB_CARS_MAX], car_calls[PB_CARS_MAX];
    uint64_t        last_version;
    uint32_t        next_place; /* of a car when all places are taken */
    pb_race_state  *seen;       /* under make_lock: a copy to print from */

    pthread_mutex_t give_lock;
    pb_points      *points; /* under give_lock: looks at bodies; made when needed */
};

struct pb_sessions {
    struct pb__sessions_sums *sums; /* NULL: nobody counts */

    pb_sessions_options options;
    char               *store_url, *record_root;
    pthread_mutex_t     lock; /* of the list */
    pb_session        **at;
    uint32_t            n;
    bool                ends;
    atomic_bool         hangs; /* a session that is gone left a thread behind */
    pthread_mutex_t     decide_lock;
    pthread_cond_t      decide_free;
    bool                deciding; /* one does; under decide_lock */
    pb__notes           notes;
};

/* Where one that was kept goes on. */
typedef struct pb__resume {
    int64_t  created_us;
    uint64_t seq, frames; /* of a replay: newest number, frames that were given */
    bool     paused;
} pb__resume;

/* spec->id is there; resume NULL: a new one. */
pb_status pb__sessions_add(pb_sessions *all, const pb_session_spec *spec, const pb__resume *resume, pb_error *error);

/* ---- one session ---- */
pb_status pb__session_make(pb_sessions *all, const pb_session_spec *spec, const pb__resume *resume, pb_session **out,
                           pb_error *error);
pb_status pb__session_begin(pb_session *s, const pb__resume *resume, pb_error *error);
void      pb__session_tell_to_end(pb_session *s); /* soon; halt waits for it */
void      pb__session_halt(pb_session *s, uint32_t wait_ms);
void      pb__session_free(pb_session *s);
void      pb__session_touch(pb_session *s);
void      pb__session_tell(pb_session *s, pb_session_state state, const char *why);
/* Its members, from a state that is already copied. */
void     pb__session_put(pb_session *s, const pb_race_state *state, pb_json_writer *to);
uint16_t pb__session_lap(const pb_race_state *state);

void *pb__session_replay(void *session);
/* Decisions of a session: hands on to the one who decides, and keeps what was known. */
pb_status pb__session_decide(void *session, const pb_ask *ask, pb_json_writer *to, pb_error *error);
void      pb__session_turn(void *session, bool begin);
void      pb__session_wait_no_more(pb_session *s);
void      pb__session_called(void *session, const pb_pipeline *pipeline, pb_span call);
void pb__session_event(void *session, const pb_pipeline *pipeline, const pb_event *event, const pb_meaning *meaning);
void pb__session_forget_calls(pb_session *s); /* it begins again */

/* ---- printing; state: a copy ---- */
void        pb__put_race(const pb_race_state *state, int16_t own, pb_json_writer *to);
void        pb__put_live_car(const pb_live_car *car, pb_json_writer *to); /* members of an open object */
void        pb__put_health(const pb_live_status *status, pb_json_writer *to);
void        pb__put_call(const pb__call *call, bool whole, pb_json_writer *to, const char *key);
const char *pb__session_flag(const pb_race_state *state);
int16_t     pb__session_own(pb_session *s); /* key of our car, 0 not known */
/* As pb_tracker_log names it; NULL none. */
const pb_live_car *pb__session_car_of_log(const pb_race_state *state, const char *code);

/* ---- the store ---- */
pb_status pb__notes_open(pb_sessions *all, pb_error *error);
void      pb__notes_close(pb_sessions *all, uint32_t wait_ms);
void      pb__notes_put(pb_sessions *all, pb__note *note); /* takes it over; NULL is harmless */
pb__note *pb__note_make(const pb_session *s, pb__note_kind kind);
void      pb__note_free(pb__note *note);
/* With the store in hand and all that waited written; under store_lock. */
typedef pb_status pb__with_store(void *user, pb_store *store, pb_error *error);
pb_status         pb__notes_with(pb_sessions *all, pb__with_store *f, void *user, pb_error *error);

void      pb__session_keep(pb_session *s);      /* writes what the next start needs */
uint64_t  pb__session_last_call(pb_session *s); /* newest seq in its log, 0 none */
pb_status pb__sessions_resume(pb_sessions *all, pb_error *error);

/* sessions_sums.c: metrics of all of them. */
void pb__sessions_count(pb_sessions *all);
void pb__sessions_count_no_more(pb_sessions *all);

/* Text of malloc from a writer that is open over it. */
typedef struct pb__text {
    char          *at;
    size_t         len;
    FILE          *to;
    pb_json_writer w;
} pb__text;
bool pb__text_begin(pb__text *t);
/* False: out of memory, nothing is left. No line feed behind it. */
bool pb__text_end(pb__text *t);
/* null for PB_MS_NONE; for less than the least that says something. */
void pb__text_ms(pb_json_writer *w, const char *key, int32_t ms);
void pb__text_above(pb_json_writer *w, const char *key, int64_t value, int64_t least);

#endif
