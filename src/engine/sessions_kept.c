/* What the next start needs of a session, and the next start. */
#include <stdlib.h>
#include <string.h>

#include "pitboard/store_server.h"
#include "sessions.h"

#define KEPT_MAX 64

/* ---- writing ---- */

static char *spec_of(const pb_session *s)
{
    pb__text t;
    if (!pb__text_begin(&t)) return NULL;
    pb_json_object(&t.w, NULL);
    pb_json_put_text(&t.w, "kind", s->kind == PB_SESSION_REPLAY ? "replay" : "feed");
    pb_json_put_text(&t.w, "name", s->name);
    pb_json_put_text(&t.w, "own_car", s->own_car[0] ? s->own_car : NULL);
    pb_json_put_bool(&t.w, "calls", s->decides);
    pb_json_put_i64(&t.w, "created_us", s->created_us);
    pb_json_put_text(&t.w, "root", s->all->record_root);
    pb_json_put_text(&t.w, "replay", s->replay_path);
    pb_json_put_text(&t.w, "replay_name", s->replay_name[0] ? s->replay_name : NULL);
    pb_json_put_text(&t.w, "udp", s->udp);
    pb_json_put_text(&t.w, "points_udp", s->points_udp);
    pb_json_put_text(&t.w, "record_dir", s->record_dir);
    pb_json_put_i64(&t.w, "queue_bytes", (int64_t)s->live_options.queue_bytes);
    pb_json_object_end(&t.w);
    return pb__text_end(&t) ? t.at : NULL;
}

static char *place_of(pb_session *s, double speed)
{
    pb__text t;
    pb_live *live = atomic_load(&s->live);
    if (!pb__text_begin(&t)) return NULL;
    pb_json_object(&t.w, NULL);
    pb_json_put_i64(&t.w, "seq", live ? (int64_t)atomic_load(&live->seq) : 0);
    pb_json_put_i64(&t.w, "frames", (int64_t)atomic_load(&s->replay.frames));
    pb_json_put_f64(&t.w, "speed", speed);
    pb_json_object_end(&t.w);
    return pb__text_end(&t) ? t.at : NULL;
}

void pb__session_keep(pb_session *s)
{
    if (!s->kept) return;
    pthread_mutex_lock(&s->lock);
    pb_session_state state = s->state;
    double           speed = s->replay.speed;
    pthread_mutex_unlock(&s->lock);
    bool      over = state == PB_SESSION_ENDED || state == PB_SESSION_FAILED;
    pb__note *note = pb__note_make(s, over ? PB__NOTE_GONE : PB__NOTE_SESSION);
    if (!note) return;
    if (!over) {
        note->at_us = s->created_us;
        note->text  = spec_of(s);
        note->place = place_of(s, speed);
        (void)pb_span_copy(pb_span_of(pb_session_state_name(state)), note->state, sizeof note->state);
    }
    pb__notes_put(s->all, note);
}

/* ---- reading ---- */

typedef struct kept {
    char            id[PB_SESSION_ID_MAX], team[PB_TEAM_MAX], state[16];
    char            name[PB__SESSION_NAME_MAX], own_car[16], replay_name[PB__SESSION_NAME_MAX];
    char            replay[1024], udp[64], points_udp[64], record_dir[1024];
    char            root[4096]; /* folder of records of the server whose it is */
    pb_session_spec spec;
    pb__resume      resume;
} kept;

/* NULL and true when it is null or missing. */
static const char *text_of(pb_json at, char *to, size_t cap)
{
    to[0] = '\0';
    if (pb_json_text(at, to, cap, NULL) != PB_OK) to[0] = '\0';
    return to[0] ? to : NULL;
}

