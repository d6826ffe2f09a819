-- Coordinates far from the town that the row names.
{{ config(severity='warn') }}
{{ facility_findings('far_from_its_town') }}
