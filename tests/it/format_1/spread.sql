-- Makes the numbers of releases and definitions as in format 1, where they were those of all projects.
create temporary table spread as
  select name, 100 * (row_number() over (order by name) - 1) as more from viewkeeper.project;
update viewkeeper.release t set id = id + more from spread where name = project;
update viewkeeper.project t set release = release + more from spread s where s.name = t.name;
update viewkeeper.definition t
   set id = id + more, release = release + more, follows = follows + more, retired = retired + more, dropped = dropped + more
  from spread where name = project;
update viewkeeper.object t
   set definition = definition + more, release = release + more, retired = retired + more from spread s where s.name = project;
drop table spread;
