# pitboard backtest --given: our metrics against the independent scorer's, to
# 1e-6, on made-up rows with ties, gaps, doubles and missing cells, and that a
# change of the rows is seen. Skipped without the scorer, numpy or pandas.
. "$(dirname "$0")/lib.sh"
data=${PB_SHARED_DIR:-}/data tools=${PB_SHARED_DIR:-}/tools
python=/usr/bin/python3
if [ ! -r "$tools/score.py" ] || [ ! -r "$data/grids.csv" ] || ! "$python" -c 'import numpy, pandas' 2>/dev/null; then
    echo "skipped: no scorer, no data, or no numpy and pandas"
    exit 77
fi

cat >"$work/agree.py" <<'PY'
import argparse, builtins, json, os, random, subprocess, sys
tools, data, work, pitboard = sys.argv[1:5]
sys.path.insert(0, tools)
import score as S
S.round = lambda x, n=None: x if n else builtins.round(x)     # the scorer's values, not rounded
races = S.load([data], seasons={2024})
rng = random.Random(5)
failed = 0

def places(head, truth, n, live):
    """A peaked distribution somewhere near the truth; some cells are left empty, some rows out."""
    c = truth + rng.gauss(0, 3)
    w = [2.0 ** -abs(k + 1 - c) if k < n else 0 for k in range(22)]
    p = [x / sum(w) for x in w]
    if rng.random() < 0.1: p = [0.0] * 22; p[min(max(builtins.round(c), 1), n) - 1] = 1
    mean = builtins.round(sum((k + 1) * x for k, x in enumerate(p)), 1)            # ties
    row = head + [mean, p[0], sum(p[:3]), sum(p[:10])] + p
    if rng.random() < 0.05: row[len(head) + 1 + rng.randrange(3)] = ''
    if rng.random() < 0.03: row[-22:] = [''] * 22
    if live: row += [builtins.round(c - 4), builtins.round(c + 4)] if rng.random() < 0.7 else ['', '']
    return row

P = ['p%d' % k for k in range(1, 23)]
POS = ['mean_position', 'p_win', 'p_podium', 'p_points'] + P

def made(protocol, r):
    k = [r.season, r.round]
    if protocol == 'forecast':
        for c, y in r.place.items(): yield places(k + [c], y, len(r.place), False)
    if protocol == 'live':
        for L in S.live_laps(r.D):
            for c in S.alive_at(r, r.lead_t[L]):
                if c in r.place: yield places(k + [c, L], r.place[c], len(r.place), True)
    if protocol == 'pace':
        for c, L, h, y in S.pace_truth(r):
            m = y + rng.gauss(0, 0.4) * h ** .5
            yield k + [c, L, h, m] + ([m - .5, m + .5] if rng.random() < .9 else ['', ''])
    if protocol == 'sc':
        for L, y in S.sc_truth(r): yield k + [L, builtins.round(min(max(rng.gauss(.03 + .02 * y, .02), 0), 1), 3)]
    if protocol == 'pitcall':
        for c, L, y, comp in S.pitcall_truth(r):
            yield k + [c, L, builtins.round(min(max(rng.gauss(.03 + .1 * y, .04), 0), 1), 3), rng.choice(['hard', 'MEDIUM', ''])]
    if protocol == 'pitstop':
        for c, L, d, i in S.pit_events(r):
            m = d + rng.gauss(0, 2)
            yield k + [c.code, L, m] + ([m - 2, m + 3] if rng.random() < .9 else ['', ''])
    if protocol == 'stops':
        for c, place, laps, comps in S.stops_truth(r):
            said = [L + rng.randrange(-4, 5) for L in laps if rng.random() < .95]
            rng.shuffle(said)                                                                  # any order, as '38-15'
            yield k + [c, rng.choice([len(laps), len(laps), 1.0, 2, '']), rng.choice([comps, comps.lower(), ' MEDIUM-HARD', 'HARD', '']),
                       '-'.join(str(L) for L in said) + rng.choice(['', '', '.0' if said else '', '-x'])]
    if protocol == 'rejoin':
        for c, L, y in S.rejoin_truth(r):
            m = builtins.round(2 * (y + rng.gauss(0, 1))) / 2                                  # halves: to even, both 0.5 and 1.5 off
            yield k + [c, L, rng.choice([m, m, m + rng.gauss(0, .3), builtins.round(m)]) if rng.random() > .005 else '',
                       builtins.round(rng.random(), 3) if rng.random() < .9 else '']

