"""The typed client of the redemption API: one class, a method an operation, errors as they are.

    from api.client import Client

    with Client("http://127.0.0.1:8000", token) as desk:
        for order in desk.list_orders(state="held"):
            done = desk.capture_order(order.id)
            print(done.captured.points, done.answer.idempotency_key)

Calls return the shapes of the OpenAPI document; lists are iterators over all pages. A command gets
an ``Idempotency-Key`` of its own unless one is given, waits for the chain, and is tried again under
the same one. What fails is raised as ``Rejected``, ``Refused``, ``Unavailable``, ``OutcomeUnknown``
or ``Broken`` with the API's code and values; ``ledger.refusals.explain`` puts it into words.

Needs httpx, pydantic and the error tree alone, so that it can be lifted out of this repository.
"""

from api.client.answers import Answer, Download, Event, Model
from api.client.client import Client
from api.client.connection import new_key

__all__ = ["Answer", "Client", "Download", "Event", "Model", "new_key"]
