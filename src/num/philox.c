/* Philox4x32-10: random words as a function of a counter and a key (Salmon,
 * Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011). */
#include "pitboard/num.h"

#define ROUNDS 10
#define MULTIPLIER_0 0xD2511F53u /* section 4.3 and table 2 of the paper */
#define MULTIPLIER_1 0xCD9E8D57u
#define WEYL_0 0x9E3779B9u /* golden ratio */
#define WEYL_1 0xBB67AE85u /* sqrt(3) - 1 */

static void round_once(uint32_t c[4], uint32_t k0, uint32_t k1)
{
    uint64_t p0 = (uint64_t)MULTIPLIER_0 * c[0];
    uint64_t p1 = (uint64_t)MULTIPLIER_1 * c[2];
    uint32_t c1 = c[1], c3 = c[3];
    c[0] = (uint32_t)(p1 >> 32) ^ c1 ^ k0;
    c[1] = (uint32_t)p1;
    c[2] = (uint32_t)(p0 >> 32) ^ c3 ^ k1;
    c[3] = (uint32_t)p0;
}

pb_philox pb_philox4x32(const uint32_t counter[4], const uint32_t key[2])
{
    pb_philox out = {{counter[0], counter[1], counter[2], counter[3]}};
    uint32_t  k0 = key[0], k1 = key[1];
    for (int i = 0; i < ROUNDS; i++, k0 += WEYL_0, k1 += WEYL_1) round_once(out.word, k0, k1);
    return out;
}

pb_philox pb_draw(uint64_t seed, uint32_t trial, uint32_t index, uint32_t lap, uint32_t purpose)
{
    const uint32_t counter[4] = {trial, index, lap, purpose};
    const uint32_t key[2]     = {(uint32_t)seed, (uint32_t)(seed >> 32)};
    return pb_philox4x32(counter, key);
}

double pb_uniform(uint32_t word)
{
    return ((double)word + 0.5) * 0x1p-32;
}
