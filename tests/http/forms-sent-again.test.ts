import { randomUUID } from 'node:crypto'
import { expect, it } from 'vitest'
import { newCityValues } from '@/app/presenters/console/city-settings'
import { beginOnce } from '@/lib/idempotency/idempotency'
import { callersSuite } from '../support/callers-suite'
import { aBrowser } from '../support/plain-browser'

/** Forms of the console that are sent again while the first is still being done. */

const { shop, callers } = callersSuite()

const link = { cityId: 'dallas-jan-2026', tier: 'ga', seats: '2', days: '14', email: '', note: '' }

interface Making {
  at: string
  action: string
  /** What the form is about besides what it says. */
  about?: string[]
  fields: Record<string, string>
}

const making: Making[] = [
  { at: '/admin/links', action: 'link.issue', fields: { ...link, form: 'issue' } },
  {
    at: '/admin/settings/tokens',
    action: 'token.create',
    fields: { name: 'Slow', scope: 'read', days: '9', form: 'create' },
  },
  {
    at: '/admin/settings/admins',
    action: 'account.create',
    fields: { email: 'slow@example.com', role: 'viewer', form: 'create' },
  },
  {
    at: '/admin/settings/cities/new',
    action: 'city.create',
    fields: {
      ...newCityValues,
      id: 'slow-jul-2099',
      name: 'Slow',
      startsOn: '2099-07-10',
      endsOn: '2099-07-11',
      saleState: 'upcoming',
      form: 'create',
    },
  },
  { at: '/admin/alerts', action: 'alert.send', fields: { message: 'Slow', urgency: 'normal', form: 'send' } },
  { at: '/admin/alerts', action: 'alert.test', fields: { form: 'test', channel: 'slack' } },
  {
    at: '/admin/cities/dallas-jan-2026/expand?tier=ga',
    action: 'inventory.expand',
    about: ['dallas-jan-2026', 'tier=ga'],
    fields: { expected: '1', spots: '5', reason: '', authorizedBy: 'Dana' },
  },
]

it.concurrent.each(making)(
  'asks with the same key again while a form of $action is still being done',
  async (form) => {
    const { at, action, about = [], fields } = form
    const account = await callers.account('owner')
    const admin = aBrowser(shop.origin)
    await admin.post('/sign-in', { email: account.email, password: account.password })
    const [, key = ''] = /name="key" value="([^" ]+)"/.exec((await admin.get(at)).text) ?? []
    const sent = { key, ...fields }
    const scope = `console:${account.id} ${action}`
    const content = [...about, new URLSearchParams(sent).toString()].join('\n')
    const first = await beginOnce({ scope, key, content })
    if (first.state !== 'run') throw new Error(first.state)
    const second = await admin.post(at, sent)
    expect([second.status, second.text.includes('This is being done already.')]).toEqual([409, true])
    expect(second.text).toContain('Nothing more was done')
    expect(second.text).not.toMatch(/Nothing was changed|was not added/)
    expect([...second.text.matchAll(/name="key" value="([^"]+)"/g)].map(([, next]) => next)).toContain(key)
    const made = { id: 1, token: 'made-first', email: 'made-first', password: '', title: 'Made', text: '' }
    await first.run.settle(JSON.stringify(made))
    const [, expected] = /name="expected" value="([^"]+)"/.exec(second.text) ?? []
    const third = await admin.post(at, { ...sent, ...(expected !== undefined && { expected }) })
    expect(third.status).toBeLessThan(400)
  },
)

it.concurrent.each<Making>([
  {
    at: '/admin/bulk',
    action: 'inventory.expand after 0',
    fields: {
      form: 'run',
      operation: 'expand',
      tier: 'ga',
      additionalSpots: '5',
      reason: '',
      targets: '[["dallas-jan-2026",35]]',
      results: '[]',
    },
  },
  { at: '/admin/security', action: 'session.revoke', fields: { form: 'session', sessionId: randomUUID() } },
])('says that nothing more was done while $action is still being done', async ({ at, action, fields }) => {
  const account = await callers.account('owner')
  const admin = aBrowser(shop.origin)
  await admin.post('/sign-in', { email: account.email, password: account.password })
  const sent = { key: randomUUID(), ...fields }
  const scope = `console:${account.id} ${action}`
  const content = new URLSearchParams(sent).toString()
  const first = await beginOnce({ scope, key: sent.key, content })
  if (first.state !== 'run') throw new Error(first.state)
  const second = await admin.post(at, sent)
  expect([second.status, second.text.includes('This is being done already.')]).toEqual([409, true])
  expect(second.text).toContain('Nothing more was done')
  expect(second.text).not.toContain('Nothing was changed')
})
