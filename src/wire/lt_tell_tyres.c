/* lt_tell_tyres: TimingAppData, TyreStintSeries, CurrentTyres: stints as patches, and the
 * fitted set. */
#include "lt_parts.h"

#define STINTS_MAX 64
#define AGE_MAX 999

static int32_t laps_of(const pb__lt_out *o, const pb__lt_node *node)
{
    int64_t v = 0;
    return pb__lt_take_whole(o, node, 0, AGE_MAX, &v) ? (int32_t)v : -1;
}

static int8_t fresh_of(const pb__lt_out *o, const pb__lt_node *node)
{
    bool v = false;
    return pb__lt_new(o, node) && pb__lt_truth(node, &v) ? (int8_t)v : -1;
}

/* What of the stint was sent; nothing that matters: no event. */
static void tell_stint(const pb__lt_out *o, int16_t car, uint8_t index, const pb__lt_node *stint)
{
    const pb__lt_node *compound = pb__lt_get(stint, PB__LT_W_Compound);
    const pb__lt_node *kept     = pb__lt_get(stint, PB__LT_W_TyresNotChanged);
    pb_event           e        = pb__lt_event(o, PB_EV_STINT, car);
    bool               named    = pb__lt_new(o, compound) && pb__lt_text(compound).len > 0;
    e.index                     = index;
    e.value                     = named ? (int32_t)pb_compound_from_name(pb__lt_text(compound)) : -1;
    e.aux                       = laps_of(o, pb__lt_get(stint, PB__LT_W_TotalLaps));
    e.start_age                 = (int16_t)laps_of(o, pb__lt_get(stint, PB__LT_W_StartLaps));
    e.fresh                     = fresh_of(o, pb__lt_get(stint, PB__LT_W_New));
    (void)pb__lt_truth(kept, &e.flag);
    if (named || e.aux >= 0 || e.start_age >= 0 || e.fresh >= 0 || pb__lt_new(o, kept)) pb__lt_emit(o, &e);
}

static void tell_stints(const pb__lt_out *o, int16_t car, const pb__lt_node *stints)
{
    if (!stints || (stints->kind != PB__LT_LIST && stints->kind != PB__LT_OBJECT)) return;
    for (uint32_t i = 0; i < stints->len; i++) {
        int64_t index = 0;
        if (!pb__lt_sent(o, stints->kids[i])) continue;
        if (pb__lt_name_whole(stints, i, 0, STINTS_MAX - 1, &index))
            tell_stint(o, car, (uint8_t)index, stints->kids[i]);
        else
            pb__lt_refuse(o, "a stint whose number is out of range");
    }
}

void pb__lt_tell_tyre_data(pb__lt_out *o)
{
    const pb__lt_node *lines = pb__lt_get(o->root, PB__LT_W_Lines);
    if (!lines || lines->kind != PB__LT_OBJECT) return;
    for (uint32_t i = 0; i < lines->len; i++) {
        int16_t car = 0;
        if (!pb__lt_car(o, lines, i, &car)) continue;
        if (pb__lt_new(o, pb__lt_get(lines->kids[i], PB__LT_W_GridPos))) pb__lt_tell_who(o, car);
        tell_stints(o, car, pb__lt_get(lines->kids[i], PB__LT_W_Stints));
    }
}

void pb__lt_tell_stint_series(pb__lt_out *o)
{
    const pb__lt_node *cars = pb__lt_get(o->root, PB__LT_W_Stints);
    if (!cars || cars->kind != PB__LT_OBJECT) return;
    for (uint32_t i = 0; i < cars->len; i++) {
        int16_t car = 0;
        if (pb__lt_car(o, cars, i, &car)) tell_stints(o, car, cars->kids[i]);
    }
}

void pb__lt_tell_fitted(pb__lt_out *o)
{
    const pb__lt_node *cars = pb__lt_get(o->root, PB__LT_W_Tyres);
    if (!cars || cars->kind != PB__LT_OBJECT) return;
    for (uint32_t i = 0; i < cars->len; i++) {
        int16_t            car      = 0;
        const pb__lt_node *compound = NULL;
        if (!pb__lt_car(o, cars, i, &car)) continue;
        compound         = pb__lt_get(cars->kids[i], PB__LT_W_Compound);
        pb_event e       = pb__lt_event(o, PB_EV_TYRE, car);
        bool     any     = pb__lt_new(o, compound) || pb__lt_new(o, pb__lt_get(cars->kids[i], PB__LT_W_New));
        bool     new_set = false;
        if (!any || !compound) continue;
        e.value = (int32_t)pb_compound_from_name(pb__lt_text(compound));
        e.aux   = -1;
        if (pb__lt_truth(pb__lt_get(cars->kids[i], PB__LT_W_New), &new_set)) e.fresh = (int8_t)new_set;
        pb__lt_emit(o, &e);
    }
}
