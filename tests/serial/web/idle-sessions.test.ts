import { expect, it } from 'vitest'
import { callersSuite } from '../../support/callers-suite'
import { moveClock } from '../../support/stories/clock'

/** A console that nobody is at, however much it asks, is signed out when eight hours are over. */

const { shop, callers } = callersSuite()

const forward = (interval: string) => moveClock(shop.database.ownerUrl, interval)

const ask = async (path: string, headers: Record<string, string>) => {
  const response = await fetch(shop.webs[0].origin + path, { headers, redirect: 'manual' })
  await response.text()
  return response.status
}

it('a page that loads itself again does not keep its session, another page does', async () => {
  const [left, used] = [await callers.session('viewer'), await callers.session('viewer')]
  const from = { referer: `${shop.webs[0].origin}/admin` }
  await forward('7 hours 59 minutes')
  expect(await ask('/admin.data', { ...left, ...from })).toBe(200)
  expect(await ask('/admin/payments.data', { ...used, ...from })).toBe(200)
  await forward('2 minutes')
  expect(await ask('/admin', left)).toBe(302)
  expect(await ask('/admin', used)).toBe(200)
})

it.each(['/admin/stock-stream?cities=dallas-jan-2026', '/api/admin/inventory/stream'])(
  '%s ends, however long it is watched',
  async (path) => {
    const response = await fetch(shop.webs[0].origin + path, {
      headers: { ...(await callers.session('viewer')), accept: 'text/event-stream' },
      signal: AbortSignal.timeout(60_000),
    })
    expect(response.status).toBe(200)
    await forward('7 hours 59 minutes')
    let heartbeats = 0
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
    for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) {
      if (!part.value.includes('event: beat')) continue
      // The first one asks while the session is live.
      if (++heartbeats === 1) await forward('2 minutes')
    }
    expect([1, 2]).toContain(heartbeats)
  },
)
