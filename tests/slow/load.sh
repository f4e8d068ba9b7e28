#!/bin/bash
# load.sh SECONDS [RATE]: 10,000 points a second over UDP for so long (600 is the long form).
exec python3 "$(dirname "$0")/load.py" "${1:-600}" "${2:-10000}"
