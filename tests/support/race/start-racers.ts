import { fork } from 'node:child_process'
import { once } from 'node:events'
import { root } from '@/bin/root'
import { testEnvironment } from '../test-environment'
import type { RaceOrder, RaceReport } from './racer'

/** Runs a race in several processes of their own, and waits for all of them. @returns their reports */
export async function startRacers(databaseUrl: string, orders: readonly RaceOrder[]): Promise<RaceReport[]> {
  return Promise.all(orders.map((order) => runRacer(databaseUrl, order)))
}

async function runRacer(databaseUrl: string, order: RaceOrder): Promise<RaceReport> {
  const child = fork(`${root}/tests/support/race/racer.ts`, {
    cwd: root,
    execArgv: ['--import', 'tsx'],
    env: { NODE_ENV: 'test', PATH: process.env.PATH, ...testEnvironment, DATABASE_URL: databaseUrl },
  })
  const end = once(child, 'exit')
  child.send(JSON.stringify(order))
  const first = await Promise.race([once(child, 'message'), end.then(() => null)])
  await end
  if (!first) throw new Error('A racer ended without a report')
  return first[0] as RaceReport
}
