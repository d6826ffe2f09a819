create schema if not exists shaping;

-- White space around a text says nothing; a text of white space alone is none. Most texts have none,
-- and to see that costs a tenth of trimming them.
create or replace macro shaping.clean(cell) as
    case
        when regexp_matches(cell, '^[\s\x{3000}\x{A0}\x{FEFF}]|[\s\x{3000}\x{A0}\x{FEFF}]$')
            then nullif(regexp_replace(
                cell, '^[\s\x{3000}\x{A0}\x{FEFF}]+|[\s\x{3000}\x{A0}\x{FEFF}]+$', '', 'g'), '')
        else nullif(cell, '')
    end;

-- Id of a description of a facility (raw.facility_records), also on the rows of the rosters. A text
-- is never blank, so that null may stand as blank; 31 is the unit separator, which no text uses.
create or replace macro shaping.record_id(
    is_fictional, register, region_code, facility_id, facility_name, credit_code, address
) as md5(concat_ws(
    chr(31), is_fictional::varchar, register, region_code, coalesce(facility_id, ''),
    facility_name, coalesce(credit_code, ''), coalesce(address, '')
));
