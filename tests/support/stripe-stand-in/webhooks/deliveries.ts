import { shuffled } from '../random'
import type { DeliveryTarget, StoredEvent } from '../store'
import { createDeliveryRules } from './delivery-rules'
import { createPoster, type PostResult } from './post'
import type { SignOptions } from './signature'

/** One line of the delivery log. */
export interface DeliveryAttempt {
  eventId: string
  type: string
  url: string
  /** ISO 8601, by the machine's clock. */
  at: string
  /** The answer's HTTP status; null without an answer. */
  status: number | null
  error?: string
}

export interface DeliverySettings {
  sign: (body: string, options?: SignOptions) => string
  concurrency: number
  /** Pause before the 2nd, 3rd, … attempt; then the delivery counts as failed. */
  retryDelaysMs: readonly number[]
  timeoutMs: number
  changed: () => void
  log: (line: string) => void
}

interface Task {
  event: StoredEvent
  target: DeliveryTarget
  badSignature: boolean
}

export type ReleaseOrder = 'oldest-first' | 'newest-first' | 'shuffled'

/** Sends events to their webhook URLs until each has answered 2xx, like Stripe: at least once, in any order. */
export function createDeliveries(settings: DeliverySettings) {
  const rules = createDeliveryRules()
  const poster = createPoster(settings)
  const log: DeliveryAttempt[] = []
  const waiting: Task[] = []
  const timers = new Map<NodeJS.Timeout, Task>()
  const idleWaiters = new Set<() => void>()
  let held: Task[] | null = null
  let running = 0
  let generation = 0
  let closed = false

  const attempt = async (
    event: StoredEvent,
    target: DeliveryTarget,
    options: SignOptions,
  ): Promise<DeliveryAttempt> => {
    const at = new Date().toISOString()
    const result: PostResult = await poster.post(target.url, event.body, settings.sign(event.body, options))
    const entry: DeliveryAttempt = { eventId: event.id, type: event.type, url: target.url, at, ...result }
    log.push(entry)
    target.attempts += 1
    if (succeeded(result)) target.state = 'delivered'
    else settings.log(`webhook ${event.type} ${event.id} to ${target.url}: ${result.status ?? result.error}`)
    settings.changed()
    return entry
  }

  const run = async (task: Task): Promise<void> => {
    const startedIn = generation
    running += 1
    const result = await attempt(task.event, task.target, { badSignature: task.badSignature })
    running -= 1
    // After a reset nothing of the old account may arrive any more.
    if (!succeeded(result) && startedIn === generation) retryLater({ ...task, badSignature: false })
    pump()
  }

  const retryLater = (task: Task) => {
    if (task.target.state === 'delivered') return
    const delay = settings.retryDelaysMs[task.target.attempts - 1]
    if (delay === undefined) task.target.state = 'failed'
    else later(task, delay)
  }

  const later = (task: Task, delayMs: number) => {
    const timer = setTimeout(() => {
      timers.delete(timer)
      dispatch(task)
    }, delayMs)
    timers.set(timer, task)
  }

  const dispatch = (task: Task) => {
    if (closed) return
    if (held) held.push(task)
    else waiting.push(task)
    pump()
  }

  const pump = () => {
    while (!closed && running < settings.concurrency) {
      const task = waiting.shift()
      if (!task) break
      void run(task)
    }
    if (outstanding() > 0) return
    for (const resolve of idleWaiters) resolve()
    idleWaiters.clear()
  }

  const outstanding = () => waiting.length + running + timers.size

  const enqueue = (event: StoredEvent) => {
    for (const target of event.targets) {
      const plan = rules.plan(event.type)
      if (plan.drop !== null) {
        target.state = plan.drop
        continue
      }
      const task = { event, target, badSignature: plan.badSignature }
      for (let copy = 0; copy < plan.copies; copy += 1) {
        if (plan.delayMs > 0) later(task, plan.delayMs)
        else dispatch(task)
      }
    }
  }

  /** After a restart: what had not arrived is sent again, and where the shop has moved to. */
  const resume = (events: readonly StoredEvent[], urls: readonly string[]) => {
    for (const event of events) {
      for (const target of event.targets) {
        if (target.state !== 'pending') continue
        if (!urls.includes(target.url)) target.url = urls[0] ?? target.url
        target.attempts = 0
        dispatch({ event, target, badSignature: false })
      }
    }
  }

  /** Deliveries made from now on wait until they are released. */
  const hold = () => {
    held ??= []
  }

  /** Lets held deliveries go; returns how many. */
  const release = (order: ReleaseOrder, seed: number): number => {
    const tasks = inOrder(held ?? [], order, seed)
    held = null
    for (const task of tasks) dispatch(task)
    return tasks.length
  }

  /** Does not wait for the pauses between attempts; returns how many deliveries that concerns. */
  const retryNow = (): number => {
    const tasks = [...timers.values()]
    for (const timer of timers.keys()) clearTimeout(timer)
    timers.clear()
    for (const task of tasks) dispatch(task)
    pump()
    return tasks.length
  }

  /** Resolves when nothing is left to deliver or retry; held deliveries do not count. */
  const whenIdle = (timeoutMs: number): Promise<void> =>
    new Promise((resolve, reject) => {
      if (outstanding() === 0) return resolve()
      const timer = setTimeout(() => {
        idleWaiters.delete(done)
        reject(new Error(`After ${timeoutMs} ms there are still ${outstanding()} webhook deliveries to make`))
      }, timeoutMs)
      const done = () => {
        clearTimeout(timer)
        resolve()
      }
      idleWaiters.add(done)
    })

  const clear = () => {
    generation += 1
    for (const timer of timers.keys()) clearTimeout(timer)
    timers.clear()
    waiting.length = 0
    log.length = 0
    held = null
    rules.clear()
    pump()
  }

  const close = () => {
    closed = true
    clear()
    poster.close()
  }

  return { rules, log, attempt, enqueue, resume, hold, release, retryNow, whenIdle, clear, close }
}

export type Deliveries = ReturnType<typeof createDeliveries>

function succeeded(result: { status: number | null }): boolean {
  return result.status !== null && result.status >= 200 && result.status < 300
}

function inOrder(tasks: readonly Task[], order: ReleaseOrder, seed: number): Task[] {
  switch (order) {
    case 'oldest-first':
      return [...tasks]
    case 'newest-first':
      return [...tasks].reverse()
    case 'shuffled':
      return shuffled(tasks, seed)
  }
}
