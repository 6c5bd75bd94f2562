import {
  cityOf,
  figuresOf,
  freeSeats,
  type Hold,
  isLive,
  isOverdue,
  type Model,
  newModel,
  sum,
  taken,
} from './model-state'
import {
  type CityName,
  type ModelCommand,
  namedBy,
  type PaymentName,
  poolNames,
  price,
  seatsPerEmail,
  type Step,
} from './steps'

export { figuresOf, newModel }

/** @returns the model after the step, and for each group of a call whether it was refused */
export function stepModel(before: Model, step: Step): { model: Model; refused: boolean[] } {
  const model = structuredClone(before)
  switch (step.type) {
    case 'clock':
      model.minutes += step.minutes
      return { model, refused: [] }
    case 'refunds':
      model.refunds[step.payment] = step.cents
      return { model, refused: [] }
    case 'call':
      return call(model, step.groups)
  }
}

function call(before: Model, groups: ModelCommand[][]): { model: Model; refused: boolean[] } {
  let model = before
  lapse(model, groups.flat())
  const refused = groups.map((group) => {
    const tried = structuredClone(model)
    const all = group.map((command) => accepts(tried, command))
    if (all.includes(false)) return true
    model = tried
    return false
  })
  return { model, refused }
}

function lapse(model: Model, commands: ModelCommand[]): void {
  const wanted = commands.flatMap((command) =>
    command.type === 'sell' || command.type === 'await' ? (namedBy[command.payment] ?? []) : [],
  )
  for (const [name, hold] of Object.entries(model.holds)) {
    if (isOverdue(model, hold) && !wanted.some((other) => other === name)) hold.status = 'over'
  }
}

/** Whether the command was accepted, even if it had nothing to do. */
function accepts(model: Model, command: ModelCommand): boolean {
  switch (command.type) {
    case 'hold':
      return hold(model, command)
    case 'await': {
      const own = ownHold(model, command.payment)
      if ((model.payments[command.payment]?.seats ?? 0) > 0 || !own || own.ended) return true
      const free = freeSeats(model, own.pool)
      if (!isLive(own) && free < own.quantity) return true
      Object.assign(own, { status: 'awaiting', owner: command.payment })
      return true
    }
    case 'release': {
      const hold = model.holds[command.reservation]
      if (!hold) return false
      if (hold.owner && command.payment && hold.owner !== command.payment) return true
      if (hold.status === 'sold') return true
      const final = command.cause === 'expired' || command.cause === 'payment_failed'
      if (hold.status === 'awaiting' && command.cause !== 'payment_failed' && command.cause !== 'dismissed')
        return false
      hold.owner ??= command.payment
      hold.ended ||= final
      hold.status = 'over'
      return true
    }
    case 'sell':
      return sell(model, command)
    case 'restock':
      return restock(model, command.payment)
    case 'expand': {
      const pool = model.pools[command.pool]
      if (pool) pool.real += command.by
      return pool !== undefined
    }
    case 'reduce': {
      const pool = model.pools[command.pool]
      if (!pool || command.to > pool.real || command.to < taken(model, command.pool)) return false
      pool.real = command.to
      return true
    }
    case 'relimit': {
      const pool = model.pools[command.pool]
      if (!pool || (command.to < taken(model, command.pool) && command.to < pool.shown)) return false
      if (pool.real === pool.shown) pool.real = command.to
      pool.shown = command.to
      return true
    }
    case 'reset':
      return reset(model, command.city)
    case 'undo-reset':
      return undo(model, command.city)
    case 'open-city':
      if (model.pools[command.pool]) return false
      model.pools[command.pool] = { shown: command.limit, real: command.limit, epoch: 0, hidden: null }
      return true
  }
}

