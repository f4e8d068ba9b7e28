/* pb_test.h - tests as sentences, on cmocka.
 *
 *     PB_TEST(a_lap_cut_short_is_refused) { PB_CHECK_EQ(read(...), PB_E_TRUNCATED); }
 *     PB_TEST_MAIN(PB_RUN(a_lap_cut_short_is_refused), ...)
 */
#ifndef PB_TEST_H
#define PB_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define PB_TEST(name)             static void name(void **state_unused __attribute__((unused)))
#define PB_RUN(name)              cmocka_unit_test(name)
#define PB_CHECK(expr)            assert_true(expr)
#define PB_CHECK_EQ(a, b)         assert_int_equal((a), (b))
#define PB_CHECK_TEXT(a, b)       assert_string_equal((a), (b))
#define PB_CHECK_HAS(text, part)  assert_non_null(strstr((text), (part)))
#define PB_CHECK_NEAR(a, b, eps)                                                           \
    do {                                                                                   \
        double pb_a = (a), pb_b = (b);                                                     \
        if (!(pb_a - pb_b <= (eps) && pb_b - pb_a <= (eps))) {                             \
            print_error("%s = %.12g, wanted %.12g\n", #a, pb_a, pb_b);                     \
            fail();                                                                        \
        }                                                                                  \
    } while (0)
#define PB_TEST_MAIN(...)                                                                  \
    int main(void)                                                                         \
    {                                                                                      \
        const struct CMUnitTest tests[] = { __VA_ARGS__ };                                 \
        return cmocka_run_group_tests(tests, NULL, NULL);                                  \
    }

/* Real data lives beside the repository; a test that needs it is skipped, with
 * a message, where it is absent. */
static inline void pb_need_shared(const char *path)
{
    if (access(path, R_OK) == 0) return;
    print_message("skipped: %s is not here\n", path);
    skip();
}

#endif
