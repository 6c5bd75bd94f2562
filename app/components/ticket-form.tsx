import { Form } from '@remix-run/react'
import { useEffect, useId, useRef, useState } from 'react'
import { priceField } from '@/app/format/price-field'
import { refusalNow } from '@/app/format/refusal-now'
import { canBuy, stateWords } from '@/app/format/seats'
import type { Choice } from '@/app/format/tier-choices'
import { tierNames } from '@/app/format/tiers'
import { keepOrder, keptOrder } from '@/app/live/kept-order'
import type { Liveness } from '@/app/live/use-live-stock'
import { usePacedWords } from '@/app/live/use-paced-words'
import type { LinkOnPage } from '@/app/presenters/private-link'
import type { OwnHold } from '@/app/presenters/ticket-page'
import type { CheckoutFailure } from '@/lib/checkout/checkout-result'
import { shownPriceText } from '@/lib/checkout/shown-price'
import { checkoutQuantity } from '@/lib/quantity'
import type { Tier } from '@/lib/tier'
import { ActionBar } from './action-bar'
import { ErrorSummary } from './error-summary'
import { FieldError, SelectField, TextField } from './field'
import { Freshness } from './freshness'
import { TierChoice } from './tier-choice'

export interface RefusedTicketForm {
  problem: Pick<CheckoutFailure, 'message' | 'field'> & Partial<Pick<CheckoutFailure, 'code' | 'shownPrice'>>
  entered: { tier: string; quantity: string; email: string }
}

export interface TicketFormProps {
  cityId: string
  /** What the visitor holds in this city already. */
  hold: OwnHold | null
  /** How often the visitor has given seats back on this page: each time the email goes, as it does with an order. */
  givenBack: number
  choices: readonly Choice[]
  isOpen: boolean
  liveness: Liveness
  refused: RefusedTicketForm | undefined
  /** The private link that the visitor came by. */
  link: Extract<LinkOnPage, { state: 'open' }> | undefined
  isSending: boolean
}

