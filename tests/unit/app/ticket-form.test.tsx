import { renderToStaticMarkup } from 'react-dom/server'
import { createStaticHandler, createStaticRouter, StaticRouterProvider } from 'react-router-dom/server'
import { expect, test } from 'vitest'
import { TicketForm } from '@/app/components/ticket-form'

/** A form that was sent without a tier that can be bought, as its buyer sees it again. */
async function refusedForm(): Promise<string> {
  const price = { amountCents: 100_000, currency: 'usd' }
  const form = (
    <TicketForm
      choices={[
        { tier: 'ga', left: 0, limit: 35, price, state: { kind: 'none_left' } },
        { tier: 'vip', left: 15, limit: 15, price, state: { kind: 'plenty', left: 15 } },
      ]}
      isOpen
      liveness={{ staleSeconds: null }}
      refused={{
        problem: { message: 'Choose GA or VIP', field: 'tier' },
        entered: { tier: 'ga', quantity: '1', email: '' },
      }}
      link={undefined}
      isSending={false}
    />
  )
  const handler = createStaticHandler([{ path: '/', element: form }])
  const context = await handler.query(new Request('http://localhost/'))
  if (context instanceof Response) throw new Error('No page')
  const router = createStaticRouter(handler.dataRoutes, context)
  return renderToStaticMarkup(<StaticRouterProvider router={router} context={context} hydrate={false} />)
}

test('a buyer who has to choose a tier is led to one that can be bought, not to the one that is gone', async () => {
  expect(await refusedForm()).toContain('<a href="#tier-vip">Choose GA or VIP</a>')
})
