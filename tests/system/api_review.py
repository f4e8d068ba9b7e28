"""A review asked for over HTTP is what `pitboard report --json` gives, once for the team, kept over a restart;
another team sees nothing of it. Back-tests are those of the file that ships."""
import json
import os
import subprocess
import sys

from pitserver import Checks, Server

HERE = os.path.dirname(os.path.abspath(__file__))
TREE = os.path.join(HERE, "../..")
PLACE = "/api/v1/races/2023-07/review"
TRIALS = 100
check = Checks()


def reported(folder):
    """As the command gives it; versions of models are those that ship, as in the server's new folder."""
    command = [os.environ["PITBOARD"], "report", os.path.join(TREE, "data/races/2023_07_spanish.csv"), "--json", "--trials", str(TRIALS), "--threads", "1"]
    return json.loads(subprocess.run(command, capture_output=True, check=True, env=dict(os.environ, XDG_DATA_HOME=folder)).stdout)


def ask_and_wait(server):
    eve, vic = server.token["eve"], server.token["vic"]
    check(server.ask("GET", PLACE, token=vic).status == 204, "there is a review before anybody asked")
    check(server.ask("GET", "/api/v1/races/2023-99/review", token=vic).status == 404, "a race that is not there has a review")
    check(server.ask("POST", PLACE, {"trials": TRIALS}, token=vic).status == 403, "a viewer may ask for one")
    check(server.ask("POST", PLACE, {"trials": 5}, token=eve).status == 422, "five trials are enough")
    taken = server.ask("POST", PLACE, {"trials": TRIALS}, token=eve)
    again = server.ask("POST", PLACE, {"trials": TRIALS}, token=eve)
    check(taken.status == 202 and taken.body == again.body, "asked twice it is not the same job:", taken, again)
    meanwhile = server.ask("GET", f"{PLACE}?trials={TRIALS}", token=vic)
    check(meanwhile.status in (200, 202), "while it is made:", meanwhile)
    at = taken.headers["location"]
    server.wait_for(lambda: server.ask("GET", at, token=vic).body["state"] in ("done", "failed"), 300)
    return server.ask("GET", f"{PLACE}?trials={TRIALS}", token=vic)


def cancelled(server):
    """One that runs stops soon after it is told to, and is not found again."""
    eve = server.token["eve"]
    job = server.ask("POST", PLACE, {"trials": 10000}, token=eve)
    at = job.headers["location"]
    server.wait_for(lambda: server.ask("GET", at, token=eve).body["progress"] > 0, 300)
    check(server.ask("DELETE", at, token=eve).status == 204, "it cannot be cancelled")
    check(server.ask("GET", f"{PLACE}?trials=10000", token=eve).status == 204, "a cancelled one is found")
    check(server.ask("DELETE", at, token=eve).status == 204, "it cannot be forgotten")


def main():
    with Server(["--udp", "0", "--points-udp", "0", "--rate-costly", "0", "--rate-login", "0"]) as server:
        server.people()
        server.wait_for(lambda: server.ask("GET", "/api/v1/seasons", token=server.token["vic"]).body["total"] >= 4)
        got = ask_and_wait(server)
        want = reported(server.folder)
        check(got.status == 200 and got.body == want, "the route differs from the command in", [k for k in want if got.body.get(k) != want[k]])
        check(server.ask("GET", f"{PLACE}?trials={TRIALS}", token=server.token["una"]).status == 204, "another team sees it")
        cancelled(server)
        server.stop()
        server.start()
        kept = server.ask("GET", f"{PLACE}?trials={TRIALS}", token=server.token["vic"])
        check(kept.status == 200 and kept.body == want, "it was not kept over a restart:", kept.status)
        file = json.load(open(os.path.join(TREE, "data/results/backtests.json")))
        shown = server.ask("GET", "/api/v1/backtests?limit=1000", token=server.token["vic"]).body["items"]
        check(all(s.pop("question") for s in shown) and shown == file, "the back-tests are not those of the file")
        check(all(b["out_of_sample"] for b in file), "a back-test was answered by who had learned from its races")
    check.end()


if __name__ == "__main__":
    sys.path.insert(0, HERE)
    main()
