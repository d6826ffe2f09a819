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
