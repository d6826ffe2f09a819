"""The answers of the overview: where all regions stand, and whether the data can be trusted."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from markupsafe import Markup

from pipeline.published.read_marts import AnyRow, Marts, Region, Regions
from pipeline.published.rows import (
    CheckResultsRow,
    FigureLineageRow,
    IndicatorValuesRow,
    LoadAuditRow,
    SourceFiguresRow,
    TargetGapsRow,
    TownGapsRow,
)
from pipeline.reporting import sentences
from pipeline.reporting.citations import Citations, documents_of
from pipeline.reporting.headline import Card
from pipeline.reporting.lineage_box import LineageBox
from pipeline.reporting.markup import Html, paragraphs, render
from pipeline.values.shown import count_of, known
from pipeline.wording.formatting import count
from pipeline.wording.texts import chinese, language, say

# what the overview shows of a region: its rate and its targets
LINEAGE = (
    "mart = 'target_gaps' or (mart = 'indicator_values' and figure_column = 'value'"
    " and split_part(figure_key, '|', 2) = ?)"
)

# pages about all regions beside the overview; each is a notebook of its name
FURTHER_PAGES = ("quality", "contradictions", "methods")
# pages by the tools of a build, which speak English and exist once
PAGES_OF_TOOLS = ("expectations", "models")


@dataclass(frozen=True)
class Overview:
    """Rows of the marts about all regions with data.

    Attributes:
        marts: The published marts.
        regions: The hierarchy.
        rates: Latest headline row of places per 1,000 by region; with a reason where unknown.
        targets: Rows of ``target_gaps`` by region.
        standards: By town, the latest row of ``town_gaps`` of each region above that sets a
            minimum, with the name of that region.
        box: Lineage of their figures, for the box that opens on one.
        build: Fingerprint of the build.
    """

    marts: Marts
    regions: Regions
    rates: dict[str, IndicatorValuesRow]
    targets: dict[str, list[TargetGapsRow]]
    standards: dict[str, list[tuple[str, TownGapsRow]]]
    box: LineageBox
    build: str

    def highest_rate(self, regions: Sequence[Region]) -> float:
        """Highest rate of some regions; 0 where none is known."""
        return max((self.rates[row["region_code"]]["value"] or 0 for row in regions), default=0)

    def aims(self, region_code: str) -> list[TargetGapsRow]:
        """Rows of a region that hold a target."""
        return [row for row in self.targets[region_code] if row["target_value"] is not None]

    @functools.cached_property
    def stated(self) -> dict[tuple[str, str, dt.date, str], SourceFiguresRow]:
        """What documents say of the parts of the rate, by region, document, date and measure.

        Of several figures of one document that which is used goes before the others.
        """
        parts = self.marts.read(
            SourceFiguresRow,
            "kind = 'stock' and as_of_date is not null and list_contains(?, measure)",
            [list(sentences.measures_of(sentences.RATE))],
        )
        return {
            (row["region_code"], row["document_id"], known(row["as_of_date"]), row["measure"]): row
            for row in sorted(parts, key=lambda row: (row["is_used"], row["claim_id"]))
            if row["region_code"] is not None and row["revised_by"] is None
        }

    @property
    def citations(self) -> Citations:
        """Numbers of the documents that the page points to."""
        return self.box.citations

    def figure(self, mart: str, row: AnyRow, column: str, text: str, *, reason: str = "") -> Markup:
        """Make a figure open the box that shows its lineage; see ``LineageBox.figure``."""
        return self.box.figure(mart, row, column, text, reason=reason)

    def shown(self, *, fictional: bool) -> list[Region]:
        """Regions with data, parents before children."""
        return [row for row in self.regions.with_data() if row["is_fictional"] is fictional]


def load_overview(marts: str, build: str) -> Overview:
    """Read the published marts.

    Args:
        marts: Folder of the published marts.
        build: Fingerprint of the build.
    """
    published = Marts(Path(marts))
    regions = Regions.of(published)
    rates = published.read(IndicatorValuesRow, "indicator = ? and is_headline", [sentences.RATE])
    targets: dict[str, list[TargetGapsRow]] = {}
    for row in published.read(TargetGapsRow):
        targets.setdefault(row["region_code"], []).append(row)
    in_order = sorted(rates, key=lambda row: str(row["as_of_date"] or ""))
    standards: dict[str, list[tuple[str, TownGapsRow]]] = {}
    for gap in published.read(TownGapsRow):
        above = regions.by_code[gap["target_region_code"]]["region_name"]
        standards.setdefault(gap["region_code"], []).append((above, gap))
    return Overview(
        standards=standards,
        marts=published,
        regions=regions,
        rates={row["region_code"]: row for row in in_order},
        targets=targets,
        box=LineageBox(
            published,
            regions,
            Citations(published.read(FigureLineageRow, LINEAGE, [sentences.RATE])),
        ),
        build=build,
    )


def title(overview: Overview) -> Html:
    """Name of the report."""
    regions = count_of(overview.shown(fictional=False))
    return render(
        "title",
        is_fictional=False,
        kicker=say("title.overview_place"),
        title=say("title.overview"),
        lead=say("title.overview_lead", count=regions),
    )


def page_title(page: str, lead: str) -> Html:
    """Head of a page about all regions, such as ``quality``."""
    return render(
        "title",
        is_fictional=False,
        kicker=say("title.overview_place"),
        title=say(f"page.{page}"),
        lead=lead,
    )


def region_link(region: Region) -> Markup:
    """Name of a region, which leads to its page."""
    link = Markup('<a href="regions/{}.html">{}</a>')
    return link.format(region["region_code"], chinese(region["region_name"]))


def links() -> Html:
    """The further pages, and what each answers."""
    tools = "" if language() == "zh" else "../"
    return render(
        "links",
        links=[
            (f"{folder}{page}.html", say(f"page.{page}"), say(f"page.{page}_answers"))
            for folder, pages in (("", FURTHER_PAGES), (tools, PAGES_OF_TOOLS))
            for page in pages
        ],
    )


def in_words(overview: Overview) -> Html | None:
    """How many regions have a rate, how many a target, how many reach it."""
    shown = overview.shown(fictional=False)
    codes = [row["region_code"] for row in shown]
    with_rate = [code for code in codes if overview.rates[code]["value"] is not None]
    unknown = [code for code in codes if overview.rates[code]["value"] is None]
    aims = [
        row
        for code in codes
        for row in overview.targets[code]
        if row["indicator"] == sentences.RATE and row["target_value"] is not None
    ]
    met = [row for row in aims if row["status"] == "met"]
    behind = [row for row in aims if row["status"] in ("behind", "on_track")]
    missed = [row for row in aims if row["status"] == "missed"]
    undecided = [row for row in aims if row["status"] in ("no_actual", "not_comparable")]
    with_aim = {row["region_code"] for row in aims}
    others = [code for code in codes if code not in with_aim and overview.aims(code)]
    return paragraphs(
        [
            say(
                "overview.known",
                shown=count_of(shown),
                known=count_of(with_rate),
                unknown=count_of(unknown),
            ),
            say(
                "overview.aims",
                aims=count_of(with_aim),
                met=count_of(met),
                behind=count_of(behind),
                missed=count_of(missed),
                others=count_of(others),
                open=count_of(undecided),
            ),
        ]
    )


def cards(overview: Overview) -> Html:
    """What the report is made from, real and invented apart, and what the checks found."""
    audit = {flag: _audit(overview, fictional=flag) for flag in (False, True)}
    checks = overview.marts.read(CheckResultsRow)
    documents = {
        document["document_id"]
        for row in overview.marts.read(FigureLineageRow)
        if not overview.regions.by_code[row["region_code"]]["is_fictional"]
        for document in documents_of(row)
    }
    real, invented = (
        {
            name: count(overview.marts.total("load_audit", f"rows_{name}", condition))
            for name in ("read", "loaded", "rejected", "set_aside")
        }
        for condition in ("not is_fictional", "is_fictional")
    )
    passed = [row for row in checks if row["passed"]]
    failed = [row for row in checks if not row["passed"]]
    warnings = [row for row in failed if row["severity"] == "warning"]
    critical = [row for row in failed if row["severity"] != "warning"]
    return render(
        "cards",
        cards=[
            Card(
                say("overview.areas"),
                count(count_of(overview.shown(fictional=False))),
                say("overview.areas_unit"),
                lines=[
                    say("overview.fictional", count=count_of(overview.shown(fictional=True))),
                ],
            ),
            Card(
                say("overview.sources"),
                count(count_of(audit[False])),
                say("overview.sources_unit"),
                lines=[
                    say("overview.documents", count=count_of(documents)),
                    say("overview.fictional_sources", count=count_of(audit[True])),
                ],
            ),
            Card(
                say("overview.rows"),
                real["read"],
                say("overview.rows_unit"),
                lines=[
                    say("overview.row_counts", **_fates(real)),
                    say("overview.set_aside"),
                    say("overview.fictional_rows", read=invented["read"], **_fates(invented)),
                ],
            ),
            Card(
                say("overview.checks"),
                count(count_of(passed)),
                say("overview.checks_unit"),
                lines=[
                    say(
                        "overview.failed", warnings=count_of(warnings), critical=count_of(critical)
                    ),
                    say("overview.checks_see_all"),
                ],
            ),
        ],
    )


def _audit(overview: Overview, *, fictional: bool) -> list[LoadAuditRow]:
    return overview.marts.read(LoadAuditRow, "is_fictional = ?", [fictional])


def _fates(rows: dict[str, str]) -> dict[str, str]:
    return {name: rows[name] for name in ("loaded", "rejected", "set_aside")}
