-- Fails if our grain check stops noticing one repeated key and one repeated null key.
with planted as (
    {{ test_unique_grain(
        model="(values ('01'), ('01'), ('02'), (null), (null)) as t(region_code)",
        columns=['region_code']
    ) }}
)

select count(*) as reported from planted
having count(*) != 2
