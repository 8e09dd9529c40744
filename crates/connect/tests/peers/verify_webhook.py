"""Reads signed requests with `standardwebhooks` and `cloudevents`; one line of JSON each way."""

import datetime
import json
import sys

from cloudevents.v1.http import from_http
from standardwebhooks.webhooks import Webhook


def answer(question):
    if "sign" in question:
        wanted = question["sign"]
        at = datetime.datetime.fromtimestamp(wanted["at"], datetime.timezone.utc)
        signature = Webhook(question["secret"]).sign(wanted["id"], at, wanted["body"])
        return {"signature": signature}
    if "cloud_event" in question:
        event = from_http(question["headers"], question["body"])
        return {"attributes": dict(event.get_attributes()), "data": event.get_data()}
    return {"event": Webhook(question["secret"]).verify(question["body"], question["headers"])}


for line in sys.stdin:
    try:
        reply = answer(json.loads(line))
    except Exception as error:  # The test reads why.
        reply = {"error": repr(error)}
    print(json.dumps(reply), flush=True)
