/* How the records and stores of all sessions are, in one line each: numbers, no names. */
#include <stdio.h>

#include "pitboard/engine_metrics.h"
#include "sessions.h"

typedef struct parts {
    uint32_t n[PB_PART_BEHIND + 1]; /* sessions whose part is so */
    bool     store;
} parts;

static void add(void *user, pb_session *session)
{
    parts         *p    = user;
    pb_live       *live = pb_session_live(session);
    pb_live_status status;
    if (!live) return;
    pb_live_status_get(live, &status);
    p->n[p->store ? status.store : status.record]++;
}

static void look(pb_sessions *sessions, bool store, char state[16], char why[128], bool *ready)
{
    parts p = {.store = store};
    pb_sessions_each(sessions, NULL, add, &p);
    pb_part_state worst = PB_PART_OFF;
    if (p.n[PB_PART_OK]) worst = PB_PART_OK;
    if (p.n[PB_PART_BEHIND]) worst = PB_PART_BEHIND;
    if (p.n[PB_PART_STALLED]) worst = PB_PART_STALLED;
    *ready = worst != PB_PART_STALLED;
    why[0] = '\0';
    snprintf(state, 16, "%s", pb_part_state_name(worst));
    if (worst >= PB_PART_STALLED)
        snprintf(why, 128, "%u of %u sessions", p.n[worst],
                 p.n[PB_PART_OK] + p.n[PB_PART_BEHIND] + p.n[PB_PART_STALLED]);
}

typedef struct recovery {
    uint32_t n, all;
} recovery;

static void add_recovering(void *user, pb_session *session)
{
    recovery *r = user;
    r->n += atomic_load(&pb_session_live(session)->recovering);
    r->all++;
}

/* Who asks meanwhile gets a race as it was some time ago. */
void pb_sessions_look_at_recovery(void *user, char state[16], char why[128], bool *ready)
{
    recovery r = {0};
    pb_sessions_each(user, NULL, add_recovering, &r);
    *ready = r.n == 0;
    snprintf(state, 16, "%s", *ready ? "ok" : "behind");
    snprintf(why, 128, "%s", "");
    if (!*ready) snprintf(why, 128, "recovering: %u of %u sessions read their recording back", r.n, r.all);
}

void pb_sessions_look_at_records(void *user, char state[16], char why[128], bool *ready)
{
    look(user, false, state, why, ready);
}

void pb_sessions_look_at_stores(void *user, char state[16], char why[128], bool *ready)
{
    look(user, true, state, why, ready);
}
