/* f32_decimal: a float as the decimal that a person would write. */
#include "pitboard/codec_fast.h"

double pb_f32_decimal(float value)
{
    char   text[PB_F32_TEXT_MAX];
    double decimal;
    size_t n = pb_f32_text(value, text);
    return pb_span_to_f64((pb_span){text, n}, &decimal) ? decimal : (double)value;
}
