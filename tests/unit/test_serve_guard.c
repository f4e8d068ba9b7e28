/* The end of a server takes no longer than it may: each case in a process of its own, which it ends. */
#include "pb_test.h"

#include <sys/wait.h>
#include <unistd.h>

#include "apps/command.h"
#include "apps/serve_guard.h"

static void say_late(void *with)
{
    (void)!write(*(int *)with, "late", 4);
}

/* What the process ended with; what it said goes into said. */
static int end_of(uint32_t ms, int code, bool in_time, char said[8])
{
    int fds[2], how;
    PB_CHECK_EQ(pipe(fds), 0);
    pid_t child = fork();
    if (child == 0) {
        serve_guard *guard = serve_guard_start(ms, say_late, &fds[1]);
        if (code >= 0) serve_guard_code(guard, code);
        if (in_time) serve_guard_stop(guard);
        while (!in_time) (void)pause(); /* what hangs */
        _exit(42);
    }
    close(fds[1]);
    ssize_t n = read(fds[0], said, 7);
    close(fds[0]);
    said[n > 0 ? n : 0] = '\0';
    PB_CHECK_EQ(waitpid(child, &how, 0), child);
    PB_CHECK(WIFEXITED(how));
    return WEXITSTATUS(how);
}

PB_TEST(what_hangs_is_told_and_ends_with_the_code_that_was_set)
{
    char said[8];
    PB_CHECK_EQ(end_of(20, 7, false, said), 7);
    PB_CHECK_TEXT(said, "late");
}

PB_TEST(without_a_code_it_failed)
{
    char said[8];
    PB_CHECK_EQ(end_of(0, -1, false, said), PB__EXIT_FAILED);
    PB_CHECK_TEXT(said, "late");
}

PB_TEST(what_ends_in_time_goes_on_and_nothing_is_said)
{
    char said[8];
    PB_CHECK_EQ(end_of(600000, 7, true, said), 42);
    PB_CHECK_TEXT(said, "");
}

PB_TEST_MAIN(PB_RUN(what_hangs_is_told_and_ends_with_the_code_that_was_set), PB_RUN(without_a_code_it_failed),
             PB_RUN(what_ends_in_time_goes_on_and_nothing_is_said))
