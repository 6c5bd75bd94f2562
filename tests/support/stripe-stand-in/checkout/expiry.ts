import type { StoredSession } from '../store'
import type { World } from '../world'
import { markExpired } from './sessions'

/** Expires open sessions by the stand-in's clock. Cheap while none is due: the next expiry is remembered. */
export function createExpiry(world: () => World) {
  let open = new Set<StoredSession>()
  let next = Infinity

  const watch = (session: StoredSession) => {
    if (session.object.status !== 'open') return
    open.add(session)
    next = Math.min(next, session.object.expires_at)
  }

  const tick = () => {
    const now = world().clock.nowSeconds()
    if (now < next) return
    const candidates = open
    open = new Set()
    next = Infinity
    for (const session of candidates) {
      if (session.object.status === 'open' && session.object.expires_at <= now) {
        markExpired(world(), session, null)
      }
      watch(session)
    }
  }

  /** After the store was replaced. */
  const rebuild = () => {
    open = new Set()
    next = Infinity
    for (const session of world().store.sessions.oldestFirst()) watch(session)
  }

  return { watch, tick, rebuild }
}
