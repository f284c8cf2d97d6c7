-- A role for runners: it can take attempts, report on them, and read what they need; it can move no run, approve nothing, and reads
-- neither webhooks nor approvals. Run it as the owner of agentpr's tables, after every `agentpr init-db`:
--
--   psql --set ON_ERROR_STOP=1 --file deploy/postgres/roles.sql <database>
--   psql --command '\password agentpr_runner' <database>
--
-- and give runners AGENTPR_DATABASE_URL=postgres://agentpr_runner:…@host/database.

do $$
begin
  if not exists (select from pg_roles where rolname = 'agentpr_runner') then
    create role agentpr_runner login nosuperuser nocreatedb nocreaterole noinherit connection limit 100;
  end if;
end
$$;

revoke all on all tables in schema public from agentpr_runner;
revoke all on all sequences in schema public from agentpr_runner;
revoke create on schema public from agentpr_runner;
grant usage on schema public to agentpr_runner;

-- Is the schema this version's?
grant select on migrations to agentpr_runner;

-- Jobs are claimed, renewed and handed back; the job that settles an attempt is asked for. What acts outside is signed by the app.
grant select, insert, update on jobs to agentpr_runner;

-- An attempt, what it left, and the thread that the next one goes on with.
grant select on runs to agentpr_runner;
grant select, insert, update on attempts to agentpr_runner;
grant select, insert, update on attempt_figures to agentpr_runner;
grant select, insert on changes to agentpr_runner;
-- A file that takes the place of an earlier one takes the place of its row as well.
grant select, insert, delete on artifacts to agentpr_runner;
grant select, insert, update on sessions to agentpr_runner;

-- Credentials come sealed to the runner's own key and are taken once.
grant select, delete on lent_tokens to agentpr_runner;

-- Words for the operator.
grant select, insert on notices to agentpr_runner;

-- A runner says who it is. Whether it is approved is said by the app alone.
grant select, insert on runners to agentpr_runner;
grant update (name, version, capacity, public_key, heartbeat_at) on runners to agentpr_runner;
alter table runners enable row level security;
drop policy if exists runner_reads on runners;
drop policy if exists runner_registers on runners;
drop policy if exists runner_renews on runners;
create policy runner_reads on runners for select to agentpr_runner using (true);
create policy runner_registers on runners for insert to agentpr_runner with check (not approved);
create policy runner_renews on runners for update to agentpr_runner using (true) with check (true);

-- Numbers of new rows.
grant usage on all sequences in schema public to agentpr_runner;
