/* Instruction sets by name and by machine. */
#include "pb_test.h"
#include "pitboard/num.h"

PB_TEST(names_go_both_ways)
{
    for (int i = 0; i < PB_ISA_N; i++) {
        pb_isa back = PB_ISA_N;
        PB_CHECK(pb_isa_from_name(pb_span_of(pb_isa_name((pb_isa)i)), &back));
        PB_CHECK_EQ(back, i);
    }
    PB_CHECK_TEXT(pb_isa_name(PB_ISA_AVX2), "avx2");
}

PB_TEST(unknown_names_and_numbers_are_refused)
{
    pb_isa isa = PB_ISA_AVX2;
    PB_CHECK(!pb_isa_from_name(pb_span_of("AVX2"), &isa));
    PB_CHECK(!pb_isa_from_name(pb_span_of("sse"), &isa));
    PB_CHECK(!pb_isa_from_name(pb_span_of(""), &isa));
    PB_CHECK(!pb_isa_available(PB_ISA_N));
    PB_CHECK(!pb_isa_available((pb_isa)-1));
    PB_CHECK_EQ(pb_isa_resolve(PB_ISA_N, &isa), PB_E_UNSUPPORTED);
    PB_CHECK_EQ(isa, PB_ISA_AVX2);
    PB_CHECK_TEXT(pb_isa_name((pb_isa)99), "?");
}

PB_TEST(scalar_and_portable_are_everywhere_and_auto_is_the_best_there_is)
{
    pb_isa best = PB_ISA_AUTO;
    PB_CHECK(pb_isa_available(PB_ISA_SCALAR) && pb_isa_available(PB_ISA_PORTABLE) && pb_isa_available(PB_ISA_AUTO));
    PB_CHECK_EQ(pb_isa_resolve(PB_ISA_AUTO, &best), PB_OK);
    PB_CHECK(best >= PB_ISA_PORTABLE && pb_isa_available(best));
    for (int i = (int)best + 1; i < PB_ISA_N; i++) PB_CHECK(!pb_isa_available((pb_isa)i));
}

PB_TEST(a_set_that_is_here_resolves_to_itself_and_one_that_is_not_is_refused)
{
    for (int i = PB_ISA_SCALAR; i < PB_ISA_N; i++) {
        pb_isa got  = PB_ISA_AUTO;
        bool   here = pb_isa_available((pb_isa)i);
        PB_CHECK_EQ(pb_isa_resolve((pb_isa)i, &got), here ? PB_OK : PB_E_UNSUPPORTED);
        PB_CHECK_EQ(got, here ? i : PB_ISA_AUTO);
    }
}

PB_TEST_MAIN(PB_RUN(names_go_both_ways), PB_RUN(unknown_names_and_numbers_are_refused),
             PB_RUN(scalar_and_portable_are_everywhere_and_auto_is_the_best_there_is),
             PB_RUN(a_set_that_is_here_resolves_to_itself_and_one_that_is_not_is_refused))
