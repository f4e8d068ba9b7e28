/* ask_password: a line that is not shown. */
#include "ask_password.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

enum { CONTROL_C = 3, CONTROL_D = 4, BACKSPACE = 8, CONTROL_U = 21, DELETE = 127 };

/* What a terminal would do with it, while it leaves keys to us. Returns false when c is no such key. */
static bool edit(char c, size_t *n)
{
    if (c == CONTROL_U)
        *n = 0;
    else if (c == BACKSPACE || c == DELETE)
        *n -= *n > 0;
    else
        return false;
    return true;
}

/* A line of a descriptor, byte by byte: nothing of it stays in a buffer of stdio. */
static pb_status read_line(int fd, bool keys, char *out, size_t cap, pb_error *error)
{
    size_t  n = 0;
    char    c;
    ssize_t got;
    while ((got = read(fd, &c, 1)) == 1 && c != '\n' && c != '\r' && !(keys && c == CONTROL_D)) {
        if (keys && c == CONTROL_C) return pb_error_set(error, PB_E_CANCELLED, "stopped: no password was given");
        if (keys && edit(c, &n)) continue;
        if (c == '\0') return pb_error_set(error, PB_E_RANGE, "the password has a NUL byte");
        if (n + 1 >= cap) return pb_error_set(error, PB_E_RANGE, "the password has more than %zu bytes", cap - 2);
        out[n++] = c;
    }
    out[n] = '\0';
    if (got < 0) return pb_error_set(error, PB_E_IO, "the password could not be read: %s", strerror(errno));
    return PB_OK;
}

static pb_status ask(const char *what, const char *whose, char out[PB__PASSWORD_CAP], pb_error *error)
{
    fprintf(stderr, "%s of %s: ", what, whose);
    fflush(stderr);
    pb_status status = read_line(STDIN_FILENO, true, out, PB__PASSWORD_CAP, error);
    fputc('\n', stderr);
    return status;
}

static pb_status ask_twice(const char *whose, char out[PB__PASSWORD_CAP], pb_error *error)
{
    char again[PB__PASSWORD_CAP];
    PB_TRY(ask("Password", whose, out, error));
    pb_status status = ask("Again, the password", whose, again, error);
    bool      same   = status == PB_OK && strcmp(again, out) == 0;
    explicit_bzero(again, sizeof again);
    if (status == PB_OK && !same) return pb_error_set(error, PB_E_RANGE, "the two passwords are not the same");
    return status;
}

/* Keys come as bytes, an interrupt too: however it ends, the terminal shows again what is typed. */
static pb_status on_terminal(const char *whose, char out[PB__PASSWORD_CAP], pb_error *error)
{
    struct termios before, quiet;
    if (tcgetattr(STDIN_FILENO, &before) != 0)
        return pb_error_set(error, PB_E_IO, "the terminal cannot be kept from showing the password: %s",
                            strerror(errno));
    quiet = before;
    quiet.c_lflag &= ~(tcflag_t)(ECHO | ISIG | ICANON);
    if (tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet) != 0)
        return pb_error_set(error, PB_E_IO, "the terminal cannot be kept from showing the password: %s",
                            strerror(errno));
    pb_status status = ask_twice(whose, out, error);
    (void)tcsetattr(STDIN_FILENO, TCSAFLUSH, &before);
    return status;
}

pb_status pb__ask_password(const char *whose, char out[PB__PASSWORD_CAP], pb_error *error)
{
    pb_status status = isatty(STDIN_FILENO) ? on_terminal(whose, out, error)
                                            : read_line(STDIN_FILENO, false, out, PB__PASSWORD_CAP, error);
    if (status == PB_OK && !out[0])
        return pb_error_set(error, PB_E_MISSING, "no password: write it on standard input, or call this on a terminal");
    return status;
}
