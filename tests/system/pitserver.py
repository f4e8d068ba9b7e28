"""A real `pitboard serve` for tests: started on a free port with a folder of its own, people of
two teams made over the API, requests with the standard library only.

    with Server(["--udp", "0", "--points-udp", "0"]) as s:
        s.people()                               # ada (admin), eve (engineer), vic (viewer) of main; oz (admin) of other
        status, headers, body = s.ask("GET", "/api/v1/sessions", token=s.token["vic"])
"""
import http.client
import json
import os
import re
import shutil
import signal
import ssl
import subprocess
import tempfile
import threading
import time

PASSWORD = "a long enough word"


class Answer(tuple):
    """(status, headers, body); body is parsed when it is JSON."""

    status = property(lambda self: self[0])
    headers = property(lambda self: self[1])
    body = property(lambda self: self[2])


class Server:
    def __init__(self, arguments=(), folder=None, listen="127.0.0.1:0", pin=None, env=None):
        self.folder = folder or tempfile.mkdtemp(prefix="pitserver")
        self.own_folder = folder is None
        self.arguments = list(arguments)
        self.listen, self.pin, self.env = listen, pin, env or {}
        self.token, self.refresh = {}, {}
        self.process = self.port = self.link = None
        self.errors = []
        self.secure = "--tls-cert" in self.arguments

    def listen_soon(self):
        """Begins it, and does not wait until it listens."""
        command = [os.environ["PITBOARD"], "serve", "--listen", self.listen,
                   "--home", os.path.join(self.folder, "home"), "--status-ms", "60000"] + self.arguments
        if self.pin is not None:
            command = ["taskset", "-c", str(self.pin)] + command
        environment = {k: v for k, v in os.environ.items() if not k.startswith("PITBOARD_SERVE_")}
        environment.update(self.env)
        self.began = time.monotonic()
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
                                        errors="replace", env=environment)
        threading.Thread(target=self._listen, daemon=True).start()

    def start(self):
        self.listen_soon()
        limit = time.monotonic() + float(os.environ.get("PB_TIMEOUT", 60))
        while self.port is None:
            if self.process.poll() is not None or time.monotonic() > limit:
                raise RuntimeError("serve did not start: " + "".join(self.errors)[-2000:])
            time.sleep(0.002)
        return self

    def _listen(self):
        for line in self.process.stderr:
            self.errors.append(line)
            link = re.search(r"#link=([0-9a-f]{64})", line)
            if link:
                self.link = link.group(1)
            found = re.search(r"listening on https?://[^/ ]*:(\d+)", line)
            if found:
                self.port = int(found.group(1))

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        code = self.stop()
        if self.own_folder:
            shutil.rmtree(self.folder, ignore_errors=True)
        if code not in (0, None, -signal.SIGKILL):  # what a sanitizer says is said at the end
            raise RuntimeError(f"serve ended with {code}: " + "".join(self.errors)[-3000:])

    def stop(self, how=signal.SIGTERM, wait=30):
        """The exit code."""
        if self.process is None:
            return None
        if self.process.poll() is None:
            self.process.send_signal(how)
        code = self.process.wait(wait)
        self.port = None
        return code

    def connect(self, timeout=60):
        if self.secure:
            context = ssl.create_default_context()
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
            return http.client.HTTPSConnection("127.0.0.1", self.port, timeout=timeout, context=context)
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)

    def ask(self, method, path, body=None, token=None, key=None, headers=None, connection=None):
        headers = dict(headers or {})
        if token:
            headers["Authorization"] = "Bearer " + token
        if key:
            headers["X-API-Key"] = key
        if body is not None and not isinstance(body, (bytes, str)):
            body = json.dumps(body)
            headers.setdefault("Content-Type", "application/json")
        if isinstance(body, str):
            body = body.encode()
        own = connection or self.connect()
        own.request(method, path, body=body, headers=headers)
        response = own.getresponse()
        data = response.read()
        got = {k.lower(): v for k, v in response.getheaders()}
        if not connection:
            own.close()
        if "json" in got.get("content-type", "") and data and "content-encoding" not in got:
            try:
                data = json.loads(data)
            except ValueError as wrong:
                raise RuntimeError(f"{method} {path} answers no JSON: {wrong}: {data[:3000]}") from wrong
        return Answer((response.status, got, data))

    def sign_in(self, user, team="main", password=PASSWORD, link=None):
        body = {"user": user, "password": password}
        if link:
            body["link"] = link
        else:
            body["team"] = team
        answer = self.ask("POST", "/api/v1/auth/token", body)
        if answer.status != 200:
            raise RuntimeError(f"{user} could not sign in: {answer}")
        self.token[user] = answer.body["access_token"]
        self.refresh[user] = answer.body["refresh_token"]
        return self.token[user]

    def people(self):
        """ada, eve, vic of main; oz (admin), una (engineer) of other."""
        limit = time.monotonic() + 10
        while self.link is None and time.monotonic() < limit:
            time.sleep(0.01)
        ada = self.sign_in("ada", link=self.link)
        for user, role, team in (("eve", "engineer", "main"), ("vic", "viewer", "main"), ("oz", "admin", "other"),
                                 ("una", "engineer", "other")):
            answer = self.ask("POST", "/api/v1/users",
                              {"user": user, "role": role, "password": PASSWORD, "team": team}, token=ada)
            if answer.status not in (200, 201):
                raise RuntimeError(f"{user} could not be made: {answer}")
            self.sign_in(user, team)
        return self

    def wait_for(self, what, seconds=60):
        limit = time.monotonic() + seconds
        while time.monotonic() < limit:
            got = what()
            if got:
                return got
            time.sleep(0.05)
        raise RuntimeError("waited in vain")


class Checks:
    """Counts what did not hold, and says it."""

    def __init__(self):
        self.failed = self.held = 0

    def __call__(self, good, *what):
        if good:
            self.held += 1
        else:
            self.failed += 1
            print("FAILED:", *[str(w)[:700] for w in what])
        return good

    def end(self):
        print(f"{self.held} held, {self.failed} failed")
        raise SystemExit(1 if self.failed else 0)
