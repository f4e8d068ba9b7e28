/* Finding libnghttp2: see server_nghttp2.h. */
#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

#include "server_nghttp2.h"

/* A symbol is data to dlsym and a function to us; POSIX says they convert. */
static bool find(void *library, const char *name, void *function, size_t size)
{
    void *symbol = dlsym(library, name);
    memcpy(function, &symbol, size);
    return symbol != NULL;
}

pb__h2_library *pb__h2_load(void)
{
    pb__h2_library *h = calloc(1, sizeof *h);
    if (!h) return NULL;
    h->library = dlopen("libnghttp2.so.14", RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
    bool all   = h->library != NULL;
#define FIND(type, name, arguments) all = all && find(h->library, "nghttp2_" #name, &h->name, sizeof h->name);
    PB__H2_LIST(FIND)
#undef FIND
    if (all && pb__h2_callbacks(h)) return h;
    pb__h2_unload(h);
    return NULL;
}

void pb__h2_unload(pb__h2_library *h)
{
    if (!h) return;
    if (h->callbacks) h->session_callbacks_del(h->callbacks);
    if (h->library) dlclose(h->library);
    free(h);
}
