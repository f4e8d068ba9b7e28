/* Writing CSV. */
#include <string.h>

#include "pitboard/codec.h"

static bool needs_quotes(const char *text)
{
    size_t len = strlen(text);
    if (len == 0) return false;
    return strpbrk(text, ",;\"\r\n") || text[0] == ' ' || text[len - 1] == ' ';
}

void pb_csv_put(FILE *to, const char *text)
{
    if (!needs_quotes(text)) {
        fputs(text, to);
        return;
    }
    fputc('"', to);
    for (const char *at = text; *at; at++) {
        if (*at == '"') fputc('"', to);
        fputc(*at, to);
    }
    fputc('"', to);
}
