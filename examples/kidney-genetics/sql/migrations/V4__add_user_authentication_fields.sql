-- Users can log in. Those who were there before have no password yet and stay locked out until they set one.

alter table users
  add column hashed_password text,
  add column full_name text,
  add column role text not null default 'viewer',
  add column is_active boolean not null default true,
  add column is_verified boolean not null default false,
  add column failed_login_attempts integer not null default 0,
  add column locked_until timestamptz,
  add column last_login timestamptz,
  add constraint users_role_known check (role in ('viewer', 'curator', 'admin')),
  add constraint users_failed_login_attempts_range check (failed_login_attempts >= 0);

create table user_sessions (
  id bigint generated always as identity primary key,
  user_id bigint not null references users on update cascade on delete cascade,
  refresh_token_hash text not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  constraint user_sessions_refresh_token_hash_key unique (refresh_token_hash),
  constraint user_sessions_expire_later check (expires_at > created_at)
);
create index user_sessions_user_id_idx on user_sessions (user_id);
comment on table user_sessions is 'who is logged in: one row per refresh token';
