"""The exchange format of commissions: its tables, after those of the register."""

from __future__ import annotations

from knutpunkt.core.exchange import Many, Ref, Table
from knutpunkt.mandates.models import Attribution, Clause, Mandate, PlanVersion, ReportLodging
from knutpunkt.network.models import AreaEdition, Municipality
from knutpunkt.network.tables import CLAIM, GRADED, OFFICE, keys, ref, same

MEMBERS = Many(
    "members",
    "members",
    keys(Municipality, "code"),
    lambda row: [member.code for member in row.members.all()],
    Municipality,
)
CLAUSE = Ref(
    "clause",
    ("mandate", "clause"),
    keys(Clause, "mandate__slug", "key"),
    lambda row: (row.clause.mandate.slug, row.clause.key),
    Clause,
)
MANDATE = ref("mandate", "mandate", Mandate, "slug")

TABLES: tuple[Table, ...] = (
    Table(
        "mandates",
        Mandate,
        {**same("slug", "title_sv", "title_en", "decided_on", "decided_by", "dnr"), **CLAIM},
        identity=("slug",),
        natural_key=("slug",),
        refs=(ref("amends", "amends", Mandate, "slug", blank=("",)),),
        required=("slug", "title_sv", "title_en", "decided_on"),
    ),
    Table(
        "clauses",
        Clause,
        same(
            "key",
            "position",
            "type",
            "at_least",
            "at_most",
            "window_from",
            "window_to",
            "on_top_of",
            "distance_m",
            "facts_held",
            "paraphrase_sv",
            "paraphrase_en",
            "quotation",
            "source",
            "note_sv",
            "note_en",
        ),
        identity=("mandate", "key"),
        natural_key=("mandate", "key"),
        refs=(MANDATE, ref("edition", "edition", AreaEdition, "slug", blank=("",))),
        many=(MEMBERS,),
        required=("mandate", "key", "type", "window_to", "paraphrase_sv", "paraphrase_en"),
    ),
    Table(
        "plan_versions",
        PlanVersion,
        {
            **same(
                "plan",
                "phase",
                "adopted_on",
                "at_least",
                "at_most",
                "window_from",
                "window_to",
                "paraphrase_sv",
                "paraphrase_en",
            ),
            **CLAIM,
        },
        identity=("mandate", "plan", "phase"),
        refs=(MANDATE,),
        many=(MEMBERS,),
        required=(
            "mandate",
            "plan",
            "phase",
            "adopted_on",
            "at_least",
            "window_from",
            "window_to",
            "paraphrase_sv",
            "paraphrase_en",
        ),
    ),
    Table(
        "report_lodgings",
        ReportLodging,
        {"lodged_on": "lodged_on", **CLAIM},
        identity=("mandate", "clause"),
        refs=(CLAUSE,),
        required=("mandate", "clause", "lodged_on", "source"),
    ),
    Table(
        "attributions",
        Attribution,
        {"opening": "opening", **GRADED, **CLAIM},
        identity=("office", "opening"),
        natural_key=("office", "opening"),
        refs=(OFFICE, CLAUSE),
        required=("office", "mandate", "clause"),
    ),
)
