"""The id of the request that is being answered, for log lines and audit events."""

from contextvars import ContextVar

#: Empty outside a request.
current_request_id: ContextVar[str] = ContextVar("current_request_id", default="")
