"""What the log leaves out: Django's own lines name the path, and PostgreSQL's errors the row that they are about."""

import logging
import re
from typing import Any, Final

from django.http import HttpRequest

#: From where PostgreSQL tells names, addresses and answers to the end of its message, which may have many lines.
_DETAIL: Final = re.compile(r"\n(?:DETAIL|CONTEXT): .*?(?=\n\nThe above exception|\n\nDuring handling|\Z)", re.DOTALL)


class WithoutRows(logging.Formatter):
    """Of a database's error the sentence and the constraint, and nothing of the row."""

    def formatException(self, ei: Any) -> str:  # noqa: N802 - logging's name
        return _DETAIL.sub("", super().formatException(ei))


class WithoutPath(logging.Filter):
    """The route's name in the place of the path, which holds addresses of people's records."""

    def filter(self, record: logging.LogRecord) -> bool:
        request = getattr(record, "request", None)
        if isinstance(request, HttpRequest) and isinstance(record.args, tuple):
            route = request.resolver_match.view_name if request.resolver_match else "-"
            record.args = tuple(route if _is_path(arg, request) else arg for arg in record.args)
        return True


def _is_path(arg: object, request: HttpRequest) -> bool:
    return arg in (request.path, request.path_info, request.get_full_path())
