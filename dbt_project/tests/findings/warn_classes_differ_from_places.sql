-- Classes and the total of one row differ; the total counts.
{{ config(severity='warn') }}
{{ facility_findings('classes_differ_from_places') }}
