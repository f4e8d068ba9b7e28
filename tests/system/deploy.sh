# What deploy/ gives: alert rules that Prometheus takes and that come when they should, a
# dashboard that is whole, and no metric named there, or in the docs, that nobody makes.
. "$(dirname "$0")/lib.sh"
deploy=$PB_SOURCE_DIR/deploy docs=$PB_SOURCE_DIR/docs/observability.md

# Every name in quotes that the code makes, as Prometheus shows it.
grep -rhoE '"(pitboard|process)_[a-z0-9_]+"' "$PB_SOURCE_DIR/src" --include='*.c' | tr -d '"' | sort -u >"$work/made"
grep -rhE -A1 'pb_metric_histogram\(' "$PB_SOURCE_DIR/src" --include='*.c' | grep -oE '"pitboard_[a-z0-9_]+"' | tr -d '"' |
    sed 's/$/_bucket/' | sort -u >>"$work/made"
named_in() { grep -ohE '\b(pitboard|process)_[a-z0-9_]+' "$@" | sort -u; }
for file in "$deploy/grafana-dashboard.json" "$deploy/alerts.yml"; do
    [ "$(named_in "$file" | wc -l)" -gt 5 ] || fail "${file##*/} names no metrics"
    for name in $(named_in "$file"); do
        grep -qx "$name" "$work/made" || fail "${file##*/} names $name, which nobody makes"
    done
done

# The docs have every metric, and no other.
sed -n 's/^| \(`p[^|]*\)|.*/\1/p' "$docs" | grep -oE '(pitboard|process)_[a-z0-9_]+' | sort -u >"$work/told"
grep -rhE -A2 'pb_metric_(counter|gauge|histogram)\(|tell_(count|gauge)\(m|set\(m, "' "$PB_SOURCE_DIR/src" --include='*.c' |
    grep -oE '"(pitboard|process)_[a-z0-9_]+"' | tr -d '"' | sort -u | while read -r name; do
    grep -qx "$name" "$work/told" || echo "$name"
done >"$work/untold"
[ ! -s "$work/untold" ] || fail "docs/observability.md does not tell of $(tr '\n' ' ' <"$work/untold")"
while read -r name; do grep -qx "$name" "$work/made" || fail "docs/observability.md tells of $name, which nobody makes"; done <"$work/told"

# The dashboard: every panel has a title, a place, and queries.
jq -e '[.panels[] | select(.type != "row")] | length >= 20 and all(.[]; (.title | length) > 0 and (.targets | length) > 0 and
    all(.targets[]; (.expr | length) > 0) and .gridPos.x + .gridPos.w <= 24)' "$deploy/grafana-dashboard.json" >/dev/null || fail "a panel is not whole"
jq -e '[.panels[].id] | length == (unique | length)' "$deploy/grafana-dashboard.json" >/dev/null || fail "two panels have one id"
for alert in PitboardDown InferenceSlow PoolExhausted AccuracyDrop ModelDrift RecordStalled StoreBehind DropsRising; do
    grep -q "alert: $alert\$" "$deploy/alerts.yml" || fail "no alert $alert"
    grep -q "$alert" "$docs" || fail "docs/observability.md does not say what to do about $alert"
done

command -v promtool >/dev/null || { [ "$failed" = 0 ] && { echo "skipped: no promtool here"; exit 77; }; finish; }
promtool check rules "$deploy/alerts.yml" >"$work/out" 2>&1 || fail "alerts.yml: $(cat "$work/out")"
(cd "$deploy" && promtool check config prometheus.yml) >"$work/out" 2>&1 || fail "prometheus.yml: $(cat "$work/out")"
cp "$deploy/alerts.yml" "$PB_SOURCE_DIR/tests/system/deploy_alerts.yml" "$work"
(cd "$work" && promtool test rules deploy_alerts.yml) >"$work/out" 2>&1 || fail "an alert comes at the wrong time: $(cat "$work/out")"
# Every query of the dashboard is one that Prometheus can read: as rules it checks them.
jq -r '.panels[].targets[]?.expr' "$deploy/grafana-dashboard.json" | sed 's/\$__rate_interval/1m/g; s/\$instance/.*/g' |
    jq -Rn '{groups: [{name: "dashboard", rules: [inputs | {record: "q\(input_line_number)", expr: .}]}]}' >"$work/queries.yml"
promtool check rules "$work/queries.yml" >"$work/out" 2>&1 || fail "a query of the dashboard: $(cat "$work/out")"
finish
