-- The application's log, so that it can be searched beside the data that it speaks of.

create table system_logs (
  id bigint generated always as identity primary key,
  logged_at timestamptz not null default now(),
  level text not null,
  logger text not null,
  message text not null,
  context jsonb not null default '{}',
  user_id bigint references users on update cascade on delete set null,
  constraint system_logs_level_known check (level in ('debug', 'info', 'warning', 'error', 'critical'))
);
create index system_logs_logged_at_idx on system_logs (logged_at desc);
create index system_logs_user_id_idx on system_logs (user_id);
create index system_logs_trouble_idx on system_logs (logged_at desc) where level in ('error', 'critical');
comment on table system_logs is 'the application''s log';
