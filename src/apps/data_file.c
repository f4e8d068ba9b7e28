/* Files that come with the program: see data_file.h. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "data_file.h"

/* From the folder of the program. The second is build/PRESET in the source tree. */
static const char *const places[] = {"../share/pitboard", "../.."};

static bool program_dir(char *out, size_t cap)
{
    ssize_t len = readlink("/proc/self/exe", out, cap - 1);
    if (len <= 0) return false;
    out[len]    = '\0';
    char *slash = strrchr(out, '/');
    if (!slash) return false;
    *slash = '\0';
    return true;
}

pb_status pb__data_file(const char *name, char *out, size_t cap, pb_error *error)
{
    char dir[2048];
    for (size_t i = 0; i < sizeof places / sizeof *places && program_dir(dir, sizeof dir); i++) {
        snprintf(out, cap, "%s/%s/%s", dir, places[i], name);
        if (access(out, R_OK) == 0) return PB_OK;
    }
    snprintf(out, cap, "%s", name);
    if (access(out, R_OK) == 0) return PB_OK;
    return pb_error_set(error, PB_E_NOENT,
                        "%s is neither in share/pitboard beside the program nor in this folder; run `make install`, "
                        "or go to the source tree",
                        name);
}
