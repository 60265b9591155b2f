"""Sessions in the database, read with a statement that is written out once instead of being built at every request."""

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.utils import timezone

ONE = "SELECT session_key, session_data, expire_date FROM django_session WHERE session_key = %s AND expire_date > %s"


class SessionStore(db.SessionStore):
    def _get_session_from_db(self) -> Session | None:
        found = next(iter(Session.objects.raw(ONE, [self.session_key, timezone.now()])), None)
        if found is None:
            self._session_key = None
        return found
