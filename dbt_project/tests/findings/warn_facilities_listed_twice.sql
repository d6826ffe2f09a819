-- One list has one facility twice; it counts once.
{{ config(severity='warn') }}
{{ facility_findings('listed_twice') }}
