/* event_line_print: an event line as this program writes it. */
#include "pitboard/wire_feed.h"

pb_status pb_event_line_print(pb_span line, pb_json_writer *to, pb_error *error)
{
    pb_event event;
    char     text[PB_EVENT_LINE_MAX];
    PB_TRY(pb_event_line_read(line, &event, error));
    size_t n = pb_event_line_write(&event, text, sizeof text);
    PB_ASSERT(n > 0);
    return fwrite(text, 1, n, to->to) == n ? PB_OK : pb_error_set(error, PB_E_IO, "the output could not be written");
}
