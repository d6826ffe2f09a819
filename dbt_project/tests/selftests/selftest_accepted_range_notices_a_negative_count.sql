-- Fails if our range check stops noticing a negative count, or starts to mind null and 0.
with planted as (
    {{ test_accepted_range(
        model="(values (-1), (0), (null), (7)) as t(places)", column_name='places', min_value=0
    ) }}
)

select count(*) as reported from planted
having count(*) != 1
