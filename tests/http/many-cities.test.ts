import { beforeAll, expect, it } from 'vitest'
import { callersSuite } from '../support/callers-suite'
import { aBrowser, type PlainBrowser } from '../support/plain-browser'

/** The form that changes many cities, without scripts: what was chosen in it is not lost on the way. */

const { shop, callers } = callersSuite()
const at = '/admin/bulk'
let admin: PlainBrowser

beforeAll(async () => {
  const { email, password } = await callers.account('owner')
  admin = aBrowser(shop.origin)
  await admin.post('/sign-in', { email, password })
})

const chosen = {
  operation: 'expand',
  tier: 'vip',
  additionalSpots: '7',
  reason: 'A second room',
  search: '',
  show: 'all',
  cityId: 'dallas-jan-2026',
}

const seatsFor = { operation: 'expand', tier: 'vip', additionalSpots: '7' }

/** Of the boxes that are ticked, in the page's order. */
function ticked(html: string): string[] {
  const boxes = html.match(/<input type="checkbox"[^>]*>/g) ?? []
  return boxes
    .filter((box) => box.includes('checked=""'))
    .map((box) => / value="([^"]*)"/.exec(box)?.[1] ?? '')
}

function expectEntered(html: string): void {
  expect(html).toMatch(/name="additionalSpots"[^>]* value="7"/)
  expect(html).toMatch(/name="reason"[^>]* value="A second room"/)
  expect(html).toMatch(/<option value="vip" selected="">/)
}

it('a search keeps what is ticked and entered, and lists what it does not find', async () => {
  const { status, text } = await admin.post(at, { ...chosen, form: 'show', search: 'chicago' })
  expect(status).toBe(200)
  expect(ticked(text)).toEqual(['dallas-jan-2026'])
  expect(text.replaceAll('<!-- -->', '')).toContain('1 city</h2>')
  expect(text).toContain('value="chicago-may-2026"')
  expect(text).not.toContain('value="atlanta-feb-2026"')
  expectEntered(text)

  const all = await admin.post(at, { ...chosen, form: 'show-all', search: 'chicago' })
  expect(ticked(all.text)).toEqual(['dallas-jan-2026'])
  expect(all.text).toContain('value="atlanta-feb-2026"')
  expectEntered(all.text)
})

it('all that are found are ticked beside what was before, or none', async () => {
  const all = await admin.post(at, { ...chosen, form: 'choose-all', search: 'chicago' })
  expect(ticked(all.text)).toEqual(['chicago-may-2026', 'dallas-jan-2026'])
  expectEntered(all.text)
  const none = await admin.post(at, { ...chosen, form: 'choose-none', search: 'chicago' })
  expect(ticked(none.text)).toEqual([])
  expectEntered(none.text)
})

it('a choice that cannot be done keeps what is ticked, though the search does not find it', async () => {
  const wrong = { ...chosen, form: 'preview', additionalSpots: 'many', search: 'chicago' }
  const { status, text } = await admin.post(at, wrong)
  expect(status).toBe(422)
  expect(text).toContain('href="#preview-additionalSpots"')
  expect(ticked(text)).toEqual(['dallas-jan-2026'])
})

it('a look at what it would change leads back to the choice as it was', async () => {
  const { text } = await admin.post(at, { ...chosen, form: 'preview' })
  expect(text).toContain('Add 7 VIP seats to 1 city</h1>')
  const back = text.split('<form').find((form) => form.split('>')[0]?.includes(' id="choice"')) ?? ''
  const fields = Object.fromEntries(
    [...back.matchAll(/name="(\w+)" value="([^"]*)"/g)].map(([, name = '', value = '']) => [name, value]),
  )
  expect(text).toMatch(/<button[^>]* form="choice" name="form" value="show"/)
  const again = await admin.post(at, { ...fields, form: 'show' })
  expect(ticked(again.text)).toEqual(['dallas-jan-2026'])
  expectEntered(again.text)
})

it('a run that is refused before it has begun shows again what it would do, and why', async () => {
  const targets = '[["dallas-jan-2026",15],["chicago-may-2026",15]]'
  // No reason can be stored that has this in it.
  const refused = {
    ...seatsFor,
    form: 'run',
    key: crypto.randomUUID(),
    reason: 'a\0b',
    targets,
    results: '[]',
  }
  const { status, text } = await admin.post(at, refused)
  expect(status).toBe(409)
  expect(text).toContain('Add 7 VIP seats to 2 cities</h1>')
  expect(text).toContain('Nothing was changed</h2>')
  expect(text).toMatch(/role="alert".*reason/is)
  expect(text).toContain('Change the choice</button>')
})

it('a run of cities that are all gone leads to the choice', async () => {
  const refused = { ...seatsFor, form: 'run', reason: 'a\0b', targets: '[["atlantis",15]]', results: '[]' }
  const { status, text } = await admin.post(at, refused)
  expect(status).toBe(409)
  expect(text).toContain('None of these cities is there any more.')
  expect(text).toContain('Many cities</h1>')
})

it('resets no city for an operator, whose page offers none', async () => {
  const { email, password } = await callers.account('operator')
  const operator = aBrowser(shop.origin)
  await operator.post('/sign-in', { email, password })
  const resets = { operation: 'reset', reason: 'A rehearsal' }
  const targets = '[["dallas-jan-2026",0],["chicago-may-2026",0]]'
  const run = { ...resets, form: 'run', key: crypto.randomUUID(), targets, results: '[]', count: '2' }
  for (const form of [{ ...resets, form: 'preview', cityId: 'dallas-jan-2026' }, run])
    expect((await operator.post(at, form)).status).toBe(403)
  expect(await shop.rows('select distinct epoch from inventory')).toEqual([{ epoch: 0 }])
  expect((await admin.post(at, run)).text).toContain('2 of 2 cities changed')
})
