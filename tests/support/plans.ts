import { Kysely, PostgresDialect } from 'kysely'
import { createPool } from '@/db/pool'
import type { Database } from '@/db/schema'
import type { Connection } from '@/lib/database'
import type { Owner } from './stories/owner'

/** A connection that notes every statement it runs, so that its plan can be looked at. */
export interface Recording {
  connection: Connection
  statements: { sql: string; parameters: readonly unknown[] }[]
  close: () => Promise<void>
}

export function recordStatements(appUrl: string): Recording {
  const statements: Recording['statements'] = []
  const connection = new Kysely<Database>({
    dialect: new PostgresDialect({
      pool: createPool({ connectionString: appUrl, max: 2, applicationName: 'plans' }),
    }),
    log: ({ query }) => void statements.push(query),
  })
  return { connection, statements, close: () => connection.destroy() }
}

/** One step of a plan that reads a table or an index. */
export interface PlanRead {
  /** `Seq Scan`, `Index Only Scan` … */
  how: string
  table: string
  index: string | null
}

/** All reads of the plans of what was recorded. */
export async function readsOf({ statements }: Recording, owner: Owner): Promise<PlanRead[]> {
  const reads: PlanRead[] = []
  for (const { sql, parameters } of statements.filter((one) => /^\s*(with|select|insert)/i.test(one.sql))) {
    const [plan] = await owner.query<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>(`explain (format json) ${sql}`, [
      ...parameters,
    ])
    if (plan) collect(plan['QUERY PLAN'][0].Plan, reads)
  }
  return reads
}

interface PlanNode {
  'Node Type': string
  'Relation Name'?: string
  'Index Name'?: string
  Plans?: PlanNode[]
}

function collect(node: PlanNode, reads: PlanRead[]): void {
  const index = node['Index Name'] ?? null
  const table = node['Relation Name'] ?? ''
  if (index !== null || table !== '') reads.push({ how: node['Node Type'], table, index })
  for (const child of node.Plans ?? []) collect(child, reads)
}
