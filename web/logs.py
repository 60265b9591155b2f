"""Django's own lines name the path, which holds addresses of people's records: the route's name takes its place."""

import logging

from django.http import HttpRequest


class WithoutPath(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        request = getattr(record, "request", None)
        if isinstance(request, HttpRequest) and isinstance(record.args, tuple):
            route = request.resolver_match.view_name if request.resolver_match else "-"
            record.args = tuple(route if _is_path(arg, request) else arg for arg in record.args)
        return True


def _is_path(arg: object, request: HttpRequest) -> bool:
    return arg in (request.path, request.path_info, request.get_full_path())