COLS = {'forecast': ['season', 'round', 'driver'] + POS, 'live': ['season', 'round', 'driver', 'lap'] + POS + ['q10', 'q90'],
        'pace': ['season', 'round', 'driver', 'lap', 'horizon', 'pred_s', 'q10', 'q90'], 'sc': ['season', 'round', 'lap', 'p_sc_3'],
        'pitcall': ['season', 'round', 'driver', 'lap', 'p_stop', 'pred_compound'],
        'pitstop': ['season', 'round', 'driver', 'lap', 'pred_s', 'q05', 'q95'],
        'stops': ['season', 'round', 'driver', 'pred_stops', 'pred_compounds', 'pred_laps'],
        'rejoin': ['season', 'round', 'driver', 'in_lap', 'pred_position', 'p_within1']}

def ours(protocol, path, *more):
    return json.loads(subprocess.check_output([pitboard, 'backtest', protocol, '--data', data, '--seasons', '2024', '--given', path,
                                               '--model-only', '--json', *more], stderr=subprocess.DEVNULL))

for protocol in COLS:
    for truth in ('road', 'official') if protocol in ('forecast', 'live') else ('road',):
        rows = [q for r in races for q in made(protocol, r) if rng.random() > .01]
        rows += [rows[i][:-1] + rows[i + 1][-1:] for i in range(0, 40, 7)]                 # told twice: the last counts
        path = os.path.join(work, protocol + '.csv')
        with open(path, 'w') as f:
            f.write(','.join(COLS[protocol]) + '\n')
            for q in rows: f.write(','.join('%.9g' % x if isinstance(x, float) else str(x) for x in q) + '\n')
        mine = ours(protocol, path, '--truth', truth)
        a = argparse.Namespace(boot=20, truth=truth, per_race=False, threshold=mine.get('threshold'), tune_data=None, tune_seasons=None, ref=[])
        want = S.evaluate(protocol, S.read_rows(path, S.NEED[protocol]), races, a)
        for key in ('truth_rows', 'missing', 'duplicates', 'valid'):
            if mine[key] != want[key]: failed += 1; print(protocol, truth, key, mine[key], 'instead of', want[key])
        names = {k for k, v in want['metrics'].items() if v['value'] is not None}
        for k in names ^ set(mine['metrics']): failed += 1; print(protocol, truth, k, 'only on one side')
        for k in names & set(mine['metrics']):
            x, y = mine['metrics'][k]['value'], want['metrics'][k]['value']
            if not abs(x - y) <= 1e-6: failed += 1; print(protocol, truth, k, x, 'instead of', y)
        print('%s, %s: %d rows, %d metrics' % (protocol, truth, len(rows), len(names)))
sys.exit(failed > 0)
PY
"$python" "$work/agree.py" "$tools" "$data" "$work" "$PITBOARD" || fail "the scorers differ"

# A rows file that is none is refused with its line.
printf 'season,round,lap\n2024,1,0\n' >"$work/bad.csv"
refuses 1 ':1: column p_sc_3 is missing' backtest sc --data "$data" --seasons 2024 --given "$work/bad.csv" --model-only
printf 'season,round,lap,p_sc_3\n2024,1,zero,0.1\n' >"$work/bad.csv"
refuses 1 ':2: lap must be a whole number' backtest sc --data "$data" --seasons 2024 --given "$work/bad.csv" --model-only
printf 'season,round,lap,p_sc_3\n2024,1,0,often\n' >"$work/bad.csv"
refuses 1 ':2: p_sc_3 must be a number' backtest sc --data "$data" --seasons 2024 --given "$work/bad.csv" --model-only
finish
