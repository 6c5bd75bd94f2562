import { saleStateWords } from '@/app/format/sale-states'

/** The choices of a sale's state. */
export function SaleStateOptions() {
  return (
    <>
      {Object.entries(saleStateWords).map(([state, word]) => (
        <option key={state} value={state}>
          {word}
        </option>
      ))}
    </>
  )
}
