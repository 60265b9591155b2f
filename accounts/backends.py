"""Whose session it is, asked at every request."""

from allauth.account.auth_backends import AuthenticationBackend

from accounts.models import User

# Written out: building the same query anew for every request costs more than the database takes to answer it.
COLUMNS = ", ".join(f'"{field.column}"' for field in User._meta.concrete_fields)  # noqa: SLF001 - Django's documented name
ONE = f"SELECT {COLUMNS} FROM accounts_user WHERE id = %s"  # noqa: S608 - names of our own columns


class Backend(AuthenticationBackend):
    """allauth's sign-in, with a quick look-up of the person who is signed in."""

    def get_user(self, user_id: int) -> User | None:
        user = next(iter(User.objects.raw(ONE, [user_id])), None)
        return user if user and self.user_can_authenticate(user) else None
