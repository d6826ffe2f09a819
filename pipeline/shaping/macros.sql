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

-- An id as evidence of what it names: null where a spreadsheet rounded it, so that others became the same.
-- A spreadsheet keeps 15 digits and writes noughts for the rest.
create or replace macro shaping.identifier(code) as
    case
        when regexp_matches(translate(code, '０１２３４５６７８９', '0123456789'), '^[0-9]{15}0+$') then null
        else code
    end;

-- Id of a description of a facility (raw.facility_records), also on the rows of the rosters. A text
-- is never blank, so that null may stand as blank; 31 is the unit separator, which no text uses.
create or replace macro shaping.record_id(
    is_fictional, register, region_code, facility_id, facility_name, credit_code, address
) as md5(concat_ws(
    chr(31), is_fictional::varchar, register, region_code, coalesce(facility_id, ''),
    facility_name, coalesce(credit_code, ''), coalesce(address, '')
));
