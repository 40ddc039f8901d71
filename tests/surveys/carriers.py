"""Carriers of SMS as their documents describe them, on loopback: each checks who asks.

Twilio: HTTP basic authentication; a message needs To, Body and a sender. Aliyun: the signature of
the RPC interface, written here anew from its description; a nonce counts once.
"""

import base64
import hashlib
import hmac
import json
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, quote

ACCOUNT, SECRET = "AC123", "carrier-secret"
SIGN, TEMPLATE = "北辰钱包", "SMS_1001"


@dataclass
class Carriers:
    """Both carriers. `said` are the messages that were taken, `next_answer` replaces one answer."""

    port: int = 0
    said: list[dict[str, str]] = field(default_factory=list)
    nonces: set[str] = field(default_factory=set)
    next_answer: tuple[int, Any] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def twilio(self, form: dict[str, str], path: str, authorization: str) -> tuple[int, Any]:
        expected = base64.b64encode(f"{ACCOUNT}:{SECRET}".encode()).decode()
        if authorization != f"Basic {expected}":
            return 401, {"code": 20003, "message": "Authenticate", "status": 401}
        if path != f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json":
            return 404, {"code": 20404, "status": 404}
        if not form.get("To", "").startswith("+") or not form.get("Body"):
            return 400, {"code": 21211, "message": "Invalid 'To' Phone Number", "status": 400}
        if not (form.get("From") or form.get("MessagingServiceSid")):
            return 400, {"code": 21603, "status": 400}
        self.said.append(form)
        return 201, {"sid": f"SM{len(self.said):032d}", "status": "queued"}

    def aliyun(self, form: dict[str, str]) -> tuple[int, Any]:
        code = self._aliyun_code(form)
        if code == "OK":
            self.said.append(form)
            return 200, {"Code": "OK", "BizId": f"{len(self.said)}^0", "RequestId": "R"}
        return (200 if code.startswith("isv.") else 400), {"Code": code, "Message": code}

    def _aliyun_code(self, form: dict[str, str]) -> str:
        given = form.get("Signature", "")
        if form.get("AccessKeyId") != ACCOUNT:
            return "InvalidAccessKeyId.NotFound"
        if not hmac.compare_digest(given, self._signature(form)):
            return "SignatureDoesNotMatch"
        if form["SignatureNonce"] in self.nonces:
            return "SignatureNonceUsed"
        self.nonces.add(form["SignatureNonce"])
        named = {"SignName": SIGN, "TemplateCode": TEMPLATE}
        if any(form.get(name) != value for name, value in named.items()):
            return "isv.SMS_TEMPLATE_ILLEGAL"
        values = json.loads(form.get("TemplateParam", "{}"))
        if set(values) != {"code"} or not 0 < len(values["code"]) <= 35 or "/" in values["code"]:
            return "isv.INVALID_PARAMETERS"
        return "OK"

    @staticmethod
    def _signature(form: dict[str, str]) -> str:
        pairs = sorted((k, v) for k, v in form.items() if k != "Signature")
        canonical = "&".join(f"{quote(k, safe='~')}={quote(v, safe='~')}" for k, v in pairs)
        text = f"POST&%2F&{quote(canonical, safe='~')}"
        mac = hmac.new(f"{SECRET}&".encode(), text.encode(), hashlib.sha1)
        return base64.b64encode(mac.digest()).decode()


def serve(carriers: Carriers) -> ThreadingHTTPServer:
    """Start both on a free port."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            form = dict(parse_qsl(self.rfile.read(length).decode(), keep_blank_values=True))
            if carriers.next_answer is not None:
                (status, told), carriers.next_answer = carriers.next_answer, None
            elif "Action" in form:
                status, told = carriers.aliyun(form)
            else:
                authorization = self.headers.get("Authorization", "")
                status, told = carriers.twilio(form, self.path, authorization)
            if status == 0:
                return self.close_connection_now()
            body = told if isinstance(told, bytes) else json.dumps(told).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
            return None

        def close_connection_now(self) -> None:
            self.close_connection = True

        def log_message(self, *_args: object) -> None:
            """Keep quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    carriers.port = server.server_address[1]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server
