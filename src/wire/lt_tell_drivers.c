/* lt_tell_drivers: DriverList: who drives which car. */
#include <stdio.h>

#include "lt_parts.h"

static const pb__lt_node *entry_of(const pb__lt_node *cars, int16_t car)
{
    char text[8];
    snprintf(text, sizeof text, "%d", (int)car);
    return pb__lt_find(cars, pb_span_of(text), NULL);
}

void pb__lt_tell_who(const pb__lt_out *o, int16_t car)
{
    pb__lt_node *const *root  = o->timing->root;
    const pb__lt_node  *who   = entry_of(root[PB__LT_T_DriverList], car);
    const pb__lt_node  *lines = pb__lt_get(root[PB__LT_T_TimingAppData], PB__LT_W_Lines);
    pb_event            e     = pb__lt_event(o, PB_EV_CAR, car);
    int64_t             grid  = 0;
    e.value                   = car;
    if (pb__lt_whole(pb__lt_get(entry_of(lines, car), PB__LT_W_GridPos), 1, PB_CARS_MAX, &grid)) e.aux = (int32_t)grid;
    pb_utf8_copy(pb__lt_text(pb__lt_get(who, PB__LT_W_Tla)), e.text, 8);
    pb_utf8_copy(pb__lt_text(pb__lt_get(who, PB__LT_W_FullName)), e.name, sizeof e.name);
    pb_utf8_copy(pb__lt_text(pb__lt_get(who, PB__LT_W_TeamName)), e.team_text, sizeof e.team_text);
    pb__lt_emit(o, &e);
}

void pb__lt_tell_drivers(pb__lt_out *o)
{
    static const pb__lt_word what[] = {PB__LT_W_RacingNumber, PB__LT_W_Tla, PB__LT_W_FullName, PB__LT_W_TeamName};
    if (o->root->kind != PB__LT_OBJECT) return;
    for (uint32_t i = 0; i < o->root->len; i++) {
        int16_t car = 0;
        bool    any = false;
        if (!pb__lt_car(o, o->root, i, &car)) continue;
        for (size_t k = 0; k < sizeof what / sizeof *what; k++)
            any = any || pb__lt_new(o, pb__lt_get(o->root->kids[i], what[k]));
        if (any) pb__lt_tell_who(o, car);
    }
}
