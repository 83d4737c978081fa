-- What must be dropped before some objects can be, and how each is put back: everything that DROP ... CASCADE of them would take,
-- found by walking pg_depend from them outward. Each part in saved/ holds a step.
-- Parameters: roots (text[]: addresses, class/oid/column), with_roots (a boolean: the roots are to be dropped and are in the
-- answer; else only what hangs on them. A column is then one whose type changes: its own index, default or constraint is not in
-- the way), by_itself (text[]: addresses of triggers that are no parts of their views), schemas (text[]: the project's, and those
-- of its path), relid, body_means (see src/read/trusted.rs).
-- Columns: answer (JSON: [Dependent], see src/read/dependent.rs; what an object stands on comes before it).
-- Settings: pinned, search_path to pg_catalog, so that all that is deparsed names its schema. Versions: 14-18.
with recursive me as materialized (
  select r.oid, r.rolname, r.rolsuper as super,
         current_setting('server_version_num')::int as version,
         -- The right to SET ROLE is one of its own since 16.
         case when current_setting('server_version_num')::int >= 160000 then 'set' else 'member' end as becomes,
         case current_setting('role') when 'none' then 'none' else quote_ident(current_setting('role')) end as role,
         -- Stand for a name and a kind while statements are written; nobody else's text holds them.
         '<name ' || h.id || '>' as name_hole, '<spoken ' || h.id || '>' as spoken_hole, '<kind ' || h.id || '>' as kind_hole
    from pg_catalog.pg_roles r
   cross join (select gen_random_uuid() as id) h
   where r.rolname = current_user
), root as materialized (
  select split_part(r.address, '/', 1)::oid as classid, split_part(r.address, '/', 2)::oid as objid,
         split_part(r.address, '/', 3)::int as objsubid
    from unnest(:'roots'::text[]) r(address)

-- 1. The closure. `kept`: a root that stays, or what belongs to it and goes or stays with it.
), reached(classid, objid, objsubid, kept) as (
  select r.classid, r.objid, r.objsubid, not :with_roots from root r
  union
  select x.classid, x.objid, x.objsubid, x.kept
    from reached d
   cross join lateral (
     select p.classid, p.objid, p.objsubid, d.kept and d.objsubid = 0 and p.deptype <> 'n' as kept
       from pg_catalog.pg_depend p
      where p.refclassid = d.classid and p.refobjid = d.objid
        and (d.objsubid = 0 or p.refobjsubid = d.objsubid)
        and p.deptype in ('n', 'a', 'i', 'P', 'S')
        -- An owned sequence is set free before the drop.
        and not (p.deptype = 'a' and p.classid = 'pg_catalog.pg_class'::regclass and p.objsubid = 0
                 and exists (select from pg_catalog.pg_class s where s.oid = p.objid and s.relkind = 'S'))
        -- A column whose type changes is followed only by what stands in the way of that.
        and (not d.kept or d.objsubid = 0 or case p.classid
               when 'pg_catalog.pg_constraint'::regclass then false
               when 'pg_catalog.pg_statistic_ext'::regclass then false
               when 'pg_catalog.pg_attrdef'::regclass then exists (
                 select from pg_catalog.pg_attrdef v
                   join pg_catalog.pg_attribute t on t.attrelid = v.adrelid and t.attnum = v.adnum
                  where v.oid = p.objid and t.attgenerated <> '')
               -- A generated column depends on others so on 14.
               when 'pg_catalog.pg_class'::regclass then p.deptype = 'n' and p.objsubid = 0 or p.objsubid > 0
               else p.deptype = 'n' end
             and not (p.classid = 'pg_catalog.pg_class'::regclass and p.objsubid = 0 and exists (
               select from pg_catalog.pg_class i
                where i.oid = p.objid and i.relkind in ('i', 'I'))))
     union all -- the owner of an internal part: from a rule to its view
     select p.refclassid, p.refobjid, p.refobjsubid, false
       from pg_catalog.pg_depend p
      where p.classid = d.classid and p.objid = d.objid and p.objsubid = d.objsubid and p.deptype = 'i' and not d.kept
     union all -- a column of a view goes with the view
     select d.classid, d.objid, 0, false
       from pg_catalog.pg_class c
      where d.classid = 'pg_catalog.pg_class'::regclass and d.objsubid > 0 and not d.kept
        and c.oid = d.objid and c.relkind in ('v', 'm')) x
   where x.kept or :with_roots or not exists (
           select from root r
            where r.classid = x.classid and r.objid = x.objid and r.objsubid = x.objsubid)

-- 2. What each is, and what it belongs to.
), :items

