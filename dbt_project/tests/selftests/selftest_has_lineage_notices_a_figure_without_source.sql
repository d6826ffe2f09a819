-- Fails if our lineage check stops noticing a figure that no cell of a file explains.
with planted as (
    {{ test_has_lineage(
        model="(values ('000000', 1999, 1), ('000000', 1998, null)) as t(region_code, year, places)",
        mart='region_years', grain=['region_code', 'year'], columns=['places']
    ) }}
)

select count(*) as reported from planted
having count(*) != 1
