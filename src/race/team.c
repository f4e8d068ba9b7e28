/* team: one id for a team through its sales and sponsors: the name it is known
 * by, or the town of its factory where the name changed. */
#include "pitboard/race.h"
#include "slug.h"

#include <string.h>

#define ANY 9999

typedef struct team_name {
    const char *name;
    const char *id;
    int         from, to; /* seasons */
} team_name;

static const team_name names[] = {
    {"lotus", "caterham", 0, 2011}, /* Lotus Racing and Team Lotus became Caterham */
    {"lotus", "enstone", 2012, ANY},
    {"lotus_racing", "caterham", 0, ANY},
    {"team_lotus", "caterham", 0, ANY},
    {"caterham_f1", "caterham", 0, ANY},
    {"lotus_f1", "enstone", 0, ANY},
    {"lotus_renault", "enstone", 0, ANY},
    {"renault", "enstone", 0, ANY},
    {"alpine", "enstone", 0, ANY},
    {"toro_rosso", "faenza", 0, ANY},
    {"scuderia_toro_rosso", "faenza", 0, ANY},
    {"alphatauri", "faenza", 0, ANY},
    {"scuderia_alphatauri", "faenza", 0, ANY},
    {"rb", "faenza", 0, ANY},
    {"vcarb", "faenza", 0, ANY},
    {"racing_bulls", "faenza", 0, ANY},
    {"visa_cash_app_rb", "faenza", 0, ANY},
    {"visa_cash_app_racing_bulls", "faenza", 0, ANY},
    {"sauber", "hinwil", 0, ANY},
    {"bmw_sauber", "hinwil", 0, ANY},
    {"kick_sauber", "hinwil", 0, ANY},
    {"stake_kick_sauber", "hinwil", 0, ANY},
    {"alfa_romeo", "hinwil", 0, ANY},
    {"alfa", "hinwil", 0, ANY},
    {"alfa_romeo_racing", "hinwil", 0, ANY},
    {"audi", "hinwil", 0, ANY},
    {"force_india", "silverstone", 0, ANY},
    {"sahara_force_india", "silverstone", 0, ANY},
    {"racing_point_force_india", "silverstone", 0, ANY},
    {"racing_point", "silverstone", 0, ANY},
    {"aston_martin", "silverstone", 0, ANY},
    {"red_bull", "red_bull", 0, ANY},
    {"red_bull_racing", "red_bull", 0, ANY},
    {"mercedes", "mercedes", 0, ANY},
    {"mercedes_amg", "mercedes", 0, ANY},
    {"mercedes_amg_petronas", "mercedes", 0, ANY},
    {"ferrari", "ferrari", 0, ANY},
    {"scuderia_ferrari", "ferrari", 0, ANY},
    {"mclaren", "mclaren", 0, ANY},
    {"mclaren_honda", "mclaren", 0, ANY},
    {"mclaren_renault", "mclaren", 0, ANY},
    {"mclaren_mercedes", "mclaren", 0, ANY},
    {"williams", "williams", 0, ANY},
    {"williams_racing", "williams", 0, ANY},
    {"haas", "haas", 0, ANY},
    {"cadillac", "cadillac", 0, ANY},
    {"virgin", "banbury", 0, ANY},
    {"marussia", "banbury", 0, ANY},
    {"manor", "banbury", 0, ANY},
    {"manor_marussia", "banbury", 0, ANY},
    {"manor_racing", "banbury", 0, ANY},
    {"hispania", "hrt", 0, ANY},
};

void pb_team_id(pb_span name, int season, char *out, size_t cap)
{
    char slug[PB__SLUG_MAX];
    PB_ASSERT(cap > 0);
    pb__slug(name, slug);
    pb__slug_strip(slug, "_team");
    pb__slug_strip(slug, "_f1");
    pb__slug_strip(slug, "f1team"); /* "HaasF1Team" */
    const char *id = slug;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (season >= names[i].from && season <= names[i].to && pb__slug_same(slug, names[i].name)) {
            id = names[i].id;
            break;
        }
    (void)pb_span_copy(pb_span_of(id), out, cap);
}
