-- A credit code with a wrong check digit; it identifies nothing.
{{ config(severity='warn') }}
{{ facility_findings('credit_code_invalid') }}
