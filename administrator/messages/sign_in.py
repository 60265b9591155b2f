"""Words of how whoever has a role signs in."""

from django.utils.translation import gettext

from web.http import Refusal


def factor_asked(*, is_asked: bool) -> str:
    if is_asked:
        return gettext("From now on a second factor is asked of whoever has a role here. Tell them; nobody is mailed.")
    return gettext("A second factor is no longer asked for.")


def own_factor_first(address: str) -> Refusal:
    return Refusal(
        gettext("Set up your own second factor first"),
        gettext("You have none, so you would be the first who is shut out. Nothing changed."),
        address,
        gettext("Set one up"),
    )