-- 3. What it is dropped and put back with: its `home`, which is itself, or the holder's where that goes too. A rule,
-- trigger, default or index that also depends on another object which goes cannot wait for its holder, since the other
-- may stand on the holder: it is by itself. (Lookups by address go through a jsonb object: the planner cannot know how
-- many rows the walk gives, and its nested loops over them took a minute for a thousand views.)
, known as materialized (
  select jsonb_object_agg(i.id, coalesce(i.relid, 0)) as relations from item i
), placed as materialized (
  select i.id, i.hclass || '/' || i.hobj || '/' || coalesce(held.objsubid, i.hsub) as holder,
         i.solid and held.objsubid is null and (
           i.id = any (:'by_itself'::text[]) or i.hobj is null
             or not (select k.relations from known k) ? (i.hclass || '/' || i.hobj || '/' || i.hsub)
           or i.what <> 'column' and exists (
             select from pg_catalog.pg_depend p
              cross join lateral (
                select coalesce(
                         (select k.relations from known k) -> (p.refclassid || '/' || p.refobjid || '/' || p.refobjsubid),
                         (select k.relations from known k) -> (p.refclassid || '/' || p.refobjid || '/0')) as relid) o
              where p.classid = i.classid and p.objid = i.objid and p.objsubid = i.objsubid and p.deptype = 'n'
                and not (p.refclassid = 'pg_catalog.pg_class'::regclass and p.refobjid = i.relid)
                and o.relid <> to_jsonb(coalesce(i.relid, 0)))) as alone
    from item i
    -- What hangs on a generated column comes and goes with it.
    left join lateral (
      select p.refobjsubid as objsubid
        from pg_catalog.pg_depend p
       where i.what in ('index', 'constraint', 'statistics') and p.classid = i.classid and p.objid = i.objid
         and p.deptype in ('a', 'i') and p.refclassid = 'pg_catalog.pg_class'::regclass and p.refobjid = i.relid
         and p.refobjsubid > 0
         and (select k.relations from known k) ? (p.refclassid || '/' || p.refobjid || '/' || p.refobjsubid)
       limit 1) held on true
), holders as materialized (
  select coalesce(jsonb_object_agg(p.id, p.holder) filter (where not p.alone and p.holder is not null), '{}') as of,
         coalesce(jsonb_object_agg(p.id, true) filter (where p.alone), '{}') as nodes
    from placed p
), climb(id, node) as (
  select p.id, p.id from placed p
  union all
  select c.id, (select h.of from holders h) ->> c.node
    from climb c
   where (select h.of from holders h) ? c.node
), homes as materialized (
  select coalesce(jsonb_object_agg(c.id, c.node), '{}') as of
    from climb c
   where (select h.nodes from holders h) ? c.node
), home as materialized (
  select i.classid, i.objid, i.objsubid, i.id, i.what, i.relid, (select h.of from homes h) ->> i.id as node
    from item i
   where (select h.of from homes h) ? i.id

-- 4. The order.
), link as materialized (
  select h.node, t.node as below, p.refclassid, p.refobjid, p.refobjsubid
    from home h
    join pg_catalog.pg_depend p on p.classid = h.classid and p.objid = h.objid and p.objsubid = h.objsubid
   cross join lateral (
     select coalesce((select o.of from homes o) ->> (p.refclassid || '/' || p.refobjid || '/' || p.refobjsubid),
                     (select o.of from homes o) ->> (p.refclassid || '/' || p.refobjid || '/0')) as node) t
   where t.node is distinct from h.node
), edge as materialized (
  select distinct l.node, l.below from link l where l.below is not null
  union -- a constraint that is inherited and a table's own merges into the parent's, which comes after it
  select above.node, h.node
    from home h
    join pg_catalog.pg_constraint c on c.oid = h.objid and c.coninhcount > 0
    join pg_catalog.pg_inherits n on n.inhrelid = c.conrelid
    join pg_catalog.pg_constraint a on a.conrelid = n.inhparent and a.conname = c.conname and a.contype = c.contype
    join home above on above.classid = h.classid and above.objid = a.oid
   where h.what = 'constraint'
), depth(node, level) as (
  select h.node, 0 from home h where h.id = h.node
  union
  select e.node, d.level + 1
    from depth d
    join edge e on e.below = d.node
   where d.level < (select count(*) from home h where h.id = h.node)
), levels as materialized (
  select coalesce(jsonb_object_agg(d.node, d.level), '{}') as of
    from (select d.node, max(d.level) as level from depth d group by d.node) d
), node as materialized (
  select h.classid, h.objid, h.objsubid, h.node, h.what, h.relid, i.type, i.identity, l.level,
         l.level >= count(*) over () as circular
    from home h
   cross join lateral (select ((select l.of from levels l) ->> h.node)::int as level) l
   cross join lateral pg_catalog.pg_identify_object(h.classid, h.objid, h.objsubid) i
   where h.id = h.node
)

-- 5. Statements, one a row: `field` is where in the answer it stands.
, :names
, :relations
, :routines
, :parts
, :indexes
, :grants
, :attached
, :drops
, :hindrances
, :trusted_roles
, :trust

