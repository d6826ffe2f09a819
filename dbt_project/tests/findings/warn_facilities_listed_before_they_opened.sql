-- A list names a facility that opens later; it does not count yet.
{{ config(severity='warn') }}
{{ facility_findings('not_yet_open') }}
