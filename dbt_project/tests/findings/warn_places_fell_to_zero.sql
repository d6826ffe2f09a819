-- A facility with places before has none, and is still listed.
{{ config(severity='warn') }}
{{ facility_findings('places_fell_to_zero') }}
