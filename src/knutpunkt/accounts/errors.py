"""What people, appointments and devices refuse."""

from __future__ import annotations

from knutpunkt.errors import KnutpunktError


class UsernameTaken(KnutpunktError):
    """Another account has the name."""

    code = "username-taken"
    hint = "Choose another name, or switch the old account on again."
    status = 409

    def __init__(self, *, username: str) -> None:
        super().__init__(f"There is already an account “{username}”.")


class NobodyToAnswer(KnutpunktError):
    """An account is made by nobody although there are accounts that could make it."""

    code = "nobody-to-answer"
    hint = "Let an administrator create the account."
    status = 403

    def __init__(self, *, username: str) -> None:
        super().__init__(
            f"Only the first account makes itself; nobody answers for creating “{username}”."
        )


class PasswordTooWeak(KnutpunktError):
    """A password does not pass the checks of the house."""

    code = "password-too-weak"
    hint = "Use at least twelve characters that are neither a word nor the name."

    def __init__(self, *, reasons: list[str]) -> None:
        super().__init__("The password is not accepted: " + " ".join(reasons))


class AppointmentIncomplete(KnutpunktError):
    """A role needs a place that is not named."""

    code = "appointment-incomplete"
    hint = "Name the office, the county or the municipality that the role is bound to."

    def __init__(self, *, role: str, missing: str) -> None:
        super().__init__(f"The role “{role}” needs {missing}.")


class AppointmentEndsBeforeItBegins(KnutpunktError):
    """The last day lies before the first."""

    code = "appointment-ends-before-it-begins"
    hint = "Choose a last day on or after the first."

    def __init__(self, *, first: str, last: str) -> None:
        super().__init__(f"The appointment begins on {first}; it cannot end on {last}.")


class AppointmentOver(KnutpunktError):
    """The appointment has ended already and stays as it was."""

    code = "appointment-over"
    hint = "Appoint the person anew."
    status = 409

    def __init__(self, *, last: str) -> None:
        super().__init__(f"The appointment ended on {last}.")


class DeviceNameTaken(KnutpunktError):
    """A device of that name stands at the office, perhaps out of service."""

    code = "device-name-taken"
    hint = "Give the new device a name of its own."
    status = 409

    def __init__(self, *, office: str, name: str) -> None:
        super().__init__(f"Office “{office}” already has a device “{name}”.")


class DemoAccountsUnwanted(KnutpunktError):
    """Demo accounts belong on one's own machine, not on a server."""

    code = "demo-accounts-unwanted"
    hint = "Create accounts for the people who work here; ask for demo accounts explicitly."
    status = 403

    def __init__(self, *, database: str) -> None:
        super().__init__(f"No demo accounts are made on a {database} database.")


class DemoFolderUnwritable(KnutpunktError):
    """The file with the demo passwords cannot be kept."""

    code = "demo-folder-unwritable"
    hint = "Set KNUTPUNKT_HOME to a folder you may write to."

    def __init__(self, *, path: str, reason: str) -> None:
        super().__init__(f"The demo passwords cannot be kept in {path}: {reason}.")
