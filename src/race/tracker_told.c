/* tracker_told: whose word counts, field by field. docs/live-state.md, "Precedence".
 *
 *     better or equal source   sets the field; what a worse one had said is kept beside it
 *     worse source             is kept beside it, unless the better one has been silent
 *     a person                 sets it; holds to the next lap for what moves, else until
 *                              it is taken back */
#include <string.h>

#include "tracker.h"

#define SILENT_US INT64_C(20000000)      /* of what is told all the time */
#define SILENT_LAP_US INT64_C(180000000) /* of what is told once a lap */

static const char *const names[PB_TOLD_N] = {
#define NAME(name, text) [PB_TOLD_##name] = (text),
    PB_TOLD_LIST(NAME)
#undef NAME
};

const char *pb_told_name(pb_told_field field)
{
    return (unsigned)field < PB_TOLD_N ? names[field] : "?";
}

static const int8_t ranks[PB_ORIGIN_N] = {
    [PB_ORIGIN_HAND] = 9,   [PB_ORIGIN_LIVE_TIMING] = 8, [PB_ORIGIN_F1_GAME] = 7, [PB_ORIGIN_GR_CUP] = 6,
    [PB_ORIGIN_OPENF1] = 5, [PB_ORIGIN_LAP_FILE] = 4,    [PB_ORIGIN_ERGAST] = 3,  [PB_ORIGIN_TELEMETRY] = 2,
};

int pb__rank(pb_origin origin)
{
    return (unsigned)origin < PB_ORIGIN_N ? ranks[origin] : 0;
}

/* Fields that move as the race does. */
static bool moves(pb_told_field field)
{
    return field == PB_TOLD_POSITION || field == PB_TOLD_GAP || field == PB_TOLD_INTERVAL || field == PB_TOLD_LAPS ||
           field == PB_TOLD_LAST_LAP || field == PB_TOLD_SECTORS || field == PB_TOLD_PIT || field == PB_TOLD_WEAR ||
           field == PB_TOLD_FUEL;
}

static int64_t patience_us(pb_told_field field)
{
    bool by_lap =
        field == PB_TOLD_LAPS || field == PB_TOLD_LAST_LAP || field == PB_TOLD_SECTORS || field == PB_TOLD_PIT;
    return by_lap ? SILENT_LAP_US : SILENT_US;
}

static bool may_set(const pb__ctx *c, pb_told_field field, const pb_told *told)
{
    if (told->origin == PB_ORIGIN_HAND && c->e->origin != PB_ORIGIN_HAND)
        return moves(field) && c->live->laps > c->car->hand_lap[field];
    if (pb__rank(c->e->origin) >= pb__rank(told->origin)) return true;
    return moves(field) && c->now_us != PB_US_NONE && told->at_us != PB_US_NONE &&
           c->now_us - told->at_us > patience_us(field);
}

bool pb__tell(pb__ctx *c, pb_told_field field, int32_t value, int32_t old, bool known)
{
    pb_told *told  = &c->live->told[field];
    bool     other = told->origin != PB_ORIGIN_NONE && told->origin != c->e->origin && known && value != old;
    if (!may_set(c, field, told)) {
        if (value == old) return false;
        told->other       = c->e->origin;
        told->other_value = value;
        told->other_at_us = c->now_us;
        return false;
    }
    if (other) {
        told->other       = told->origin;
        told->other_value = old;
        told->other_at_us = told->at_us;
    }
    told->origin = c->e->origin;
    told->at_us  = c->now_us;
    if (c->e->origin == PB_ORIGIN_HAND) c->car->hand_lap[field] = c->live->laps;
    return true;
}

bool pb__tell_session(uint8_t *teller, const pb_event *e)
{
    if (e->origin == PB_ORIGIN_HAND) return true; /* until the feed says otherwise */
    if (pb__rank(e->origin) < pb__rank(*teller)) return false;
    *teller = e->origin;
    return true;
}
