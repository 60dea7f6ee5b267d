"""People, appointments and devices in the admin."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from knutpunkt.accounts import rules, services
from knutpunkt.accounts.models import Appointment, Device, User
from knutpunkt.core.admin import HouseAdmin
from knutpunkt.errors import KnutpunktError
from knutpunkt.network.models import Office

if TYPE_CHECKING:
    AppointmentInlineBase = admin.TabularInline[Appointment, User]
    PlainUserAdmin = UserAdmin[User]
    AppointmentFormBase = forms.ModelForm[Appointment]
    DeviceFormBase = forms.ModelForm[Device]
else:
    AppointmentInlineBase = admin.TabularInline
    PlainUserAdmin = UserAdmin
    AppointmentFormBase = DeviceFormBase = forms.ModelForm

# Reading the rules is what puts them in force; Django reads this module whenever it starts.
assert rules.PERMISSIONS

# Roles replace Django's groups: they are dated and bound to a place.
admin.site.unregister(Group)


class AppointmentInline(AppointmentInlineBase):
    """What the person is appointed to; appointing has a page of its own."""

    model = Appointment
    fields = ("role", "office", "county", "municipality", "authority", "valid_from", "valid_to")
    extra = 0

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002  # Django's signature
        return request.user.has_perm("accounts.appoint")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002  # Django's signature
        return False

    has_change_permission = has_delete_permission = has_add_permission


@admin.register(User)
class PersonAdmin(HouseAdmin, PlainUserAdmin):
    read_permission = write_permission = "accounts.appoint"
    list_display = ("username", "first_name", "last_name", "email", "is_active", "last_login")
    list_filter = ("is_active", "appointments__role")
    search_fields = ("username", "first_name", "last_name", "email")
    inlines = (AppointmentInline,)
    filter_horizontal = ()
    fieldsets = (
        (None, {"fields": ("username", "password", "is_active")}),
        (_("Person"), {"fields": ("first_name", "last_name", "email")}),
        (_("Dates"), {"fields": ("last_login", "date_joined")}),
    )
    readonly_fields = ("last_login", "date_joined")

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        """Nobody is appointed to anything before there is an account."""
        return super().get_inlines(request, obj) if obj else ()

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody takes over an account that may do more than their own."""
        above = obj is not None and obj.is_superuser and not request.user.is_superuser
        return not above and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002  # Django's signature
        """Accounts are switched off: what their people recorded keeps its name."""
        return False


class AppointmentForm(AppointmentFormBase):
    """An appointment names the place its role is bound to."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.errors:
            return cleaned
        try:
            if self.instance.pk is None:
                services.refuse_incomplete(cleaned["role"], _post(cleaned))
            else:
                services.refuse_ending(self.instance, cleaned["valid_to"])
        except KnutpunktError as refused:
            self.add_error(None, f"{refused} {refused.hint}")
        return cleaned


@admin.register(Appointment)
class AppointmentAdmin(HouseAdmin):
    read_permission = write_permission = "accounts.appoint"
    form = AppointmentForm
    list_display = ("user", "role", "office", "county", "valid_from", "valid_to", "appointed_by")
    list_filter = ("role", "county")
    list_select_related = ("user", "office", "county")
    date_hierarchy = "valid_from"
    search_fields = ("user__username", "user__last_name", "office__key", "appointed_by")
    autocomplete_fields = ("user", "office", "county", "municipality", "authority")
    exclude = ("appointed_by",)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Only the last day can change: what somebody was appointed to stays as it was."""
        fixed = ("user", "role", "office", "county", "municipality", "authority", "valid_from")
        return (*fixed, "appointed_by") if obj else super().get_readonly_fields(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002  # Django's signature
        return False

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        given, by = form.cleaned_data, _account(request)
        if not change:
            made = services.appoint(
                given["user"],
                given["role"],
                by=by,
                post=_post(given),
                valid_from=given["valid_from"],
                valid_to=given["valid_to"],
            )
            obj.pk = made.pk
        elif form.changed_data:
            before = Appointment.objects.get(pk=obj.pk)
            services.appointment_end(before, last_day=given["valid_to"], by=by)

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """Leave it to the service, which has written it down."""

    log_change = log_addition


class DeviceForm(DeviceFormBase):
    """A device is issued by somebody who answers for its office."""

    request: HttpRequest

    def clean_office(self) -> Office:
        office: Office = self.cleaned_data["office"]
        if not self.request.user.has_perm("accounts.issue_device_token", office):
            raise ValidationError(gettext("You may not issue devices for this office."))
        return office


@admin.register(Device)
class DeviceAdmin(HouseAdmin):
    read_permission = "accounts.view_devices"
    write_permission = "accounts.issue_device_token"
    somewhere_permission = "accounts.view_devices"
    list_display = ("name", "kind", "office", "issued_at", "issued_by", "seen_at", "revoked_at")
    list_filter = ("kind", ("revoked_at", admin.EmptyFieldListFilter))
    list_select_related = ("office",)
    date_hierarchy = "issued_at"
    search_fields = ("name", "office__key", "issued_by")
    autocomplete_fields = ("office",)
    exclude = ("revoked_at",)
    form = DeviceForm
    actions = ("revoke",)

    def subject(self, record: Any) -> Any:
        return record.office

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A device is issued and revoked, never edited."""
        return obj is None and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002  # Django's signature
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        shown = super().get_readonly_fields(request, obj)
        return [name for name in shown if name != "token_hash"]

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        made = super().get_form(request, obj, change, **kwargs)
        return type(made.__name__, (made,), {"request": request})

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:  # noqa: ARG002  # Django's signature
        given = form.cleaned_data
        device, token = services.device_issue(
            given["office"], given["kind"], given["name"], by=_account(request)
        )
        obj.pk = device.pk
        shown = gettext("The token of %(name)s is shown only now: %(token)s")
        self.message_user(request, shown % {"name": device.name, "token": token}, messages.WARNING)

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """Leave it to the service, which has written it down."""

    @admin.action(description=_("Take the selected devices out of service"), permissions=["add"])
    def revoke(self, request: HttpRequest, queryset: QuerySet[Device]) -> None:
        own = [d for d in queryset if request.user.has_perm(self.write_permission, d.office)]
        for device in own:
            services.device_revoke(device, by=_account(request))
        said = gettext("%(number)s devices are out of service.")
        self.message_user(request, said % {"number": len(own)})


def _post(given: dict[str, Any]) -> services.Post:
    places = ("office", "county", "municipality", "authority")
    return services.Post(**{place: given.get(place) for place in places})


def _account(request: HttpRequest) -> User:
    """Return the account behind a request; the admin lets nobody else in."""
    assert isinstance(request.user, User)
    return request.user
