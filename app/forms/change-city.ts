import { archiveCity, editCity, restoreCity } from '@/lib/cities/admin-cities'
import { cityDetails } from '@/lib/cities/city-input'
import type { LiveStock } from '@/app/web/stock/live-stock'
import { notFound } from '@/app/web/not-found'
import type { SignedIn } from '@/app/web/require-principal'
import { refuseMoved } from './changed-meanwhile'
import { readCityFields } from './city'
import { doneAt } from './console-notice'
import { nameOf, refuseForm, refuseUnreadable } from './form-refusal'
import { isRepeat, onceForm, refuseRepeat } from './once-form'

interface Sender {
  signedIn: SignedIn
  /** Read anew before an answer says that something is changed: the next page shows it. */
  liveStock: Pick<LiveStock, 'refresh'>
}

/** The forms of a city's settings. Public limits and sale have forms of their own, with a question (`app/changes`). */
export async function changeCity(cityId: string, form: URLSearchParams, sender: Sender) {
  switch (nameOf(form)) {
    case 'details':
      return details(cityId, form, sender)
    case 'archive':
    case 'restore':
      return archive(cityId, form, sender)
    default:
      throw new Response(null, { status: 400 })
  }
}

const moved =
  'Somebody else has changed this city meanwhile. Look at what is new beside your own changes, then save them again.'

async function details(cityId: string, form: URLSearchParams, { signedIn, liveStock }: Sender) {
  const { audit } = signedIn
  const read = cityDetails.safeParse(readCityFields(form))
  if (!read.success) return refuseUnreadable(form, read.error, { audit, action: 'city.edit', target: cityId })
  const edited = await onceForm(form, signedIn, 'city.edit', () =>
    editCity(cityId, read.data, form.get('version') ?? '', audit),
  )
  if (edited.ok) return done(cityId, `${read.data.name} is changed`, liveStock)
  switch (edited.code) {
    case 'unknown_city':
      throw notFound()
    case 'changed_meanwhile':
      return refuseMoved(form, moved)
    case 'unchanged':
      return refuseForm(form, 'It is so already.')
    case 'in_progress':
    case 'key_reused':
      return refuseRepeat(form, edited.code)
  }
}

async function archive(cityId: string, form: URLSearchParams, { signedIn, liveStock }: Sender) {
  const { audit } = signedIn
  const isArchive = nameOf(form) === 'archive'
  const result = isArchive
    ? await onceForm(form, signedIn, 'city.archive', () => archiveCity(cityId, audit))
    : await onceForm(form, signedIn, 'city.restore', () => restoreCity(cityId, audit))
  if (result.ok)
    return done(cityId, isArchive ? 'The city is archived' : 'The city is back on the lists', liveStock)
  if (result.code === 'unknown_city') throw notFound()
  return isRepeat(result.code)
    ? refuseRepeat(form, result.code)
    : refuseForm(form, 'It is so already; somebody else may have done it.')
}

async function done(cityId: string, title: string, liveStock: Sender['liveStock']) {
  await liveStock.refresh()
  return doneAt(`/admin/settings/cities/${encodeURIComponent(cityId)}`, title)
}
