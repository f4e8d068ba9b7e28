/* literals.c - see pb__literals in model.h. */
#include "model.h"

const pb__literals pb__k = {
    .x7fff       = 0x7fff,
    .x8000       = 0x8000,
    .xffff       = 0xffff,
    .mantissa    = 0x7fffff,
    .one_f       = 0x3f800000,
    .one         = 1,
    .mul_car     = (int32_t)0xcfc6b285u, /* golden ratio times a hash finaliser's factor; both odd */
    .mul_word    = (int32_t)0x846ca68bu,
    .id          = (1 << PB__ID_BITS) - 1,
    .nibble      = 15,
    .stop        = PB__FLAG_STOP,
    .stop_cheap  = PB__FLAG_STOP | PB__FLAG_CHEAP,
    .stop_retire = PB__FLAG_STOP | PB__FLAG_RETIRE,
    .retire      = PB__FLAG_RETIRE,
    .pace_bits   = 511,
    .top         = PB__TOP_TICKS,
};
