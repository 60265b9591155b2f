"""Whose session it is, asked at every request."""

from allauth.account.auth_backends import AuthenticationBackend

from accounts.models import User
from audit.statements import Statement

ONE = Statement(lambda pk: User.objects.filter(pk=pk), int)


class Backend(AuthenticationBackend):
    """allauth's sign-in, with a quick look-up of the person who is signed in."""

    def get_user(self, user_id: int) -> User | None:
        user = ONE.first(user_id)
        return user if user and self.user_can_authenticate(user) else None
