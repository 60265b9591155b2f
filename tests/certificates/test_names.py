import pytest
from pytest_django import Settings

from certificates import typesetting
from certificates.names import printable_faults


@pytest.fixture
def only_embedded_fonts(settings: Settings) -> object:
    settings.CERTIFICATE_FONT_PATHS = []
    typesetting._fonts.cache_clear()
    yield
    typesetting._fonts.cache_clear()


@pytest.mark.parametrize(
    "name",
    [
        "Ana Reyes",
        "Zoë Nguyễn-Łukasz",
        "O’Brien, PhD",
        "Ñandú d'Été",
        "Ελένη",
        "Ольга Іванівна",
        "Şükrü",
        "e\u0301lan",
        "Jr. & Sr.",
    ],
)
def test_printable_faults_are_none_for_names_we_can_print(name: str) -> None:
    assert printable_faults(name) == ()


@pytest.mark.usefixtures("only_embedded_fonts")
@pytest.mark.parametrize(
    ("name", "faults"),
    [("山田太郎", ("山", "田", "太", "郎")), ("Kim 김 김", ("김",)), ("สมชาย A", ("ส", "ม", "ช", "า", "ย"))],
)
def test_printable_faults_name_what_no_font_has(name: str, faults: tuple[str, ...]) -> None:
    assert printable_faults(name) == faults


@pytest.mark.parametrize("character", ["\u202e", "\u200b", "\x07", "\n", "\t", "\ue000", "\u0378", "\u2028", "\ufeff"])
def test_printable_faults_name_what_cannot_be_seen(character: str) -> None:
    assert printable_faults(f"Ana{character}Reyes") == (character,)


def test_names_keep_their_joiners(monkeypatch: pytest.MonkeyPatch) -> None:
    assert printable_faults("A\u200dB") == ()
