/* See xgb.h. */
#include <dlfcn.h>
#include <string.h>

#include "xgb.h"

/* A symbol is data to dlsym and a function to us; POSIX says they convert. */
static bool find(void *library, const char *name, void *function, size_t size)
{
    void *symbol = dlsym(library, name);
    memcpy(function, &symbol, size);
    return symbol != NULL;
}

pb_status pb__xgb_open(const char *library, pb__xgb *xgb, pb_error *error)
{
    pb__xgb x = {.library = dlopen(library, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE)};
    if (!x.library)
        return pb_error_set(error, PB_E_UNSUPPORTED,
                            "training needs XGBoost, which is not here (%s); install the package libxgboost0",
                            dlerror());
#define FIND(name)                                                                                                     \
    if (!find(x.library, #name, &x.name, sizeof x.name)) {                                                             \
        pb__xgb_close(&x);                                                                                             \
        return pb_error_set(error, PB_E_UNSUPPORTED, "%s has no " #name "; install libxgboost0 1.7 or later",          \
                            library);                                                                                  \
    }
    PB__XGB_LIST(FIND)
#undef FIND
    x.XGBSetGlobalConfig("{\"verbosity\": 0}");
    *xgb = x;
    return PB_OK;
}

void pb__xgb_close(pb__xgb *xgb)
{
    if (xgb->library) dlclose(xgb->library);
    xgb->library = NULL;
}

/* The message's lines after the first are a stack trace. */
pb_status pb__xgb_check(const pb__xgb *xgb, int code, const char *doing, pb_error *error)
{
    if (code == 0) return PB_OK;
    const char *text = xgb->XGBGetLastError();
    return pb_error_set(error, PB_E_RANGE, "XGBoost could not %s: %.*s", doing, (int)strcspn(text, "\n"), text);
}
