import { returningSeats } from '@/app/format/returning-seats'
import { seats } from '@/app/format/seats'
import { counted, isOrAre } from '@/lib/counted'
import { previewReset, type ResetPreview, resetCity } from '@/lib/inventory/admin'
import { refusal } from '@/lib/inventory/admin/result'
import { type Change, changePath, type Question } from './change'
import { noExpected, readExpected } from './read-expected'

/** Begins a city's count anew. The city's id is typed, so that no other city is meant. */
export const reset: Change = {
  deed: 'own',
  action: 'inventory.reset',
  async ask(city): Promise<Question> {
    const preview = await previewReset(city.id)
    const base = {
      title: `Reset ${city.name}`,
      lead: 'Sold and held go to 0 and the limits to the public ones. The ledger keeps what was there.',
    }
    if (!preview) return { ...base, kind: 'blocked', effects: [], reason: 'This city has no stock.' }
    const { soldSeats, payments, hiddenSeats, heldSeats } = preview
    return {
      ...base,
      kind: 'confirm',
      effects: [
        { name: 'Sold', before: String(soldSeats), after: '0' },
        { name: 'In checkouts', before: String(heldSeats), after: '0' },
        { name: 'Hidden seats', before: String(hiddenSeats), after: '0' },
      ],
      warnings: [
        ...(soldSeats > 0
          ? [
              `${counted(soldSeats, 'paid ticket')} of ${counted(payments, 'payment')} will no longer count. Nobody gets money back.`,
            ]
          : []),
        ...heldWarnings(preview),
        ...returningSeats(preview.returningSeats),
        ...(preview.undo ? ['The reset before this one can then no longer be undone.'] : []),
        'This reset can be undone until the next one.',
      ],
      fields: [
        {
          kind: 'text',
          name: 'confirmation',
          label: `Type ${city.id} to confirm`,
          value: '',
        },
      ],
      isReasonNeeded: true,
      expected: String(preview.epoch),
      button: soldSeats > 0 ? `Reset and forget ${counted(soldSeats, 'paid ticket')}` : `Reset ${city.name}`,
      look: 'danger',
    }
  },
  async perform({ cityId, cityName, form, authority }) {
    const problems = problemsIn(cityId, form)
    if (problems.length > 0) return { ...refusal('invalid_text', 'Fields are missing'), problems }
    const expectedEpoch = readExpected(form)
    if (expectedEpoch === null) return noExpected
    const result = await resetCity(cityId, authority, { expectedEpoch })
    if (!result.ok) return result
    return {
      ok: true,
      done: {
        title: `${cityName} was reset`,
        text: `${counted(result.forgotten, 'sold seat')} no longer ${result.forgotten === 1 ? 'counts' : 'count'}.`,
        undo: { to: changePath(cityId, 'undo-reset'), text: 'Undo the reset' },
      },
    }
  },
}

function problemsIn(cityId: string, form: URLSearchParams): { fieldId: string; message: string }[] {
  const typed = (name: string) => form.get(name)?.trim() ?? ''
  return [
    ...(typed('confirmation') === cityId
      ? []
      : [{ fieldId: 'confirmation', message: `Type ${cityId} to confirm` }]),
    ...(typed('reason') === '' ? [{ fieldId: 'reason', message: 'Say why' }] : []),
    ...(typed('authorizedBy') === ''
      ? [{ fieldId: 'authorizedBy', message: 'Authorization required for inventory reset' }]
      : []),
  ]
}

/**
 * A checkout is ended at Stripe. A bank debit cannot be: it loses its seats, and is sold if its money comes. What is paid
 * already loses the seats that its exception kept, and waits on.
 */
function heldWarnings(preview: ResetPreview): string[] {
  const { openCheckouts, checkoutSeats, delayedPayments, delayedSeats } = preview
  const { undecidedPayments, undecidedSeats } = preview
  const warnings: string[] = []
  if (openCheckouts > 0)
    warnings.push(`${counted(openCheckouts, 'checkout')} with ${seats(checkoutSeats)} will be ended.`)
  if (delayedPayments > 0)
    warnings.push(
      `${counted(delayedPayments, 'bank debit')} with ${seats(delayedSeats)} ${isOrAre(delayedPayments)} on the way and cannot be ended: ` +
        `the ${delayedSeats === 1 ? 'seat becomes' : 'seats become'} free. ` +
        'Money that arrives is sold from free seats; where there are none, it needs a decision.',
    )
  if (undecidedPayments > 0) warnings.push(undecidedWarning(undecidedPayments, undecidedSeats))
  return warnings
}

function undecidedWarning(payments: number, kept: number): string {
  const orders = payments === 1 ? '1 paid order that waits' : `${payments} paid orders that wait`
  const [lose, them] = payments === 1 ? ['loses', 'it'] : ['lose', 'them']
  return `${orders} for a decision ${lose} the ${kept === 1 ? 'seat' : seats(kept)} kept for ${them}.`
}
