/* Anything as a Python literal and as JSON: values keep their promises, what is refused has a reason. */
#include <math.h>
#include <stdlib.h>

#include "pitboard/codec.h"
#include "wire/lt_value.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const pb__lt_value *v, int depth)
{
    uint32_t n = 0;
    PB_ASSERT(depth <= PB__LT_DEPTH_MAX + 1);
    if (v->kind == PB__LT_TEXT) PB_ASSERT(pb_utf8_valid(pb__lt_value_text(v)));
    if (v->kind == PB__LT_REAL) PB_ASSERT(isfinite(v->real));
    if (v->kind != PB__LT_OBJECT && v->kind != PB__LT_LIST) return;
    for (const pb__lt_value *m = v->child; m; m = m->next, n++) {
        PB_ASSERT(v->kind == PB__LT_LIST || pb_utf8_valid((pb_span){m->key, m->key_len}));
        check(m, depth + 1);
    }
    PB_ASSERT(n == v->len && n <= PB__LT_MEMBERS_MAX);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static pb_arena       arena; /* once: it is large */
    static pb__lt_scratch scratch;
    pb_span               text = {(const char *)data, size};
    if (!scratch.values && pb__lt_scratch_init(&scratch, &arena, PB__LT_MESSAGE_MAX) != PB_OK) abort();
    for (int grammar = PB__LT_JSON; grammar <= PB__LT_LITERAL; grammar++) {
        const pb__lt_value *v = NULL;
        pb__lt_scratch_clear(&scratch);
        const char *why = pb__lt_read(&scratch, text, (pb__lt_grammar)grammar, &v);
        PB_ASSERT(!why == !!v);
        if (v) check(v, 1);
    }
    return 0;
}
