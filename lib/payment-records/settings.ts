import { z } from 'zod'
import { audited, type AuditContext } from '@/lib/accounts/audit-log'
import type { Connection } from '@/lib/database'
import type { Result } from '@/lib/result'
import { lockSetting, readSetting, writeSetting } from '@/lib/settings'

export const noSeatChoices = ['wait', 'refund'] as const

const paymentSettings = z.object({
  /** What becomes of a payment that finds no seat: an admin decides, or it is refunded at once with a mail. */
  noSeat: z.enum(noSeatChoices).default('wait'),
})

export type PaymentSettings = z.output<typeof paymentSettings>

/** What an admin has set in the `payments` row of the settings, defaults for the rest. */
export async function loadPaymentSettings(connection: Connection): Promise<PaymentSettings> {
  return readSetting(connection, 'payments', paymentSettings)
}

/** Sets what becomes of payments that find no seat from now on; exceptions that are open stay so. */
export async function savePaymentSettings(
  after: PaymentSettings,
  expected: PaymentSettings,
  context: AuditContext,
): Promise<Result<null, 'changed_meanwhile'>> {
  return audited(context, { action: 'settings.payments' }, async (trx) => {
    await lockSetting(trx, 'payments')
    const before = await loadPaymentSettings(trx)
    if (before.noSeat !== expected.noSeat) return { ok: false, code: 'changed_meanwhile' }
    await writeSetting(trx, 'payments', after, context.actor)
    return { ok: true, value: null, before, after }
  })
}
