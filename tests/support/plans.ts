import { Kysely, PostgresDialect } from 'kysely'
import { afterAll, beforeAll, beforeEach } from 'vitest'
import { createPool } from '@/db/pool'
import type { Database } from '@/db/schema'
import type { Connection } from '@/lib/database'
import { storyDatabase } from './stories/database'
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

export interface RecordedDatabase {
  readonly owner: Owner
  readonly recording: Recording
}

/** A database for a test file, filled once; the product's own functions find it, and what a test runs there is noted. */
export function recordedDatabase(fill: (owner: Owner) => Promise<void>): RecordedDatabase {
  const shared = globalThis as typeof globalThis & { __database?: Connection }
  const story = storyDatabase()
  let recording: Recording | undefined
  const open = () => {
    if (!recording) throw new Error('The recording exists from beforeAll on')
    return recording
  }
  beforeAll(async () => {
    await fill(story.owner)
    recording = recordStatements(story.appUrl)
    shared.__database = recording.connection
  })
  beforeEach(() => void open().statements.splice(0))
  afterAll(async () => {
    delete shared.__database
    await open().close()
  })
  return {
    get owner() {
      return story.owner
    },
    get recording() {
      return open()
    },
  }
}

/** How the ledger was read: by which of its indexes, or a scan's name. */
export async function ledgerReads(
  { owner, recording }: RecordedDatabase,
  run: () => Promise<unknown>,
): Promise<string[]> {
  recording.statements.length = 0
  await run()
  const reads = (await readsOf(recording, owner)).filter(
    ({ how, table, index }) =>
      (table === 'inventory_transactions' || index?.startsWith('inventory_transactions')) &&
      // Fetches what an index has found.
      how !== 'Bitmap Heap Scan',
  )
  return [
    ...new Set(reads.map(({ how, index }) => index?.replace('inventory_transactions_', '') ?? how)),
  ].sort()
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
    collect(await explain(owner, 'format json', sql, parameters), reads)
  }
  return reads
}

export interface PlanNode {
  'Node Type': string
  'Relation Name'?: string
  'Index Name'?: string
  'Index Cond'?: string
  // Of a plan that was run.
  'Actual Rows'?: number
  'Actual Loops'?: number
  'Rows Removed by Filter'?: number
  'Rows Removed by Join Filter'?: number
  Plans?: PlanNode[]
}

/**
 * The plans of recorded statements, which are run again for it, under what was set for them, and taken back.
 *
 * @param before what the tables need to be as they were
 */
export async function plansOfRuns(
  { owner, recording }: RecordedDatabase,
  isWanted: (statement: string) => boolean,
  before = 'select',
): Promise<PlanNode[]> {
  await owner.query('begin')
  await owner.query(before)
  const plans: PlanNode[] = []
  for (const { sql, parameters } of recording.statements) {
    if (/^set local/.test(sql)) await owner.query(sql)
    if (isWanted(sql)) plans.push(await explain(owner, 'analyze, timing off, format json', sql, parameters))
  }
  await owner.query('rollback')
  return plans
}

async function explain(
  owner: Pick<Owner, 'query'>,
  how: string,
  statement: string,
  parameters: readonly unknown[] = [],
): Promise<PlanNode> {
  const [row] = await owner.query<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>(`explain (${how}) ${statement}`, [
    ...parameters,
  ])
  if (!row) throw new Error('There is no plan')
  return row['QUERY PLAN'][0].Plan
}

/** What the busiest step of a plan that was run has handled: rows, or pairs of rows. */
export function mostRowsHandled(node: PlanNode): number {
  const removed = (node['Rows Removed by Filter'] ?? 0) + (node['Rows Removed by Join Filter'] ?? 0)
  const handled = ((node['Actual Rows'] ?? 0) + removed) * (node['Actual Loops'] ?? 0)
  return Math.max(handled, ...(node.Plans ?? []).map(mostRowsHandled))
}

function collect(node: PlanNode, reads: PlanRead[]): void {
  const index = node['Index Name'] ?? null
  const table = node['Relation Name'] ?? ''
  if (index !== null || table !== '') reads.push({ how: node['Node Type'], table, index })
  for (const child of node.Plans ?? []) collect(child, reads)
}

/** A step of a plan that scans a table or an index of it; without a condition it reads the index whole. */
export type Scan = Pick<PlanNode, 'Node Type' | 'Index Name' | 'Index Cond'>

/**
 * How a table is read by the plans that serve any arguments, as a transaction of the product keeps them.
 *
 * @param owner a connection of its own: it stays without sequential scans
 */
export async function genericScans(
  { statements }: Recording,
  owner: Pick<Owner, 'query'>,
  table: string,
): Promise<Scan[]> {
  await owner.query('set enable_seqscan = off')
  const scans: Scan[] = []
  const visit = (node: PlanNode) => {
    if (node['Index Name']?.startsWith(table)) scans.push(node)
    if (node['Node Type'] === 'Seq Scan' && node['Relation Name'] === table) scans.push(node)
    for (const child of node.Plans ?? []) visit(child)
  }
  for (const { sql } of statements.filter((one) => one.sql.includes(table))) {
    visit(await explain(owner, 'generic_plan, format json', sql))
  }
  return scans
}
