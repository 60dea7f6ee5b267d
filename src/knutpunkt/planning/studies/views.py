"""Pages of studies: put, followed, read, changed by hand, turned back, approved."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from knutpunkt.errors import KnutpunktError
from knutpunkt.planning.errors import StudyUnknown
from knutpunkt.planning.models import Study, StudyVersion
from knutpunkt.planning.pages import Reader
from knutpunkt.planning.selectors import siting_mandates
from knutpunkt.planning.studies import completing, selectors, services
from knutpunkt.planning.studies.changes import DROP, RULE, Change
from knutpunkt.planning.studies.fieldsets import grouped
from knutpunkt.planning.studies.forms import ApprovalForm, ChangeForm, RuleForm, StudyForm
from knutpunkt.planning.studies.pages import VersionPage, version_page
from knutpunkt.planning.studies.posting import posted_from
from knutpunkt.planning.studies.question import question_of
from knutpunkt.planning.studies.wording import change_sentence

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]

START, APPROVE = "planning.start_study", "planning.approve_study"
SHOWN_STUDIES = 50


def language() -> str:
    """Return the reader's language: Swedish or English."""
    return "sv" if (get_language() or "sv").startswith("sv") else "en"


def allowed(permission: str) -> Callable[[View[P]], View[P]]:
    """Send strangers to the login, and refuse those without a permission."""

    def guard(view: View[P]) -> View[P]:
        @wraps(view)
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            if not request.user.is_authenticated:
                return redirect_to_login(reverse("planning:study-list"))
            if not request.user.has_perm(permission):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return guarded

    return guard


def readable(request: HttpRequest, study: uuid.UUID, number: int | None = None) -> StudyVersion:
    """Read a version of a study for somebody who may see it; the one it stands at unless told.

    Planners see every study; an approved one is public, at its approved version.
    """
    try:
        found = selectors.study_get(study)
        at = found.current.number if number is None and found.current else number or 1
        version = selectors.version_get(found, at)
    except StudyUnknown:
        raise Http404 from None
    if request.user.has_perm(START) or version.pk == found.approved_id:
        version.study = found
        return version
    if not request.user.is_authenticated and found.approved_id is None:
        raise Http404
    raise PermissionDenied


@require_GET
def study_list(request: HttpRequest) -> HttpResponse:
    """Studies there are, and the question to be put."""
    return listed(request, form())


@posted_from("planning:study-list")
@allowed(START)
def study_start(request: HttpRequest) -> HttpResponse:
    """Put a question."""
    asked = form(request.POST)
    if asked.is_valid():
        try:
            study = services.study_create(
                title=asked.cleaned_data["title"], question=asked.question(),
                by=request.user.get_username(),
            )  # fmt: skip
        except KnutpunktError as refusal:
            asked.add_error(None, f"{refusal} {_(refusal.hint)}")
        else:
            return redirect("planning:study", study=study.pk)
    return listed(request, asked, status=400)


@require_GET
def study(request: HttpRequest, study: uuid.UUID, number: int | None = None) -> HttpResponse:
    """Show a version of a study: its question, how far the search is, and its answer."""
    return shown(request, readable(request, study, number))


@require_GET
def state(request: HttpRequest, study: uuid.UUID, number: int) -> HttpResponse:
    """Tell a script how far the search is, with the chart as it stands."""
    version = readable(request, study, number)
    answer, prices = selectors.answer_of(version)
    run = selectors.run_of(version)
    page = version_page(version, answer, prices, run, language())
    told = {
        "under_way": page.under_way,
        "answered": answer is not None,
        "sentence": page.answer.priced if page.answer else page.status,
        "course": render_to_string("planning/_course.html", {"course": page.course}),
    }
    # The map is large: it is sent again only when it has changed.
    if page.sketch and request.GET.get("map") != str(page.sketch.number):
        told["map"] = render_to_string("planning/_sketch.html", {"sketch": page.sketch})
        told["map_number"] = str(page.sketch.number)
    return JsonResponse(told)


@require_GET
@allowed(START)
def places(request: HttpRequest, study: uuid.UUID, number: int) -> HttpResponse:
    """Tell a script where on the map an office may open."""
    readable(request, study, number)
    return JsonResponse({"places": selectors.places_drawn()})


@posted_from("planning:version")
@allowed(START)
def change(request: HttpRequest, study: uuid.UUID, number: int) -> HttpResponse:
    """Change the question at a place or office, and solve it anew."""
    version, asked = readable(request, study, number), ChangeForm(request.POST)
    if not asked.is_valid():
        return shown(request, version, refused=_refusal(asked), status=400)

    def changes() -> StudyVersion:
        made = asked.change(question_of(version.question).on)
        return services.study_change(version=version, change=made, by=request.user.get_username())

    return _next_version(request, version, changes)


@posted_from("planning:version")
@allowed(START)
def rule(request: HttpRequest, study: uuid.UUID, number: int) -> HttpResponse:
    """Add a rule, and solve anew."""
    version, asked = readable(request, study, number), RuleForm(request.POST)
    if not asked.is_valid():
        return shown(request, version, refused=_refusal(asked), status=400)

    def changes() -> StudyVersion:
        question = question_of(version.question)
        question = question.with_rules(asked.written(question.on))
        said = Change(RULE, rule=question.rules[-1], reason=question.rules[-1].reason)
        return services.version_add(
            parent=version, question=question, change=said,
            by=request.user.get_username(),
        )  # fmt: skip

    return _next_version(request, version, changes)


