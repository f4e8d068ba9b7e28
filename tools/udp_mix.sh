#!/bin/sh
# udp_mix.sh FOLDER - writes scenarios/udp_mix.bin, what `pitboard bench udp_decode` makes its
# stream of: one datagram of every packet kind of the F1 game's formats 2022 and 2023, one behind
# the other, out of the vectors in FOLDER (vectors_YEAR.jsonl, see NOTICE).
set -eu
[ $# = 1 ] || { echo "usage: udp_mix.sh FOLDER" >&2; exit 2; }
cd "$(dirname "$0")/.."
for year in 2022 2023; do
    for packet in motion session lapData event participants carSetups carTelemetry carStatus carDamage sessionHistory tyreSets motionEx; do
        # of the events the one about speed traps: 53505450 is SPTP
        code=; [ "$packet" != event ] || code=53505450
        grep "\"packet\":\"$packet\"" "$1/vectors_$year.jsonl" | grep "\"hex\":\"[0-9a-f]*$code" | head -n 1
    done
done | perl -ne 'print pack("H*", $1) if /"hex":"([0-9a-f]+)"/' >scenarios/udp_mix.bin
