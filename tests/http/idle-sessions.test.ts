import { expect, it } from 'vitest'
import { callersSuite } from '../support/callers-suite'
import { moveClock } from '../support/stories/clock'

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

it('a stream ends with its session, however long it is watched', async () => {
  const idle = await callers.session('viewer')
  const watched = [
    await watch('/admin/stock-stream?cities=dallas-jan-2026', idle),
    await watch('/api/admin/inventory/stream', idle),
  ]
  await forward('7 hours 59 minutes')
  const live = await watch('/api/admin/inventory/stream', await callers.session('viewer'))
  expect(await Promise.all(watched.map(({ beats }) => beats()))).toEqual([true, true])
  await forward('2 minutes')
  // A beat comes before the question whether the session is live.
  for (const { beats } of watched) expect((await beats()) && (await beats())).toBe(false)
  expect([await live.beats(), await live.beats()]).toEqual([true, true])
  live.leave()
})

interface WatchedStream {
  /** Waits for the next beat. @returns false when the stream ended instead */
  beats: () => Promise<boolean>
  leave: () => void
}

async function watch(path: string, session: Record<string, string>): Promise<WatchedStream> {
  const leaving = new AbortController()
  const response = await fetch(shop.webs[0].origin + path, {
    headers: { ...session, accept: 'text/event-stream' },
    signal: AbortSignal.any([leaving.signal, AbortSignal.timeout(90_000)]),
  })
  expect(response.status).toBe(200)
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
  return {
    async beats() {
      for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) {
        if (part.value.includes('event: beat')) return true
      }
      return false
    },
    leave: () => leaving.abort(),
  }
}
