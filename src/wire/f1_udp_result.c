/* f1_udp_result: how a car's session stands: running, at the flag, out. */
#include "f1_udp_state.h"

enum { INVALID, INACTIVE, ACTIVE, FINISHED, DID_NOT_FINISH, DISQUALIFIED, NOT_CLASSIFIED, RETIRED };

#define EVENT_AHEAD_MS 10000 /* lap data may call a car active for so long after the event of its retirement */

static bool is_out(uint8_t result)
{
    return result == INACTIVE || result == DID_NOT_FINISH || result == NOT_CLASSIFIED || result == RETIRED;
}

static void say_retired(pb_f1_udp *u, const pb__f1_car *car, bool out, const char *why)
{
    pb_event *e = pb__f1_event_of(u, PB_EV_RETIRED, car);
    e->flag     = out;
    (void)pb_span_copy(pb_span_of(why), e->text, sizeof e->text);
    pb__f1_say(u, e);
}

static void say_finished(pb_f1_udp *u, pb__f1_car *car, uint8_t place)
{
    if (car->result == FINISHED && (place == car->finish || place == 0)) return;
    car->finish = place;
    pb__f1_say_value(u, PB_EV_FINISHED, car, place, 0);
}

static bool hasty(const pb_f1_udp *u, const pb__f1_car *car)
{
    return car->retired_ms != PB_MS_NONE && u->now_ms - car->retired_ms < EVENT_AHEAD_MS;
}

void pb__f1_result(pb_f1_udp *u, pb__f1_car *car, uint8_t result, uint8_t place, const char *why)
{
    if (result == INVALID || result > RETIRED) return;
    if (result == ACTIVE && (car->result == FINISHED || hasty(u, car))) return;
    if (result == FINISHED) {
        say_finished(u, car, place);
    } else if (result == car->result) {
        return;
    } else if (result == DISQUALIFIED) {
        pb__f1_say_flag(u, PB_EV_DISQUALIFIED, car, true);
    } else if (is_out(result) != is_out(car->result)) {
        say_retired(u, car, is_out(result), why);
    }
    car->result = result;
}
