# cmake -DIN=file -DOUT=file.c -DNAME=symbol -P embed.cmake
# Writes a file's bytes as a C array, NUL-terminated, and its size; as characters, so that bytes above 127 need no cast.
file(READ "${IN}" hex HEX)
string(REGEX REPLACE "([0-9a-f][0-9a-f])" "'\\\\x\\1'," bytes "${hex}")
string(REGEX REPLACE "(('.x..',){16})" "\\1\n" bytes "${bytes}")
file(WRITE "${OUT}" "/* made from a file by cmake/embed.cmake */
#include <stddef.h>
extern const char   ${NAME}[];
extern const size_t ${NAME}_len;
const char          ${NAME}[] = {\n${bytes} 0};
const size_t        ${NAME}_len = sizeof ${NAME} - 1;
")
