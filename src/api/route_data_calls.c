/* Calls of the team's sessions by how sure they were: what became of them, and what the
 * cars then did.
 *
 *     server_calls -> the last call of each session, car and lap -> a step of confidence
 *
 * Shares have Wilson intervals: they hold for few and for none. They take calls for
 * independent, which calls of one race are not, so sessions are counted beside them. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "data.h"
#include "pitboard/race_call.h"

#define CALLS_MOST "4000" /* newest; each is parsed, 0.2 ms */
#define Z90 1.6448536269514722

static const double steps[] = {0, 0.5, 0.6, 0.7, 0.8, 0.9, 1}; /* the last one is in its step */
#define N_STEPS ((uint32_t)(sizeof steps / sizeof *steps - 1))

/* What became of the calls of one step. */
typedef struct step {
    uint32_t n, sessions, known, followed, later, same_set, sets, accepted, refused;
    double   confidence; /* sum */
    uint64_t session;    /* hash of the newest counted */
} step;

/* One call, as its row says. */
typedef struct said {
    char    session[64], action[24], compound[16], outcome[16], followed[96];
    int64_t car, lap, target;
    double  confidence;
} said;

typedef struct tally {
    step     by[2][N_STEPS], all[2]; /* stay out, box */
    said     last;                   /* of its session, car and lap; session "": none yet */
    uint64_t rows;
    uint32_t calls, sessions;
    char     session[64]; /* newest that was counted */
} tally;

/* ---- one call ---- */

static double confidence_of(const pb_store_rows *rows, uint32_t column)
{
    pb_value     value = pb_store_column(rows, column);
    pb_json_doc *doc   = NULL;
    double       out   = NAN;
    pb_error     why   = {0};
    if (value.kind != PB_VALUE_TEXT || pb_json_parse(value.text, "call", &doc, &why) != PB_OK) return NAN;
    pb_json best = pb_json_at(pb_json_member(pb_json_member(pb_json_root(doc), "call"), "actions"), 0);
    pb_json at   = pb_json_member(best, "confidence");
    (void)pb_json_f64(at, 0, 1, &out, &why); /* not there, or no number: out stays */
    pb_json_free(doc);
    return out;
}

static void read_said(const pb_store_rows *rows, said *s)
{
    pb_store_column_text(rows, 0, s->session, sizeof s->session);
    s->car = pb_store_column_i64(rows, 1, 0);
    s->lap = pb_store_column_i64(rows, 2, 0);
    pb_store_column_text(rows, 3, s->action, sizeof s->action);
    pb_store_column_text(rows, 4, s->compound, sizeof s->compound);
    s->target = pb_store_column_i64(rows, 5, 0);
    pb_store_column_text(rows, 6, s->outcome, sizeof s->outcome);
    pb_store_column_text(rows, 7, s->followed, sizeof s->followed);
    s->confidence = confidence_of(rows, 8);
}

static bool boxes(const said *s)
{
    for (int a = 0; pb_action_name((pb_action)a)[0] != '?'; a++)
        if (strcmp(s->action, pb_action_name((pb_action)a)) == 0) return pb_action_boxes((pb_action)a);
    return false;
}

/* The stop that came within three laps: its lap, 0 none, -1 not known yet. */
static int64_t stop_of(const said *s, char compound[16])
{
    pb_json_doc *doc = NULL;
    int64_t      lap = 0;
    pb_error     why = {0};
    compound[0]      = '\0';
    if (!s->followed[0] || pb_json_parse(pb_span_of(s->followed), "followed", &doc, &why) != PB_OK) return -1;
    (void)pb_json_i64(pb_json_member(pb_json_root(doc), "lap"), 0, INT16_MAX, &lap, &why); /* null: it stays 0 */
    (void)pb_json_text(pb_json_member(pb_json_root(doc), "compound"), compound, 16, &why);
    pb_json_free(doc);
    return lap;
}

/* The call is about the end of lap + 1: in, or not in. */
static void add_stop(step *to, const said *s, bool box)
{
    char    compound[16];
    int64_t lap = stop_of(s, compound);
    if (lap < 0) return;
    bool now = lap == s->lap + 1;
    to->known++;
    to->followed += box == now;
    to->later += box && lap > s->lap + 1;
    if (!box || !now || !s->compound[0]) return;
    to->sets++;
    to->same_set += strcmp(compound, s->compound) == 0;
}

static uint64_t hash_of(const char *text)
{
    uint64_t h = 1469598103934665603u;
    for (; *text; text++) h = (h ^ (unsigned char)*text) * 1099511628211u;
    return h | 1;
}

