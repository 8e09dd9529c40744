"""Slack as its own library knows it: signatures, blocks, views, and a server of Socket Mode.

One line of JSON each way. The server says by itself who connects and what is acknowledged; the
question `official` lets Slack's own client talk to it.
"""

import asyncio
import json
import sys

from aiohttp import web
from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View
from slack_sdk.signature import SignatureVerifier
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.web.async_client import AsyncWebClient

sockets = []
state = {"port": 0, "error": None}


def say(line):
    print(json.dumps(line), flush=True)


async def open_connection(request):
    say({"opened": request.headers.get("Authorization")})
    if state["error"]:
        return web.json_response({"ok": False, "error": state["error"]})
    url = f"ws://127.0.0.1:{state['port']}/link/?ticket=t&app_id=a"
    return web.json_response({"ok": True, "url": url})


async def link(request):
    socket = web.WebSocketResponse()
    await socket.prepare(request)
    sockets.append(socket)
    await socket.send_json({"type": "hello", "num_connections": 1, "connection_info": {"app_id": "a"}})
    say({"connected": request.query.get("ticket")})
    async for message in socket:
        say({"acknowledged": json.loads(message.data)})
    say({"left": True})
    return socket


async def call(request):
    """Every other method: says what it was called with and answers as Slack does."""
    method = request.match_info["method"]
    if request.content_type == "application/json":
        body = await request.json()
    else:
        body = dict(await request.post())
    say({"called": method, "body": body})
    answer = {"ok": True, "user": {"id": "U7"}, "channel": "D7", "ts": "17.01", "view": {}}
    return web.json_response(answer)


def validate(parts):
    """Descends: a block is valid only with all its elements and fields."""
    for part in parts:
        part.validate_json()
        for inner in ("elements", "fields", "options"):
            validate([it for it in getattr(part, inner, None) or [] if hasattr(it, "validate_json")])
        for inner in ("text", "element", "label", "accessory"):
            value = getattr(part, inner, None)
            if hasattr(value, "validate_json"):
                validate([value])


async def official():
    """Slack's own client acknowledges one envelope of this server."""
    api = AsyncWebClient(base_url=f"http://127.0.0.1:{state['port']}/api/")
    client = SocketModeClient(app_token="xapp-official", web_client=api)

    async def listen(client, request):
        await client.send_socket_mode_response(SocketModeResponse(envelope_id=request.envelope_id))
        say({"heard": {"type": request.type, "payload": request.payload}})

    client.socket_mode_request_listeners.append(listen)
    await client.connect()
    state["client"] = client


async def answer(question):
    if "sign" in question:
        it = question["sign"]
        verifier = SignatureVerifier(it["secret"])
        say({"signature": verifier.generate_signature(timestamp=it["at"], body=it["body"])})
    elif "blocks" in question:
        blocks = Block.parse_all(question["blocks"])
        validate(blocks)
        say({"types": [it.type for it in blocks]})
    elif "view" in question:
        view = View(**question["view"])
        view.validate_json()
        validate(view.blocks)
        say({"title": view.title.text})
    elif "error" in question:
        state["error"] = question["error"]
        say({"set": True})
    elif "official" in question:
        if question["official"]:
            await official()
        else:
            await state["client"].close()
    elif "send" in question:
        await sockets[-1].send_str(json.dumps(question["send"]))
    elif "raw" in question:
        await sockets[-1].send_str(question["raw"])
    elif "cut" in question:
        sockets[-1]._req.transport.abort()


async def main():
    app = web.Application()
    app.router.add_post("/api/apps.connections.open", open_connection)
    app.router.add_post("/api/{method}", call)
    app.router.add_get("/link/", link)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    state["port"] = site._server.sockets[0].getsockname()[1]
    say({"port": state["port"]})
    loop = asyncio.get_running_loop()
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        try:
            await answer(json.loads(line))
        except Exception as error:  # The test reads why.
            say({"error": repr(error)})


asyncio.run(main())
