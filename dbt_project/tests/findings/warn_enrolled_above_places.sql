-- More children than places by more than a stated share.
{{ config(severity='warn') }}
{{ facility_findings('enrolled_above_places') }}
