/* undercut_form: what the first of two cars wins by stopping first, worked out
 * from the state of the tyre filter (race-model.md, section 8).
 *
 *     lap            s    s+1 ..... s+d    s+d+1
 *     first    old   new 1 ... new d  new d+1
 *     second   old   old ..... old    new 1
 *
 * The sum over these laps of second less first is one weighted sum of the
 * filter's numbers, so its variance follows from the filter's covariance. Which
 * new tyres they fit is not known beforehand and, of the same kind on both, hardly
 * matters: both are given mediums. */
#include <math.h>
#include <string.h>

#include "undercut.h"

#define NEW_KIND PB_TYRE_CLASS_MEDIUM

/* How much the sum has of each number of the filter. */
typedef struct weights {
    double   of[PB__X_MAX];
    uint32_t used[PB__X_MAX]; /* those that may not be 0 */
    uint32_t n;
} weights;

static void add(weights *w, const pb__touch *touch, double sign)
{
    for (int i = 0; i < 8; i++) {
        uint32_t at   = touch->at[i];
        bool     seen = false;
        for (uint32_t k = 0; k < w->n && !seen; k++) seen = w->used[k] == at;
        if (!seen) {
            w->used[w->n++] = at;
            w->of[at]       = 0;
        }
        w->of[at] += sign * touch->by[i];
    }
}

static double memory_left(const pb_tyre_filter *f, uint32_t laps)
{
    double left = 1;
    while (laps--) left *= f->prior.memory;
    return left;
}

static uint32_t laps_ahead(const pb__undercut_view *v, uint32_t car, uint32_t lap)
{
    uint32_t last = v->tyres->car[car].last.number;
    return lap > last ? lap - last : 1;
}

/* A lap on the set the car is on. */
static pb__touch on_old(const pb__undercut_view *v, uint32_t car, uint32_t lap)
{
    const pb__tyre_car *c = &v->tyres->car[car];
    uint32_t            h = laps_ahead(v, car, lap);
    return pb__tyre_touch(car, c->kind, c->age + h, (double)c->stint_laps + h, lap, memory_left(v->tyres, h));
}

/* A lap on a new set, the out-lap is its first; nothing is known of that stint. */
static pb__touch on_new(const pb__undercut_view *v, uint32_t car, uint32_t lap, uint32_t age)
{
    pb__touch t = pb__tyre_touch(car, NEW_KIND, age, age, lap, memory_left(v->tyres, laps_ahead(v, car, lap)));
    for (int i = 0; i < 8; i++)
        if (t.at[i] == pb__x_car(car) + PB__X_STINT || t.at[i] == pb__x_car(car) + PB__X_STINT_WEAR) t.by[i] = 0;
    return t;
}

static bool tells_pace(const pb__undercut_view *v, uint32_t at)
{
    uint32_t a = pb__x_car(v->attacker), d = pb__x_car(v->defender);
    return at == a + PB__X_PACE || at == a + PB__X_MEMORY || at == d + PB__X_PACE || at == d + PB__X_MEMORY;
}

void pb__undercut_form_of(const pb__undercut_view *v, bool overcut, uint32_t answer, pb__undercut_form *out)
{
    const pb_tyre_filter *f     = v->tyres;
    uint32_t              first = overcut ? v->defender : v->attacker, second = overcut ? v->attacker : v->defender;
    weights               w   = {.n = 0};
    pb__undercut_form     sum = {0};
    for (uint32_t j = 0; j <= answer + 1; j++) {
        uint32_t  lap = v->lap + j;
        pb__touch a   = j == 0 ? on_old(v, first, lap) : on_new(v, first, lap, j);
        pb__touch b   = j <= answer ? on_old(v, second, lap) : on_new(v, second, lap, j - answer);
        add(&w, &b, 1);
        add(&w, &a, -1);
    }
    for (uint32_t i = 0; i < w.n; i++) {
        const double *row = f->p + (size_t)w.used[i] * f->n;
        double        by  = w.of[w.used[i]];
        *(tells_pace(v, w.used[i]) ? &sum.pace_s : &sum.tyre_s) += by * f->x[w.used[i]];
        for (uint32_t k = 0; k < w.n; k++) sum.var_s2 += by * w.of[w.used[k]] * row[w.used[k]];
    }
    if (!(sum.var_s2 > 0)) sum.var_s2 = 0;
    *out = sum;
}
