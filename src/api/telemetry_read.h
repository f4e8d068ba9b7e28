/* telemetry_read.h - what the routes that read telemetry share.
 *
 *     session or recording id --> a recording the caller may see --> chunks --> points --> laps, traces */
#ifndef PB_API_TELEMETRY_READ_H
#define PB_API_TELEMETRY_READ_H

#include "data.h"
#include "pitboard/feature_laps.h"
#include "pitboard/feature_trace.h"
#include "pitboard/store_live.h"

#define PB__RECORDING_MAX 80

/* ---- telemetry_find.c ---- */
typedef struct pb__owner { /* a session that records */
    char session[PB_SESSION_ID_MAX], team[PB_TEAM_MAX], record[PB_RECORD_ID_MAX];
} pb__owner;
#define PB__OWNERS_MAX 72 /* sessions at once: 64 and the one that is listened to (serve --sessions) */
typedef struct pb__owners {
    pb__owner at[PB__OWNERS_MAX];
    uint32_t  n;
} pb__owners;
void pb__owners_of(pb_recordings *telemetry, pb__owners *out);
/* The session whose recording it is; NULL none. */
const pb__owner *pb__owner_of(const pb__owners *owners, const char *record);
/* team: as the store has it; "": the home team's. */
bool             pb__may_read(const pb_caller *caller, const char *team);

typedef struct pb__recording {
    char id[PB__RECORDING_MAX], session[PB_SESSION_ID_MAX]; /* session: "" none */
} pb__recording;
/* Of the path's {id}, which names a recording or a session. PB_E_NOENT. */
pb_status pb__recording_find(pb_recordings *telemetry, pb_store *store, pb_request *request, pb__recording *out,
                             pb_error *error);

/* ---- telemetry_points.c ---- */
typedef bool pb__point_give(void *user, const pb_point *point);
/* Points of a car as they came, of the chunks that touch [from, to]; false of give, or a client that is gone, stops.
 * PB_E_CANCELLED in the second case. */
pb_status   pb__points_read(pb_store *store, const pb_request *request, const char *recording, int32_t car,
                            int64_t from_us, int64_t to_us, pb__point_give *give, void *user, pb_error *error);
const char *pb__channel_unit(int channel);
int         pb__channel_decimals(int channel);

/* ---- telemetry_book.c: laps of a car, found once ---- */
typedef struct pb__car_book {
    pb_lap_report laps;
    bool          by_windows; /* no lap distance: laps as the counter cut them */
    int64_t       first_us, last_us;
    uint64_t      points, seen[PB_CH_N], placed;
    uint32_t      holes; /* a second and more without a point */
    double        longest_hole_s;
} pb__car_book;

typedef struct pb__book pb__book;
pb__book               *pb__book_create(void);
void                    pb__book_destroy(pb__book *book);
/* Copied out. PB_E_NOENT: the recording has no point of this car. */
pb_status pb__book_read(pb__book *book, pb_store *store, const pb_request *request, const char *recording, int32_t car,
                        pb__car_book *out, pb_error *error);
/* The best lap that is whole; NULL none. */
const pb_telemetry_lap *pb__book_best(const pb__car_book *car);

struct pb_recordings {
    pb_data     *data;
    pb_sessions *sessions;
    pb__book    *book;
};

/* Takes a handle, finds the recording, does it. */
typedef pb_status pb__telemetry_work(pb_recordings *telemetry, pb_store *store, const pb__recording *recording,
                                     pb_request *request, pb_reply *reply, pb_error *error);
pb_status pb__telemetry_do(pb_recordings *telemetry, pb__telemetry_work *work, pb_request *request, pb_reply *reply,
                           pb_error *error);
/* The car of the path or of a text; 0 none. */
int32_t pb__car_read(const char *text);

/* ---- routes ---- */
pb_route_run pb__run_recordings, pb__run_recording; /* route_telemetry_list.c */
pb_route_run pb__run_telemetry_laps;                /* route_telemetry_laps.c */
pb_route_run pb__run_telemetry_car;                 /* route_telemetry_car.c */
pb_route_run pb__run_windows;                       /* route_telemetry_windows.c */
pb_route_run pb__run_traces;                        /* route_telemetry_traces.c */

#endif
