"""PostgreSQL goes away under `pitboard serve`: stopped, hung, and away at the start.

The last is the short form; PB_LONG=1: all. STORE is its URL; STOP, START, HANG and GO_ON are commands. What is asked for meanwhile is answered:
with 503 where the store is needed, at once where it is not; the audit log and the log of calls catch
up; the end comes within 5 s with a store that hangs; a start without it follows the race."""
import os
import signal
import socket
import subprocess
import tempfile
import threading
import time

from pitserver import Checks, Server

check = Checks()
MOST_S = 60 if float(os.environ.get("PB_TIMEOUT", 0)) > 0 else 5
RATES = [x for r in ("anonymous", "signed-in", "costly", "login") for x in (f"--rate-{r}", "0")]


def do(what):
    subprocess.run(["bash", "-c", os.environ[what]], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def is_ready(s):
    return s.ask("GET", "/readyz").status == 200


def asked(s, method, path, body=None, user="eve"):
    began = time.monotonic()
    answer = s.ask(method, path, body, token=s.token[user])
    return answer.status, time.monotonic() - began, answer


def away(s, session):
    """All are asked at once, as clients do."""
    got = {}
    wanted = {"state": ("GET", f"/api/v1/sessions/{session}/state"), "jobs": ("GET", "/api/v1/jobs"),
              "job": ("POST", "/api/v1/simulations", {"race": "2023-07", "trials": 400000}),
              "history": ("GET", f"/api/v1/sessions/{session}/history"), "circuits": ("GET", "/api/v1/circuits"),
              "control": ("POST", f"/api/v1/sessions/{session}/control", {"verb": "speed", "value": 300}),
              "health": ("GET", "/healthz")}
    threads = [threading.Thread(target=lambda n=n, w=w: got.__setitem__(n, asked(s, *w))) for n, w in wanted.items()]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    for name in ("state", "control", "health"):
        check(got[name][0] == 200 and got[name][1] < MOST_S, name, "is answered without the store", got[name])
    for name in ("jobs", "job", "history", "circuits"):
        status, seconds, answer = got[name]
        check(status == 503 and answer.body.get("status") == 503 and seconds < 30, name, "says that the store is away", got[name])
    s.wait_for(lambda: not is_ready(s), 30)


def stopped(s):
    made = s.ask("POST", "/api/v1/sessions", {"replay": "2023-07", "speed": 300, "own_car": "VER", "calls": True},
                 token=s.token["eve"]).body["id"]
    history = f"/api/v1/sessions/{made}/history"
    s.wait_for(lambda: s.ask("GET", history, token=s.token["eve"]).body.get("items"))
    do("STOP")
    away(s, made)
    newest = s.wait_for(lambda: (s.ask("GET", f"/api/v1/sessions/{made}/state", token=s.token["eve"]).body["call"] or {}).get("seq"))
    do("START")
    s.wait_for(lambda: is_ready(s))
    calls = s.wait_for(lambda: [c for c in s.ask("GET", history, token=s.token["eve"]).body.get("items", []) if c["seq"] >= newest])
    check(calls, "the log of calls catches up")
    s.wait_for(lambda: "control" in str(s.ask("GET", "/api/v1/admin/audit", token=s.token["ada"]).body))
    job = s.ask("POST", "/api/v1/simulations", {"race": "2023-07", "trials": 20001}, token=s.token["eve"])
    check(job.status == 202, "jobs are taken again", job)
    s.ask("POST", f"/api/v1/sessions/{made}/control", {"verb": "speed", "value": 1}, token=s.token["eve"])
    s.wait_for(lambda: s.ask("GET", f"/api/v1/jobs/{job.body['id']}", token=s.token["eve"]).body.get("state") == "done")


def hung(s):
    do("HANG")
    asks = s.connect(90)
    asks.request("GET", "/api/v1/jobs", headers={"Authorization": "Bearer " + s.token["eve"]})
    time.sleep(0.2)
    began = time.monotonic()
    code = s.stop(signal.SIGTERM, 90)
    took = time.monotonic() - began
    do("GO_ON")
    check(code == 0 and took < MOST_S, f"ends with a store that hangs: {code} after {took:.2f} s", "".join(s.errors)[-600:])


def away_at_the_start(s):
    do("STOP")
    s.errors.clear()
    s.listen_soon()
    s.wait_for(lambda: "HTTP begins when the store is there" in "".join(s.errors))
    check(s.process.poll() is None, "runs without its store", s.errors)
    points = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    points.sendto(b'{"time":1796087339.0,"car":1,"lap":1,"speed_kmh":200}', ("127.0.0.1", s.udp))
    do("START")
    s.wait_for(lambda: s.port)
    s.wait_for(lambda: is_ready(s))
    received = s.ask("GET", "/api/v1/sessions/live/state", token=s.token["vic"]).body["health"]["received"]
    check(received >= 1, "what came meanwhile is there", received)
    check(len(s.ask("GET", "/api/v1/sessions", token=s.token["vic"]).body["items"]) == 2, "the replay goes on, too")


def main():
    folder = tempfile.mkdtemp(prefix="serve_away")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as u:
        u.bind(("127.0.0.1", 0))
        udp = u.getsockname()[1]
    s = Server(["--udp", "0", "--points-udp", str(udp), "--store", os.environ["STORE"], "--record", os.path.join(folder, "rec")] + RATES,
               folder=folder)
    s.udp = udp
    s.start().people()
    if os.environ.get("PB_LONG"):
        stopped(s)
        hung(s)
    else:
        s.ask("POST", "/api/v1/sessions", {"replay": "2023-07", "speed": 300, "calls": False}, token=s.token["eve"])
        s.stop()
    away_at_the_start(s)
    check(s.stop() == 0, "ends well", "".join(s.errors)[-600:])
    check.end()


main()
