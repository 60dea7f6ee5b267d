"""Evidence: kept under its checksum, outside the web root, and only what it says it is."""

import hashlib
import io
import zipfile
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from knutpunkt.network.services import Invalid
from knutpunkt.programme import evidence_store
from knutpunkt.programme.evidence_store import (
    EvidenceTooLarge,
    EvidenceTypeRefused,
    EvidenceUnreadable,
    open_stored,
    store,
)
from knutpunkt.programme.models import Evidence
from knutpunkt.programme.services.evidence import (
    EvidenceFromTomorrow,
    EvidenceWithdrawn,
    evidence_file,
    evidence_withdraw,
)
from knutpunkt.programme.services.premises import ReasonMissing
from support.programme import project_of

PDF = b"%PDF-1.7 a lease"


def filed(programme, upload=None, **more):
    gate = project_of(programme, "northtown").gates.get(key="g1")
    values = {"title": "Needs", "dnr": "2022-1", "dated_on": date(2022, 2, 1), "secret": False}
    return evidence_file(
        requirement=gate.requirements.first(), upload=upload, by="a test", **{**values, **more}
    )


def document(name="lease.pdf", content=PDF):
    return SimpleUploadedFile(name, content)


def docx():
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("word/document.xml", "<w/>")
    return packed.getvalue()


def test_a_file_is_kept_under_its_checksum_and_read_back(small_programme, own_home):
    evidence = filed(small_programme, document())
    assert evidence.sha256 == hashlib.sha256(PDF).hexdigest()
    assert (evidence.size, evidence.media_type) == (len(PDF), "application/pdf")
    with open_stored(evidence) as file:
        assert file.read() == PDF
    assert (own_home / "evidence" / evidence.sha256[:2] / evidence.sha256).stat().st_size


@given(content=st.binary(max_size=300))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_kept_comes_back_the_same(own_home, content):
    kept = store(document(content=b"%PDF-" + content))
    evidence = Evidence(sha256=kept.sha256, dnr="1")
    with open_stored(evidence) as file:
        assert file.read() == b"%PDF-" + content


def test_the_same_file_twice_is_kept_once(small_programme, own_home):
    filed(small_programme, document())
    filed(small_programme, document("copy.pdf"))
    assert sum(path.is_file() for path in (own_home / "evidence").rglob("*")) == 1


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("run.exe", PDF),
        ("lease", PDF),
        ("lease.pdf", b"<html><script>"),
        ("lease.docx", b"PK but no archive"),
        ("lease.xlsx", docx()),
        ("note.txt", b"zero \x00 byte"),
        ("note.txt", b" \x00"),
        ("photo.png", b"\xff\xd8\xff"),
    ],
)
def test_a_file_that_is_not_what_it_says_is_refused_and_not_kept(
    small_programme, own_home, name, content
):
    with pytest.raises(EvidenceTypeRefused, match=name):
        filed(small_programme, document(name, content))
    assert not Evidence.objects.exists()
    assert not any(path.is_file() for path in own_home.rglob("*"))


def test_a_file_that_is_too_large_is_refused_and_not_kept(small_programme, own_home, monkeypatch):
    monkeypatch.setattr(evidence_store, "MOST_BYTES", 10)
    with pytest.raises(EvidenceTooLarge, match=r"lease\.pdf"):
        filed(small_programme, document())
    assert not any(path.is_file() for path in own_home.rglob("*"))


def test_a_name_with_a_path_keeps_only_its_end(small_programme):
    evidence = filed(small_programme, document("../../etc/lease.docx", docx()))
    assert evidence.file_name == "lease.docx"


def test_a_file_altered_on_disk_is_not_served(small_programme, own_home):
    evidence = filed(small_programme, document())
    (own_home / "evidence" / evidence.sha256[:2] / evidence.sha256).write_bytes(b"%PDF-forged")
    with pytest.raises(EvidenceUnreadable, match="2022-1"):
        open_stored(evidence)


def test_evidence_needs_a_diary_number_and_a_day_that_has_come(small_programme):
    with pytest.raises(Invalid, match="dnr"):
        filed(small_programme, dnr="")
    with pytest.raises(EvidenceFromTomorrow):
        filed(small_programme, dated_on=date(2999, 1, 1))


def test_evidence_is_withdrawn_once_and_with_a_reason(small_programme):
    evidence = filed(small_programme)
    with pytest.raises(ReasonMissing):
        evidence_withdraw(evidence=evidence, why=" ", by="a test")
    evidence_withdraw(evidence=evidence, why="Wrong document", by="a test")
    with pytest.raises(EvidenceWithdrawn):
        evidence_withdraw(evidence=evidence, why="Again", by="a test")


def test_the_log_does_not_say_what_secret_evidence_is(small_programme):
    filed(small_programme, secret=True, title="Alarm codes", dnr="2022-77")
    assert "Alarm" not in str([entry.details for entry in small_programme.log.all()])
    assert "2022-77" not in str([entry.details for entry in small_programme.log.all()])
