"""Role x route x owner over the running server: every operation of /openapi.json is asked by nobody, by
every role of two teams, by keys of every role, and by tokens and keys that are no good (ended, forged
with the right secret, of a user whom another process removed). x-role and x-home of the document must be
what is enforced, and what is another team's must be as if it were not there, over the WebSocket, too."""
import base64
import glob
import hashlib
import hmac
import json
import os
import re
import subprocess
import time

from attacks import b64, frame, upgrade
from pitserver import Checks, PASSWORD, Server

check = Checks()
ROLES = {"none": 0, "viewer": 1, "engineer": 2, "admin": 3}


# ---- who asks ----
def forge(server, **changes):
    """A token of vic's with other claims, and the right signature."""
    secret = [f for f in glob.glob(os.path.join(server.folder, "home", "**"), recursive=True)
              if os.path.isfile(f) and os.path.getsize(f) == 32]
    check(len(secret) == 1 and os.stat(secret[0]).st_mode & 0o77 == 0, "the secret:", secret)
    head, claims, _ = server.token["vic"].split(".")
    claims = json.loads(base64.urlsafe_b64decode(claims + "=="))
    claims.update(changes)
    body = head + "." + b64(claims)
    with open(secret[0], "rb") as file:
        return body + "." + b64(hmac.new(file.read(), body.encode(), hashlib.sha256).digest())


def key_of(server, user, role, name):
    made = server.ask("POST", "/api/v1/auth/keys", {"name": name, "role": role}, token=server.token[user])
    check(made.status == 201, user, "makes no key:", made)
    return made.body["key"]


def callers(server):
    """name: (headers, role, home); role 0 of all that is no good."""
    def bearer(token):
        return {"Authorization": "Bearer " + token}
    old = server.token["vic"]
    check(server.ask("POST", "/api/v1/auth/logout", token=old).status == 204, "no logout")
    server.sign_in("vic")
    gone = key_of(server, "ada", "admin", "gone")
    check(server.ask("DELETE", "/api/v1/auth/keys/gone", token=server.token["ada"]).status == 204, "a key stays")
    now = int(time.time())
    who = {user: (bearer(server.token[user]), role, home)
           for user, role, home in (("vic", 1, True), ("eve", 2, True), ("ada", 3, True), ("una", 2, False), ("oz", 3, False))}
    for user, role, home in (("ada", "viewer", True), ("ada", "engineer", True), ("ada", "admin", True), ("oz", "admin", False)):
        who[f"key of {user}, {role}"] = ({"X-API-Key": key_of(server, user, role, f"k-{role}")}, ROLES[role], home)
    who.update({"nobody": ({}, 0, False), "signed out": (bearer(old), 0, False), "removed key": ({"X-API-Key": gone}, 0, False),
                "two of them": (dict(bearer(server.token["ada"]), **{"X-API-Key": gone}), 0, False),
                "expired": (bearer(forge(server, iat=now - 7200, exp=now - 3600)), 0, False),
                "for ever": (bearer(forge(server, exp=now + 10 ** 8)), 0, False),
                "not yet": (bearer(forge(server, iat=now + 3000, exp=now + 3600)), 0, False),
                "raised": (bearer(forge(server, role="admin")), 0, False),
                # younger than our look at the store they would be believed until the next: another process may have made them
                "moved": (bearer(forge(server, team="other", iat=now - 60)), 0, False),
                "of nobody": (bearer(forge(server, sub="who", iat=now - 60)), 0, False),
                "of another issuer": (bearer(forge(server, iss="x")), 0, False),
                "Basic": ({"Authorization": "Basic " + base64.b64encode(b"ada:" + PASSWORD.encode()).decode()}, 0, False),
                "a cookie": ({"Cookie": "token=" + server.token["ada"]}, 0, False)})
    return who


# ---- role x route ----
def walk(server, document, who):
    """A body that fits nowhere: who may is told so (or that nothing is there), and nothing is done."""
    connection = server.connect()
    for path, item in document["paths"].items():
        for method, operation in item.items():
            need, home = ROLES[operation["x-role"]], operation.get("x-home", False)
            for name, (headers, role, at_home) in who.items():
                answer = server.ask(method.upper(), re.sub(r"{\w+}", "0", path), b'{"no_such":1}',
                                    headers=dict(headers, **{"Content-Type": "application/json"}), connection=connection)
                if need == 0:
                    want = answer.status not in (401, 403) or "/auth/" in path
                elif role == 0:
                    want = answer.status == 401
                elif role < need or (home and not at_home):
                    want = answer.status == 403
                else:
                    want = answer.status not in (401, 403)
                check(want, method, path, operation["x-role"], "home" if home else "", "by", name, "answers", answer.status, answer.body)
    connection.close()


