"""The words a programme is kept in."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class ProjectKind(models.TextChoices):
    OPEN = "open", _("open an office")
    MOVE = "move", _("move an office")
    CLOSE = "close", _("close an office")


class ActivityKind(models.TextChoices):
    NEEDS = "needs", _("needs and requirements")
    LEASE = "lease", _("premises and lease")
    PERMIT = "permit", _("permit")
    PROCUREMENT = "procurement", _("procurement")
    WORKS = "works", _("rebuilding")
    RECRUITMENT = "recruitment", _("recruitment")
    IT = "it", _("IT and security")
    AGREEMENT = "agreement", _("agreement")
    CONSULTATION = "consultation", _("consultation")
    NOTICE = "notice", _("notice to visitors")
    DECISION = "decision", _("decision")
    OPENING = "opening", _("opening")


class Shape(models.TextChoices):
    PERT = "pert", _("PERT beta")
    TRIANGULAR = "triangular", _("triangular")
    LOGNORMAL = "lognormal", _("lognormal, P10 to P90")
    FIXED = "fixed", _("fixed")


class ParameterBasis(models.TextChoices):
    MEASURED = "measured", _("measured")
    EXPERT = "expert", _("expert judgement")
    ASSUMED = "assumed", _("assumed")


class LinkType(models.TextChoices):
    FS = "FS", _("finish to start")
    SS = "SS", _("start to start")
    FF = "FF", _("finish to finish")
    SF = "SF", _("start to finish")


class GateOutcome(models.TextChoices):
    GO = "go", _("go")
    HOLD = "hold", _("hold")
    RECYCLE = "recycle", _("back, do again")
    STOP = "stop", _("stop")


class GateRecords(models.TextChoices):
    """What passing a gate writes into the register."""

    OPENED = "opened", _("the opening")
    MOVED = "moved", _("the new address")
    CLOSED = "closed", _("the closing")


class PremisesState(models.TextChoices):
    PROPOSED = "proposed", _("proposed")
    CHOSEN = "chosen", _("chosen")
    REJECTED = "rejected", _("rejected")


class Light(models.TextChoices):
    GREEN = "green", _("on track")
    AMBER = "amber", _("at risk")
    RED = "red", _("off track")


class CostKind(models.TextChoices):
    PLAN = "plan", _("plan")
    COMMITMENT = "commitment", _("commitment")
    OUTCOME = "outcome", _("outcome")
    FORECAST = "forecast", _("forecast")


class ChangeKind(models.TextChoices):
    DROP = "drop", _("drop the slot")
    SUBSTITUTE = "substitute", _("another municipality or other premises")
    DELAY = "delay", _("start later")
    INSERT = "insert", _("a further slot")
    OTHER = "other", _("other change")


class ChangeDecision(models.TextChoices):
    APPROVED = "approved", _("approved")
    REFUSED = "refused", _("refused")