function hold(model: Model, command: ModelCommand & { type: 'hold' }): boolean {
  const known = model.holds[command.reservation]
  if (known) {
    const same = known.pool === command.pool && known.quantity === command.quantity
    return same && known.status === 'held' && !isOverdue(model, known)
  }
  const pool = model.pools[command.pool]
  if (!pool) return false
  const all = Object.values(model.holds)
  const sameCity = (one: Hold) => cityOf(one.pool) === cityOf(command.pool)
  if (
    command.visitor &&
    all.some((one) => one.visitor === command.visitor && one.status === 'held' && sameCity(one))
  )
    return false
  const ofEmail = all.filter((one) => one.email === command.email && isLive(one) && !isOverdue(model, one))
  if (command.email && sum(ofEmail) + command.quantity > seatsPerEmail) return false
  const limit = command.reach === 'public' ? Math.min(pool.shown, pool.real) : pool.real
  if (taken(model, command.pool) + command.quantity > limit) return false
  const { quantity, visitor, email } = command
  const until = model.minutes + command.minutes
  const fresh: Hold = {
    pool: command.pool,
    quantity,
    visitor,
    email,
    until,
    status: 'held',
    owner: null,
    ended: false,
  }
  model.holds[command.reservation] = fresh
  return true
}

function sell(model: Model, { payment, pool: name, quantity }: ModelCommand & { type: 'sell' }): boolean {
  const own = ownHold(model, payment)
  const closed = { status: 'sold', owner: payment, ended: true } as const
  if ((model.payments[payment]?.seats ?? 0) > 0) {
    if (own) Object.assign(own, closed)
    return true
  }
  const pool = model.pools[name]
  if (!pool) return false
  const seats = { pool: name, epoch: pool.epoch, seats: quantity }
  const back = seatsBack(model, payment, quantity) ?? 0
  if (back === quantity) {
    if (own) Object.assign(own, { ...closed, status: 'over' })
    model.payments[payment] = { ...seats, back }
    return true
  }
  const mine = own && isLive(own) && own.pool === name ? own.quantity : 0
  if (quantity - back > freeSeats(model, name) + mine) return false
  if (own) Object.assign(own, closed)
  model.payments[payment] = { ...seats, back }
  return true
}

function restock(model: Model, name: PaymentName): boolean {
  const payment = model.payments[name]
  if (!payment) return true
  const told = seatsBack(model, name, payment.seats)
  // Seats of a refund that failed are owed, whatever the rest of the money is for.
  const back = told ?? Math.min(payment.back, Math.floor((model.refunds[name] ?? 0) / price))
  if (told === null && back === payment.back) return false
  const current = model.pools[payment.pool]?.epoch === payment.epoch
  if (current && payment.back - back > freeSeats(model, payment.pool)) return false
  payment.back = back
  return true
}

/** Null where the refunds are no whole number of seats. */
function seatsBack(model: Model, payment: PaymentName, seats: number): number | null {
  const refunded = Math.min(model.refunds[payment] ?? 0, seats * price)
  return refunded % price === 0 ? refunded / price : null
}

function reset(model: Model, city: CityName): boolean {
  const pools = poolsOf(model, city)
  for (const pool of pools) {
    pool.hidden = pool.real - pool.shown
    pool.real = pool.shown
    pool.epoch++
  }
  for (const hold of Object.values(model.holds))
    if (isLive(hold) && cityOf(hold.pool) === city) hold.status = 'over'
  return pools.length > 0
}

function undo(model: Model, city: CityName): boolean {
  const names = poolNames.filter(
    (name) => cityOf(name) === city && (model.pools[name]?.hidden ?? null) !== null,
  )
  for (const name of names) {
    const pool = model.pools[name]
    if (!pool) continue
    for (const payment of Object.values(model.payments)) {
      if (payment.pool === name && payment.epoch === pool.epoch - 1) payment.epoch = pool.epoch
    }
    pool.real += pool.hidden ?? 0
    pool.hidden = null
  }
  return names.length > 0 && names.every((name) => freeSeats(model, name) >= 0)
}

function ownHold(model: Model, payment: PaymentName): Hold | null {
  const name = namedBy[payment]
  const hold = name ? model.holds[name] : undefined
  if (!hold || hold.status === 'sold' || (hold.owner && hold.owner !== payment)) return null
  return hold
}

function poolsOf(model: Model, city: CityName) {
  return poolNames.flatMap((name) => (cityOf(name) === city ? (model.pools[name] ?? []) : []))
}
