import { expect, test } from 'vitest'
import { readAuditState, requestFullAudit } from '@/lib/audit'
import { database } from '@/lib/database'
import { enqueue } from '@/lib/queues/send'
import { somebody } from '@/tests/support/accounts'
import { queueSuite } from '@/tests/support/queue-suite'
import { until } from '@/tests/support/until'
import { auditWorker } from '@/worker/audit'
import { workQueue } from '@/worker/queue-worker'

const worker = queueSuite({ graceful: true, timeout: 10_000 })

const week = { onceInSeconds: 7 * 86_400 }

test('the worker audits what is scheduled and what an admin asks for', async () => {
  await workQueue(worker.boss, auditWorker)
  await enqueue(database(), 'audit', [{ kind: 'incremental' }], { onceInSeconds: 900 })
  await requestFullAudit(somebody)
  const state = await until(async () => {
    const { incremental, full } = await readAuditState()
    return incremental && full ? { incremental, full } : undefined
  })
  expect(state.incremental.verdict).toBe('clean')
  expect(state.full.verdict).toBe('clean')
})

test('a week has one full audit by schedule, however often the workers start', async () => {
  await untilIdle()
  expect(await enqueue(database(), 'audit', [{ kind: 'full' }], week)).toHaveLength(1)
  await untilIdle()
  expect(await enqueue(database(), 'audit', [{ kind: 'full' }], week)).toEqual([])
  expect(await worker.boss.getQueue('audit')).toMatchObject({ deleteAfterSeconds: 8 * 86_400 })
})

async function untilIdle(): Promise<void> {
  await until(async () => {
    const jobs = await worker.boss.findJobs('audit')
    return jobs.every((job) => job.state === 'completed')
  })
}