-- 6. The answer.
, standing as materialized (
  select coalesce(jsonb_object_agg(a.id, true), '{}') as here
    from (select n.node as id from node n
          union
          select r.classid || '/' || r.objid || '/' || r.objsubid from root r) a
), holed_line(node, field, place, key, option, col, late, statement, about) as (
  select * from relation_line
  union all
  select *, null::jsonb from routine_line
  union all
  select * from part_line
  union all
  select * from index_line
  union all
  select * from grant_line
  union all
  select * from attached_line
  union all
  select *, null from drop_line
  union all
  select * from trust_line
  union all
  select h.node, 'impossible', 0, '', null, null, false, h.statement, null
    from hopeless h
  union all
  select w.node, 'missing', 0, w.statement, null, null, false, w.statement, null
    from want w
  union all
  select e.node, 'need', 0, e.below, null, null, false, e.below, null
    from edge e
  union all -- the columns that it names
  select distinct l.node, 'use', 0, o.id, null, t.attname, false, o.id, null::jsonb
    from link l
    join pg_catalog.pg_attribute t on t.attrelid = l.refobjid and t.attnum = l.refobjsubid
   cross join lateral (
     select a.id
       from (values (1, l.refclassid || '/' || l.refobjid || '/' || l.refobjsubid),
                    (2, l.refclassid || '/' || l.refobjid || '/0')) a(rank, id)
      where (select s.here from standing s) ? a.id
      order by a.rank
      limit 1) o
   where l.refclassid = 'pg_catalog.pg_class'::regclass and l.refobjsubid > 0
  union all
  select n.node, x.field, n.level, n.objid::text, null, null, false, x.statement, null
    from node n
   cross join lateral (
     values ('kind', n.type), ('identity', n.identity),
            ('relation', case when n.classid = 'pg_catalog.pg_class'::regclass and n.objsubid = 0 then n.objid::text end)
   ) x(field, statement)
), line as (
  select w.node, w.field, w.place, w.key, w.option, w.col, w.late, w.about,
         replace(replace(replace(w.statement, me.kind_hole, coalesce(c.called ->> 0, '')), me.name_hole, coalesce(c.called ->> 1, '')),
                 me.spoken_hole, coalesce(c.called ->> 2, '')) as statement,
         case when h.pieces[2] is not null then json_build_object(
           'before', replace(h.pieces[1], me.kind_hole, ''), 'kind', strpos(h.pieces[1], me.kind_hole) > 0,
           'after', h.pieces[2]) end as pieces
    from holed_line w
   cross join me
   cross join lateral (select (select c.of from called c) -> w.node as called) c
   cross join lateral (
     select string_to_array(replace(w.statement, me.spoken_hole, me.name_hole), me.name_hole) as pieces) h
), saved as (
  select min(l.place) filter (where l.field = 'kind') as level,
         min(l.key) filter (where l.field = 'kind')::bigint as objid,
         json_build_object(
           'id', l.node,
           'relation', min(l.statement) filter (where l.field = 'relation')::bigint,
           'kind', min(l.statement) filter (where l.field = 'kind'),
           'identity', min(l.statement) filter (where l.field = 'identity'),
           'needs', coalesce(json_agg(l.statement order by l.key collate "C") filter (where l.field = 'need'), '[]'),
           'uses', coalesce(json_agg(json_build_object('of', l.statement, 'column', l.col) order by l.key collate "C", l.col collate "C")
                            filter (where l.field = 'use'), '[]'),
           'lock', min(l.statement) filter (where l.field = 'lock'),
           'drop', coalesce(string_agg(l.statement, '; ' order by l.place, l.key collate "C")
                            filter (where l.field = 'drop'), ''),
           'create', coalesce(json_agg(l.statement order by l.place, l.key collate "C")
                              filter (where l.field = 'create'), '[]'),
           'parts', coalesce(json_agg(json_build_object('option', l.option, 'column', l.col, 'late', l.late,
                                                        'act', coalesce(l.about ->> 'act', 'other'),
                                                        'about', nullif(l.about - '{act,by,to}'::text[], '{}'),
                                                        'pieces', l.pieces, 'by', l.about -> 'by',
                                                        'to', l.about -> 'to',
                                                        'statement', l.statement)
                                      order by l.late, l.place, l.key collate "C") filter (where l.field = 'part'), '[]'),
           'impossible', min(l.statement) filter (where l.field = 'impossible'),
           'missing', coalesce(json_agg(l.statement order by l.key collate "C") filter (where l.field = 'missing'), '[]'),
           'untrusted', coalesce(json_agg(json_build_object('about', l.about, 'what', l.statement, 'give', l.option, 'settle', l.col)
                                          order by l.key collate "C") filter (where l.field = 'untrusted'), '[]'),
           'rests', coalesce(json_agg(json_build_object('about', l.about, 'on', l.statement, 'name', l.col, 'how', l.option)
                                      order by l.key collate "C") filter (where l.field = 'rest'), '[]'),
           'exact', count(*) filter (where l.field = 'exact') > 0,
           'warnings', coalesce(json_agg(l.statement order by l.place, l.key collate "C")
                                filter (where l.field = 'warning'), '[]')) as value
    from line l
   group by l.node
)
select coalesce(json_agg(s.value order by s.level, s.objid, s.value ->> 'id'), '[]') as answer
  from saved s