@require_POST
@allowed(START)
def rule_drop(request: HttpRequest, study: uuid.UUID, number: int) -> HttpResponse:
    """Leave a rule out, and solve anew."""
    version, key = readable(request, study, number), request.POST.get("rule", "")
    written = {one.key: one for one in question_of(version.question).rules}
    made = Change(DROP, key, rule=written.get(key))
    by = request.user.get_username()
    return _next_version(
        request, version, lambda: services.study_change(version=version, change=made, by=by)
    )


@require_POST
@allowed(START)
def make_current(request: HttpRequest, study: uuid.UUID, number: int) -> HttpResponse:
    """Let the study stand at this version again."""
    version = readable(request, study, number)

    def changes() -> StudyVersion:
        services.current_set(version=version)
        return version

    return _next_version(request, version, changes)


@require_POST
@allowed(START)
def solve_again(request: HttpRequest, study: uuid.UUID, number: int) -> HttpResponse:
    """Ask for the answer of a version that has none."""
    version, by = readable(request, study, number), request.user.get_username()

    def changes() -> StudyVersion:
        services.version_solve(version=version, by=by)
        return version

    return _next_version(request, version, changes)


@require_POST
@allowed(START)
def resume_prices(request: HttpRequest, study: uuid.UUID, number: int) -> HttpResponse:
    """Work out the prices that are missing."""
    version, by = readable(request, study, number), request.user.get_username()

    def changes() -> StudyVersion:
        completing.prices_resume(version=version, by=by)
        return version

    return _next_version(request, version, changes)


@require_POST
@allowed(START)
def cancel(request: HttpRequest, study: uuid.UUID, number: int) -> HttpResponse:
    """Call the search off; the best plan so far is kept."""
    version = readable(request, study, number)
    services.version_cancel(version=version)
    return redirect("planning:version", study=study, number=number)


@posted_from("planning:version")
@allowed(APPROVE)
def approve(request: HttpRequest, study: uuid.UUID, number: int) -> HttpResponse:
    """Approve a version with a reason."""
    version, asked = readable(request, study, number), ApprovalForm(request.POST)
    reason = asked.cleaned_data["reason"] if asked.is_valid() else ""

    def changes() -> StudyVersion:
        services.study_approve(version=version, by=request.user.get_username(), reason=reason)
        return version

    return _next_version(request, version, changes)


def form(answers: Any = None, kind: type[StudyForm] = StudyForm) -> StudyForm:
    """Make the form of a question with what can be chosen now."""
    title = f"title_{language()}"
    mandates = [(one.mandate.slug, getattr(one.mandate, title)) for one in siting_mandates()]
    return kind(answers, mandates=mandates, populations=selectors.populations())


def listed(request: HttpRequest, asked: StudyForm, *, status: int = 200) -> HttpResponse:
    """Show the list of studies with a form."""
    may_start = request.user.has_perm(START)
    shown = {
        "form": asked,
        "groups": grouped(asked),
        "may_start": may_start,
        "studies": selectors.studies_listed(approved_only=not may_start)[:SHOWN_STUDIES],
        "series": selectors.series_listed()[:SHOWN_STUDIES] if may_start else [],
    }
    return render(request, "planning/study_list.html", shown, status=status)


def shown(
    request: HttpRequest, version: StudyVersion, *, refused: str = "", status: int = 200
) -> HttpResponse:
    """Show a version, with a refusal where something was not possible."""
    answer, prices = selectors.answer_of(version)
    page = version_page(version, answer, prices, selectors.run_of(version), language())
    study = version.study
    may_change = request.user.has_perm(START) and study.approved_id is None
    found = {
        "study": study,
        "version": version,
        "page": page,
        "refused": refused,
        "may_start": request.user.has_perm(START),
        "may_change": may_change,
        "may_approve": _may_approve(request, study, page),
        "versions": _versions(study) if request.user.has_perm(START) else [],
        "change_form": ChangeForm(auto_id="change_%s"),
        "rule_form": RuleForm(auto_id="rule_%s"),
        "approval_form": ApprovalForm(auto_id="approval_%s"),
    }
    return render(request, "planning/study.html", found, status=status)


def _versions(study: Study) -> list[dict[str, Any]]:
    reader = Reader(language())
    return [
        {
            "version": one,
            "parent": str(one.parent.number) if one.parent else "–",
            "change": change_sentence(one.change, reader),
            "mean": _mean(one),
            "is_current": one.pk == study.current_id,
        }
        for one in selectors.versions_of(study)
    ]


def _mean(version: StudyVersion) -> str:
    answer = getattr(version, "answer", None)
    if answer is None or answer.objective is None:
        return "–"
    return Reader(language()).number(answer.effects["summary"]["mean_after"], 2)


def _may_approve(request: HttpRequest, study: Study, page: VersionPage) -> bool:
    return bool(
        request.user.has_perm(APPROVE) and study.approved_id is None and page.answer is not None
    )


def _next_version(
    request: HttpRequest, version: StudyVersion, changes: Callable[[], StudyVersion]
) -> HttpResponse:
    try:
        made = changes()
    except KnutpunktError as refusal:
        said = f"{refusal} {_(refusal.hint)}"
        return shown(request, version, refused=said, status=refusal.status)
    return redirect("planning:version", study=version.study_id, number=made.number)


def _refusal(asked: Any) -> str:
    return " ".join(
        f"{asked.fields[name].label}: {' '.join(errors)}" for name, errors in asked.errors.items()
    )