/** Tier, quantity, email, and the one button. Complete without scripts; with them it knows the total. */
export function TicketForm(props: TicketFormProps) {
  const { cityId, hold, givenBack, choices, isOpen, liveness, refused, link, isSending } = props
  const open = choices.filter(({ state }) => canBuy(state)).map(({ tier }) => tier)
  const usable = link && link.seatsLeft > 0 ? link : undefined
  const firstOpen = [hold?.tier, usable?.tier, ...open].find((tier) => tier && open.includes(tier))
  const [picked, setPicked] = useState<Tier | undefined>(
    choices.find(({ tier }) => tier === refused?.entered.tier)?.tier ?? firstOpen,
  )
  const held = hold && hold.tier === picked ? String(hold.quantity) : null
  const [quantity, setQuantity] = useState(() => readQuantity(refused?.entered.quantity || held))
  // For when the field comes back: it goes while nothing can be bought.
  const [email, setEmail] = useState(refused?.entered.email ?? '')
  const [emptiedAfter, setEmptiedAfter] = useState(givenBack)
  if (givenBack !== emptiedAfter) {
    setEmptiedAfter(givenBack)
    setEmail('')
  }
  const form = useRef<HTMLFormElement>(null)
  // React leaves a form as the visitor has changed it before the scripts ran, and does not hear of it. What they have
  // not changed is as they sent it last.
  useEffect(() => {
    const entered = new FormData(form.current ?? undefined)
    const kept = refused ? new URLSearchParams() : keptOrder(cityId)
    const valueOf = (name: string, shown: string | undefined) => {
      const value = entered.get(name)
      return value === null || value === shown ? (kept.get(name) ?? value) : value
    }
    const tierNow = valueOf('tier', picked)
    const tier = choices.find((choice) => choice.tier === tierNow)?.tier
    if (tier) setPicked(tier)
    const quantityNow = valueOf('quantity', String(quantity))
    if (quantityNow !== null) setQuantity(readQuantity(quantityNow))
    const emailNow = valueOf('email', email)
    if (typeof emailNow === 'string') setEmail(emailNow)
  }, [])
  const ids = { tier: useId(), quantity: 'quantity', email: 'email' }
  const chosen = choices.find(({ tier, state }) => tier === picked && canBuy(state))
  const needsEmail = usable?.isForOneAddress && picked === usable.tier
  const spoken = usePacedWords(
    choices.map(({ tier, state }) => `${tierNames[tier].long}: ${stateWords(state)}.`).join(' '),
    choices.map(({ state }) => state.kind).join(' '),
  )
  const { message, field } = (refused && refusalNow(refused, choices)) ?? {}

  return (
    // Our own messages say more than the browser's, and are the same without scripts.
    <Form
      method="post"
      noValidate
      preventScrollReset
      className="stack"
      ref={form}
      onSubmit={(event) => keepOrder(cityId, new FormData(event.currentTarget))}
    >
      {link && <input type="hidden" name="link" value={link.token} />}
      {choices.map(({ tier, price }) => (
        <input key={tier} type="hidden" name={priceField(tier)} value={shownPriceText(price)} />
      ))}
      {message && (
        <ErrorSummary
          title="There is a problem"
          problems={[{ message, fieldId: fieldId(field, chosen?.tier ?? firstOpen, ids) }]}
          answer={refused}
        />
      )}
      <fieldset aria-describedby={field === 'tier' ? `${ids.tier}-error` : undefined}>
        <legend>
          <h2>{isOpen ? 'Choose your seats' : 'Seats and prices'}</h2>
        </legend>
        <Freshness liveness={liveness} />
        {field === 'tier' && <FieldError id={`${ids.tier}-error`}>{message}</FieldError>}
        <div className="tiers">
          {choices.map((choice) => (
            <TierChoice
              key={choice.tier}
              choice={choice}
              isPicked={choice.tier === picked}
              onPick={isOpen ? () => setPicked(choice.tier) : undefined}
            />
          ))}
        </div>
        <p className="visually-hidden" role="status">
          {spoken}
        </p>
      </fieldset>
      {isOpen && (
        <>
          <SelectField
            id={ids.quantity}
            name="quantity"
            label="How many seats"
            value={quantity}
            onChange={(event) => setQuantity(readQuantity(event.currentTarget.value))}
            error={field === 'quantity' ? message : undefined}
          >
            {quantities.map((one) => (
              <option key={one} value={one}>
                {one}
              </option>
            ))}
          </SelectField>
          <TextField
            key={givenBack}
            id={ids.email}
            name="email"
            label={needsEmail ? 'Email' : 'Email (optional)'}
            hint={`${needsEmail ? 'The address that the link was sent to. ' : ''}We fill it in for you on the payment page.`}
            type="email"
            autoComplete="email"
            inputMode="email"
            maxLength={255}
            defaultValue={email}
            onChange={(event) => setEmail(event.currentTarget.value)}
            error={field === 'email' ? message : undefined}
          />
          <ActionBar chosen={chosen} quantity={quantity} hold={hold} isSending={isSending} />
        </>
      )}
    </Form>
  )
}

const quantities = Array.from(
  { length: checkoutQuantity.max - checkoutQuantity.min + 1 },
  (_, index) => checkoutQuantity.min + index,
)

function readQuantity(text: FormDataEntryValue | null | undefined): number {
  const number = Number(text)
  return quantities.includes(number) ? number : checkoutQuantity.min
}

function fieldId(
  field: RefusedTicketForm['problem']['field'],
  tier: Tier | undefined,
  ids: { quantity: string; email: string },
): string | undefined {
  switch (field) {
    case 'tier':
      return tier && `tier-${tier}`
    case 'quantity':
      return ids.quantity
    case 'email':
      return ids.email
    case 'cityId':
    case 'link':
    case undefined:
      return undefined
  }
}
