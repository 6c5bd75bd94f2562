interface RuleScope {
  /** Only events of these types; default all. */
  types?: readonly string[]
  /** Only every nth of them; default each. */
  every?: number
  /** How often the rule applies at most; default without end. */
  times?: number
}

/** What goes wrong with deliveries, from now on. */
export type DeliveryRule = RuleScope &
  (
    | {
        kind: 'drop'
        /** What Stripe believes of the lost delivery: that it failed (default), or that it arrived. */
        countsAs?: 'delivered' | 'failed'
      }
    | { kind: 'duplicate'; /** Deliveries in all, at once; default 2. */ copies?: number }
    | { kind: 'delay'; delayMs: number }
    | { kind: 'bad-signature' }
  )

export interface DeliveryPlan {
  drop: 'delivered' | 'failed' | null
  copies: number
  delayMs: number
  badSignature: boolean
}

/** The rules in force, with their counts. */
export function createDeliveryRules() {
  let active: Array<{ rule: DeliveryRule; seen: number; applied: number }> = []

  const plan = (type: string): DeliveryPlan => {
    const result: DeliveryPlan = { drop: null, copies: 1, delayMs: 0, badSignature: false }
    for (const entry of active) {
      const { rule } = entry
      if (rule.types && !rule.types.includes(type)) continue
      entry.seen += 1
      if (entry.seen % (rule.every ?? 1) !== 0) continue
      if (entry.applied >= (rule.times ?? Infinity)) continue
      entry.applied += 1
      apply(rule, result)
    }
    return result
  }

  return {
    plan,
    add: (rule: DeliveryRule) => void active.push({ rule, seen: 0, applied: 0 }),
    clear: () => {
      active = []
    },
  }
}

function apply(rule: DeliveryRule, plan: DeliveryPlan): void {
  switch (rule.kind) {
    case 'drop':
      plan.drop = rule.countsAs ?? 'failed'
      return
    case 'duplicate':
      plan.copies = Math.max(plan.copies, rule.copies ?? 2)
      return
    case 'delay':
      plan.delayMs += rule.delayMs
      return
    case 'bad-signature':
      plan.badSignature = true
  }
}
