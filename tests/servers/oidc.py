"""An OpenID Connect provider on the loopback with two readers: who signs in clicks on a name."""

from __future__ import annotations

import base64
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

READERS = ("ada", "ben")
CLIENT, SECRET = "hub", "a secret of this test"


@contextmanager
def provider() -> Iterator[str]:
    """Serve the provider while the body runs; return its address."""
    from joserfc import jwt
    from joserfc.jwk import RSAKey

    key = RSAKey.generate_key(2048, {"kid": "one", "use": "sig", "alg": "RS256"})
    asked: dict[str, dict[str, str]] = {}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            place = urlsplit(self.path)
            query = {name: values[0] for name, values in parse_qs(place.query).items()}
            if place.path == "/.well-known/openid-configuration":
                self.say(json.dumps(configuration(url)))
            elif place.path == "/jwks":
                self.say(json.dumps({"keys": [key.as_dict(private=False)]}))
            elif place.path == "/authorize":
                links = [f'<a href="/as/{name}?{place.query}">{name}</a>' for name in READERS]
                self.say(" ".join(links), "text/html")
            elif place.path.startswith("/as/"):
                name = place.path.removeprefix("/as/")
                code = f"{name}-{len(asked)}"
                asked[code] = {"sub": name, "nonce": query.get("nonce", "")}
                back = urlencode({"code": code, "state": query["state"]})
                self.send_response(302)
                self.send_header("Location", f"{query['redirect_uri']}?{back}")
                self.end_headers()
            else:
                self.send_error(404)

        def do_POST(self) -> None:
            form = {k: v[0] for k, v in parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode()).items()}
            given = self.headers.get("Authorization", "").removeprefix("Basic ")
            names = base64.b64decode(given).decode().split(":") if given else [form.get("client_id"), form.get("client_secret")]
            if names[0] != CLIENT or form["code"] not in asked:
                self.send_error(401)
                return
            now = int(time.time())
            claims = {"iss": url, "aud": CLIENT, "iat": now, "exp": now + 600, **asked.pop(form["code"])}
            token = jwt.encode({"alg": "RS256", "kid": "one"}, claims, key)
            self.say(json.dumps({"access_token": "x", "token_type": "Bearer", "expires_in": 600, "id_token": token}))

        def say(self, text: str, kind: str = "application/json") -> None:
            data = text.encode()
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: Any) -> None:
            """Keep quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield url
    finally:
        server.shutdown()


def configuration(url: str) -> dict[str, Any]:
    """Return the provider's metadata (OpenID Connect Discovery 1.0)."""
    return {
        "issuer": url, "authorization_endpoint": f"{url}/authorize", "token_endpoint": f"{url}/token", "jwks_uri": f"{url}/jwks",
        "response_types_supported": ["code"], "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"], "scopes_supported": ["openid", "email", "profile"],
        "code_challenge_methods_supported": ["S256"],
    }  # fmt: skip