# ---- owner ----
def owners(server, session):
    eve, vic, oz, una = (server.token[u] for u in ("eve", "vic", "oz", "una"))
    state = server.ask("GET", f"/api/v1/sessions/{session}/state", token=vic)
    check(state.status == 200 and "etag" in state.headers, "no state", state.status)
    same = {"If-None-Match": state.headers.get("etag", "*")}
    check(server.ask("GET", f"/api/v1/sessions/{session}/state", token=vic, headers=same).status == 304, "its own version is not known")
    for condition in (same, {"If-None-Match": "*"}):
        check(server.ask("GET", f"/api/v1/sessions/{session}/state", token=oz, headers=condition).status == 404, "a version of another team's")
    job = server.ask("POST", "/api/v1/simulations", {"race": "2023-07", "trials": 2000000}, token=eve).body["id"]
    server.ask("POST", "/api/v1/auth/keys", {"name": "vics", "role": "viewer"}, token=vic)
    for method, path, body in (("GET", f"/jobs/{job}", None), ("DELETE", f"/jobs/{job}", None), ("GET", f"/simulations/{job}", None),
                               ("GET", "/users/vic", None), ("PATCH", "/users/vic", {"role": "admin"}), ("DELETE", "/users/vic", None),
                               ("DELETE", "/auth/keys/vics", None), ("DELETE", f"/sessions/{session}", None)):
        theirs = server.ask(method, "/api/v1" + path, body, token=oz)
        none = server.ask(method, "/api/v1" + re.sub(r"[^/]+$", "no-such", path), body, token=oz)
        check(theirs.status in (404, 405) and theirs.status == none.status, method, path, "of another team:", theirs, none)
    for path in ("/users", "/auth/keys", "/admin/audit", "/users/vic"):
        check(server.ask("GET", f"/api/v1{path}?team=main", token=oz).status == 403, path, "?team= of another team")
    check(server.ask("POST", "/api/v1/users", {"user": "spy", "role": "admin", "password": PASSWORD, "team": "main"}, token=oz).status == 403,
          "an admin of another team makes users here")
    check(server.ask("GET", "/api/v1/users/eve", token=vic).status == 403, "a viewer looks at another user")
    check(server.ask("PATCH", "/api/v1/users/vic", {"role": "admin"}, token=vic).status == 403, "a viewer makes himself an admin")
    check(server.ask("POST", "/api/v1/auth/keys", {"name": "up", "role": "admin"}, token=vic).status == 403, "a key above its maker")
    check(server.ask("DELETE", "/api/v1/auth/keys/k-admin", token=vic).status == 404, "a viewer removes another's key")
    audit = json.dumps(server.ask("GET", "/api/v1/admin/audit", token=oz).body)
    check('"eve"' not in audit and session not in audit, "the audit log of another team:", audit[:500])
    check(server.ask("DELETE", f"/api/v1/jobs/{job}", token=eve).status in (200, 202, 204), "the job is not eve's any more")
    return una


# ---- what a session leaves ----
def recordings(server):
    """Telemetry that a team's feed left stays its own when the session is gone."""
    vic, una = server.token["vic"], server.token["una"]
    made = server.ask("POST", "/api/v1/sessions", {"feed": {}}, token=una)
    check(made.status == 201, "no session of the other team's:", made)
    session, began = made.body["id"], int(time.time()) - 60
    points = [{"time": began + k / 10, "car": 7, "lap": 1, "speed_kmh": 180} for k in range(500)]
    taken = server.ask("POST", f"/api/v1/telemetry?session={session}", points, token=una)
    check(taken.status == 200 and taken.body["accepted"] == len(points), "points are not taken:", taken)

    def listed(token):
        return [r["id"] for r in server.ask("GET", "/api/v1/telemetry", token=token).body["items"]]
    gone = server.ask("POST", f"/api/v1/sessions/{session}/control", {"verb": "stop"}, token=una)
    check(gone.status == 200, "the session stays:", gone)
    found = server.wait_for(lambda: listed(una))
    check(len(found) == 1 and found[0] not in listed(vic), "the recording of another team:", found, listed(vic))
    for token, status in ((una, 200), (vic, 404)):
        answer = server.ask("GET", f"/api/v1/telemetry/{found[0]}", token=token)
        check(answer.status == status, "a recording when its session is gone:", answer)


