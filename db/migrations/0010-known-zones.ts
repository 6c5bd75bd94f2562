import { type Kysely, sql } from 'kysely'

/**
 * A city's zone comes from Node's list of time zones, and PostgreSQL's is not the same: one name that only Node knows
 * would fail every statement that reads that city's calendar beside others'.
 *
 * It tries the name instead of looking into pg_timezone_names, which reads 600 files for every question.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}

const statements = [
  `create function known_zone(name text) returns text language plpgsql stable as $$
     begin
       perform now() at time zone name;
       return name;
     exception when data_exception then
       return 'UTC';
     end $$`,
]
