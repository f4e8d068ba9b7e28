#include "api_notes.h"

void api_note(api_notes *notes, const char *format, ...)
{
    va_list args;
    if (notes->n == API_NOTES_MAX) return;
    va_start(args, format);
    vsnprintf(notes->at[notes->n++], API_NOTE_MAX, format, args);
    va_end(args);
}

void api_notes_put(const api_notes *notes, pb_json_writer *to)
{
    pb_json_array(to, "assumed");
    for (uint32_t i = 0; i < notes->n; i++) pb_json_put_text(to, NULL, notes->at[i]);
    pb_json_array_end(to);
}
