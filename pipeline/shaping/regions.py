"""Resolves the region of each row: by code, by name, or by both checked against each other."""

from __future__ import annotations

from pipeline.shaping.findings import (
    AMBIGUOUS_NAME,
    CODE_AND_NAME_DISAGREE,
    CODE_OUTSIDE,
    NO_REGION,
    UNKNOWN_CODE,
    UNKNOWN_NAME,
    UNREADABLE,
    finding,
)
from pipeline.sources import PARENT_REGION, Source
from pipeline.sql import literal


def region_ctes(source: Source) -> str:
    """SQL that resolves code or name within the regions that the source may speak about.

    A source speaks about real or about fictional regions, never both, and where it names a parent
    only about regions below that.

    Returns:
        Common table expressions that read ``texts``; ``region_found`` has one row per row of it,
        with ``resolved_code`` null where code and name lead to no region or to several.
    """
    fictional = str(source.fictional).lower()
    parent = source.entry.constants.get(PARENT_REGION)
    within = (
        f" and region_code in (select region_code from shaping.region_ancestors"
        f" where ancestor_code = {literal(parent)})"
        if parent
        else ""
    )
    return f"""
allowed as (
    select region_code, region_name, name_key
    from shaping.region_names
    where is_fictional = {fictional}{within}
),
region_looked_up as (
    select
        texts.source_row,
        shaping.to_code(texts.region_code) as code,
        shaping.name_key(texts.region_name) as name,
        (select any_value(known.region_name order by known.is_alias)
         from shaping.region_names as known
         where known.region_code = shaping.to_code(texts.region_code)) as name_of_code,
        exists (select 1 from allowed
                where allowed.region_code = shaping.to_code(texts.region_code)) as code_allowed,
        exists (select 1 from allowed
                where allowed.region_code = shaping.to_code(texts.region_code)
                    and allowed.name_key = shaping.name_key(texts.region_name)
        ) as code_and_name_agree,
        (select list(distinct allowed.region_code order by allowed.region_code) from allowed
         where allowed.name_key = shaping.name_key(texts.region_name)) as named
    from texts
),
region_found as (
    select
        *,
        case
            when code is not null and code_allowed then code
            when code is null and len(named) = 1 then named[1]
        end as resolved_code
    from region_looked_up
)"""


def region_findings(letters: dict[str, str]) -> list[str]:
    """SQL of everything that may be wrong with the region of a row.

    Args:
        letters: Letters of the columns of the sheet, by column of the contract.
    """
    nearest = (
        "(select array_to_string(max_by(region_name || ' ' || region_code, "
        "jaro_winkler_similarity(name_key, region_found.name), 3), ', ') from allowed)"
    )
    code, name = "texts.region_code", "texts.region_name"
    code_cell, name_cell = ("region_code", letters), ("region_name", letters)
    return [
        finding(f"{code} is null and {name} is null", name_cell, "null::varchar", NO_REGION),
        finding(
            f"{code} is not null and region_found.code is null",
            code_cell,
            code,
            UNREADABLE["code"],
        ),
        finding(
            "region_found.code is not null and region_found.name_of_code is null",
            code_cell,
            code,
            UNKNOWN_CODE,
        ),
        finding(
            f"{code} is not null and region_found.name_of_code is not null"
            " and not region_found.code_allowed",
            code_cell,
            f"{code} || ' ' || region_found.name_of_code",
            CODE_OUTSIDE,
        ),
        finding(
            f"region_found.code_allowed and {name} is not null"
            " and not region_found.code_and_name_agree",
            name_cell,
            f"{code} || ' ' || {name}",
            CODE_AND_NAME_DISAGREE,
            f"{code} || ' ' || region_found.name_of_code",
        ),
        finding(
            f"{code} is null and {name} is not null and region_found.named is null",
            name_cell,
            name,
            UNKNOWN_NAME,
            nearest,
        ),
        finding(
            f"{code} is null and len(region_found.named) > 1",
            name_cell,
            name,
            AMBIGUOUS_NAME,
            "array_to_string(region_found.named[1:5], ', ')",
        ),
    ]
