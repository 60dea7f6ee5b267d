"""Where data lives: what cannot be read is said, a lost key is made anew."""

import pytest

from knutpunkt.core import clock, home
from knutpunkt.core.errors import InstantUnreadable

WRONG = [
    "postgres://u:p@127.0.0.1:abc/x",
    "postgres://u:p@127.0.0.1:99999/x",
    "postgres://u:p@[::1/x",
    "postgres://",
    "postgres://127.0.0.1:5432/",
    "sqlite:////tmp/%00x",
    "mysql://u:p@127.0.0.1/x",
    "nonsense",
]


@pytest.mark.once
@pytest.mark.parametrize("url", WRONG)
def test_an_address_that_names_no_database_is_refused(url, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", url)
    with pytest.raises(home.DatabaseUrlUnreadable) as refused:
        home.database()
    assert refused.value.exit_code == 2


@pytest.mark.once
def test_an_address_with_escapes_is_read(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://anna:p%40ss@127.0.0.1:5433/kontor")
    found = home.database()
    assert (found["NAME"], found["PASSWORD"], found["PORT"]) == ("kontor", "p@ss", "5433")


@pytest.mark.once
@pytest.mark.parametrize("spoilt", [b"", b"\xff\xfe"])
def test_a_spoilt_key_is_not_used(spoilt, tmp_path, monkeypatch):
    monkeypatch.setenv("KNUTPUNKT_HOME", str(tmp_path))
    (tmp_path / "secret").write_bytes(spoilt)
    assert len(home.secret_key()) > 40
    assert home.secret_key() == home.secret_key()


@pytest.mark.once
def test_a_key_is_made_once(tmp_path, monkeypatch):
    monkeypatch.setenv("KNUTPUNKT_HOME", str(tmp_path))
    assert home.secret_key() == home.secret_key()


@pytest.mark.once
@pytest.mark.parametrize("text", ["0001-01-01T00:00+14:00", "9999-12-31T23:59-12:00", "soon"])
def test_an_instant_beyond_the_calendar_is_refused(text):
    with pytest.raises(InstantUnreadable):
        clock.instant(text)


@pytest.mark.parametrize(
    ("place", "host"),
    [
        ("%2FVar%2Frun%2Fpostgresql:5433", "/Var/run/postgresql"),
        ("[::1]:5433", "::1"),
        ("db.kontor.se", "db.kontor.se"),
        ("", ""),
    ],
)
def test_an_address_names_a_host_an_address_or_the_folder_of_a_socket(place, host, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", f"postgresql://anna:secret@{place}/kontor")
    assert home.database()["HOST"] == host
