/* tally: what the trials of one candidate add up to. */
#include "decider.h"

void pb__tally(const pb_decider *d, const pb_aim *aim, const pb__runner *r, pb_ranked *sum)
{
    for (uint32_t t = 0; t < r->n; t++) {
        sum->value += pb__worth_at(&d->spec, aim, r, t);
        sum->mean_place += r->own[t];
        sum->points += pb__points_of(&d->spec, r->own[t]);
        sum->p_win += r->own[t] == 1;
    }
    sum->trials += r->n;
}

void pb__tally_end(pb_ranked *sum)
{
    if (sum->trials == 0) return;
    sum->value /= sum->trials;
    sum->mean_place /= sum->trials;
    sum->points /= sum->trials;
    sum->p_win /= sum->trials;
}

void pb__describe(const pb_decider *d, const pb_aim *aim, const pb__runner *r, uint16_t number, pb_ranked *out)
{
    *out = (pb_ranked){.candidate = number};
    pb__tally(d, aim, r, out);
    pb__tally_end(out);
}
