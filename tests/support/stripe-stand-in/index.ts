import { createFaults } from './api/faults'
import { createRequestLog } from './api/request-log'
import { createExpiry } from './checkout/expiry'
import { createClock } from './clock'
import type { StripeStandInControl } from './control/control'
import { createControl } from './control/create-control'
import { RETRY_DELAYS_MS, type StripeStandInOptions } from './options'
import { listen } from './server'
import { openStateFile } from './state-file'
import { clearStore, createStore, type Store, type StoredEvent } from './store'
import { createDeliveries } from './webhooks/deliveries'
import { createWebhookSettings } from './webhooks/settings'
import { newEvent, type World } from './world'

export { connectStripeStandIn } from './control/connect'
export type * from './control/control'
export type { StripeStandInOptions } from './options'

const TICK_MS = 1000

/** A running stand-in. */
export interface StripeStandIn {
  /** `http://127.0.0.1:<port>`; the `stripe` package takes `{ host: '127.0.0.1', port, protocol: 'http' }`. */
  url: string
  port: number
  control: StripeStandInControl
  close: () => Promise<void>
}

/**
 * Starts a server that plays Stripe for development and tests: the API as far as this shop uses it, the
 * payment page, and signed webhooks. It listens on the loopback address only.
 * @throws Error when the port is taken, or a webhook URL leads off this machine
 */
export async function startStripeStandIn(options: StripeStandInOptions): Promise<StripeStandIn> {
  const log = options.log ?? (() => {})
  const webhooks = createWebhookSettings(options)
  const clock = createClock()
  const store = createStore()
  const stateFile = openStateFile(options.stateFile, store, clock, log)
  const faults = createFaults()
  const requests = createRequestLog()
  const deliveries = createDeliveries({
    sign: webhooks.sign,
    concurrency: options.deliveryConcurrency ?? 16,
    timeoutMs: options.deliveryTimeoutMs ?? 10_000,
    retryDelaysMs: options.retryDelaysMs ?? RETRY_DELAYS_MS,
    changed: stateFile.touch,
    log,
  })
  const expiry = createExpiry(() => world)
  let baseUrl = ''
  let latencyMs = 0

  const announce = (event: StoredEvent) => {
    if (webhooks.mode() === 'auto') deliveries.enqueue(event)
    stateFile.touch()
  }

  const world: World = {
    clock,
    store,
    livemode: options.livemode ?? false,
    baseUrl: () => baseUrl,
    watchExpiry: expiry.watch,
    tick: expiry.tick,
    emit: (type, object, cause) => {
      const urls = webhooks.urlsFor(type)
      const created = clock.nowSeconds()
      const event = newEvent({ type, object, created, livemode: world.livemode, cause, urls })
      store.events.add(event)
      announce(event)
      return event
    },
  }

  const control = createControl({
    world,
    deliveries,
    faults,
    requests,
    sign: webhooks.sign,
    announce,
    webhookUrls: webhooks.urls,
    setWebhooks: webhooks.change,
    setLatency: (ms) => {
      latencyMs = ms
    },
    forgetAll: () => {
      deliveries.clear()
      faults.clear()
      requests.clear()
      clearStore(store)
      clock.advance(-clock.offsetMs())
      latencyMs = 0
      expiry.rebuild()
    },
  })

  const api = { world, faults, log: requests, latencyMs: () => latencyMs }
  const server = await listen(options.port ?? 0, { api, control, changed: stateFile.touch, log })
  const url = `http://127.0.0.1:${server.port}`
  baseUrl = (options.publicUrl ?? url).replace(/\/+$/, '')
  movePages(store, baseUrl)
  expiry.rebuild()
  if (webhooks.mode() === 'auto') deliveries.resume(store.events.oldestFirst(), webhooks.urls())
  const timer = setInterval(world.tick, TICK_MS).unref()

  const close = async () => {
    clearInterval(timer)
    await server.close()
    deliveries.close()
    stateFile.flush()
  }
  return { url, port: server.port, control, close }
}

/** Sessions of an earlier run may have been opened under another port. */
function movePages(store: Store, baseUrl: string): void {
  for (const { id, object } of store.sessions.oldestFirst()) {
    if (object.status === 'open') object.url = `${baseUrl}/c/pay/${id}`
  }
}
