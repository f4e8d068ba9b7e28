"""The programs of docs/api-clients.md against a real server with access control on: each with a key of
an engineer says what it should, and with a wrong one why not; none shows its key to `ps`."""
import os
import re
import shutil
import subprocess
import sys

from pitserver import Checks, Server

check = Checks()
CLIENTS = os.path.join(os.environ["PB_SOURCE_DIR"], "examples", "api")
with open(os.path.join(os.environ["PB_SOURCE_DIR"], "docs", "api-clients.md"), encoding="utf-8") as page:
    TOLD = page.read()


def run(command, port, key):
    environment = dict(os.environ, PITBOARD_URL=f"http://127.0.0.1:{port}", PITBOARD_KEY=key)
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)


def has_r():
    if not shutil.which("Rscript"):
        return False
    return subprocess.run(["Rscript", "-e", "library(httr2)"], capture_output=True, check=False).returncode == 0


with Server(["--udp", "0", "--points-udp", "0", "--rate-costly", "0"]) as server:
    ada = server.sign_in("ada", link=server.wait_for(lambda: server.link))
    made = server.ask("POST", "/api/v1/auth/keys", {"name": "scripts", "role": "engineer"}, token=ada)
    check(made.status in (200, 201), made)
    key = made.body["key"]
    started = server.ask("POST", "/api/v1/sessions", {"name": "spain", "replay": "2023-07", "speed": 50}, key=key)
    check(started.status in (200, 201), started)

    commands = {"Python": [sys.executable, os.path.join(CLIENTS, "api.py")], "curl": ["sh", os.path.join(CLIENTS, "api.sh")]}
    if not (shutil.which("curl") and shutil.which("jq")):
        print("without curl or jq: api.sh is not run")
        del commands["curl"]
    if has_r():
        commands["R"] = ["Rscript", os.path.join(CLIENTS, "api.R")]
    else:
        print("without R and httr2: api.R is not run")
    for name, command in commands.items():
        good = run(command, server.port, key)
        check(good.returncode == 0, name, good.stderr)
        for part in (r"VER.* 1 .*26 .*MEDIUM", r"HARD", r"VER .*53", r"STAY_OUT|BOX", re.escape(started.body["id"]) + " +running"):
            check(re.search(part, good.stdout), name, "says no", part, good.stdout)
        for line in good.stdout.splitlines():  # the page shows what it really prints; ids and laps change
            check("running" in line or line.rstrip() in TOLD, name, "docs/api-clients.md does not show", line)
        if name == "R":
            continue  # it starts slowly
        bad = run(command, server.port, "pbk_" + "0" * 64)
        check(bad.returncode != 0, name, "a wrong key passes", bad.stdout)
        check("401" in bad.stderr + bad.stdout, name, "does not say 401:", bad.stderr, bad.stdout)
        if name != "curl":  # it goes on by itself: problems are JSON, too
            check("VER" not in bad.stdout, name, bad.stdout)
    check(key not in "".join(server.errors), "the key is in the log")

    sys.path.insert(0, CLIENTS)
    import api  # noqa: E402
    pitboard = api.Pitboard(f"http://127.0.0.1:{server.port}", key)
    long = pitboard.work("/api/v1/simulations", {"race": "2023-07", "trials": 100000, "seed": 1})
    check(long["trials"] == 100000, "a simulation as a job", long)
    circuits = list(pitboard.items("/api/v1/circuits", limit=10))
    check(len(circuits) > 10 and len({c["id"] for c in circuits}) == len(circuits), "page by page", circuits)
    again = list(pitboard.items("/api/v1/circuits", limit=10))
    check(again == circuits and len(pitboard.seen) >= 2, "what did not change is not sent again")
check.end()
