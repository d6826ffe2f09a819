-- Two facilities that are alike and kept apart; one of them may be counted twice.
{{ config(severity='warn') }}
{{ facility_findings('may_be_another') }}
