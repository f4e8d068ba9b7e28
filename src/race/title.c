/* What a race is called by people: "2023 Spanish Grand Prix". */
#include <ctype.h>
#include <stdio.h>

#include "pitboard/race.h"

void pb_race_log_title(const pb_race_log *log, char *out, size_t cap)
{
    char   words[sizeof log->event];
    bool   begins = true;
    size_t i      = 0;

    for (; log->event[i]; i++) {
        char c   = log->event[i] == '_' ? ' ' : log->event[i];
        words[i] = begins ? (char)toupper((unsigned char)c) : c;
        begins   = c == ' ';
    }
    words[i]         = '\0';
    const char *kind = log->sprint ? "Sprint" : "Grand Prix";
    if (log->season)
        snprintf(out, cap, "%d %s %s", log->season, words, kind);
    else
        snprintf(out, cap, "%s", words[0] ? words : "a race without a name");
}
