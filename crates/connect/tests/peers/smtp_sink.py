"""Mail servers of `aiosmtpd`: plain, STARTTLS and TLS, with a password.

The first line names ports and the authority; then a line for each mail that arrived. The local
part of a recipient says how the server behaves, e.g. `550@x.example`.
"""

import asyncio
import datetime
import email
import email.policy
import ipaddress
import json
import ssl
import sys
import tempfile

from aiosmtpd.smtp import SMTP, AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

REPLIES = {
    "550": "550 5.1.1 <550@x.example>: no such user",
    "policy": "550 5.7.1 blocked",
    "full": "552 5.2.2 mailbox full",
    "451": "451 4.7.1 greylisted",
}


class Handler:
    async def handle_RCPT(self, server, session, envelope, address, options):
        reply = REPLIES.get(address.split("@")[0])
        if reply:
            return reply
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 fine"

    async def handle_DATA(self, server, session, envelope):
        for behaviour in (it.split("@")[0] for it in envelope.rcpt_tos):
            if behaviour == "hang":
                await asyncio.sleep(3600)
            if behaviour == "spam":
                return "554 5.7.1 looks like spam"
            if behaviour == "later":
                return "452 4.3.1 no space"
        mail = email.message_from_bytes(envelope.content, policy=email.policy.default)
        report = {
            "from": envelope.mail_from,
            "to": envelope.rcpt_tos,
            "user": session.auth_data.decode() if session.auth_data else None,
            "tls": session.ssl is not None,
            "headers": {name.lower(): str(value) for name, value in mail.items()},
            "defects": [repr(it) for part in mail.walk() for it in part.defects],
            "text": mail.get_body(("plain",)).get_content(),
            "html": mail.get_body(("html",)).get_content(),
        }
        print(json.dumps(report), flush=True)
        return "250 2.0.0 taken"


def authenticate(server, session, envelope, mechanism, data):
    good = data.login == b"baton" and data.password == b"sesame"
    return AuthResult(success=good, handled=False, auth_data=data.login if good else None)


def certificate():
    """An authority and a certificate it signed for this machine."""
    now = datetime.datetime.now(datetime.timezone.utc)
    day = datetime.timedelta(days=1)

    def make(name, issuer, key, signer, extensions):
        builder = x509.CertificateBuilder().subject_name(name).issuer_name(issuer)
        builder = builder.public_key(key.public_key()).serial_number(x509.random_serial_number())
        builder = builder.not_valid_before(now - day).not_valid_after(now + day)
        for extension in extensions:
            builder = builder.add_extension(extension, critical=False)
        return builder.sign(signer, hashes.SHA256())

    def named(text):
        return x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, text)])

    root_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    root = named("test authority")
    authority = make(root, root, root_key, root_key, [x509.BasicConstraints(True, None)])
    names = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    leaf = make(named("localhost"), root, key, root_key, [x509.SubjectAlternativeName(names)])
    pem = serialization.Encoding.PEM
    secret = key.private_bytes(
        pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    with tempfile.NamedTemporaryFile() as file:
        file.write(leaf.public_bytes(pem) + secret)
        file.flush()
        context.load_cert_chain(file.name)
    return authority.public_bytes(pem).decode(), context


async def main():
    authority, context = certificate()
    loop = asyncio.get_running_loop()
    ports = {}

    async def listen(name, tls=None, **options):
        def protocol():
            return SMTP(Handler(), hostname="localhost", enable_SMTPUTF8=False, **options)

        server = await loop.create_server(protocol, "127.0.0.1", 0, ssl=tls)
        ports[name] = server.sockets[0].getsockname()[1]

    login = {"authenticator": authenticate, "auth_required": True}
    await listen("open")
    await listen("login", auth_require_tls=False, **login)
    await listen("starttls", tls_context=context, require_starttls=True, **login)
    await listen("tls", tls=context, auth_require_tls=False, **login)
    print(json.dumps({"ports": ports, "authority": authority}), flush=True)
    # Until the test closes our input.
    await loop.run_in_executor(None, sys.stdin.read)


asyncio.run(main())
