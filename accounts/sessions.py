"""Sessions in the database, read with a statement that is written once instead of being built at every request.

A session ends when nothing is asked in it for a while, sooner where its person can open other people's records (ADR 69).
Its end is a column, moved on by itself: what the session holds is not written anew, so two requests at once undo nothing.
"""

import datetime as dt
import logging
from typing import Any, Final

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.db import DatabaseError
from django.utils import timezone

from accounts.rules.idleness import is_written, lasts_until
from audit.statements import Statement

log = logging.getLogger("vignette.sessions")

ONE = Statement(lambda key: Session.objects.filter(session_key=key), str)

#: When the person signed in, in seconds.
SINCE: Final = "since"
#: What a session holds of whoever has a role somewhere.
WITH_ROLE: Final = ("administers", "authors")


class SessionStore(db.SessionStore):
    #: After so long without a request the session that the browser came with had ended; nothing while it had not.
    was_idle_for: dt.timedelta | None = None
    #: Whether the page asks by itself, without anybody before it: such a request does not keep the session.
    is_unattended = False

    def load(self) -> dict[str, Any]:
        found = ONE.first(self.session_key)
        if found is None:
            self._session_key = None
            return {}
        held: dict[str, Any] = self.decode(found.session_data)
        now = timezone.now()
        if found.expire_date <= now:
            # A page that asks by itself leaves the key with the browser: whoever comes back to it is told why it ended.
            self._session_key = self._session_key if self.is_unattended else None
            self.was_idle_for = _idle(held) if SESSION_KEY in held and now < _latest(held, now) else None
            return {}
        if SESSION_KEY in held and not self.is_unattended:
            _stay(found, held, now)
        return held

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        now = timezone.now()
        if SESSION_KEY in data:
            data.setdefault(SINCE, now.timestamp())
        made: Session = super().create_model_instance(data)  # type: ignore[assignment]
        if SESSION_KEY in data:
            made.expire_date = lasts_until(now=now, idle=_idle(data), latest=_latest(data, now))
        return made


def _stay(found: Session, held: dict[str, Any], now: dt.datetime) -> None:
    # One from before this was kept has no beginning: it lasts as long as it was given, and no longer.
    idle, latest = _idle(held), _latest(held, found.expire_date)
    until = lasts_until(now=now, idle=idle, latest=latest)
    if not is_written(until=until, stored=found.expire_date, idle=idle):
        return
    try:
        Session.objects.filter(pk=found.pk).update(expire_date=until)
    except DatabaseError as error:
        # Pages are read while the database takes no writing: one that is busy, or a copy that stands in. It ends as it was
        # given, and the next request tries again.
        log.warning("a session was not moved on: %s", type(error).__name__)


def _idle(held: dict[str, Any]) -> dt.timedelta:
    has_role = any(held.get(each) for each in WITH_ROLE)
    return dt.timedelta(minutes=settings.SESSION_IDLE_MINUTES_WITH_ROLE if has_role else settings.SESSION_IDLE_MINUTES)


def _latest(held: dict[str, Any], otherwise: dt.datetime) -> dt.datetime:
    if SINCE not in held:
        return otherwise
    return dt.datetime.fromtimestamp(held[SINCE], dt.UTC) + dt.timedelta(seconds=settings.SESSION_COOKIE_AGE)
