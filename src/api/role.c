#include <string.h>

#include "pitboard/api.h"

static const char *const names[] = {"none", "viewer", "engineer", "admin"};

const char *pb_role_name(pb_role role)
{
    return names[role];
}

bool pb_role_read(const char *name, pb_role *out)
{
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (strcmp(name, names[i]) != 0) continue;
        *out = (pb_role)i;
        return true;
    }
    return false;
}
