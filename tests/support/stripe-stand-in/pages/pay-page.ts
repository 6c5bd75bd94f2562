import type { LineItem } from '../stripe/objects'
import type { StoredSession } from '../store'
import { html, money, page, type Html } from './html'

/** The payment page of an open session. */
export function payPage({ object, lineItems }: StoredSession, error: string | null): string {
  return page(
    'Pay',
    html`<h1>Your order</h1>
      ${error === null ? null : html`<p class="error" role="alert">${error}</p>`}
      <dl>
        ${lineItems.map((item) => line(item))}
        <dt><strong>Total</strong></dt>
        <dd><strong>${money(object.amount_total ?? 0, object.currency)}</strong></dd>
      </dl>
      <form method="post">
        <label for="email">Email</label>
        <input
          id="email"
          name="email"
          type="email"
          required
          autocomplete="email"
          value="${object.customer_details?.email ?? ''}"
        />
        ${lineItems.map(quantityField)}
        ${
          object.allow_promotion_codes
            ? html`<label for="coupon">Promotion code</label><input id="coupon" name="coupon" />`
            : null
        }
        <button class="main" name="action" value="pay">Pay</button>
        <button name="action" value="debit">Pay by bank debit</button>
        <button name="action" value="decline">Decline card</button>
        ${
          object.cancel_url === null
            ? null
            : html`<button name="action" value="cancel" formnovalidate>Cancel</button>`
        }
        <button name="action" value="expire" formnovalidate>Let it expire</button>
      </form>`,
  )
}

/** What a customer sees of a session that can no longer be paid. */
export function closedPage({ id, object }: StoredSession, debit: 'none' | 'pending'): string {
  const expired = object.status === 'expired'
  const back = expired ? object.cancel_url : successUrl(id, object.success_url)
  return page(
    expired ? 'Expired' : 'Complete',
    html`<h1>${expired ? 'This payment page has expired' : 'This order is complete'}</h1>
      <p>
        ${expired ? 'Nothing was charged. Please start again in the shop.' : 'There is nothing more to pay here.'}
      </p>
      ${debit === 'pending' ? html`<p><a href="/c/pending/${id}">Settle the bank debit</a></p>` : null}
      ${back === null ? null : html`<p><a href="${back}">Return to the shop</a></p>`}`,
  )
}

export function missingPage(): string {
  return page('Not found', html`<h1>There is no such payment page</h1>`)
}

/** Stripe puts the session's id where the shop wrote `{CHECKOUT_SESSION_ID}`. */
export function successUrl(id: string, url: string | null): string | null {
  return url === null ? null : url.replaceAll('{CHECKOUT_SESSION_ID}', id)
}

function line(item: LineItem): Html {
  return html`<dt>${item.quantity} × ${item.description}</dt>
    <dd>${money(item.amount_total, item.currency)}</dd>`
}

function quantityField(item: LineItem, index: number): Html {
  const limits = item.adjustable_quantity
  if (!limits?.enabled) return html``
  return html`<label for="quantity-${index}">Quantity of ${item.description}</label>
    <input
      id="quantity-${index}"
      name="quantity[${index}]"
      type="number"
      min="${limits.minimum ?? 0}"
      max="${limits.maximum ?? 99}"
      value="${item.quantity}"
    />`
}