static void read_spec(kept *k, pb_json root)
{
    pb_session_spec *spec = &k->spec;
    char             kind[16];
    int64_t          queue = 0;
    *spec                  = pb_session_spec_default();
    spec->id               = k->id;
    spec->team             = k->team;
    spec->kept             = true;
    const char *read       = text_of(pb_json_get(root, "kind"), kind, sizeof kind);
    spec->kind             = read && strcmp(read, "replay") == 0 ? PB_SESSION_REPLAY : PB_SESSION_FEED;
    spec->name             = text_of(pb_json_get(root, "name"), k->name, sizeof k->name);
    spec->own_car          = text_of(pb_json_get(root, "own_car"), k->own_car, sizeof k->own_car);
    spec->replay           = text_of(pb_json_get(root, "replay"), k->replay, sizeof k->replay);
    spec->replay_name      = text_of(pb_json_get(root, "replay_name"), k->replay_name, sizeof k->replay_name);
    spec->live.udp         = text_of(pb_json_get(root, "udp"), k->udp, sizeof k->udp);
    spec->live.points_udp  = text_of(pb_json_get(root, "points_udp"), k->points_udp, sizeof k->points_udp);
    spec->live.record_dir  = text_of(pb_json_get(root, "record_dir"), k->record_dir, sizeof k->record_dir);
    (void)text_of(pb_json_get(root, "root"), k->root, sizeof k->root);
    (void)pb_json_bool(pb_json_get(root, "calls"), &spec->calls, NULL);
    (void)pb_json_i64(pb_json_get(root, "created_us"), 0, INT64_MAX, &k->resume.created_us, NULL);
    (void)pb_json_i64(pb_json_get(root, "queue_bytes"), 4096, INT32_MAX, &queue, NULL);
    if (queue > 0) spec->live.queue_bytes = (size_t)queue;
}

static void read_place(kept *k, pb_json root)
{
    int64_t seq = 0, frames = 0;
    (void)pb_json_i64(pb_json_get(root, "seq"), 0, INT64_MAX, &seq, NULL);
    (void)pb_json_i64(pb_json_get(root, "frames"), 0, INT64_MAX, &frames, NULL);
    (void)pb_json_f64(pb_json_get(root, "speed"), 0, 1000, &k->spec.speed, NULL);
    k->resume.seq    = (uint64_t)seq;
    k->resume.frames = (uint64_t)frames;
    k->resume.paused = strcmp(k->state, "paused") == 0;
}

static void read_json(kept *k, pb_value value, void (*read)(kept *k, pb_json root))
{
    pb_json_doc *doc = NULL;
    if (value.kind != PB_VALUE_TEXT || pb_json_parse(value.text, "session", &doc, NULL) != PB_OK) return;
    read(k, pb_json_root(doc));
    pb_json_free(doc);
}

typedef struct kept_list {
    kept    *at;
    uint32_t n;
} kept_list;

static pb_status read_kept(void *user, pb_store *store, pb_error *error)
{
    kept_list     *list   = user;
    pb_store_rows *rows   = NULL;
    pb_status      status = PB_OK;
    PB_TRY(pb_store_select(store, "SELECT id, team, spec, position, state FROM server_sessions ORDER BY created_s, id",
                           NULL, 0, &rows, error));
    while (list->n < KEPT_MAX && (status = pb_store_rows_next(rows, error)) == PB_OK) {
        kept *k = &list->at[list->n++];
        pb_store_column_text(rows, 0, k->id, sizeof k->id);
        pb_store_column_text(rows, 1, k->team, sizeof k->team);
        pb_store_column_text(rows, 4, k->state, sizeof k->state);
        read_json(k, pb_store_column(rows, 2), read_spec);
        read_json(k, pb_store_column(rows, 3), read_place);
    }
    pb_store_rows_close(rows);
    return list->n == KEPT_MAX || status == PB_E_EMPTY ? PB_OK : status;
}

/* One that cannot go on (its file is gone, its port taken) is told, and the others do. */
static void resume(pb_sessions *all, const kept *k)
{
    pb_error error = {0};
    if (!k->spec.id) return;                                                              /* nothing readable */
    if (k->root[0] && all->record_root && strcmp(k->root, all->record_root) != 0) return; /* another server's */
    if (pb__sessions_add(all, &k->spec, &k->resume, &error) == PB_OK) return;
    pb_logger_say(all->options.log, PB_LOG_WARN, "session", NULL, "a session does not go on: %s", error.text);
}

pb_status pb__sessions_resume(pb_sessions *all, pb_error *error)
{
    kept_list list = {.at = calloc(KEPT_MAX, sizeof(kept))};
    if (!list.at) return pb_error_set(error, PB_E_NOMEM, "out of memory");
    pb_status status = pb__notes_with(all, read_kept, &list, error);
    for (uint32_t i = 0; status == PB_OK && i < list.n; i++) resume(all, &list.at[i]);
    free(list.at);
    return status == PB_E_EMPTY ? PB_OK : status;
}
