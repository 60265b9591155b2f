"""Sessions in the database, read with a statement that is written once instead of being built at every request."""

import datetime as dt

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.utils import timezone

from audit.statements import Statement

ONE = Statement(lambda key, now: Session.objects.filter(session_key=key, expire_date__gt=now), str, dt.datetime)


class SessionStore(db.SessionStore):
    def _get_session_from_db(self) -> Session | None:
        found = ONE.first(self.session_key, timezone.now())
        if found is None:
            self._session_key = None
        return found
