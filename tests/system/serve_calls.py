"""Calls of a replay in a session are those that `pitboard replay` makes of the same file."""
import json
import os
import shutil
import subprocess
import tempfile

from pitserver import Checks, Server

check = Checks()
TRIALS = "100"
LAPS = 12


def cut(folder):
    """The first laps of the 2023 Spanish Grand Prix."""
    path = os.path.join(folder, "opening.csv")
    with open(os.path.join(os.environ["PB_SOURCE_DIR"], "data/races/2023_07_spanish.csv")) as f, open(path, "w") as to:
        head = f.readline()
        lap = head.split(",").index("LapNumber")
        to.writelines([head] + [line for line in f if int(line.split(",")[lap]) <= LAPS])
    return path


def replayed(race, folder):
    path = os.path.join(folder, "calls")
    subprocess.run([os.environ["PITBOARD"], "replay", race, "--car", "VER", "--trials", TRIALS, "--calls", path], check=True,
                   stdout=subprocess.DEVNULL)
    return {(c["event"], c["car"]): c.get("call") for c in map(json.loads, open(path))}


folder = tempfile.mkdtemp(prefix="serve_calls")
race = cut(folder)
with Server(["--udp", "0", "--points-udp", "0", "--auth", "off", "--trials", TRIALS, "--rate-anonymous", "0", "--races", folder]) as s:
    made = s.ask("POST", "/api/v1/sessions", {"replay": "opening", "speed": 300, "own_car": "VER"}).body["id"]
    page = f"/api/v1/sessions/{made}/history"
    calls = s.wait_for(lambda: (lambda got: got if len(got) >= 4 else None)(s.ask("GET", page).body["items"]))
    s.ask("POST", f"/api/v1/sessions/{made}/control", {"verb": "stop"})
    want = replayed(race, folder)
    for one in calls:
        said = one["call"]
        check(want.get((said["event"], said["car"])) == said["call"], "the same call", said["event"], said["lap"])
shutil.rmtree(folder)
check.end()