# ---- the WebSocket ----
class Socket:
    def __init__(self, server, token):
        self.s, got = upgrade(server, f"Authorization: Bearer {token}\r\n", 12)
        check(b" 101 " in got, "no upgrade", got[:200])
        self.rest = got.split(b"\r\n\r\n", 1)[1]

    def exactly(self, n):
        while len(self.rest) < n:
            some = self.s.recv(65536)
            if not some:
                raise ConnectionError
            self.rest += some
        out, self.rest = self.rest[:n], self.rest[n:]
        return out

    def hear(self):
        """(opcode, payload) of the next frame."""
        head = self.exactly(2)
        n = head[1] & 127
        if n > 125:
            n = int.from_bytes(self.exactly(2 if n == 126 else 8), "big")
        return head[0] & 15, self.exactly(n)

    def ask(self, message):
        self.s.sendall(frame(1, json.dumps(message).encode()))
        while True:
            opcode, payload = self.hear()
            answer = json.loads(payload) if opcode == 1 else {"op": "closed"}
            if answer["op"] not in ("snapshot", "delta", "gap"):
                return answer

    def code(self):
        """The close code."""
        while True:
            opcode, payload = self.hear()
            if opcode == 8:
                return int.from_bytes(payload[:2], "big")


def sockets(server, session, una):
    mine, theirs = Socket(server, server.token["eve"]), Socket(server, una)
    told = mine.ask({"op": "subscribe", "id": 1, "session": session, "topics": ["state"]})
    check(told["op"] == "subscribed", "no subscription", told)
    for message, status in (({"op": "subscribe", "id": 1, "session": session, "topics": ["state"]}, 404),
                            ({"op": "subscribe", "id": 2, "session": session, "topics": ["recommendation"], "cars": [1]}, 404),
                            ({"op": "resume", "stream": told.get("stream", ""), "seq": {}}, 404),
                            ({"op": "auth", "token": server.token["eve"]}, 401)):
        answer = theirs.ask(message)
        check(answer.get("status") == status and session not in json.dumps(answer), "another team's", message, answer)
    health = theirs.ask({"op": "subscribe", "id": 5, "topics": ["health", "job"]})
    check(health["op"] == "subscribed", "no health", health)
    check(session.encode() not in theirs.hear()[1], "health names another team's session")
    theirs.s.close()
    return mine


def main():
    rates = [x for r in ("anonymous", "signed-in", "costly", "login", "points") for x in (f"--rate-{r}", "0")]
    with Server(["--udp", "0", "--points-udp", "0", "--trials", "300"] + rates) as server:
        server.people()
        who = callers(server)
        made = server.ask("POST", "/api/v1/sessions", {"replay": "2023-07", "speed": 1, "own_car": "VER"}, token=server.token["eve"])
        session = made.body["id"]
        server.wait_for(lambda: server.ask("GET", f"/api/v1/sessions/{session}/state", token=server.token["vic"]).status == 200)
        open_one = sockets(server, session, server.token["una"])
        stores = glob.glob(os.path.join(server.folder, "home", "**", "*.db"), recursive=True)
        gone = subprocess.run([os.environ["PITBOARD"], "user", "remove", "eve", "--store", "sqlite:" + stores[0]], capture_output=True)
        began = time.monotonic()
        document = server.ask("GET", "/openapi.json").body
        del who["eve"]  # is on the way out
        check(gone.returncode == 0, "user remove:", stores, gone.stderr)
        walk(server, document, who)
        code = open_one.code()
        check(code == 4401, "the WebSocket of a user who is gone ends with", code)
        check(server.ask("GET", "/api/v1/sessions", token=server.token["eve"]).status == 401, "whom another process removed is still known")
        check(time.monotonic() - began < 15, "known only after", time.monotonic() - began)
        server.ask("POST", "/api/v1/users", {"user": "eve", "role": "engineer", "password": PASSWORD}, token=server.token["ada"])
        check(server.ask("GET", "/api/v1/sessions", token=server.token["eve"]).status == 401, "a new user of the name gets the old one's token")
        server.sign_in("eve")
        owners(server, session)
        recordings(server)
        check(not any(PASSWORD in line or "eyJ" in line or "pbk_" in line for line in server.errors), "a secret is in the log")
        check(server.process.poll() is None, "the server is gone:", "".join(server.errors)[-2000:])
    check.end()


if __name__ == "__main__":
    main()
