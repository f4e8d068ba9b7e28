/* Which kernel: see isa_choice.h. */
#include <stdlib.h>

#include "isa_choice.h"

pb_status pb__isa_choose(const char *option, pb_isa *out, pb_error *error)
{
    const char *from = "--isa", *name = option;
    pb_isa      isa = PB_ISA_AUTO;

    if (!name) {
        from = "PITBOARD_ISA";
        name = getenv(from);
    }
    if (name && *name && !pb_isa_from_name(pb_span_of(name), &isa))
        return pb_error_set(error, PB_E_USAGE, "%s is '%s'; it is one of auto, scalar, portable, avx2, avx512", from,
                            name);
    if (pb_isa_resolve(isa, out) != PB_OK)
        return pb_error_set(error, PB_E_UNSUPPORTED, "%s is %s, which this machine cannot run", from, name);
    return PB_OK;
}
