"""A browser and its push service: subscribes, decrypts with `http_ece`, checks the token with PyJWT."""

import base64
import json
import os
import sys

import http_ece
import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

key = ec.generate_private_key(ec.SECP256R1())
auth = os.urandom(16)


def text(data):
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def data(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def answer(question):
    if "subscribe" in question:
        point = key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        return {"p256dh": text(point), "auth": text(auth)}
    body = bytes(question["body"])
    note = http_ece.decrypt(body, private_key=key, auth_secret=auth, version="aes128gcm")
    fields = dict(it.strip().split("=", 1) for it in question["authorization"][6:].split(","))
    point = data(fields["k"])
    public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    claims = jwt.decode(fields["t"], public, algorithms=["ES256"], audience=question["audience"])
    return {"note": json.loads(note), "claims": claims, "record": int.from_bytes(body[16:20], "big")}


for line in sys.stdin:
    try:
        reply = answer(json.loads(line))
    except Exception as error:  # The test reads why.
        reply = {"error": repr(error)}
    print(json.dumps(reply), flush=True)
