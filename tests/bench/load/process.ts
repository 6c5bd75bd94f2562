import { setTimeout as delay } from 'node:timers/promises'
import { Pool } from 'undici'
import { type LoadPlan, type LoadRequest, type LoadResult, wallClock } from './plan'

/** The load client's process: sends what a plan says and answers with the result. Its parent's end is its own. */

process.on('message', (plan: LoadPlan) => {
  run(plan).then(
    (result) => process.send?.({ result }),
    (error: unknown) => process.send?.({ error: String(error) }),
  )
})
process.on('disconnect', () => process.exit())

async function run(plan: LoadPlan): Promise<LoadResult> {
  const pool = new Pool(plan.origin, { connections: plan.connections, pipelining: 1 })
  const result: LoadResult = { perSecond: 0, times: [], answeredAt: [], refused: [] }
  const sendAt = async (index: number) => {
    const request = plan.requests[index % plan.requests.length]
    if (!request) throw new Error('A plan needs requests')
    const began = wallClock()
    const status = await send(pool, request)
    const ended = wallClock()
    if (status < 200 || status > 299) {
      result.refused.push(status)
      return
    }
    result.times.push(ended - began)
    result.answeredAt[index] = ended
  }
  const began = wallClock()
  await sendAll(plan, began, sendAt)
  result.perSecond = (result.times.length * 1000) / (wallClock() - began)
  await pool.close()
  return result
}

async function sendAll(plan: LoadPlan, began: number, sendAt: (index: number) => Promise<void>) {
  if (plan.kind === 'once' && plan.perSecond !== undefined) {
    const sent: Promise<void>[] = []
    while (sent.length < plan.requests.length) {
      const due = Math.ceil(((wallClock() - began) * plan.perSecond) / 1000)
      while (sent.length < Math.min(due, plan.requests.length)) sent.push(sendAt(sent.length))
      await delay(1)
    }
    await Promise.all(sent)
    return
  }
  let next = 0
  const goesOn = (index: number) =>
    plan.kind === 'once' ? index < plan.requests.length : wallClock() - began < plan.seconds * 1000
  const lane = async () => {
    for (let index = next++; goesOn(index); index = next++) await sendAt(index)
  }
  await Promise.all(Array.from({ length: plan.connections }, lane))
}

/** @returns the status once the whole answer is there; its bytes are dropped */
function send(pool: Pool, { method, path, headers, body }: LoadRequest): Promise<number> {
  return new Promise((resolve, reject) => {
    let status = 0
    pool.dispatch(
      { method, path, headers: headers ?? null, body: body ?? null },
      {
        onConnect: () => {},
        onHeaders: (code) => {
          status = code
          return true
        },
        onData: () => true,
        onComplete: () => resolve(status),
        onError: reject,
      },
    )
  })
}
