/* Which instruction sets this machine has. */
#include "pitboard/num.h"

static const char *const names[PB_ISA_N] = {
    [PB_ISA_AUTO] = "auto", [PB_ISA_SCALAR] = "scalar", [PB_ISA_PORTABLE] = "portable",
    [PB_ISA_AVX2] = "avx2", [PB_ISA_AVX512] = "avx512",
};

static bool is_isa(pb_isa isa)
{
    return (int)isa >= 0 && isa < PB_ISA_N;
}

const char *pb_isa_name(pb_isa isa)
{
    return is_isa(isa) ? names[isa] : "?";
}

bool pb_isa_from_name(pb_span name, pb_isa *out)
{
    for (int i = 0; i < PB_ISA_N; i++) {
        if (!pb_span_equal_text(name, names[i])) continue;
        *out = (pb_isa)i;
        return true;
    }
    return false;
}

#if defined __x86_64__ || defined __i386__
static bool                       has_avx2(void)
{
    __builtin_cpu_init();
    return __builtin_cpu_supports("avx2");
}

static bool has_avx512(void)
{
    __builtin_cpu_init();
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
           __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl");
}
#else
static bool has_avx2(void)
{
    return false;
}

static bool has_avx512(void)
{
    return false;
}
#endif

bool pb_isa_available(pb_isa isa)
{
    if (isa == PB_ISA_AVX2) return has_avx2();
    if (isa == PB_ISA_AVX512) return has_avx512();
    return is_isa(isa);
}

pb_status pb_isa_resolve(pb_isa isa, pb_isa *out)
{
    if (!pb_isa_available(isa)) return PB_E_UNSUPPORTED;
    if (isa == PB_ISA_AUTO) isa = has_avx512() ? PB_ISA_AVX512 : has_avx2() ? PB_ISA_AVX2 : PB_ISA_PORTABLE;
    *out = isa;
    return PB_OK;
}
