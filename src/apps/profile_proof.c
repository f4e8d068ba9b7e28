/* profile_proof: what of a season comes back in the next, measure by measure. */
#include <math.h>

#include "pitboard/codec.h"
#include "profile_run.h"

typedef struct line {
    const pb_profile_about *about;
    const char             *of;
    pb_profile_repeat       repeat;
} line;

static void put_json(pb_json_writer *w, const line *l)
{
    const pb_profile_repeat *r = &l->repeat;
    pb_json_object(w, NULL);
    pb_json_put_text(w, "of", l->of);
    pb_json_put_text(w, "measure", l->about->name);
    pb_json_put_fixed(w, "rho", r->rho, 3);
    pb_json_put_fixed(w, "lo", r->lo, 3);
    pb_json_put_fixed(w, "hi", r->hi, 3);
    pb_json_put_i64(w, "pairs", r->pairs);
    pb_json_put_fixed(w, "skill", r->skill, 3);
    pb_json_put_fixed(w, "halves", r->halves, 3);
    pb_json_put_i64(w, "half_pairs", r->half_pairs);
    pb_json_put_fixed(w, "moved", r->moved, 3);
    pb_json_put_i64(w, "moved_pairs", r->moved_pairs);
    pb_json_put_fixed(w, "covered90", r->covered, 3);
    pb_json_put_i64(w, "cover_n", r->cover_n);
    pb_json_put_fixed(w, "race_sd", r->spread.race, 5);
    pb_json_put_fixed(w, "season_sd", r->spread.season, 5);
    pb_json_put_fixed(w, "unit_sd", r->spread.unit, 5);
    pb_json_object_end(w);
}

static void put_number(FILE *to, double x)
{
    if (isfinite(x))
        fprintf(to, " %7.2f", x);
    else
        fprintf(to, " %7s", "-");
}

static void put_text(FILE *to, const line *l)
{
    const pb_profile_repeat *r = &l->repeat;
    fprintf(to, "%-7s %-9s", l->of, l->about->name);
    put_number(to, r->rho);
    put_number(to, r->lo);
    put_number(to, r->hi);
    fprintf(to, " %6u", r->pairs);
    put_number(to, r->skill);
    put_number(to, r->halves);
    fprintf(to, " %6u", r->half_pairs);
    put_number(to, r->moved);
    fprintf(to, " %6u", r->moved_pairs);
    put_number(to, r->covered);
    fprintf(to, " %6u\n", r->cover_n);
}

pb_status profile_proof(const pb_profile_book *book, bool json, FILE *to, pb_error *error)
{
    static const char *const whose[] = {"driver", "team"};
    pb_json_writer           w;
    pb_json_begin(&w, to, 2);
    if (json) {
        pb_json_object(&w, NULL);
        pb_json_put_i64(&w, "races", book->n_races);
        pb_json_array(&w, "proof");
    } else
        fprintf(to,
                "%u races\nof      measure       rho    from      to  pairs   skill  halves  pairs   moved  pairs  "
                "  in90 halves\n",
                book->n_races);
    for (int of = 0; of < 2; of++)
        for (int m = 0; m < PB_PROFILE_MEASURES; m++) {
            line l = {.about = pb_profile_about_of((pb_profile_measure)m), .of = whose[of]};
            if (of == PB_PROFILE_TEAM && m == PB_PROFILE_MATE) continue;
            PB_TRY(pb_profile_repeat_of(book, (pb_profile_of)of, (pb_profile_measure)m, &l.repeat, error));
            if (json)
                put_json(&w, &l);
            else
                put_text(to, &l);
        }
    if (json) {
        pb_json_array_end(&w);
        pb_json_object_end(&w);
        pb_json_end(&w);
    }
    return PB_OK;
}
