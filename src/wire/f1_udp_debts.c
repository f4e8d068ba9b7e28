/* f1_udp_debts: penalties that wait to be served. Lap Data says how much a car owes,
 * events say when a penalty is given and served. What the two say must agree; when
 * they have not for a second, an event was lost, and the difference is told. */
#include "f1_udp_state.h"

#define SETTLE_MS 1000

static const pb_penalty kinds[PB__F1_DEBTS] = {PB_PENALTY_TIME, PB_PENALTY_DRIVE_THROUGH, PB_PENALTY_STOP_GO};

static int32_t owed(const pb_f1_udp *u, const uint8_t *e, unsigned kind)
{
    const pb__f1_layout *l = u->at;
    return pb__f1_u8(e, kind == PB__F1_DEBT_TIME    ? l->penalties
                        : kind == PB__F1_DEBT_DRIVE ? l->drive_throughs
                                                    : l->stop_gos);
}

static void tell(const pb_f1_udp *u, const pb__f1_car *car, unsigned kind, int32_t by)
{
    int32_t size = by > 0 ? by : -by;
    bool    time = kind == PB__F1_DEBT_TIME;
    for (int32_t i = 0; i < (time ? 1 : size); i++)
        pb__f1_say_value(u, by > 0 ? PB_EV_PENALTY : PB_EV_PENALTY_SERVED, car, (int32_t)kinds[kind],
                         time ? size * 1000 : 0);
}

static void settle(const pb_f1_udp *u, const pb__f1_car *car, pb__f1_debt *debt, unsigned kind, int32_t now)
{
    if (debt->told == PB__F1_UNTOLD) debt->told = now; /* after a flashback: what was told before it stands */
    if (debt->told == now) {
        debt->since_ms = PB_MS_NONE;
    } else if (debt->since_ms == PB_MS_NONE) {
        debt->since_ms = u->now_ms;
    } else if (u->now_ms - debt->since_ms >= SETTLE_MS) {
        tell(u, car, kind, now - debt->told);
        *debt = (pb__f1_debt){now, PB_MS_NONE};
    }
}

void pb__f1_debts(pb_f1_udp *u, pb__f1_car *car, const uint8_t *e)
{
    for (unsigned k = 0; k < PB__F1_DEBTS; k++) settle(u, car, &car->debts[k], k, owed(u, e, k));
}

void pb__f1_debt_made(pb__f1_car *car, unsigned kind, int32_t by)
{
    pb__f1_debt *debt = &car->debts[kind];
    if (debt->told != PB__F1_UNTOLD) debt->told = debt->told + by > 0 ? debt->told + by : 0;
}
