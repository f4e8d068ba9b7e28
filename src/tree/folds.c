/* See folds.h. */
#include <stdlib.h>
#include <string.h>

#include "folds.h"
#include "pitboard/num.h"

#define PURPOSE_FOLDS 0x666f6c64u /* "fold": a stream of random words of its own */

static int by_value(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

static size_t distinct(uint32_t *sorted, size_t n)
{
    size_t kept = 0;
    for (size_t i = 0; i < n; i++)
        if (i == 0 || sorted[i] != sorted[i - 1]) sorted[kept++] = sorted[i];
    return kept;
}

/* Fisher and Yates: place[i] is where group i comes in the shuffled order. */
static void shuffle(uint32_t *place, size_t n, uint64_t seed)
{
    for (size_t i = 0; i < n; i++) place[i] = (uint32_t)i;
    for (size_t i = n; i > 1; i--) {
        uint32_t word = pb_draw(seed, (uint32_t)i, 0, 0, PURPOSE_FOLDS).word[0];
        size_t   j    = (size_t)((uint64_t)word * i >> 32);
        uint32_t held = place[i - 1];
        place[i - 1]  = place[j];
        place[j]      = held;
    }
}

static void deal(const uint32_t *group, size_t n, const uint32_t *groups, size_t n_groups, const uint32_t *place,
                 uint32_t folds, uint32_t *fold)
{
    for (size_t i = 0; i < n; i++) {
        const uint32_t *at = bsearch(&group[i], groups, n_groups, sizeof *groups, by_value);
        fold[i]            = place[at - groups] % folds;
    }
}

pb_status pb__folds_deal(const uint32_t *group, size_t n, uint32_t folds, uint64_t seed, uint32_t *fold,
                         pb_error *error)
{
    uint32_t *groups = calloc(2 * n, sizeof *groups), *place = groups ? groups + n : NULL;
    if (!groups) return pb_error_set(error, PB_E_NOMEM, "training trees: out of memory");
    memcpy(groups, group, n * sizeof *groups);
    qsort(groups, n, sizeof *groups, by_value);
    size_t    n_groups = distinct(groups, n);
    pb_status status   = PB_OK;
    if (n_groups < folds) {
        status =
            pb_error_set(error, PB_E_RANGE, "training trees: %u folds, but only %zu groups of rows", folds, n_groups);
    } else {
        shuffle(place, n_groups, seed);
        deal(group, n, groups, n_groups, place, folds, fold);
    }
    free(groups);
    return status;
}
