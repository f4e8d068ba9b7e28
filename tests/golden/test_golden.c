/* One hash for every instruction set and every split of the trials. A change of
 * the model changes it: then look at what changed before writing the new one. */
#include <inttypes.h>

#include "race_fixture.h"

#define GOLDEN_BENCH57  UINT64_C(0xa5d1699e83691d23)
#define GOLDEN_WHATIF57 UINT64_C(0x5f48fbfdb9b3917c)

static void check_golden(const char *path, uint64_t golden)
{
    pb_race_spec *spec = fixture_file(path);
    fixture_run   run  = fixture_model(spec);
    for (int isa = PB_ISA_SCALAR; isa < PB_ISA_N; isa++) {
        if (!pb_isa_available((pb_isa)isa)) continue;
        uint64_t got = pb_sim_hash(run.model, 1, 0, 2000, (pb_isa)isa, run.scratch);
        if (got != golden) fail_msg("%s: %s gives 0x%016" PRIx64, path, pb_isa_name((pb_isa)isa), got);
    }
    fixture_end(&run);
    free(spec);
}

PB_TEST(the_benchmark_race_has_its_golden_hash)
{
    check_golden(PB_SOURCE_DIR "/scenarios/bench57.json", GOLDEN_BENCH57);
}

PB_TEST(the_live_race_has_its_golden_hash)
{
    check_golden(PB_SOURCE_DIR "/scenarios/whatif57.json", GOLDEN_WHATIF57);
}

PB_TEST(the_parts_of_a_range_add_up_to_the_whole)
{
    pb_race_spec  *spec   = fixture_file(PB_SOURCE_DIR "/scenarios/bench57.json");
    fixture_run    run    = fixture_model(spec);
    const uint32_t cuts[] = {0, 1, 17, 400, 401, 1500, 2000};
    uint64_t       sum    = 0;
    for (size_t i = 0; i + 1 < sizeof cuts / sizeof cuts[0]; i++)
        sum += pb_sim_hash(run.model, 1, cuts[i], cuts[i + 1] - cuts[i], PB_ISA_AUTO, run.scratch);
    PB_CHECK(sum == GOLDEN_BENCH57);
    fixture_end(&run);
    free(spec);
}

PB_TEST(every_effect_that_is_switched_off_changes_the_hash)
{
    pb_race_spec  *spec = fixture_file(PB_SOURCE_DIR "/scenarios/bench57.json");
    const uint32_t all  = spec->effects;
    PB_CHECK_EQ(all, PB_EFFECTS_ALL);
    for (uint32_t bit = 0; 1u << bit <= PB_EFFECTS_ALL; bit++) {
        spec->effects   = all & ~(1u << bit);
        fixture_run run = fixture_model(spec);
        if (pb_sim_hash(run.model, 1, 0, 2000, PB_ISA_AUTO, run.scratch) == GOLDEN_BENCH57)
            fail_msg("effect %u changes nothing", bit);
        fixture_end(&run);
    }
    free(spec);
}

PB_TEST(another_seed_is_another_race)
{
    pb_race_spec *spec = fixture_file(PB_SOURCE_DIR "/scenarios/bench57.json");
    fixture_run   run  = fixture_model(spec);
    uint64_t      low  = pb_sim_hash(run.model, 2, 0, 2000, PB_ISA_AUTO, run.scratch);
    uint64_t      high = pb_sim_hash(run.model, (UINT64_C(1) << 32) + 1, 0, 2000, PB_ISA_AUTO, run.scratch);
    PB_CHECK(low != GOLDEN_BENCH57 && high != GOLDEN_BENCH57 && low != high);
    fixture_end(&run);
    free(spec);
}

PB_TEST_MAIN(PB_RUN(the_benchmark_race_has_its_golden_hash), PB_RUN(the_live_race_has_its_golden_hash),
             PB_RUN(the_parts_of_a_range_add_up_to_the_whole),
             PB_RUN(every_effect_that_is_switched_off_changes_the_hash), PB_RUN(another_seed_is_another_race))
