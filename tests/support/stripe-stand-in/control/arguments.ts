import { z } from 'zod'
import type { StripeStandInControl } from './control'

/** The arguments of each command, as they come over HTTP. */
const id = z.string().min(1).max(255)
const count = z.number().int().min(1)
const ms = z.number().min(0)
const seconds = z.number().int().min(0)
const metadata = z.record(z.string(), z.string())
const types = z.array(z.string())
const none = z.tuple([])

const outsideSession = z.strictObject({
  mode: z.enum(['payment', 'setup', 'subscription']).optional(),
  unitAmount: z.number().int().min(0).optional(),
  quantity: count.optional(),
  adjustable: z.strictObject({ minimum: z.number().int(), maximum: z.number().int() }).optional(),
  currency: z.string().length(3).optional(),
  productName: z.string().optional(),
  metadata: metadata.optional(),
  clientReferenceId: z.string().optional(),
  customerEmail: z.string().optional(),
  paymentIntentMetadata: metadata.optional(),
  discount: z.number().min(0).max(100).optional(),
  expiresAt: seconds.optional(),
  successUrl: z.string().optional(),
  paymentLink: z.boolean().optional(),
})

const pay = z.strictObject({
  method: z.enum(['card', 'debit']).optional(),
  quantity: z.number().int().optional(),
  email: z.string().optional(),
  name: z.string().optional(),
  coupon: z.string().optional(),
})

const refund = z.strictObject({
  status: z.enum(['pending', 'requires_action', 'succeeded']).optional(),
  reason: z.enum(['duplicate', 'fraudulent', 'requested_by_customer']).optional(),
  metadata: metadata.optional(),
})

const sign = {
  secrets: z.array(z.string()).optional(),
  ageSeconds: z.number().optional(),
  badSignature: z.boolean().optional(),
}

const event = { id: id.optional(), created: seconds.optional(), livemode: z.boolean().optional() }

const webhooks = z.strictObject({
  urls: z.array(z.string()).optional(),
  secrets: z.array(z.string()).min(1).optional(),
  sign: z.enum(['all', 'first']).optional(),
  deliver: z.enum(['auto', 'manual']).optional(),
  enabledEvents: types.nullable().optional(),
})

const ruleScope = { types: types.optional(), every: count.optional(), times: count.optional() }

const rule = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('drop'),
    ...ruleScope,
    countsAs: z.enum(['delivered', 'failed']).optional(),
  }),
  z.strictObject({ kind: z.literal('duplicate'), ...ruleScope, copies: count.optional() }),
  z.strictObject({ kind: z.literal('delay'), ...ruleScope, delayMs: ms }),
  z.strictObject({ kind: z.literal('bad-signature'), ...ruleScope }),
])

const fault = z.strictObject({
  match: z.string(),
  kind: z.enum([
    'disconnect-after',
    'disconnect-before',
    'slow',
    'slow-after',
    'status',
    'status-after',
    'status-kept',
    'timeout',
    'timeout-after',
  ]),
  status: z.number().int().min(400).max(599).optional(),
  code: z.string().optional(),
  delayMs: ms.optional(),
  times: count.optional(),
  every: count.optional(),
})

export const commandArguments = {
  createSession: z.tuple([outsideSession.optional()]),
  pay: z.tuple([id, pay.optional()]),
  decline: z.tuple([id, pay.optional()]),
  settle: z.tuple([id, z.enum(['fail', 'succeed'])]),
  expire: z.tuple([id]),
  refund: z.tuple([id, count.nullable().optional(), refund.optional()]),
  settleRefund: z.tuple([id]),
  failRefund: z.tuple([id]),
  dispute: z.tuple([
    id,
    z.strictObject({ amount: count.optional(), reason: z.string().optional() }).optional(),
  ]),
  closeDispute: z.tuple([id, z.enum(['lost', 'won'])]),
  emitEvent: z.tuple([z.string(), z.unknown(), z.strictObject(event).optional()]),
  buildEvent: z.tuple([z.string(), z.unknown(), z.strictObject({ ...event, ...sign }).optional()]),
  signedEvent: z.tuple([id, z.strictObject(sign).optional()]),
  sign: z.tuple([z.string(), z.strictObject(sign).optional()]),
  deliver: z.tuple([
    id,
    z
      .strictObject({ ...sign, times: count.optional(), delayMs: ms.optional(), url: z.string().optional() })
      .optional(),
  ]),
  setWebhooks: z.tuple([webhooks]),
  hold: none,
  release: z.tuple([
    z.enum(['newest-first', 'oldest-first', 'shuffled']).optional(),
    z.number().int().optional(),
  ]),
  addDeliveryRule: z.tuple([rule]),
  clearDeliveryRules: none,
  dropNext: z.tuple([count.optional(), types.optional()]),
  dropEvery: z.tuple([count, types.optional()]),
  duplicateEvery: z.tuple([count, count.optional()]),
  retryNow: none,
  whenIdle: z.tuple([ms.optional()]),
  fault: z.tuple([fault]),
  clearFaults: none,
  setLatency: z.tuple([ms]),
  snapshot: none,
  requests: z.tuple([z.string().optional()]),
  deliveries: none,
  clock: none,
  setClock: z.tuple([z.iso.datetime({ offset: true })]),
  advance: z.tuple([z.number()]),
  reset: none,
} satisfies { [Name in keyof StripeStandInControl]: z.ZodType<Parameters<StripeStandInControl[Name]>> }

export type CommandName = keyof StripeStandInControl

export function isCommand(name: string): name is CommandName {
  return Object.hasOwn(commandArguments, name)
}
