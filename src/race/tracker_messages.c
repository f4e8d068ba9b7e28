/* tracker_messages: race control's words, the newest kept; each once. */
#include <stdio.h>
#include <string.h>

#include "tracker.h"

static bool is_kept(const pb_race_state *s, const pb__ctx *c)
{
    uint32_t n = s->n_messages < PB_MESSAGES_KEPT ? s->n_messages : PB_MESSAGES_KEPT;
    for (uint32_t i = 0; i < n; i++)
        if (s->messages[i].at_us == c->now_us && strcmp(s->messages[i].text, c->e->text) == 0) return true;
    return false;
}

/* What of a message changes the race beyond being read: the flag at its end. */
static void understand(pb__ctx *c)
{
    const pb_event *e = c->e;
    if (strcmp(e->flag_text, "CHEQUERED") == 0 || strstr(e->text, "CHEQUERED FLAG")) {
        bool race = c->t->lead_laps > 0;
        if (race) pb__flag_told(c);
    }
}

const char *pb__on_control(pb__ctx *c)
{
    const pb_event *e = c->e;
    if (e->text[0] == '\0') return "a message without words";
    if (is_kept(c->s, c)) return NULL;
    pb_message *m = &c->s->messages[c->s->n_messages++ % PB_MESSAGES_KEPT];
    *m            = (pb_message){.at_us = c->now_us, .session_ms = c->now_ms, .lap = e->lap, .car = e->car};
    (void)snprintf(m->category, sizeof m->category, "%.15s", e->name);
    (void)snprintf(m->flag, sizeof m->flag, "%s", e->flag_text);
    (void)snprintf(m->text, sizeof m->text, "%s", e->text);
    understand(c);
    return NULL;
}
