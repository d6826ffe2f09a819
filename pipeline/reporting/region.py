"""Everything that the published marts say about one region."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from markupsafe import Markup

from pipeline.core.messages import Message
from pipeline.published.read_marts import AnyRow, Marts, Region, Regions
from pipeline.published.rows import (
    CorrectionsRow,
    FigureConflictsRow,
    HeadlineVariantsRow,
    IndicatorValuesRow,
    LoadAuditRow,
    QuotaProgressRow,
    QuotaTotalsRow,
    RegionYearsRow,
    RejectedRowsRow,
    SourceFiguresRow,
    TargetGapsRow,
    TargetPathsRow,
    TownGapsRow,
)
from pipeline.reporting.citations import Citations, Cited, corrections_of, files_of
from pipeline.reporting.lineage_box import LineageBox
from pipeline.reporting.markup import Html, inline, note, render
from pipeline.reporting.parts_of_region import Within
from pipeline.wording.errors import ReportError
from pipeline.wording.formatting import short_hash
from pipeline.wording.labels import label
from pipeline.wording.texts import chinese, say

REMARKED = "region_code = ? and (note is not null or as_of_basis in ('derived', 'assumed'))"
SHOWN_VALUES = "(scope is null or scope = 'as_reported' or is_headline)"


@dataclass(frozen=True)
class RegionPage:
    """Rows of the marts about one region.

    Attributes:
        row: Its row of ``regions``.
        parent_path: Names of the regions above.
        values: Rows of ``indicator_values`` that documents state or that are a headline; counts
            within other scopes stand in ``variants`` alone.
        variants: Rows of ``headline_variants``.
        targets: Rows of ``target_gaps``.
        standards: Rows of ``town_gaps`` about the region itself, the latest of each region above
            that sets a minimum, with the name of that region.
        years: Rows of ``region_years``.
        own_quotas: Rows of ``quota_progress`` about the region itself.
        town_quotas: Rows of ``quota_progress`` about the towns below it.
        quota_totals: Rows of ``quota_totals``.
        paths: Rows of ``target_paths``.
        conflicts: Rows of ``figure_conflicts``.
        disputed: Rows of ``source_figures`` that contradict each other.
        remarked: Rows of ``source_figures`` with a remark or with a date that the document does
            not state, by claim.
        within: Rows about the regions right below and the facilities inside.
        refused: Rows of ``rejected_rows`` of the dossiers behind the page.
        corrections: Rows of ``corrections`` behind its figures.
        box: Lineage of all of these and of regions right below, for the box that opens on a figure.
        checksums: Short sha256 of the sources of these, by source.
        document_of: Document that the file of a source holds, by source; null where its rows
            name one each.
    """

    row: Region
    parent_path: str
    values: list[IndicatorValuesRow]
    variants: list[HeadlineVariantsRow]
    targets: list[TargetGapsRow]
    standards: list[tuple[str, TownGapsRow]]
    years: list[RegionYearsRow]
    own_quotas: list[QuotaProgressRow]
    town_quotas: list[QuotaProgressRow]
    quota_totals: list[QuotaTotalsRow]
    paths: list[TargetPathsRow]
    conflicts: list[FigureConflictsRow]
    disputed: list[SourceFiguresRow]
    remarked: dict[str, SourceFiguresRow]
    within: Within
    refused: list[RejectedRowsRow]
    corrections: list[CorrectionsRow]
    box: LineageBox
    checksums: dict[str, str]
    document_of: dict[str, str | None]

    @property
    def citations(self) -> Citations:
        """Numbers of the documents that the page points to."""
        return self.box.citations

    def figure(self, mart: str, row: AnyRow, column: str, text: str, *, reason: str = "") -> Markup:
        """Make a figure open the box that shows its lineage; see ``LineageBox.figure``."""
        return self.box.figure(mart, row, column, text, reason=reason)

    @property
    def name(self) -> str:
        """Official name."""
        return str(self.row["region_name"])

    @property
    def latest_values(self) -> dict[str, IndicatorValuesRow]:
        """Latest headline row of each indicator; a row with the reason where it has no value."""
        headlines = [row for row in self.values if row["is_headline"]]
        # rows without a value have no date, and then there is only one
        in_order = sorted(headlines, key=lambda row: str(row["as_of_date"] or ""))
        return {row["indicator"]: row for row in in_order}

    @property
    def latest_count(self) -> RegionYearsRow | None:
        """Latest row of ``region_years`` whose own year was counted; None without any count."""
        counted = [row for row in self.years if row["population_year"] == row["year"]]
        return max(counted, key=lambda row: int(row["year"]), default=None)


def source_remarks(region: RegionPage, mart: str, row: AnyRow, column: str) -> Markup:
    """What the files remark on the cells behind a figure, each once, in small print."""
    claims = [
        region.remarked[line["claim_id"]]
        for line in region.citations.of(mart, row, column)
        if line["claim_id"] in region.remarked
    ]
    remarks = dict.fromkeys(words for claim in claims if (words := claim["note"]) is not None)
    return inline(*(note(chinese(words)) for words in remarks))


def load_region(marts: str, region_code: str) -> RegionPage:
    """Read a region from the published marts.

    Args:
        marts: Folder of the published marts.
        region_code: The region.

    Raises:
        ReportError: A mart is missing, or the marts know no such region.
    """
    published = Marts(Path(marts))
    regions = Regions.family(published, region_code)
    if region_code not in regions.by_code:
        raise ReportError(Message("report.no_region", region=region_code))
    here = [region_code]
    town_quotas = published.read(QuotaProgressRow, "parent_code = ?", here)
    values = published.read(IndicatorValuesRow, f"region_code = ? and {SHOWN_VALUES}", here)
    disputed = published.read(SourceFiguresRow, "region_code = ? and is_contradicted", here)
    box = LineageBox.of_region(published, regions, region_code)
    lineage = box.citations.lineage
    cited: list[Cited] = [*lineage, *disputed]
    sources = {source for claim in cited for _, source in files_of(claim)}
    audit = published.read(LoadAuditRow, "list_contains(?, source_id)", [sorted(sources)])
    dossiers = sorted({row["dossier_id"] for row in audit})
    alike = published.read(LoadAuditRow, "list_contains(?, dossier_id)", [dossiers])
    corrected = {correction for line in lineage for correction in corrections_of(line)}
    return RegionPage(
        row=regions.by_code[region_code],
        parent_path=regions.parent_path(region_code),
        values=values,
        variants=published.read(HeadlineVariantsRow, "region_code = ?", here),
        targets=published.read(TargetGapsRow, "region_code = ?", here),
        standards=standards_of(published, regions, region_code),
        years=published.read(RegionYearsRow, "region_code = ?", here),
        own_quotas=published.read(QuotaProgressRow, "region_code = ?", here),
        town_quotas=town_quotas,
        quota_totals=published.read(QuotaTotalsRow, "region_code = ?", here),
        paths=published.read(TargetPathsRow, "region_code = ?", here),
        conflicts=published.read(FigureConflictsRow, "region_code = ?", here),
        disputed=disputed,
        remarked={row["claim_id"]: row for row in published.read(SourceFiguresRow, REMARKED, here)},
        within=Within.of(published, regions, regions.by_code[region_code]),
        refused=published.read(
            RejectedRowsRow,
            "list_contains(?, source_id)",
            [[row["source_id"] for row in alike if row["rows_rejected"]]],
        ),
        corrections=published.read(
            CorrectionsRow, "list_contains(?, correction_id)", [sorted(corrected)]
        ),
        box=box,
        checksums={row["source_id"]: short_hash(row["sha256"]) for row in audit},
        document_of={row["source_id"]: row["document_id"] for row in audit},
    )


def standards_of(marts: Marts, regions: Regions, region_code: str) -> list[tuple[str, TownGapsRow]]:
    """Minimums of regions above that a town is held against, with the name of each region.

    Args:
        marts: The published marts.
        regions: Those above the town, or more.
        region_code: The town; other regions have none.
    """
    rows = marts.read(TownGapsRow, "region_code = ?", [region_code])
    latest = {
        row["target_region_code"]: row
        for row in sorted(rows, key=lambda row: int(row["target_year"]))
    }
    return [(regions.by_code[code]["region_name"], row) for code, row in sorted(latest.items())]


def title(region: RegionPage) -> Html:
    """Name and place in the hierarchy; a banner for an invented region."""
    above = inline(chinese(region.parent_path), " · ") if region.parent_path else ""
    return render(
        "title",
        is_fictional=region.row["is_fictional"],
        kicker=say(
            "title.region_place",
            above=above,
            level=label("level", region.row["region_level"]),
            code=region.row["region_code"],
        ),
        title=chinese(region.name),
        lead=say("title.region_lead"),
    )
