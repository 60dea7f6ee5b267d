"""Reports on a programme that is kept: gates, money and risks are told, secrets never."""

import io
import zipfile
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pikepdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from knutpunkt.programme.models import (
    Appropriation,
    ChangeRequest,
    CostLine,
    Lease,
    LogEntry,
    Risk,
)
from knutpunkt.programme.services.control import risk_record
from knutpunkt.programme.services.evidence import evidence_file
from knutpunkt.programme.services.money import appropriation_set
from knutpunkt.reports.services import files_of, report_draft, report_open, section_write
from support.programme import pass_gate, project_of, swedish_programme

__all__ = ["swedish_programme"]

pytestmark = [pytest.mark.slow, pytest.mark.django_db, pytest.mark.usefixtures("swedish_network")]

DAY = date(2022, 6, 30)
TITLE, DNR, FILE = "Hyresoffert Kvarteret Räven", "H-2022-4711", "raven-offert.txt"
WRITTEN = datetime(2022, 6, 1, 9, tzinfo=ZoneInfo("Europe/Stockholm"))


@pytest.fixture
def programme(swedish_programme, settings, tmp_path, monkeypatch):
    monkeypatch.setenv("KNUTPUNKT_HOME", str(tmp_path))
    return swedish_programme


@pytest.fixture
def report(programme):
    return report_open(mandate="2021-05", kind="interim", as_of=DAY, by="anna")


@pytest.fixture
def with_secrets(programme):
    """Secret evidence, named again in every free text that people could write it into."""
    project = project_of(programme, "tingsryd")
    first = project.gates.order_by("position").first()
    pass_gate(first, day=date(2022, 5, 2), dnr=DNR)
    asked = project.gates.order_by("position")[2].requirements.first()
    upload = SimpleUploadedFile(FILE, b"Hyra 12 345 kronor i Kvarteret Raven.\n")
    for title, dnr, secret, file in (
        (TITLE, DNR, True, upload),
        (f"Brev om {TITLE}", "2022-9", False, None),
    ):
        evidence_file(
            requirement=asked,
            title=title,
            dnr=dnr,
            dated_on=DAY,
            secret=secret,
            upload=file,
            by="a",
        )
    programme.title_sv = f"Programmet ({DNR})"
    programme.save()
    told = f"Se {TITLE}, {DNR} och {FILE}."
    ChangeRequest.objects.create(
        programme=programme, kind="delay", reason=told, cause_code="landlord-market",
        slot=project.slot, asked_on=DAY, asked_by="anna",
    )  # fmt: skip
    Risk.objects.create(
        programme=programme, key="landlord", name=told, cause="landlord-market", probability=0.3,
        low=5, mode=20, high=60, action=told,
    )  # fmt: skip
    CostLine.objects.create(programme=programme, year=2022, item=DNR, kind="outcome", amount=10)
    project.activities.update(basis_note=told)
    return programme


def unpacked(files):
    """Every byte of the files that a reader could come by, streams and archives opened."""
    for name, content in files.items():
        yield name, content
        if name.endswith((".docx", ".zip")):
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                yield from ((f"{name}/{part}", archive.read(part)) for part in archive.namelist())
        if name.endswith(".pdf"):
            with pikepdf.open(io.BytesIO(content)) as pdf:
                for number, item in enumerate(pdf.objects):
                    if isinstance(item, pikepdf.Stream):
                        yield f"{name}/{number}", _bytes_of(item)


def _bytes_of(stream):
    try:
        return stream.read_bytes()
    except pikepdf.PdfError:
        return stream.read_raw_bytes()


def pdf_text(content):
    from reports.pdf_text import lines_of

    with pikepdf.open(io.BytesIO(content)) as pdf:
        return " ".join(lines_of(pdf)).replace("\N{SOFT HYPHEN}", "")


def test_what_is_secret_is_in_no_file(with_secrets, report):
    draft = report_draft(report)
    assert draft.problems == ()
    assert draft.facts.value("evidence.secret") >= 1
    files = files_of(draft)
    text = pdf_text(files["report.pdf"])
    for secret in (TITLE, DNR, FILE):
        assert secret not in text
        for spelt in (secret.encode(), secret.encode("utf-16-be"), secret.encode("latin-1")):
            leaking = [name for name, content in unpacked(files) if spelt in content]
            assert leaking == [], secret
    assert "Brev om [sekretess]" in text


