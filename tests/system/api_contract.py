"""Walks /openapi.json: every route is asked validly, wrongly, without a name, with too small a role,
for what is not there, and for what is another team's; every answer must be one that the document
names for it, of the shape that it names. The routes of the issue must be in the document."""
import gzip
import json
import os
import re
import subprocess
import sys
from urllib.parse import quote

from json_schema import faults, resolve
from pitserver import Checks, Server, PASSWORD

WANTED = """
GET /circuits  GET /circuits/{}  GET /seasons/{}/races  GET /races/{}  GET /races/{}/laps  GET /races/{}/stints
GET /races/{}/results  GET /races/{}/events  GET /seasons  GET /races/{}/review  POST /races/{}/review
GET /backtests  GET /calls/calibration  GET /drivers  GET /drivers/{}
GET /profiles  GET /drivers/{}/profile  GET /teams  GET /teams/{}/profile
GET /sessions  POST /sessions  GET /sessions/{}/state  GET /sessions/{}/cars/{}  GET /sessions/{}/recommendations
GET /sessions/{}/recommendations/{}  GET /sessions/{}/laps  GET /sessions/{}/history  POST /sessions/{}/control  POST /telemetry
GET /telemetry  GET /telemetry/{}  GET /telemetry/{}/laps  GET /telemetry/{}/cars/{}  GET /telemetry/{}/windows  GET /telemetry/{}/traces
POST /predictions/lap-time  POST /predictions/degradation  POST /predictions/safety-car  POST /predictions/pit-loss
POST /predictions/positions  POST /predictions/overtake  POST /predictions/pit-call
POST /simulations  GET /simulations/{}  POST /strategies/optimal  POST /strategies/compare  POST /strategies/tree
POST /strategies/what-if  POST /recommendations  GET /models  POST /models/train  POST /models/{}/promote
POST /models/{}/rollback  GET /models/{}/drift  GET /jobs/{}  DELETE /jobs/{}
POST /auth/token  POST /auth/refresh  POST /auth/logout  GET /auth/keys  POST /auth/keys  GET /users  POST /users
GET /admin/audit  GET /admin/config  POST /admin/backup
""".split()
ROOT = ["GET /healthz", "GET /readyz", "GET /metrics", "GET /openapi.json", "GET /docs"]
ROLES = {"none": 0, "viewer": 1, "engineer": 2, "admin": 3}
WHO = {0: None, 1: "vic", 2: "eve", 3: "ada"}
check = Checks()


