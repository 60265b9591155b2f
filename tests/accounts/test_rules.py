import pytest

from accounts.models import Role
from accounts.rules import CONFERS, may_confer

TABLE = [
    ([], "manager", False),
    (["owner"], "owner", True),
    (["owner"], "author", True),
    (["training-administrator"], "owner", False),
    (["training-administrator"], "author", False),
    (["training-administrator"], "training-administrator", True),
    (["training-administrator"], "manager", True),
    (["manager"], "manager", False),
    (["author"], "author", False),
    (["author", "training-administrator"], "manager", True),
]


@pytest.mark.parametrize(("held", "role", "answer"), TABLE)
def test_may_confer(held: list[str], role: str, answer: bool) -> None:
    assert may_confer(held, role) is answer


def test_every_role_has_its_say() -> None:
    assert set(CONFERS) == set(Role.values)
