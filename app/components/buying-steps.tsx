/**
 * What happens after the button, for those who want to know before.
 *
 * @param heldFor how long seats are held, in words
 */
export function BuyingSteps({ heldFor }: { heldFor: string }) {
  return (
    <section className="stack ticket-layout__about">
      <h2>How it works</h2>
      <ol className="steps">
        <li>{`Choose GA or VIP, and up to 10 seats. We hold them for ${heldFor}.`}</li>
        <li>Pay on Stripe’s page. Leave it, and the seats go back when the hold ends.</li>
        <li>You come back here and see your seats confirmed.</li>
      </ol>
    </section>
  )
}
