-- Places changed between two lists by more than a stated share and number.
{{ config(severity='warn') }}
{{ facility_findings('places_jumped') }}
