/* Growing lists of what was imported: see import_list.h. */
#include <stdlib.h>

#include "import_list.h"

void pb__import_list_init(pb__import_list *list)
{
    *list = (pb__import_list){0};
    pb_arena_init(&list->arena, 0);
}

void pb__import_list_fini(pb__import_list *list)
{
    free(list->quarantined);
    free(list->refused);
    free(list->races);
    pb_arena_fini(&list->arena);
}

const char *pb__import_text(pb__import_list *list, const char *text)
{
    return pb_arena_text(&list->arena, pb_span_of(text));
}

static bool grow(void **at, uint32_t n, uint32_t *cap, size_t size)
{
    if (n < *cap) return true;
    uint32_t more = *cap ? 2 * *cap : 32;
    void    *next = realloc(*at, more * size);
    if (!next) return false;
    *at  = next;
    *cap = more;
    return true;
}

pb_status pb__import_quarantine(pb__import_list *list, const char *file, uint32_t line, const char *reason)
{
    void       *rows  = list->quarantined;
    bool        room  = grow(&rows, list->n_quarantined, &list->quarantined_cap, sizeof *list->quarantined);
    const char *text  = pb__import_text(list, reason);
    list->quarantined = rows;
    if (!room || !text) return PB_E_NOMEM;
    list->quarantined[list->n_quarantined++] = (pb__import_row){file, line, text};
    return PB_OK;
}

pb_status pb__import_refuse(pb__import_list *list, const char *file, const char *reason)
{
    void       *rows = list->refused;
    bool        room = grow(&rows, list->n_refused, &list->refused_cap, sizeof *list->refused);
    const char *text = pb__import_text(list, reason), *name = pb__import_text(list, file);
    list->refused = rows;
    if (!room || !text || !name) return PB_E_NOMEM;
    list->refused[list->n_refused++] = (pb__import_row){name, 0, text};
    return PB_OK;
}

pb__import_race *pb__import_add_race(pb__import_list *list)
{
    void *races = list->races;
    bool  room  = grow(&races, list->n_races, &list->races_cap, sizeof *list->races);
    list->races = races;
    if (!room) return NULL;
    list->races[list->n_races] = (pb__import_race){0};
    return &list->races[list->n_races++];
}
