import type { StoredSession } from '../store'
import { html, money, page, type Html } from './html'

/** Where a tester plays the bank: a debit succeeds or fails, days after the order. */
export function pendingPage({ object }: StoredSession, debit: 'none' | 'pending'): string {
  if (debit === 'none') return page('Bank debit', html`<h1>No bank debit is on its way here</h1>`)
  return page(
    'Bank debit',
    html`<h1>Bank debit of ${money(object.amount_total ?? 0, object.currency)}</h1>
      <p>The customer has ordered; the bank has not answered yet.</p>
      <form method="post">
        <button class="main" name="action" value="succeed">The bank pays</button>
        <button name="action" value="fail">The bank refuses</button>
      </form>`,
  )
}

export function settledPage(result: 'fail' | 'succeed'): string {
  const title = result === 'succeed' ? 'The bank has paid' : 'The bank has refused'
  return page(title, html`<h1>${title}</h1>`)
}

/** The latest sessions, for a developer. */
export function indexPage(sessions: readonly StoredSession[]): string {
  const rows = sessions.map((session) => row(session))
  return page(
    'Stripe stand-in',
    html`<h1>Stripe stand-in</h1>
      <p>The latest checkouts, newest first. Amounts are not real money.</p>
      <table>
        <thead>
          <tr>
            <th scope="col">Order</th>
            <th scope="col">Amount</th>
            <th scope="col">State</th>
          </tr>
        </thead>
        <tbody>
          ${rows}
        </tbody>
      </table>`,
  )
}

function row({ id, object, lineItems }: StoredSession): Html {
  const names = lineItems.map((item) => `${item.quantity} × ${item.description ?? ''}`).join(', ')
  return html`<tr>
    <td><a href="/c/pay/${id}">${names || id}</a></td>
    <td>${money(object.amount_total ?? 0, object.currency)}</td>
    <td>${object.status}, ${object.payment_status}</td>
  </tr>`
}
