"""The end of `pitboard serve` under load, by SIGTERM and by SIGKILL, and the start after it.

Requests in a loop, a WebSocket client, points over UDP, a replay, a job. SIGTERM: every answer that
was begun comes whole, exit 0 within 5 s. The next start on the same port and folder: people, keys,
replay, race and job go on, and the client finds back by itself."""
import http.client
import json
import os
import shutil
import signal
import socket
import tempfile
import threading
import time

from pitserver import Checks, Server
from wsclient import Watcher

check = Checks()
SLOW = float(os.environ.get("PB_TIMEOUT", 0)) > 0  # a sanitizer: no marks
MOST_S = 60 if SLOW else 5


def free_port(kind):
    with socket.socket(socket.AF_INET, kind) as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Points(threading.Thread):
    """Numbered points, 1,000 a second."""

    def __init__(self, port):
        super().__init__(daemon=True)
        self.port, self.going, self.sent = port, True, 0

    def run(self):
        s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        while self.going:
            for _ in range(5):
                self.sent += 1
                s.sendto(b'{"time":%.6f,"car":%d,"lap":1,"x_m":%d,"speed_kmh":200}' % (time.time(), 1 + self.sent % 20, self.sent),
                         ("127.0.0.1", self.port))
            time.sleep(0.005)


class Asker(threading.Thread):
    """Asks on one connection until none is answered any more."""

    def __init__(self, server, path, token, body=None):
        super().__init__(daemon=True)
        self.server, self.path, self.token, self.body = server, path, token, body
        self.whole = self.cut = self.wrong = 0
        self.why = None

    def run(self):
        headers = {"Authorization": "Bearer " + self.token, "Content-Type": "application/json"}
        while True:
            try:
                c = self.server.connect(timeout=30)
                c.connect()
            except (OSError, TypeError):
                return
            try:
                while True:
                    c.request("POST" if self.body else "GET", self.path, body=self.body, headers=headers)
                    answer = c.getresponse()
                    try:
                        body = answer.read()
                        json.loads(body)
                        self.whole += 1
                        if answer.status not in (200, 503):
                            self.wrong, self.why = self.wrong + 1, (answer.status, body)
                    except (http.client.HTTPException, OSError, ValueError):
                        self.cut += 1
                    if answer.getheader("Connection", "").lower() == "close":
                        break
            except (OSError, http.client.HTTPException):
                pass  # it was closed before an answer began: to be asked again elsewhere
            c.close()


def state_of(s, session):
    return s.ask("GET", f"/api/v1/sessions/{session}/state", token=s.token["vic"])


def begin(s, name):
    made = s.ask("POST", "/api/v1/sessions", {"replay": "2023-07", "speed": 20, "own_car": "VER", "calls": False}, token=s.token["eve"])
    check(made.status == 201, "a replay begins", made)
    key = s.ask("POST", "/api/v1/auth/keys", {"name": "wall-" + name, "role": "viewer"}, token=s.token["ada"])
    job = s.ask("POST", "/api/v1/simulations", {"race": "2023-07", "trials": 60000}, token=s.token["eve"])
    check(job.status == 202, "a job begins", job)
    s.wait_for(lambda: s.ask("GET", f"/api/v1/jobs/{job.body['id']}", token=s.token["eve"]).body.get("state") in ("running", "done"))
    return made.body["id"], key.body.get("key"), job.body["id"]


def one(s, how):
    replay, key, job = begin(s, how.name.lower())
    seen = Watcher(lambda: s.port, s.token["vic"],
                   {"op": "subscribe", "id": 1, "session": replay, "topics": ["state"], "every_ms": 20})
    seen.start()
    askers = [Asker(s, path, s.token["vic"], body) for path, body in
              [(f"/api/v1/sessions/{replay}/state", None)] * 3 + [("/api/v1/circuits", None)] * 2 +
              [("/api/v1/predictions/safety-car", json.dumps({"race": "2023-07", "lap": 20}))]]
    for a in askers:
        a.start()
    s.wait_for(lambda: sum(a.whole for a in askers) > 100 and len(seen.log) > 3)
    before = state_of(s, replay).body
    live = state_of(s, "live").body["health"]["received"]
    began = time.monotonic()
    code = s.stop(how, 90)
    took = time.monotonic() - began
    for a in askers:
        a.join(30)
    whole, cut, wrong = (sum(getattr(a, k) for a in askers) for k in ("whole", "cut", "wrong"))
    if how == signal.SIGTERM:
        check(code == 0, "exit code", code, "".join(s.errors)[-1500:])
        check(took < MOST_S, f"it took {took:.2f} s to end")
        check(cut == 0 and wrong == 0, f"{whole} answers came whole, {cut} were cut, {wrong} wrong", [a.why for a in askers if a.why][:1])
        check("closed with 1001" in " ".join(seen.why), "a WebSocket hears that the server goes", seen.why[:3])
    connections = seen.connections
    s.errors.clear()
    s.start()
    check(s.sign_in("vic"), "people are known")
    check(s.ask("GET", "/api/v1/sessions", key=key).status == 200, "keys are known")
    s.wait_for(lambda: state_of(s, replay).status == 200)
    s.wait_for(lambda: (state_of(s, replay).body["session"]["position"]["session_ms"] or 0) >=
               (before["session"]["position"]["session_ms"] or 0) - (100000 if how == signal.SIGKILL else 0))
    check(state_of(s, replay).body["session"]["state"] == "running", "the replay goes on", state_of(s, replay).body["session"])
    s.wait_for(lambda: (state_of(s, "live").body["health"]["received"]) > 0)
    s.wait_for(lambda: s.ask("GET", f"/api/v1/jobs/{job}", token=s.token["vic"]).body.get("state") == "done")

    def is_back():
        after = [m for m in list(seen.log) if m[0] > connections]
        ops = [m[1] for m in after]
        return "snapshot" in ops and "delta" in ops[ops.index("snapshot"):]
    s.wait_for(is_back)
    after = [m[1] for m in seen.log if m[0] > connections]
    check(after[:3] == ["error", "subscribed", "snapshot"], "it finds back as documented", after[:6])
    seen.end()
    gone = s.ask("POST", f"/api/v1/sessions/{replay}/control", {"verb": "stop"}, token=s.token["eve"])
    check(gone.status == 200, "stopped", gone)
    return {"how": how.name, "seconds": round(took, 2), "answers": whole, "received_before": live}


def main():
    udp, port = free_port(socket.SOCK_DGRAM), free_port(socket.SOCK_STREAM)
    folder = tempfile.mkdtemp(prefix="serve_end")
    arguments = ["--udp", "0", "--points-udp", str(udp), "--no-calls", "--record", os.path.join(folder, "rec")]
    arguments += [x for r in ("anonymous", "signed-in", "costly", "login") for x in (f"--rate-{r}", "0")]
    with Server(arguments, folder=folder, listen=f"127.0.0.1:{port}") as s:
        s.people()
        points = Points(udp)
        points.start()
        print(one(s, signal.SIGTERM))
        print(one(s, signal.SIGKILL))
        points.going = False
    shutil.rmtree(folder, ignore_errors=True)
    check.end()


main()
