import { z } from 'zod'
import { recordAudit, type AuditEvent } from '@/lib/accounts/audit-log'
import { archiveCity, editCity, restoreCity } from '@/lib/cities/admin-cities'
import { cityDetails, limit, saleStates } from '@/lib/cities/city-input'
import { database } from '@/lib/database'
import { type AdminAuthority, type AdminRefusal, relimitInventory, setSaleState } from '@/lib/inventory/admin'
import { tierLabel, tiers } from '@/lib/tier'
import { refuseMoved } from './changed-meanwhile'
import { readCityFields } from './city-form'
import { doneAt } from './console-notice'
import { fieldsOf, nameOf, refuseForm, refuseUnreadable } from './form-refusal'
import { notFound } from './not-found'
import { isRepeat, onceForm, refuseRepeat } from './once-form'
import type { SignedIn } from './require-principal'

/** The forms of a city's settings. */
export async function changeCity(cityId: string, form: URLSearchParams, signedIn: SignedIn) {
  switch (nameOf(form)) {
    case 'details':
      return details(cityId, form, signedIn)
    case 'limit':
      return publicLimit(cityId, form, signedIn)
    case 'sale':
      return saleState(cityId, form, signedIn)
    case 'archive':
    case 'restore':
      return archive(cityId, form, signedIn)
    default:
      throw new Response(null, { status: 400 })
  }
}

const pageOf = (cityId: string) => `/admin/settings/cities/${encodeURIComponent(cityId)}`
const moved =
  'Somebody else has changed this city meanwhile. Look at what is new beside your own changes, then save them again.'

async function details(cityId: string, form: URLSearchParams, signedIn: SignedIn) {
  const { audit } = signedIn
  const read = cityDetails.safeParse(readCityFields(form))
  if (!read.success) return refuseUnreadable(form, read.error, { audit, action: 'city.edit', target: cityId })
  const edited = await onceForm(form, signedIn, 'city.edit', () =>
    editCity(cityId, read.data, form.get('version') ?? '', audit),
  )
  if (edited.ok) return doneAt(pageOf(cityId), `${read.data.name} is changed`)
  switch (edited.code) {
    case 'unknown_city':
      throw notFound()
    case 'changed_meanwhile':
      return refuseMoved(form, moved)
    case 'unchanged':
      return refuseForm(form, 'It is so already.')
    case 'in_progress':
    case 'other_content':
      return refuseRepeat(form, edited.code)
  }
}

const limitSeen = z
  .string()
  .regex(/^\d{1,7}$/)
  .transform(Number)
const limitForm = z.object({
  tier: z.enum(tiers),
  to: limit,
  expectedLimit: limitSeen,
  expectedActual: limitSeen,
})

async function publicLimit(cityId: string, form: URLSearchParams, signedIn: SignedIn) {
  const read = limitForm.safeParse(fieldsOf(form))
  const event = { action: 'inventory.relimit', target: cityId }
  if (!read.success) return refuseUnreadable(form, read.error, { audit: signedIn.audit, ...event })
  const { tier, to, expectedLimit, expectedActual } = read.data
  const change = {
    ...event,
    before: { tier, publicLimit: expectedLimit },
    after: { tier, publicLimit: to },
  }
  const refusal = await changeStockOnce(form, signedIn, change, (authority) =>
    relimitInventory(cityId, tier, to, authority, { expectedLimit, expectedActual }),
  )
  const title = `The public ${tierLabel(tier)} limit is ${to}`
  return refusal ?? doneAt(pageOf(cityId), title, `It was ${expectedLimit}.`)
}

const saleForm = z.object({ to: z.enum(saleStates), expected: z.enum(saleStates) })

async function saleState(cityId: string, form: URLSearchParams, signedIn: SignedIn) {
  const read = saleForm.safeParse(fieldsOf(form))
  const event = { action: 'city.sale_state', target: cityId }
  if (!read.success) return refuseUnreadable(form, read.error, { audit: signedIn.audit, ...event })
  const { to, expected } = read.data
  const change = { ...event, before: { saleState: expected }, after: { saleState: to } }
  const refusal = await changeStockOnce(form, signedIn, change, (authority) =>
    setSaleState(cityId, to, authority, { expected }),
  )
  return refusal ?? doneAt(pageOf(cityId), saleReports[to])
}

const saleReports: Record<(typeof saleStates)[number], string> = {
  upcoming: 'The city is shown, and not on sale',
  on_sale: 'The city is on sale',
  paused: 'The sale is paused',
  closed: 'The sale is closed',
}

async function archive(cityId: string, form: URLSearchParams, signedIn: SignedIn) {
  const { audit } = signedIn
  const isArchive = nameOf(form) === 'archive'
  const result = isArchive
    ? await onceForm(form, signedIn, 'city.archive', () => archiveCity(cityId, audit))
    : await onceForm(form, signedIn, 'city.restore', () => restoreCity(cityId, audit))
  if (result.ok)
    return doneAt(pageOf(cityId), isArchive ? 'The city is archived' : 'The city is back on the lists')
  if (result.code === 'unknown_city') throw notFound()
  return isRepeat(result.code)
    ? refuseRepeat(form, result.code)
    : refuseForm(form, 'It is so already; somebody else may have done it.')
}

/**
 * Changes a city's stock rows in an admin's name, once, though the button is pressed twice; applied or refused, it is
 * recorded.
 *
 * @returns the answer that refuses, or null
 */
async function changeStockOnce(
  form: URLSearchParams,
  signedIn: SignedIn,
  change: Pick<AuditEvent, 'action' | 'target' | 'before' | 'after'>,
  work: (authority: AdminAuthority) => Promise<{ ok: true } | AdminRefusal>,
) {
  const { audit, principal } = signedIn
  const { action, target } = change
  const authority: AdminAuthority = {
    actor: principal.email,
    authorizedBy: principal.email,
    record: (trx) => recordAudit(trx, audit, { ...change, outcome: 'applied' }),
  }
  const result = await onceForm(form, signedIn, action, async () => {
    const settled = await work(authority)
    // The form says what was done; nothing more of it has to be kept.
    return settled.ok ? { ok: true as const, value: null } : settled
  })
  if (result.ok) return null
  if (!('message' in result)) return refuseRepeat(form, result.code)
  const { code, message } = result
  await recordAudit(database(), audit, { action, target, outcome: 'refused', code })
  if (code === 'unknown_city') throw notFound()
  return refuseForm(form, `${message}.`, {
    status: code === 'invalid_quantity' ? 422 : 409,
    ...(code === 'below_taken' && { fieldId: 'limit-to' }),
  })
}
