/* What happens when we were wrong. */
#include <stdio.h>
#include <stdlib.h>

#include "pitboard/base.h"

_Noreturn void pb_assert_failed(const char *expr, const char *file, int line)
{
    fprintf(stderr, "pitboard: %s:%d: broken promise: %s\n", file, line, expr);
    abort();
}