def test_a_text_that_names_secret_evidence_is_not_built(with_secrets, report):
    section_write(report=report, key="risk", text=f"Se {TITLE}.", expected=0, by="anna")
    sentences = [problem.sentence for problem in report_draft(report).problems]
    assert "Kapitel 6, stycke 1: texten nämner ett underlag som omfattas av sekretess." in sentences
    assert not any(TITLE in sentence for sentence in sentences)


def test_a_secret_lease_titled_lease_does_not_stop_the_report(programme, report):
    project = project_of(programme, "tingsryd")
    asked = project.gates.order_by("position")[2].requirements.first()
    evidence_file(
        requirement=asked, title="Hyresavtal", dnr="77-1234", dated_on=DAY, secret=True,
        upload=None, by="anna",
    )  # fmt: skip
    assert report_draft(report).problems == ()


def test_gates_decisions_and_evidence_are_told_with_their_day(programme, report):
    project = project_of(programme, "boden")
    first = project.gates.order_by("position").first()
    pass_gate(first, day=date(2022, 5, 2))
    facts = report_draft(report).facts
    assert facts.value("gates.passed") == 1
    assert facts.value(f"gate.{first.key}.passed") == 1
    assert facts.said("decision.1.slot") == "Boden"
    assert facts.said("decision.1.by") == "Director (Delegation 1)"
    early = report_open(mandate="2021-05", kind="interim", as_of=date(2022, 5, 1), by="anna")
    assert report_draft(early).facts.value("gates.passed") == 0


def test_outcome_stands_beside_the_appropriation_and_leases_beside_their_exit(programme, report):
    Appropriation.objects.create(programme=programme, year=2022, item="1:1", amount=1_000)
    for amount in (400, 250):
        CostLine.objects.create(
            programme=programme, year=2022, item="1:1", kind="outcome", amount=amount
        )
    CostLine.objects.create(programme=programme, year=2023, item="1:1", kind="outcome", amount=9)
    premises = programme.slots.first().premises.create(name="Torget 1")
    Lease.objects.create(
        programme=programme, premises=premises, rent_per_month=10_000, signed_on=date(2022, 3, 1),
        starts_on=date(2022, 7, 1), earliest_exit=date(2025, 7, 1), restoration_cost=50_000,
    )  # fmt: skip
    facts = report_draft(report).facts
    assert (facts.value("cost.1.outcome"), facts.value("cost.1.left")) == (650, 350)
    assert "cost.2.outcome" not in facts
    assert facts.value("leases.rent_per_year") == 120_000
    assert facts.value("leases.stranded") == pytest.approx(410_000, rel=0.01)


def test_deviations_carry_the_cause_of_the_change(programme, report):
    slot = programme.slots.get(key="tingsryd")
    slot.dropped_on, slot.dropped_why = date(2022, 6, 1), "Ingen lokal."
    slot.save()
    ChangeRequest.objects.create(
        programme=programme, slot=slot, kind="drop", reason="Ingen lokal.", asked_on=DAY,
        cause_code="landlord-market", asked_by="anna", decision="approved", decided_on=DAY,
        decided_by="GD", delegation="1",
    )  # fmt: skip
    facts = report_draft(report).facts
    assert facts.said("deviation.tingsryd.what") == "struket"
    assert facts.said("deviation.tingsryd.cause") == "landlord-market"
    assert facts.said(f"change.{slot.changes.get().pk}.decision") == "godkänd"


def test_what_was_recorded_after_the_day_is_told_beside_it(programme, report):
    for key in ("early", "late"):
        risk_record(
            programme=programme, key=key, name=key, cause="landlord-market", probability=0.2,
            impact=(1, 2, 3), by="anna",
        )  # fmt: skip
    LogEntry.objects.filter(details__risk="early").update(at=WRITTEN)
    appropriation_set(programme=programme, year=2022, item="1:1", amount=1_000, by="anna")
    early, late = (
        CostLine(programme=programme, year=2022, item="1:1", kind="outcome", amount=1)
        for _ in range(2)
    )
    early.recorded_at = WRITTEN
    early.save()
    late.save()
    facts = report_draft(report).facts
    assert (facts.value("costs.recorded_later"), facts.value("costs.recorded")) == (1, 2)
    assert facts.value("appropriations.recorded_later") == 1
    assert facts.value("cost.1.recorded_later") == 2
    assert facts.value("risks.recorded_later") == 1
    assert ("risk.late.recorded_later" in facts, "risk.early.recorded_later" in facts) == (
        True,
        False,
    )
