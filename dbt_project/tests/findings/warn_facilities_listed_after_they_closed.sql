-- A whole list names a facility that has closed; it does not count.
{{ config(severity='warn') }}
{{ facility_findings('listed_after_closing') }}
