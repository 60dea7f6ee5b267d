"""Facts in the admin: a change is a correction, a deletion a withdrawal, nothing is lost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from knutpunkt.core.admin import HouseAdmin
from knutpunkt.core.models import Correctable
from knutpunkt.errors import KnutpunktError
from knutpunkt.network.admin.history import linked_history
from knutpunkt.network.admin.spoken import spoken
from knutpunkt.network.admin.withdrawing import WithdrawForm, confirmation
from knutpunkt.network.services import fact_correct, fact_withdraw

if TYPE_CHECKING:
    FactFormBase = forms.ModelForm[Any]
else:
    FactFormBase = forms.ModelForm

CLAIM_FIELDS = (
    "source",
    "published_on",
    "confidence",
    "basis",
    "note_sv",
    "note_en",
)
SPAN_FIELDS = ("valid_from", "valid_to", "decided_by", "decision")
#: What keeps the records of a fact in order; people are shown the records themselves.
_BOOKKEEPING = ("chain", "generation")
PERIOD: tuple[Any, Any] = (_("When"), {"fields": SPAN_FIELDS})
CLAIM: tuple[Any, Any] = (_("Source"), {"fields": CLAIM_FIELDS})


class FactForm(FactFormBase):
    """A form that tries to write, takes it back, and shows what the register refuses.

    The rules live in the services; trying them is the only way to ask that can never disagree
    with what happens when the form is saved.
    """

    page: FactAdmin
    request: HttpRequest

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if self.changed_data or self.instance.pk is None:
            for step in (self.check_fields, self._try):
                if not self.errors:
                    step()
        return cleaned

    def check_fields(self) -> None:
        """Say at their fields what can be said before trying; for subclasses."""

    def field_of(self, refused: KnutpunktError) -> str | None:  # noqa: ARG002  # for subclasses
        """Name the field a refusal is about, if it is about one."""
        return None

    def _try(self) -> None:
        try:
            with transaction.atomic():
                self.page.write(self.request, self)
                transaction.set_rollback(True)
        except KnutpunktError as refused:
            self.add_error(self.field_of(refused), spoken(refused))
        except ValidationError as refused:
            self.add_error(None, refused.messages)
        except IntegrityError as refused:
            self.add_error(None, constraint_sentence(self._meta.model, str(refused)))

    def values(self) -> dict[str, Any]:
        """What the person filled in; a field left empty stays at its default."""
        given = self.cleaned_data.items()
        return {name: value for name, value in given if value not in (None, "")}

    def changes(self) -> dict[str, Any]:
        """What the person changed of the record the form began with."""
        return {name: self.cleaned_data[name] for name in self.changed_data}

    def before(self) -> Correctable:
        """Return the record as it stands, untouched by the form."""
        found: Correctable = self._meta.model._default_manager.get(pk=self.instance.pk)
        return found


def constraint_sentence(model: type[models.Model], refusal: str) -> str:
    """Put what the database refused into words: its constraints are named as sentences."""
    for constraint in model._meta.constraints:
        if constraint.name in refusal:
            return gettext("The register does not allow it: %(rule)s.") % {
                "rule": constraint.name.replace("_", " ")
            }
    return gettext("The register does not allow it.")


class StandingFilter(admin.SimpleListFilter):
    """Show what stands now, unless somebody asks for the history."""

    title = _("standing")
    parameter_name = "standing"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:  # noqa: ARG002  # Django's signature
        return [("history", _("corrected and withdrawn")), ("all", _("everything"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:  # noqa: ARG002  # Django's signature
        stands = Q(is_corrected=False, retracts=False)
        if self.value() == "history":
            return queryset.exclude(stands)
        return queryset if self.value() == "all" else queryset.filter(stands)

    def choices(self, changelist: Any) -> Any:
        first, *others = super().choices(changelist)
        return [{**first, "display": _("standing now")}, *others]


class FactAdmin(HouseAdmin):
    """A page of facts that are never overwritten."""

    form = FactForm
    action_form = WithdrawForm
    actions = ("withdraw",)
    write_permission = "network.change_office"
    somewhere_permission = "network.record_facts"
    #: What the record is about; it stays the same in a correction.
    about: ClassVar[tuple[str, ...]] = ("office",)

    def subject(self, record: models.Model) -> models.Model | None:
        return getattr(record, "office", None)

    def permission_to_write(self, values: dict[str, Any]) -> str:  # noqa: ARG002  # for subclasses
        """Return the permission that writing such a record takes."""
        return self.write_permission

    # --- writing ----------------------------------------------------------------------------------

    def write(self, request: HttpRequest, form: FactForm) -> Correctable:
        """Record what the form says: a new fact, or a correction of the one it began with."""
        by = request.user.get_username()
        if form.instance.pk is None:
            self._refuse_outsider(request, form.values(), self.model(**self._own(form.values())))
            return self.record(by=by, values=form.values())
        before = form.before()
        self._refuse_outsider(request, {**_values(before), **form.changes()}, before)
        return self.correct(before, by=by, changes=form.changes())

    def record(self, *, by: str, values: dict[str, Any]) -> Correctable:
        """Write a new fact."""
        fact: Correctable = self.model(**values, recorded_by=by)
        fact.full_clean(exclude=["known_from", "recorded_at"])
        fact.save()
        return fact

    def correct(self, before: Correctable, *, by: str, changes: dict[str, Any]) -> Correctable:
        """Write a record that replaces another."""
        return fact_correct(before, by=by, **self._own(changes))

    def take_back(self, fact: Correctable, *, by: str, reason: str) -> Correctable:
        """Write a record that withdraws another."""
        return fact_withdraw(fact, by=by, note=reason)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Write once more what the form tried, and let the page go on with the new record."""
        if change and not form.changed_data:
            return
        obj.pk = self.write(request, form).pk

    def _own(self, values: dict[str, Any]) -> dict[str, Any]:
        """Leave out what the form asks for and the record does not keep."""
        names = {field.name for field in self.model._meta.get_fields()}
        return {name: value for name, value in values.items() if name in names}

    def _refuse_outsider(
        self, request: HttpRequest, values: dict[str, Any], record: models.Model
    ) -> None:
        if not self._may(request, self.permission_to_write(values), self.subject(record)):
            raise ValidationError(gettext("You may not write this about this office."))

    # --- showing ----------------------------------------------------------------------------------

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        made = super().get_form(request, obj, change, **kwargs)
        return type(made.__name__, (made,), {"page": self, "request": request})

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        later = self.model._default_manager.filter(replaces=OuterRef("pk"))
        records: QuerySet[Any] = super().get_queryset(request).annotate(is_corrected=Exists(later))
        return records

    def get_list_filter(self, request: HttpRequest) -> Any:
        return (StandingFilter, *super().get_list_filter(request))

    def get_list_display(self, request: HttpRequest) -> Any:
        return (*super().get_list_display(request), "confidence", "recorded_by", "stands")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        shown = super().get_readonly_fields(request, obj)
        given = [name for name in shown if name not in _BOOKKEEPING]
        return (*given, *self.about, "records") if obj else given

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        given = super().get_fieldsets(request, obj)
        if not obj or not self.fieldsets:
            return given
        recorded = ("records", "retracts", *_computed(self, request, obj))
        return (*given, (_("On record"), {"fields": recorded}))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Only what stands can be corrected; the rest is history."""
        if obj is not None and (obj.retracts or _is_corrected(obj)):
            return False
        return super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002  # Django's signature
        return False

    def has_withdraw_permission(self, request: HttpRequest) -> bool:
        return self.has_add_permission(request)

    @admin.display(description=_("stands"), boolean=True)
    def stands(self, record: Any) -> bool:
        return not (record.is_corrected or record.retracts)

    @admin.display(description=_("history of the record"))
    def records(self, record: Correctable) -> SafeString:
        """Earlier and later records of the same fact."""
        return linked_history(record)

    @admin.action(description=_("Withdraw the selected records"), permissions=["withdraw"])
    def withdraw(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
        """Ask for a reason and a confirmation before anything is withdrawn."""
        reason = request.POST.get("reason", "").strip()
        if not reason:
            said = gettext("Nothing is withdrawn: write the reason for withdrawing beside it.")
            self.message_user(request, said, messages.ERROR)
        elif "confirmed" not in request.POST:
            return confirmation(self, request, queryset, reason)
        else:
            self._withdraw_all(request, queryset, reason)
        return None

    def _withdraw_all(self, request: HttpRequest, queryset: QuerySet[Any], reason: str) -> None:
        """Withdraw all of the selected records or none of them."""
        by = request.user.get_username()
        try:
            with transaction.atomic():
                for fact in queryset:
                    self._refuse_outsider(request, _values(fact), fact)
                    withdrawal = self.take_back(fact, by=by, reason=reason)
                    self.log_change(request, fact, f"withdrawn by record {withdrawal.pk}")
        except (KnutpunktError, ValidationError) as refused:
            said = refused.messages if isinstance(refused, ValidationError) else [spoken(refused)]
            self.message_user(request, " ".join(said), messages.ERROR)
        else:
            self.message_user(request, gettext("The selected records are withdrawn."))


def _values(record: models.Model) -> dict[str, Any]:
    return {field.name: getattr(record, field.attname) for field in record._meta.concrete_fields}


def _computed(page: FactAdmin, request: HttpRequest, record: models.Model) -> list[str]:
    shown = {"records", *page.about}
    return [name for name in page.get_readonly_fields(request, record) if name not in shown]


def _is_corrected(record: Any) -> bool:
    """Whether a later record replaces this one; lists know it already."""
    if hasattr(record, "is_corrected"):
        return bool(record.is_corrected)
    later: QuerySet[Any] = type(record)._default_manager.filter(replaces=record.pk)
    return later.exists()
