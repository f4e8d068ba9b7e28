# What `make install` gives: a program that finds its files, a library that a
# stranger can build against both ways, man pages, completion.
. "$(dirname "$0")/lib.sh"
: "${PB_BUILD_DIR:?names the build}"
grep -q 'CMAKE_C_FLAGS:STRING=.*fsanitize' "$PB_BUILD_DIR/CMakeCache.txt" && { echo "skipped: a sanitizer build"; exit 77; }

cmake --install "$PB_BUILD_DIR" --prefix "$work/usr" >"$work/log" 2>&1 || { cat "$work/log"; fail "cmake --install"; }
for page in pitboard pitboard-demo pitboard-simulate pitboard-strategy pitboard-recommend pitboard-report pitboard-profile pitboard-serve pitboard-replay pitboard-import pitboard-db pitboard-user pitboard-key \
    pitboard-decode pitboard-bench pitboard-backtest pitboard-train pitboard-models pitboard-explain; do
    [ -s "$work/usr/share/man/man1/$page.1" ] || fail "no man page $page"
done

cat >"$work/main.c" <<'C'
#include <pitboard/engine.h>
#include <pitboard/engine_store.h>
#include <pitboard/net_http.h>
#include <pitboard/wire.h>
#include <stdio.h>
#include <stdlib.h>

int main(void)
{
    pb_race_spec *spec = malloc(sizeof *spec);
    pb_error      error;
    pb_race_spec_default(spec);
    pb_status status = pb_race_spec_check(spec, &error); /* no cars: refused */
    printf("%s %d\n", error.text, status);
    free(spec);
    pb_stage_options o     = pb_stage_options_default(); /* of what links every library there is */
    pb_stage        *stage = NULL;
    pb_http_options  h     = pb_http_options_default();
    pb_http         *http  = NULL;
    o.url                  = "sqlite::memory:";
    o.id                   = "stranger";
    if (pb_stage_create(&o, &stage, &error) != PB_OK ||
        pb_http_open(&h, &http, &error) != PB_OK)
        return 2;
    pb_stage_destroy(stage);
    pb_http_close(http);
    return status == PB_OK;
}
C
pc=$(find "$work/usr" -name pitboard.pc)
export PKG_CONFIG_PATH=${pc%/*}
flags=$(pkg-config --define-variable=prefix="$work/usr" --cflags --libs pitboard)
lib=$(pkg-config --define-variable=prefix="$work/usr" --variable=libdir pitboard)
# shellcheck disable=SC2086
cc -Wall -Werror "$work/main.c" $flags -o "$work/shared" && LD_LIBRARY_PATH=$lib "$work/shared" >"$work/shared.out" ||
    fail "a program against the shared library"
# shellcheck disable=SC2046
cc -Wall -Werror "$work/main.c" -I"$work/usr/include" "$lib/libpitboard.a" \
    $(pkg-config --libs $(pkg-config --print-requires-private pitboard)) -lm -lstdc++ -pthread \
    -o "$work/static" && "$work/static" >"$work/static.out" || fail "a program against the static library"
cmp -s "$work/shared.out" "$work/static.out" || fail "the two libraries answer differently"
grep -q '/cars' "$work/shared.out" || fail "the library does not name /cars: $(cat "$work/shared.out")"

# The headers can be read by C++ as well.
if command -v c++ >/dev/null; then
    for header in "$work"/usr/include/pitboard/*.h; do
        echo "#include <pitboard/${header##*/}>" | c++ -x c++ -std=c++17 -I"$work/usr/include" -fsyntax-only - ||
            fail "${header##*/} is not for C++"
    done
fi

# Away from the tree the program still finds the scenarios.
(cd / && "$work/usr/bin/pitboard" bench sim_whatif_1000 --json) >"$work/out" 2>"$work/err" || fail "bench: $(cat "$work/err")"
jq -e '.results[0].name == "sim_whatif_1000" and .results[0].median > 0 and (.effects | length) > 20
    and .results[0].min <= .results[0].median and .results[0].median <= .results[0].max' "$work/out" >/dev/null ||
    fail "bench --json"

# Completion offers commands and options of the program.
complete_words() {
    PATH=$work/usr/bin:$PATH bash -c '. "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _pitboard; echo "${COMPREPLY[*]}"' \
        - "$work/usr/share/bash-completion/completions/pitboard" "$@"
}
[ "$(complete_words pitboard simu)" = simulate ] || fail "completion of a command"
[ "$(complete_words pitboard simulate --tri)" = --trials ] || fail "completion of an option"
[ "$(complete_words pitboard simulate --isa avx5)" = avx512 ] || fail "completion of a value"
[ "$(complete_words pitboard serve --rate-c)" = --rate-costly ] || fail "completion of an option of serve"
[ "$(complete_words pitboard serve --log-level w)" = warn ] || fail "completion of a level of the log"
[ "$(complete_words pitboard user add --ro)" = --role ] || fail "completion of an option after a verb"
[ "$(complete_words pitboard key list --js)" = --json ] || fail "completion of an option after list"

# README leads to pages that are there.
doc=$work/usr/share/doc/pitboard
for page in README.md docs/api.md docs/img/api-docs.png examples/simulate_race.c examples/api/api.py deploy/alerts.yml; do
    [ -s "$doc/$page" ] || fail "$page is not installed"
done
grep -ohE '\]\([a-z0-9_./-]+\)' "$doc/README.md" "$doc"/docs/*.md | tr -d ']()' | sort -u | while read -r link; do
    [ -e "$doc/$link" ] || [ -e "$doc/docs/$link" ] || echo "$link"
done >"$work/dead"
[ ! -s "$work/dead" ] || fail "links to nothing: $(tr '\n' ' ' <"$work/dead")"
finish
