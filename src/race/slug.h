/* slug: names made comparable. Inside race only. */
#ifndef PB_RACE_SLUG_H
#define PB_RACE_SLUG_H

#include "pitboard/base.h"

#define PB__SLUG_MAX 96

/* Lower case, accents off, everything but letters and digits a single '_',
 * none at the ends: "São Paulo Grand Prix" -> "sao_paulo_grand_prix". */
void pb__slug(pb_span text, char out[PB__SLUG_MAX]);
/* Equal apart from '_': "yasmarina" is "yas_marina". */
bool pb__slug_same(const char *a, const char *b);
/* Takes a trailing word off ("_grand_prix"), if it is there. */
void pb__slug_strip(char *slug, const char *tail);

#endif