class Walk:
    def __init__(self, server):
        self.s = server
        self.document = server.ask("GET", "/openapi.json").body
        self.known = {}

    # ---- asking ----

    def fill(self, path, unknown=False, method="GET"):
        def value(match):
            name = match.group(1)
            if unknown:
                return {"car": "99", "seq": "999999999", "year": "1901"}.get(name, "no-such-thing")
            return self.known.get((f"{method} {path}", name)) or self.known.get((path, name)) or self.known.get(name) or self.examples(path).get(name, "x")
        return re.sub(r"{(\w+)}", value, path)

    def examples(self, path):
        found = {}
        for operation in self.document["paths"][path].values():
            for parameter in operation.get("parameters", []):
                parameter = resolve(parameter, self.document)
                example = parameter.get("example", parameter.get("schema", {}).get("example"))
                if parameter["in"] == "path" and example is not None:
                    found[parameter["name"]] = str(example)
        return found

    def example_body(self, operation):
        content = operation.get("requestBody", {}).get("content", {})
        if operation["operationId"] in ("postTelemetry", "correctSession") or "application/json" not in content:
            return None
        media = content["application/json"]
        if "example" in media:
            return media["example"]
        if "examples" in media:
            first = next(iter(media["examples"].values()))
            return first.get("value", first)
        examples = resolve(media["schema"], self.document).get("examples")
        check(examples, operation["operationId"], "has no example of its body")
        return examples[0] if examples else {}

    def judge(self, what, operation, answer):
        """The answer is one that the document names."""
        status, headers, body = answer
        responses = operation["responses"]
        if not check(str(status) in responses, what, status, "is not documented:", body):
            return
        response = resolve(responses[str(status)], self.document)
        content = response.get("content", {})
        media = headers.get("content-type", "")
        media = media if media in content else media.split(";")[0]
        if content and status != 304:
            check(media in content, what, status, "answered", media, "not one of", list(content))
        if media in content and "json" in media and "schema" in content[media]:
            wrong = faults(body, content[media]["schema"], self.document)
            check(not wrong, what, status, "differs from its schema:", wrong[:5], json.dumps(body)[:300])
        if status >= 400:
            check(media == "application/problem+json", what, status, "is no problem document:", media)
            if isinstance(body, dict):
                check(body.get("status") == status and body.get("id") == headers.get("x-request-id"), what, "status or id", body)
        check(headers.get("x-content-type-options") == "nosniff", what, "nosniff is missing")

    # ---- one operation ----

    def walk(self, method, path, operation):
        what = f"{method} {path}"
        role = ROLES[operation.get("x-role", "none")]
        token = self.s.token.get(WHO[role])
        body = self.known.get(what, self.example_body(operation))
        path_now = self.fill(path, method=method) + self.known.get("?" + what, "")
        if what in SKIP_VALID:
            pass
        else:
            answer = self.s.ask(method, path_now, body, token=token, headers=RAW.get(what))
            self.judge(what + " valid", operation, answer)
            may = answer.status < 400 or (what in MAY_CONFLICT and answer.status == 409)
            check(may, what, "refuses its own example:", answer.status, answer.body)
        if what.startswith("PATCH /api/v1/users"):  # every sign-in of the user has ended
            token = self.s.sign_in("vic")
        if role > 0:
            self.refuses_others(what, method, path, operation, role, body)
        if "{" in path and "{year}" not in path:
            answer = self.s.ask(method, self.fill(path, True), body, token=token)
            self.judge(what + " unknown", operation, answer)
            check(answer.status in (404, 422) or (answer.status == 403 and "/users/" in path), what, "finds what is not there:", answer.status)
        if operation.get("requestBody") and what not in RAW:
            self.refuses_bodies(what, method, path_now, operation, token, body)
        if method == "GET":
            answer = self.s.ask("GET", path_now + ("&" if "?" in path_now else "?") + "no_such_key=1", token=token)
            self.judge(what + " with an unknown key", operation, answer)
            check(answer.status == 400, what, "takes an unknown query key:", answer.status)

    def refuses_others(self, what, method, path, operation, role, body):
        answer = self.s.ask(method, self.fill(path, method=method), body)
        self.judge(what + " by nobody", operation, answer)
        check(answer.status == 401, what, "answers nobody with", answer.status)
        if role > 1:
            answer = self.s.ask(method, self.fill(path, method=method), body, token=self.s.token[WHO[role - 1]])
            self.judge(what + " by a " + WHO[role - 1], operation, answer)
            check(answer.status == 403, what, "answers too small a role with", answer.status)

    def refuses_bodies(self, what, method, path, operation, token, body):
        json_type = {"Content-Type": "application/json"}
        tries = [("broken JSON", b'{"a":', json_type, (400,)), ("an array", b"[]", json_type, (422,)),
                 ("text", b"hello", {"Content-Type": "text/plain"}, (415,)),
                 ("bad gzip", b"\x1f\x8bnot", dict(json_type, **{"Content-Encoding": "gzip"}), (400, 422))]
        if operation["requestBody"].get("required"):
            tries.append(("nothing", b"", json_type, (400, 422)))
        if isinstance(body, dict):
            tries.append(("an unknown key", json.dumps(dict(body, no_such_key=1)).encode(), json_type, (422,)))
            for name in body:
                bad = dict(body)
                bad[name] = {"of": ["no", "type"], "that": "fits"}
                tries.append((f"{name} of a wrong type", json.dumps(bad).encode(), json_type, (422,)))
        for name, data, headers, want in tries:
            answer = self.s.ask(method, path, data, token=token, headers=headers)
            self.judge(f"{what} with {name}", operation, answer)
            check(answer.status in want, what, "with", name, "answers", answer.status, answer.body)

    # ---- all of them ----

    def prepare(self):
        s, eve = self.s, self.s.token["eve"]
        made = s.ask("POST", "/api/v1/sessions", {"replay": "2023-07", "speed": 1000, "own_car": "VER", "calls": True}, token=eve)
        check(made.status in (200, 201, 202), "a replay cannot be started:", made)
        session = made.body["id"]
        s.wait_for(lambda: s.ask("GET", f"/api/v1/sessions/{session}/recommendations/VER", token=eve).status == 200)
        self.ends(session)
        job = s.ask("POST", "/api/v1/simulations", {"race": "2023-07", "trials": 2000000}, token=eve)
        check(job.status == 202, "a large simulation is no job:", job)
        key = s.ask("POST", "/api/v1/auth/keys", {"name": "wall", "role": "viewer"}, token=s.token["vic"])
        check(key.status == 201, "no key can be made:", key)
        recording = self.telemetry()
        for path in self.document["paths"]:
            if path.startswith("/api/v1/telemetry/{id}"):
                self.known[(path, "id")], self.known[(path, "car")] = recording, "88"
            if path.startswith("/api/v1/sessions/{id}"):
                self.known[(path, "id")], self.known[(path, "car")] = session, "VER"
            if path.startswith("/api/v1/jobs/") or path.startswith("/api/v1/simulations/"):
                self.known[(path, "id")] = job.body["id"]
        for method, who in (("GET", "vic"), ("PATCH", "vic"), ("DELETE", "vic")):
            self.known[(f"{method} /api/v1/users/{{name}}", "name")] = who
        self.known["PATCH /api/v1/users/{name}"] = {"password": PASSWORD, "current_password": PASSWORD}
        self.known[("DELETE /api/v1/auth/keys/{name}", "name")] = "wall"
        self.known["POST /api/v1/auth/token"] = {"team": "main", "user": "vic", "password": PASSWORD}
        self.known["?GET /api/v1/telemetry/{id}/traces"] = "?laps=88:2,88:best&points=50"
        self.known["POST /api/v1/telemetry"] = [{"time": 1700000000.5, "car": 1, "speed_kmh": 201}]
        self.known["POST /api/v1/sessions/{id}/events"] = {"event": "tyre", "car": 1, "value": 1, "aux": 3}
        self.known["POST /api/v1/auth/refresh"] = {"refresh_token": s.refresh["oz"]}
        return session

    def ends(self, session):
        """The race is over: what is asked of it changes no more."""
        def over():
            return self.s.ask("GET", f"/api/v1/sessions/{session}", token=self.s.token["eve"]).body.get("state") == "ended"
        if not over():  # one that is over would begin again
            self.s.ask("POST", f"/api/v1/sessions/{session}/control", {"verb": "seek", "value": 65}, token=self.s.token["eve"])
        self.s.wait_for(over)

    def telemetry(self):
        """Four laps of a car, imported beside the server: the name of the recording."""
        path = os.path.join(self.s.folder, "points-88.csv")
        with open(path, "w") as to:
            to.write("meta_time,vehicle_number,lap,lapdist_m,speed_kmh,accy_g\n")
            for i in range(2700):
                at = 300 + i
                to.write(f"{1700000000 + i / 10:.1f},88,{1 + at // 600},{at % 600 * 5},180,0.{i % 10}\n")
        store = "sqlite:" + os.path.join(self.s.folder, "home", "serve.db")
        put = subprocess.run([os.environ["PITBOARD"], "import", "grcup", path, "--store", store], capture_output=True, text=True)
        check(put.returncode == 0, "telemetry cannot be imported:", put.stdout, put.stderr)
        return self.page("/api/v1/telemetry", "limit=1")["items"][0]["id"]

    def is_complete(self):
        have = {f"{m.upper()} {re.sub(r'{[^}]*}', '{}', p)}" for p, item in self.document["paths"].items() for m in item}
        for i in range(0, len(WANTED), 2):
            check(f"{WANTED[i]} /api/v1{WANTED[i + 1]}" in have, "the document lacks", WANTED[i], WANTED[i + 1])
        for route in ROOT:
            check(route in have, "the document lacks", route)
        for name, schema in self.document["components"]["schemas"].items():
            check(schema.get("description") and schema.get("examples"), name, "is not described, or has no example")
        for tag in self.document["tags"]:
            check(tag.get("description"), "the tag", tag["name"], "is not described")

    def other_methods(self):
        for path, item in self.document["paths"].items():
            for method in ("GET", "POST", "PUT", "PATCH", "DELETE"):
                if method.lower() in item:
                    continue
                answer = self.s.ask(method, self.fill(path), token=self.s.token["ada"])
                check(answer.status == 405 and method not in answer.headers.get("allow", method), method, path, "answers", answer.status)
        for path in ("/api/v1/nothing", "/api/v2/sessions", "/api/v1/sessions/a/b/c/d"):
            check(self.s.ask("GET", path, token=self.s.token["ada"]).status == 404, path, "is there")

    def followed(self, session):
        """Every route that takes a race takes a session of the asker's team; of others' it does not say that they are there."""
        for path, item in self.document["paths"].items():
            operation = item.get("post", {})
            schema = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
            if not schema or "session" not in resolve(schema, self.document).get("properties", {}):
                continue
            properties = resolve(schema, self.document)["properties"]
            body = {"session": session, "lap" if "lap" in properties else "from_lap": 20}
            body.update({"car": "HAM"} if "car" in properties and "plan" not in properties else {})
            body.update({"plans": ["SOFT-MEDIUM,30", "SOFT-HARD,30"]} if "plans" in properties else {})
            body.update({"flag": "sc"} if "what-if" in path else {})
            body.update({"trials": 200} if "trials" in properties else {})
            answer = self.s.ask("POST", path, body, token=self.s.token["vic"])
            self.judge(path + " of a session", operation, answer)
            check(answer.status == 200, path, "of a session", answer)
            for told, status, pointer in (({"session": "no-such-one"}, 404, "/session"), ({"race": "2023-07"}, 422, "/session")):
                answer = self.s.ask("POST", path, {**body, **told}, token=self.s.token["vic"])
                self.judge(path + " of no session", operation, answer)
                check(answer.status == status and answer.body.get("pointer") == pointer, path, told, answer)
            theirs = self.s.ask("POST", path, body, token=self.s.token["oz"])
            check(theirs.status == 404 and theirs.body["detail"] == "no such session", path, "tells another team", theirs)

    def jobs_end(self):
        """What the walk asked for is cancelled or done: from here the list of jobs stands still."""
        def still():
            going = [j["id"] for j in self.pages("/api/v1/jobs", "limit=50") if j["state"] in ("waiting", "running")]
            for job in going:
                self.s.ask("DELETE", "/api/v1/jobs/" + job, token=self.s.token["ada"])
            return not going
        self.s.wait_for(still)

    def lists(self):
        """Pages give every item once; sorting, filters and fields do what the document's examples say."""
        for path, item in self.document["paths"].items():
            schema = item.get("get", {}).get("responses", {}).get("200", {}).get("content", {}).get("application/json", {}).get("schema", {})
            if set(schema.get("properties", {})) != {"items", "next", "total"}:
                continue
            at, total = self.fill(path), self.page(self.fill(path), "limit=1")["total"]
            whole = self.pages(at, "limit=1000")
            check(len(whole) == total, path, "says", total, "and gives", len(whole))
            if path not in ("/api/v1/admin/audit", "/api/v1/sessions"):  # they change while we look
                check(self.pages(at, f"limit={max(1, total // 3)}") == whole, path, "pages differ from the whole")
            examples = {p["name"]: p["example"] for p in item["get"]["parameters"] if p["in"] == "query" and "example" in p}
            names = examples["fields"].split(",")
            thin = self.page(at, "limit=50&fields=" + examples["fields"])["items"]
            check(all(list(i) == names for i in thin), path, "fields", names, thin[:1])
            self.sorts(path, at, examples["sort"], whole)
            if whole and path != "/api/v1/admin/audit":
                name, value = next((n, v) for n, v in whole[-1].items() if n in names and isinstance(v, (str, int)))
                wanted = [i for i in whole if i[name] == value]
                check(self.pages(at, f"limit=7&{name}={quote(str(value))}")[:200] == wanted[:200], path, "filter", name, value)

    def page(self, at, query):
        answer = self.s.ask("GET", f"{at}?{query}", token=self.s.token["ada"])
        check(answer.status == 200, at, query, answer)
        return answer.body

    def pages(self, at, query):
        items, cursor = [], ""
        while cursor is not None and len(items) < 10000:
            got = self.page(at, query + (f"&cursor={cursor}" if cursor else ""))
            items, cursor = items + got["items"], got["next"]
        return items

    def sorts(self, path, at, sort, whole):
        if path == "/api/v1/admin/audit" or not whole:
            return
        down, up = sort.lstrip("-").split(",")
        for name, reverse in ((up, False), (down, True)):  # the last key first: Python's sort is stable
            here = [i for i in whole if i[name] is not None]
            whole = sorted(here, key=lambda i: i[name] if not isinstance(i[name], str) else i[name].encode(), reverse=reverse) + \
                [i for i in whole if i[name] is None]
        by = (lambda i: (i[down], i[up])) if path == "/api/v1/sessions" else (lambda i: i)  # where a race is changes meanwhile
        check([by(i) for i in self.pages(at, "limit=400&sort=" + sort)] == [by(i) for i in whole], path, "sort", sort)

    def forms(self):
        """HEAD, If-None-Match and gzip give what GET gives; no header is there twice."""
        token = self.s.token["ada"]
        for path, item in self.document["paths"].items():
            if "get" not in item or path in ("/metrics", "/readyz", "/healthz", "/api/v1/jobs", "/api/v1/jobs/{id}", "/api/v1/simulations/{id}", "/api/v1/races/{id}/review") or "{id}/state" in path or path == "/api/v1/sessions":
                continue  # these change between two questions
            at = self.fill(path) + self.known.get("?GET " + path, "")
            plain = self.s.ask("GET", at, token=token)
            head = self.s.ask("HEAD", at, token=token)
            check(head.status == plain.status and not head.body, "HEAD", path, head.status, plain.status)
            if plain.status != 200:
                continue
            check(head.headers.get("content-type") == plain.headers["content-type"], "HEAD", path, head.headers)
            packed = self.s.ask("GET", at, token=token, headers={"Accept-Encoding": "gzip"})
            if packed.headers.get("content-encoding") == "gzip":
                body = gzip.decompress(packed.body)
                same = json.loads(body) == plain.body if isinstance(plain.body, (dict, list)) else body == plain.body
                check(same or path == "/api/v1/admin/audit", path, "packed is not what it is plain")
                check("accept-encoding" in packed.headers["vary"], path, packed.headers["vary"])
            for etag in [h["etag"] for h in (plain.headers, packed.headers) if "etag" in h]:
                answer = self.s.ask("GET", at, token=token, headers={"If-None-Match": etag})
                check(answer.status == 304 and not answer.body and "etag" in answer.headers, path, etag, answer.status)
            check("etag" in plain.headers or "no-store" in plain.headers["cache-control"], path, "has no version")
            connection = self.s.connect()
            connection.request("GET", at, headers={"Authorization": "Bearer " + token})
            names = [k.lower() for k, _ in connection.getresponse().getheaders()]
            connection.close()
            check(len(names) == len(set(names)), path, "says twice", [n for n in names if names.count(n) > 1])

    def made(self):
        """What is made says where it is, moments are RFC 3339."""
        s, ada, moment = self.s, self.s.token["ada"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$"
        user = s.ask("POST", "/api/v1/users", {"user": "new", "team": "other", "role": "viewer", "password": PASSWORD}, token=ada)
        there = s.ask("GET", user.headers.get("location", "/"), token=ada)
        check(there.status == 200 and there.body == user.body and re.match(moment, user.body["created"]), "Location", user, there)
        key = s.ask("POST", "/api/v1/auth/keys", {"name": "new", "role": "viewer", "expires_in": 600}, token=ada)
        check(re.match(moment, key.body["created"]) and re.match(moment, key.body["expires"]), "moments of a key", key)
        check(s.ask("DELETE", key.headers["location"], token=ada).status == 204, "Location of a key", key.headers)
        for _ in range(9):
            job = s.ask("POST", "/api/v1/simulations", {"race": "2023-07", "trials": 10000000}, token=self.s.token["una"])
            if job.status == 202:
                check(s.ask("GET", job.headers["location"], token=self.s.token["una"]).status == 200, "Location of a job", job)
        check(job.status == 429 and int(job.headers["retry-after"]) > 0, "the ninth job of one user", job)
        for j in self.pages("/api/v1/jobs", "limit=20") + s.ask("GET", "/api/v1/jobs", token=self.s.token["una"]).body["items"]:
            check(re.match(moment, j["created"]), "moments of a job", j)
            s.ask("DELETE", "/api/v1/jobs/" + j["id"], token=self.s.token["una"])
        for body, pointer in (({"circuit": "monza", "rivals": [{"position": 3}] * 30}, "/rivals"), ({"race": "2023-07", "lap": 70, "car": "VER"}, "/lap"),
                              ({"race": "2023-07", "lap": 20, "car": "VER", "gap_ahead_s": 1}, "/gap_ahead_s"),
                              ({"circuit": "spa", "lap": 9, "compound": "SOFT", "track_wetness": 0.9}, "/track_wetness")):
            answer = s.ask("POST", "/api/v1/predictions/pit-call", body, token=ada)
            check(answer.status == 422 and answer.body["pointer"] == pointer and not answer.body["detail"].startswith(pointer), body, answer)

    def other_teams(self, session):
        """Of another team's session, or recording, not even that it is there."""
        mine = self.s.ask("GET", "/api/v1/telemetry", token=self.s.token["oz"])
        check(mine.body["total"] == 0, "another team lists recordings", mine.body)
        for path, item in self.document["paths"].items():
            if not path.startswith(("/api/v1/sessions/{id}", "/api/v1/telemetry/{id}")):
                continue
            for method, operation in item.items():
                body = self.example_body(operation)
                theirs = self.s.ask(method.upper(), self.fill(path) + self.known.get(f"?{method.upper()} {path}", ""), body, token=self.s.token["oz"])
                nobodys = self.s.ask(method.upper(), self.fill(path).replace(session, "no-such-one"), body, token=self.s.token["oz"])
                check(theirs.status == 404, method, path, "answers another team with", theirs.status)
                check(session not in json.dumps(theirs.body).replace(path, "") or "no-such-one" in json.dumps(nobodys.body), "names it")
                check(theirs.body.get("detail", "").replace(session, "X") == nobodys.body.get("detail", "").replace("no-such-one", "X"),
                      method, path, "tells another team's session from none")


SKIP_VALID = {"POST /api/v1/auth/logout", "POST /api/v1/sessions/{id}/calls/{seq}"}
MAY_CONFLICT = {"POST /api/v1/models/train", "POST /api/v1/models/{kind}/promote", "POST /api/v1/models/{kind}/rollback",
                "GET /api/v1/models/{kind}/drift"}  # no data, and no other version, on a server that has just begun
RAW = {"POST /api/v1/telemetry": {"Content-Type": "application/json"},  # they say what they did not take, line by line
       "POST /api/v1/sessions/{id}/events": {"Content-Type": "application/json"}}


def operations(document):
    """Reading first, then making, and taking away last."""
    order = {"GET": 0, "POST": 1, "PUT": 2, "PATCH": 3, "DELETE": 4}
    found = [(m.upper(), p, o) for p, item in document["paths"].items() for m, o in item.items()]
    return sorted(found, key=lambda f: (order[f[0]], "logout" in f[1], f[1]))


def main():
    rates = [x for r in ("anonymous", "signed-in", "costly", "login", "points") for x in (f"--rate-{r}", "0")]
    with Server(["--udp", "0", "--points-udp", "0", "--trials", "300"] + rates) as server:
        server.people()
        walk = Walk(server)
        walk.is_complete()
        session = walk.prepare()
        walk.followed(session)
        for method, path, operation in operations(walk.document):
            walk.walk(method, path, operation)
        walk.ends(session)  # the example of control began it again
        walk.other_methods()
        walk.other_teams(session)
        walk.jobs_end()
        walk.lists()
        walk.forms()
        walk.made()
        check(server.process.poll() is None, "the server is gone:", "".join(server.errors)[-2000:])
        check(server.stop() == 0, "it did not end well")
    check.end()


if __name__ == "__main__":
    sys.path.insert(0, os.path.dirname(__file__))
    main()