static void add_to(step *to, const said *s, bool box)
{
    uint64_t session = hash_of(s->session);
    to->n++;
    to->confidence += s->confidence;
    to->sessions += to->session != session; /* rows come session by session */
    to->session = session;
    to->accepted += strcmp(s->outcome, "accepted") == 0;
    to->refused += strcmp(s->outcome, "refused") == 0;
    add_stop(to, s, box);
}

static void add_last(tally *t)
{
    const said *s = &t->last;
    if (!s->session[0] || isnan(s->confidence) || !s->action[0]) return;
    uint32_t k   = 0;
    bool     box = boxes(s);
    while (k + 1 < N_STEPS && s->confidence >= steps[k + 1]) k++;
    add_to(&t->by[box][k], s, box);
    add_to(&t->all[box], s, box);
    t->calls++;
    if (strcmp(t->session, s->session) == 0) return;
    memcpy(t->session, s->session, sizeof t->session);
    t->sessions++;
}

static void add_row(void *with, const pb_store_rows *rows)
{
    tally *t = with;
    said   s;
    read_said(rows, &s);
    t->rows++;
    if (strcmp(s.session, t->last.session) != 0 || s.car != t->last.car || s.lap != t->last.lap) add_last(t);
    t->last = s;
}

/* ---- as JSON ---- */

static void put_share(pb_json_writer *w, const char *key, uint32_t k, uint32_t n)
{
    double p = n ? (double)k / n : NAN, z2 = Z90 * Z90, d = 1 + z2 / n;
    double mid  = (p + z2 / (2.0 * n)) / d;
    double half = Z90 * sqrt(p * (1 - p) / n + z2 / (4.0 * n * n)) / d;
    pb_json_object(w, key);
    pb_json_put_i64(w, "k", k);
    pb_json_put_i64(w, "n", n);
    pb_json_put_fixed(w, "share", p, 6);
    pb_json_put_fixed(w, "lo", n ? fmax(0, mid - half) : NAN, 6);
    pb_json_put_fixed(w, "hi", n ? fmin(1, mid + half) : NAN, 6);
    pb_json_object_end(w);
}

static void put_step(pb_json_writer *w, const char *key, const step *s, double lo, double hi)
{
    pb_json_object(w, key);
    pb_json_put_fixed(w, "from", lo, 2);
    pb_json_put_fixed(w, "to", hi, 2);
    pb_json_put_i64(w, "calls", s->n);
    pb_json_put_i64(w, "sessions", s->sessions);
    pb_json_put_fixed(w, "confidence", s->n ? s->confidence / s->n : NAN, 6);
    put_share(w, "followed", s->followed, s->known);
    put_share(w, "later", s->later, s->known);
    put_share(w, "same_compound", s->same_set, s->sets);
    put_share(w, "accepted", s->accepted, s->accepted + s->refused);
    pb_json_object_end(w);
}

static void put_side(pb_json_writer *w, const tally *t, bool box)
{
    pb_json_object(w, NULL);
    pb_json_put_text(w, "action", box ? "BOX" : "STAY_OUT");
    pb_json_array(w, "steps");
    for (uint32_t k = 0; k < N_STEPS; k++) put_step(w, NULL, &t->by[box][k], steps[k], steps[k + 1]);
    pb_json_array_end(w);
    put_step(w, "all", &t->all[box], steps[0], steps[N_STEPS]);
    pb_json_object_end(w);
}

static void put_tally(pb_json_writer *w, const tally *t)
{
    pb_json_object(w, NULL);
    pb_json_put_i64(w, "calls", t->calls);
    pb_json_put_i64(w, "sessions", t->sessions);
    pb_json_put_bool(w, "complete", t->rows < strtoull(CALLS_MOST, NULL, 10));
    pb_json_array(w, "sides");
    put_side(w, t, true);
    put_side(w, t, false);
    pb_json_array_end(w);
    pb_json_object_end(w);
}

static pb_status put_calibration(pb_data *data, pb_store *store, pb_request *request, pb_reply *reply, pb_error *error)
{
    const pb_value team = pb_value_text(pb_request_caller(request)->team);
    tally         *t    = calloc(1, sizeof *t);
    (void)data;
    if (!t) return pb_error_set(error, PB_E_NOMEM, "out of memory");
    pb_status status = pb__data_each(
        store,
        "SELECT session, car, lap, action, compound, target_lap, outcome, followed, call FROM (SELECT * FROM "
        "server_calls WHERE team = ?1 ORDER BY at_us DESC, session, seq, car LIMIT " CALLS_MOST ") AS newest "
        "ORDER BY session, car, lap, seq",
        &team, 1, add_row, t, error);
    if (status == PB_OK) {
        add_last(t);
        put_tally(pb_reply_json(reply), t);
    }
    free(t);
    return status;
}

pb_status pb__run_calls_calibration(void *context, pb_request *request, pb_reply *reply, pb_error *error)
{
    return pb__data_do(context, put_calibration, request, reply, error);
}
