/* api_ask.h - what every route of api_work does alike: hold a desk, look whether the
 * answer is kept, make it, keep it, time it.
 *
 * An answer is a function that reads the body and writes one JSON value; it knows
 * nothing of HTTP, so tests call it as it is. */
#ifndef PB_APPS_API_ASK_H
#define PB_APPS_API_ASK_H

#include "api_cache.h"
#include "api_desk.h"
#include "api_now.h"

struct api_work {
    api_work_options options;
    api_desks       *desks;
    api_cache       *cache;
    pb_metric       *seconds; /* pitboard_work_seconds by kind */
    pb_job_kind      kinds[2];
};

typedef struct api_ask {
    api_work       *work;
    const api_desk *desk;
    pb_json         body;
    api_now         now; /* of a body that names a session */
} api_ask;

/* Whose question it is: team (NULL: nobody's, who has no sessions). Holds a desk and the moment of a session until
 * api_ask_close, which is due in every case. */
pb_status api_ask_open(api_work *work, const char *team, pb_json body, api_ask *out, pb_error *error);
void      api_ask_close(api_ask *ask);

/* Writes one value. Errors: the text begins with the pointer of what is wrong in the
 * body ("/lap: ..."), where there is one. */
typedef pb_status api_answer(const api_ask *ask, pb_json_writer *to, pb_error *error);

/* The answer, kept or made. kind: a static word for the metrics. Let go of *out. */
pb_status api_ask_blob(const api_ask *ask, const char *kind, api_answer *answer, pb_blob **out, pb_error *error);
pb_status api_ask_put(const api_ask *ask, const char *kind, api_answer *answer, pb_reply *reply, pb_error *error);
/* Opened, answered and closed: a whole route. */
pb_status api_ask_reply(api_work *work, const char *kind, api_answer *answer, pb_request *request, pb_reply *reply,
                        pb_error *error);
/* A value as text; free() it. NULL when out of memory. */
char *api_text_of(pb_json value, size_t *len);

/* A job whose input is the body of a request: writes one value, timed as kind. */
typedef pb_status api_job_body(api_work *work, pb_json body, pb_job_run *job, pb_json_writer *to, pb_error *error);
pb_status         api_job(api_work *work, const char *kind, api_job_body *f, pb_job_run *run, pb_bytes *result,
                          pb_error *error);

/* An error of a command as one of a body: "--lap 70: ..." becomes "/lap: 70: ...", wrong
 * usage a broken rule. Returns the status. */
pb_status api_pointed(pb_status status, pb_error *error);

/* ---- members of a body that many have ---- */

/* seed, 1; trials from 1 to most, fallback; both checked by the schema too. */
pb_status api_read_seed(pb_json body, uint64_t *out, pb_error *error);
pb_status api_read_u32(pb_json body, const char *key, uint32_t lo, uint32_t hi, uint32_t *out, pb_error *error);
/* A text into a buffer; *out NULL when it is not there. */
pb_status api_read_text(pb_json body, const char *key, char *buffer, size_t cap, const char **out, pb_error *error);

#endif
