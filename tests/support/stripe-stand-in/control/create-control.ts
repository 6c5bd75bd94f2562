import type { Faults } from '../api/faults'
import { matcherOf } from '../api/faults'
import type { RequestLog } from '../api/request-log'
import { closeDispute, dispute } from '../checkout/disputes'
import { decline, pay, settle, type PayOptions } from '../checkout/pay'
import { chargeOf, failRefund, refund, settleRefund } from '../checkout/refunds'
import { expireSession } from '../checkout/sessions'
import { noSuch } from '../stripe/error'
import type { StoredEvent } from '../store'
import { newEvent, type World } from '../world'
import { deliverByHand } from '../webhooks/deliver-by-hand'
import type { Deliveries } from '../webhooks/deliveries'
import type { SignOptions } from '../webhooks/signature'
import type {
  Acted,
  EventCommand,
  PayCommand,
  SignedEvent,
  StripeStandInControl,
  WebhookSettings,
} from './control'
import { createOutsideSession } from './outside-session'
import { readClock, refOf, takeSnapshot } from './snapshot'

const IDLE_TIMEOUT_MS = 10_000

export interface ControlParts {
  world: World
  deliveries: Deliveries
  faults: Faults
  requests: RequestLog
  sign: (body: string, options?: SignOptions) => string
  /** Hands a new event to the delivery, where deliveries go out by themselves. */
  announce: (event: StoredEvent) => void
  webhookUrls: () => readonly string[]
  setWebhooks: (settings: WebhookSettings) => void
  setLatency: (ms: number) => void
  forgetAll: () => void
}

/** The commands, over the parts of a running stand-in. */
export function createControl(parts: ControlParts): StripeStandInControl {
  return { ...moneyCommands(parts), ...eventCommands(parts), ...faultCommands(parts), ...lookCommands(parts) }
}

type Commands<Name extends keyof StripeStandInControl> = Pick<StripeStandInControl, Name>

function moneyCommands({
  world,
}: ControlParts): Commands<
  | 'closeDispute'
  | 'createSession'
  | 'decline'
  | 'dispute'
  | 'expire'
  | 'failRefund'
  | 'pay'
  | 'refund'
  | 'settle'
  | 'settleRefund'
> {
  const act = async <T extends object>(change: () => T): Promise<Acted<T>> => {
    world.tick()
    const before = world.store.events.size
    const result = structuredClone(change())
    return { ...result, events: world.store.events.since(before).map(refOf) }
  }
  return {
    createSession: (input = {}) => act(() => ({ session: createOutsideSession(world, input).object })),
    pay: (id, options) => act(() => ({ session: pay(world, id, payOptions(options)).object })),
    decline: (id, options) => act(() => ({ session: decline(world, id, payOptions(options)).object })),
    settle: (id, result) => act(() => ({ session: settle(world, id, result).object })),
    expire: (id) => act(() => ({ session: expireSession(world, id).object })),
    refund: (id, amount, options = {}) =>
      act(() => {
        const charge = chargeOf(world, id, 'payment_intent')
        return { refund: refund(world, { ...options, charge, amount: amount ?? undefined }) }
      }),
    settleRefund: (id) => act(() => ({ refund: settleRefund(world, id) })),
    failRefund: (id) => act(() => ({ refund: failRefund(world, id) })),
    dispute: (id, options) =>
      act(() => ({ dispute: dispute(world, chargeOf(world, id, 'payment_intent'), options) })),
    closeDispute: (id, result) => act(() => ({ dispute: closeDispute(world, id, result) })),
  }
}

function eventCommands({
  world,
  deliveries,
  sign,
  announce,
  webhookUrls,
}: ControlParts): Commands<'buildEvent' | 'deliver' | 'emitEvent' | 'sign' | 'signedEvent'> {
  const record = (
    type: string,
    object: unknown,
    urls: readonly string[],
    options: EventCommand,
  ): StoredEvent =>
    world.store.events.add(
      newEvent({
        type,
        object,
        urls,
        id: options.id,
        created: options.created ?? world.clock.nowSeconds(),
        livemode: options.livemode ?? world.livemode,
      }),
    )
  const signed = ({ id, body }: StoredEvent, options?: SignOptions): SignedEvent => ({
    id,
    body,
    header: sign(body, options),
  })
  return {
    emitEvent: async (type, object, options = {}) => {
      const event = record(type, object, webhookUrls(), options)
      announce(event)
      return refOf(event)
    },
    buildEvent: async (type, object, options = {}) => signed(record(type, object, [], options), options),
    signedEvent: async (id, options) => signed(findEvent(world, id), options),
    sign: async (body, options) => sign(body, options),
    deliver: async (id, options) => deliverByHand(deliveries, findEvent(world, id), webhookUrls(), options),
  }
}

function faultCommands({
  deliveries,
  faults,
  setLatency,
  setWebhooks,
}: ControlParts): Commands<
  | 'addDeliveryRule'
  | 'clearDeliveryRules'
  | 'clearFaults'
  | 'dropEvery'
  | 'dropNext'
  | 'duplicateEvery'
  | 'fault'
  | 'hold'
  | 'release'
  | 'retryNow'
  | 'setLatency'
  | 'setWebhooks'
  | 'whenIdle'
> {
  const { rules } = deliveries
  return {
    setWebhooks: async (settings) => setWebhooks(settings),
    hold: async () => deliveries.hold(),
    release: async (order = 'oldest-first', seed = 1) => deliveries.release(order, seed),
    addDeliveryRule: async (rule) => rules.add(rule),
    clearDeliveryRules: async () => rules.clear(),
    dropNext: async (times = 1, types) => rules.add({ kind: 'drop', times, types }),
    dropEvery: async (every, types) => rules.add({ kind: 'drop', every, types }),
    duplicateEvery: async (every, copies) => rules.add({ kind: 'duplicate', every, copies }),
    retryNow: async () => deliveries.retryNow(),
    whenIdle: (timeoutMs = IDLE_TIMEOUT_MS) => deliveries.whenIdle(timeoutMs),
    fault: async (fault) => faults.add(fault),
    clearFaults: async () => faults.clear(),
    setLatency: async (ms) => setLatency(ms),
  }
}

function lookCommands({
  world,
  deliveries,
  requests,
  forgetAll,
}: ControlParts): Commands<
  'advance' | 'clock' | 'deliveries' | 'requests' | 'reset' | 'setClock' | 'snapshot'
> {
  return {
    snapshot: async () => {
      world.tick()
      return takeSnapshot(world, deliveries.log)
    },
    requests: async (match = '*') => {
      const pattern = matcherOf(match)
      return requests.all().filter(({ method, path }) => pattern.test(`${method} ${path}`))
    },
    deliveries: async () => [...deliveries.log],
    clock: async () => readClock(world),
    setClock: async (at) => {
      world.clock.set(Date.parse(at))
      world.tick()
      return readClock(world)
    },
    advance: async (ms) => {
      world.clock.advance(ms)
      world.tick()
      return readClock(world)
    },
    reset: async () => forgetAll(),
  }
}

function payOptions({ quantity, ...options }: PayCommand = {}): PayOptions {
  return { ...options, quantities: quantity === undefined ? undefined : [quantity] }
}

function findEvent(world: World, id: string): StoredEvent {
  const event = world.store.events.get(id)
  if (!event) throw noSuch('event', id)
  return event
}
