"""Sample code for a wallet's server, with the brand's own names in it.

The same text as in docs/develop/embed.md, where a test runs it.
"""

_CLAIMS_PYTHON = """import os, time, uuid
import jwt  # PyJWT{extra}

def support_token(user_id):
    now = int(time.time())
    claims = {{"aud": "{audience}", "sub": user_id, "iat": now, "exp": now + 300, "jti": uuid.uuid4().hex}}
    return jwt.encode(claims, os.environ["SUPPORT_KEY"], algorithm="{algorithm}", headers={{"kid": "{kid}"}})
"""  # noqa: E501 - as a wallet's programmer would write it
_NODE = {
    "HS256": "crypto.createHmac('sha256', process.env.SUPPORT_KEY).update(text).digest('base64url')",  # noqa: E501 - as below
    "EdDSA": "crypto.sign(null, Buffer.from(text), process.env.SUPPORT_KEY).toString('base64url')",
}
_CLAIMS_NODE = """const crypto = require('node:crypto');

function supportToken(userId) {{
  const now = Math.floor(Date.now() / 1000);
  const claims = {{
    aud: '{audience}', sub: userId, iat: now, exp: now + 300, jti: crypto.randomUUID(),
  }};
  const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const text = `${{part({{ alg: '{algorithm}', kid: '{kid}' }})}}.${{part(claims)}}`;
  return `${{text}}.${{{sign}}}`;
}}
"""


def sample(language: str, algorithm: str, audience: str, kid: str) -> str:
    """Return code that mints an identity token, in Python or Node. SUPPORT_KEY is the key."""
    fields = {"algorithm": algorithm, "audience": audience, "kid": kid}
    if language == "Node":
        return _CLAIMS_NODE.format(**fields, sign=_NODE[algorithm])
    extra = "[crypto]" if algorithm == "EdDSA" else ""
    return _CLAIMS_PYTHON.format(**fields, extra=extra)
