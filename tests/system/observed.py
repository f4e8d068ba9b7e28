"""What a server tells of itself: one request is followed by its correlation id through answer, log and trace; spans
arrive at a collector, with the header that is a secret; metrics are as Prometheus wants them and name nobody."""
import http.server
import json
import re
import shutil
import subprocess
import threading

from pitserver import Checks, Server

TRACE, PARENT, SECRET = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7", "t0ps3cret"
check = Checks()
spans, secrets = [], set()


class Collector(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        check(self.path == "/v1/traces" and self.headers["content-type"] == "application/json", self.path, self.headers)
        secrets.add(self.headers["x-secret"])
        for resource in body["resourceSpans"]:
            names = {a["key"]: a["value"]["stringValue"] for a in resource["resource"]["attributes"]}
            check(names["service.name"] == "pitboard", names)
            for scope in resource["scopeSpans"]:
                spans.extend(scope["spans"])
        self.send_response(200)
        self.send_header("content-length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_):
        pass


collector = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Collector)
threading.Thread(target=collector.serve_forever, daemon=True).start()

arguments = ["--udp", "0", "--points-udp", "0", "--open-metrics", "--log", "json", "--log-level", "debug",
             "--otlp", f"http://127.0.0.1:{collector.server_port}"]
with Server(arguments, env={"OTEL_EXPORTER_OTLP_HEADERS": f"x-secret={SECRET}"}) as server:
    ada = server.sign_in("ada", link=server.wait_for(lambda: server.link))
    session = server.ask("POST", "/api/v1/sessions", {"name": "secretname", "replay": "2023-07", "speed": 0}, token=ada)
    check(session.status in (200, 201), session)

    answer = server.ask("GET", "/api/v1/circuits", token=ada, headers={"traceparent": f"00-{TRACE}-{PARENT}-01"})
    check(answer.status == 200 and answer.headers["x-request-id"] == TRACE, answer[:2])
    made = server.ask("GET", "/api/v1/circuits", token=ada).headers["x-request-id"]
    check(re.fullmatch("[0-9a-f]{32}", made) and made != TRACE, made)
    problem = server.ask("GET", "/api/v1/races/none/laps", token=ada)
    check(problem.status == 404 and problem.body["id"] == problem.headers["x-request-id"], problem)

    mine = server.wait_for(lambda: [s for s in spans if s["traceId"] == TRACE], 30)
    root = [s for s in mine if s.get("parentSpanId") == PARENT]
    check(len(root) == 1 and root[0]["name"] == "listCircuits", mine)
    check(all(int(s["endTimeUnixNano"]) >= int(s["startTimeUnixNano"]) > 1.6e18 for s in mine), mine)
    check(all(s is root[0] or s["parentSpanId"] in {t["spanId"] for t in mine} for s in mine), "a stage hangs nowhere", mine)
    check({s["name"] for s in mine} == {"listCircuits", "queue", "route"}, mine)
    check(secrets == {SECRET}, secrets)

    health, ready = server.ask("GET", "/healthz"), server.ask("GET", "/readyz")
    check(health.status == 200 and health.body["status"] == "ok", health)
    check(ready.status == 200 and {d["name"] for d in ready.body["dependencies"]} >= {"pool"}, ready)

    metrics = server.ask("GET", "/metrics")
    text = metrics.body.decode()
    check(metrics.status == 200 and metrics.headers["content-type"].startswith("text/plain; version=0.0.4"), metrics[:2])
    check('pitboard_http_requests_total{route="GET /api/v1/circuits",status="200"} 2\n' in text, text)
    check(re.search(r'^pitboard_spans_total\{result="exported"\} [1-9]', text, re.M), text)
    for name in ("ada", "secretname", "main/", session.body["id"], SECRET, "VER", "2023"):
        check(not re.search(r'"[^"]*\b%s\b[^"]*"' % re.escape(name), text), "metrics name", name)
    if shutil.which("promtool"):
        lint = subprocess.run(["promtool", "check", "metrics"], input=text, capture_output=True, text=True, check=False)
        check(lint.returncode == 0, lint.stdout, lint.stderr)
    server.stop()

    lines = [line for line in server.errors if line.startswith("{")]
    check(len(lines) > 3, server.errors)
    for line in lines:
        event = json.loads(line)
        check({"time", "level", "stage", "text"} <= set(event) <= {"time", "level", "stage", "text", "id"}, line)
    check(any(json.loads(line).get("id") == TRACE for line in lines), "the log does not follow the request", lines)
    log = "".join(server.errors)
    check(SECRET not in log and ada not in log, "a secret is in the log")

with Server(["--udp", "0", "--points-udp", "0"]) as server:
    check(server.ask("GET", "/metrics").status == 401, "metrics without a token")
    ada = server.sign_in("ada", link=server.wait_for(lambda: server.link))
    check(server.ask("GET", "/metrics", token=ada).status == 200, "metrics for an admin")
    key = server.ask("POST", "/api/v1/auth/keys", {"name": "k", "role": "engineer"}, token=ada).body["key"]
    check(server.ask("GET", "/metrics", key=key).status == 403, "metrics for an engineer")
check.end()
