/* Number texts shared inside codec. */
#ifndef PB_CODEC_TEXT_H
#define PB_CODEC_TEXT_H

#include "pitboard/codec.h"

#define PB_FIXED_TEXT_MAX 352 /* 309 digits of the largest double, sign, point, 17 decimals */

/* %.*f without trailing zeros and without "-0". */
size_t pb__fixed_text(double value, int decimals, char out[PB_FIXED_TEXT_MAX]);

#endif
