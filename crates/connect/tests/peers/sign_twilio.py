"""Signs forms as `twilio` expects them to be signed; one line of JSON each way."""

import json
import sys

from twilio.request_validator import RequestValidator

for line in sys.stdin:
    question = json.loads(line)
    validator = RequestValidator(question["token"])
    fields = dict(question["fields"])
    signature = validator.compute_signature(question["url"], fields)
    assert validator.validate(question["url"], fields, signature)
    print(json.dumps({"signature": signature}), flush=True)
