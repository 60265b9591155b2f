"""allauth's form classes, which may save."""

from allauth.account.forms import SignupForm as AllauthSignupForm


class SignupForm(AllauthSignupForm):
    """Sign-up with e-mail and password."""
