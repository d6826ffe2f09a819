-- How the text of one cell becomes a value. Each macro gives null where the text is no such value.
create schema if not exists shaping;

create or replace macro shaping.clean(cell) as
    nullif(trim(cell, ' 　' || chr(9) || chr(10) || chr(13) || chr(160)), '');

create or replace macro shaping.half_width(cell) as
    translate(shaping.clean(cell), '０１２３４５６７８９，．－％：／', '0123456789,.-%:/');

-- Names are compared without any white space: towns write 全 国 and 大洼 区.
create or replace macro shaping.name_key(cell) as
    lower(regexp_replace(cell, '[\s　]', '', 'g'));

create or replace macro shaping.to_integer(cell) as
    case
        when regexp_full_match(shaping.half_width(cell), '-?(\d{1,3}(,\d{3})+|\d+)(\.0+)?')
            then try_cast(regexp_replace(replace(shaping.half_width(cell), ',', ''), '\..*', '') as bigint)
    end;

create or replace macro shaping.to_number(cell) as
    case
        when regexp_full_match(shaping.half_width(cell), '-?(\d{1,3}(,\d{3})+|\d+)(\.\d{1,6})?')
            then try_cast(replace(shaping.half_width(cell), ',', '') as decimal(24, 6))
        when regexp_full_match(shaping.half_width(cell), '-?\d+(\.\d{1,4})?%')
            then cast(
                try_cast(replace(shaping.half_width(cell), '%', '') as decimal(18, 4)) * 0.01
                as decimal(24, 6)
            )
    end;

create or replace macro shaping.to_year(cell) as
    case
        when regexp_full_match(shaping.half_width(cell), '(19|20)\d{2}(年|年度|年底|年末)?')
            then cast(left(shaping.half_width(cell), 4) as integer)
    end;

-- %Y alone would read 23-12-31 as a day of the year 23.
create or replace macro shaping.to_date(cell) as
    case
        when regexp_full_match(shaping.half_width(cell), '(19|20)\d{2}\D.*|(19|20)\d{6}')
            then cast(coalesce(
                try_strptime(shaping.half_width(cell), '%Y-%m-%d'),
                try_strptime(shaping.half_width(cell), '%Y年%m月%d日'),
                try_strptime(shaping.half_width(cell), '%Y/%m/%d'),
                try_strptime(shaping.half_width(cell), '%Y.%m.%d'),
                try_strptime(shaping.half_width(cell), '%Y%m%d')
            ) as date)
    end;

-- Excel turns codes into numbers; what it wrote then is not the code, and is not guessed back.
create or replace macro shaping.to_code(cell) as
    case
        when not regexp_full_match(shaping.half_width(cell), '\d+\.\d+|\d(\.\d+)?[eE]\+?\d+')
            then shaping.half_width(cell)
    end;
