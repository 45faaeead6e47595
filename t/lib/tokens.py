"""Access tokens of HS256, as the example's clients have them, and worse ones."""

import base64
import hashlib
import hmac
import json
import time
import uuid

KEY = "a secret of the tests, 32 bytes or more"
NOBODY = "00000000-0000-4000-8000-000000000000"     # no user's id


def b64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def signed(claims, key=KEY, header=None):
    text = ".".join(b64(json.dumps(part).encode("utf-8")) for part in
                    (header or {"alg": "HS256", "typ": "JWT"}, claims))
    return text + "." + b64(hmac.new(key.encode("utf-8"), text.encode("ascii"),
                                     hashlib.sha256).digest())


def token(sub, role="app_user", key=KEY, **claims):
    """What nginx.conf.example issues for that user; a claim of None is left
    out."""
    now = int(time.time())
    said = dict({"iss": "https://api.example.com", "aud": "app", "iat": now,
                 "exp": now + 900, "jti": uuid.uuid4().hex, "sub": sub,
                 "role": role}, **claims)
    return signed({name: value for name, value in said.items()
                   if value is not None}, key)


def bearer(text):
    return [("Authorization", "Bearer " + text)]
