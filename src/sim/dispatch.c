/* dispatch.c - which kernel plays the trials. */
#include <stdlib.h>
#include <string.h>

#include "model.h"

static pb__kernel *kernel_for(pb_isa isa)
{
    pb_isa use = PB_ISA_SCALAR;
    if (pb_isa_resolve(isa, &use) != PB_OK) use = PB_ISA_SCALAR;
    switch (use) {
#if defined(__x86_64__)
    case PB_ISA_AVX512:
        return pb__run_avx512;
    case PB_ISA_AVX2:
        return pb__run_avx2;
#endif
    case PB_ISA_PORTABLE:
        return pb__run_portable;
    default:
        return pb__run_scalar;
    }
}

static size_t scratch_bytes(void)
{
#if defined(__x86_64__)
    return pb__scratch_bytes_avx512();
#else
    return pb__scratch_bytes_portable();
#endif
}

pb_status pb_sim_scratch_create(const pb_sim_model *model, pb_sim_scratch **out)
{
    (void)model;
    size_t size = (scratch_bytes() + 63) / 64 * 64;
    void  *p    = aligned_alloc(64, size);
    if (!p) return PB_E_NOMEM;
    memset(p, 0, size); /* masked-off lanes are computed and thrown away: let them hold numbers */
    *out = p;
    return PB_OK;
}

void pb_sim_scratch_destroy(pb_sim_scratch *scratch)
{
    free(scratch);
}

void pb_sim_run(const pb_sim_model *model, uint64_t seed, uint32_t first, uint32_t count, pb_isa isa,
                pb_sim_scratch *scratch, pb_sim_result *result)
{
    kernel_for(isa)(model, seed, first, count, scratch, result, NULL);
}

uint64_t pb_sim_hash(const pb_sim_model *model, uint64_t seed, uint32_t first, uint32_t count, pb_isa isa,
                     pb_sim_scratch *scratch)
{
    uint64_t hash = 0;
    kernel_for(isa)(model, seed, first, count, scratch, NULL, &hash);
    return hash;
}
