# The C library as a stranger meets it: three programs on the public headers, built with
# the tree and run; and built again by nothing but a compiler and pkg-config from what
# `make install` gives, against the shared and the static library.
. "$(dirname "$0")/lib.sh"
: "${PB_BUILD_DIR:?names the build}"
built=$PB_BUILD_DIR/examples
lines_of() { grep -c -- "$1" "$work/out"; }

# example CODE NAME ARGS...: runs it; $work/out, $work/err
example() {
    local want=$1 code=0
    shift
    timeout "${PB_TIMEOUT:-120}" "$@" >"$work/out" 2>"$work/err" || code=$?
    [ "$code" = "$want" ] || fail "exit $code instead of $want: $*: $(head -c 300 "$work/err")"
}

example 0 "$built/simulate_race" "$races/2023_07_spanish.json" 2000
grep -q '^2023 Spanish Grand Prix, 2000 races$' "$work/out" || fail "simulate_race names no race: $(head -1 "$work/out")"
[ "$(wc -l <"$work/out")" = 22 ] || fail "simulate_race: not 20 cars"
awk 'NR > 2 { win += $2; podium += $3 } END { exit !(win > 99 && win < 101 && podium > 298 && podium < 302) }' "$work/out" ||
    fail "simulate_race: chances of a win do not sum to 100 %"
cp "$work/out" "$work/first"
example 0 "$built/simulate_race" "$races/2023_07_spanish.json" 2000
cmp -s "$work/out" "$work/first" || fail "simulate_race: the same seed, another answer"
example 1 "$built/simulate_race" "$work/none.json"
grep -q 'none.json' "$work/err" || fail "simulate_race does not name the missing file"
example 2 "$built/simulate_race"

example 0 "$built/ask_for_a_call" "$races/2023_07_spanish.csv" VER 25
[ "$(lines_of ' lap 26 ')" -ge 1 ] && [ "$(lines_of '^because ')" = 3 ] && [ "$(lines_of '^radio: "')" = 1 ] ||
    fail "ask_for_a_call: no stop on lap 26, evidence or radio: $(cat "$work/out")"
example 1 "$built/ask_for_a_call" "$races/2023_07_spanish.csv" XXX 25
grep -q 'no car XXX' "$work/err" || fail "ask_for_a_call does not name the car: $(cat "$work/err")"
example 2 "$built/ask_for_a_call" "$races/2023_07_spanish.csv" VER 0

example 0 "$built/follow_a_replay" "$races/2021_21_saudi_arabian.csv"
[ "$(lines_of ' pits$')" -gt 15 ] && [ "$(lines_of ' leads$')" -gt 3 ] && [ "$(lines_of ' red flag$')" -ge 1 ] ||
    fail "follow_a_replay: stops, leaders or the red flags are missing: $(head -5 "$work/out")"
example 1 "$built/follow_a_replay" "$work/none.csv"
example 2 "$built/follow_a_replay"

grep -q 'CMAKE_C_FLAGS:STRING=.*fsanitize' "$PB_BUILD_DIR/CMakeCache.txt" && finish # nobody installs such a build
cmake --install "$PB_BUILD_DIR" --prefix "$work/usr" >"$work/log" 2>&1 || { cat "$work/log"; fail "cmake --install"; }
pc=$(find "$work/usr" -name pitboard.pc)
export PKG_CONFIG_PATH=${pc%/*}
prefix=--define-variable=prefix=$work/usr
lib=$(pkg-config "$prefix" --variable=libdir pitboard)
cp "$PB_SOURCE_DIR/examples/simulate_race.c" "$work/mine.c"
# shellcheck disable=SC2046
cc -Wall -Wextra -Werror "$work/mine.c" $(pkg-config "$prefix" --cflags --libs pitboard) -o "$work/shared" ||
    fail "the shared library by pkg-config"
# shellcheck disable=SC2046
cc -Wall -Wextra -Werror "$work/mine.c" $(pkg-config "$prefix" --cflags pitboard) -Wl,-Bstatic -L"$lib" -lpitboard -Wl,-Bdynamic \
    $(pkg-config --libs $(pkg-config --print-requires-private pitboard)) -lm -lstdc++ -pthread -o "$work/static" || fail "the static library by pkg-config"
for kind in shared static; do
    example 0 env LD_LIBRARY_PATH="$lib" "$work/$kind" "$races/2023_07_spanish.json" 2000
    cmp -s "$work/out" "$work/first" || fail "simulate_race with the $kind library answers differently"
done
! ldd "$work/static" | grep -q libpitboard || fail "the static one needs the shared library"
finish
