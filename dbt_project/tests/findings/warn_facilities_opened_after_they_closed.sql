-- A facility that opened after it closed.
{{ config(severity='warn') }}
{{ facility_findings('opened_after_closed') }}
