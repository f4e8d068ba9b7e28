# pitboard decode: datagrams in, one JSON object a line out, and what is bad is named.
. "$(dirname "$0")/lib.sh"
mix=$PB_SOURCE_DIR/scenarios/udp_mix.bin

accepts decode f1-udp "$mix"
[ "$(wc -l <"$work/out")" = 22 ] || fail "not 22 datagrams: $(wc -l <"$work/out")"
jq -e '.format and .packet and .header.packetId >= 0' "$work/out" >/dev/null || fail "no format, packet, header"
jq -se '[.[] | select(.packet == "lapData") | .cars | length] == [22, 22]' "$work/out" >/dev/null || fail "lapData has not 22 cars"
jq -se '.[0].header.sessionUID == "6365301523285371004"' "$work/out" >/dev/null || fail "a session id lost its bits"
cp "$work/out" "$work/whole"

# From a pipe, and as hex in both forms, it is the same.
"$PITBOARD" decode f1-udp <"$mix" | cmp -s - "$work/whole" || fail "standard input says something else"
"$PITBOARD" decode f1-udp - <"$mix" | cmp -s - "$work/whole" || fail "- is not standard input"
head -c 1464 "$mix" | od -An -v -tx1 | tr -d ' \n' >"$work/hex"
head -n 1 "$work/whole" >"$work/first"
{ cat "$work/hex"; echo; } | "$PITBOARD" decode f1-udp --hex | cmp -s - "$work/first" || fail "hex says something else"
{ printf '{"packet":"motion","hex":"'; tr a-f A-F <"$work/hex"; printf '"}\r\n'; } >"$work/lines"
accepts decode f1-udp --hex "$work/lines"
cmp -s "$work/out" "$work/first" || fail "JSON lines say something else"

# What is bad is named with its place and the rest goes on.
{ cat "$mix"; printf 'some other bytes'; cat "$mix"; head -c 100 "$mix"; } >"$work/broken"
run decode f1-udp "$work/broken"
[ "$code" = 1 ] || fail "bad datagrams: exit $code"
[ "$(wc -l <"$work/out")" = 44 ] || fail "the rest did not go on: $(wc -l <"$work/out") lines"
size=$(wc -c <"$mix")
grep -q "^pitboard decode: datagram 23 at byte $size: unknown format$" "$work/err" || fail "no place: $(cat "$work/err")"
grep -q "^pitboard decode: datagram 46 at byte $((2 * size + 16)): cut short$" "$work/err" || fail "no end: $(cat "$work/err")"
[ "$(wc -l <"$work/err")" = 2 ] || fail "more than two complaints: $(cat "$work/err")"
printf 'e607\nxyz\n\n{"hex":5}\n{}\n{\n' >"$work/lines"
run decode f1-udp --hex "$work/lines"
[ "$code" = 1 ] && [ ! -s "$work/out" ] || fail "bad lines: exit $code"
[ "$(wc -l <"$work/err")" = 5 ] || fail "not five complaints: $(cat "$work/err")"
grep -q "line 1: shorter than a header" "$work/err" || fail "line 1: $(cat "$work/err")"
grep -q "line 2: no hex digits" "$work/err" || fail "line 2: $(cat "$work/err")"

: >"$work/nothing"
accepts decode f1-udp "$work/nothing"
refuses 1 'no such file' decode f1-udp "$work/no.bin"
refuses 2 'which wire format' decode
refuses 2 'did you mean f1-udp' decode f1-upd
refuses 2 'one file at a time' decode f1-udp a b
run decode f1-udp "$mix" --hexx
[ "$code" = 2 ] || fail "unknown option: exit $code"
finish
