const states = [
  ['upcoming', 'Not on sale yet'],
  ['on_sale', 'On sale'],
  ['paused', 'Paused'],
  ['closed', 'Closed'],
] as const

/** The choices of a sale's state. */
export function SaleStateOptions() {
  return (
    <>
      {states.map(([state, text]) => (
        <option key={state} value={state}>
          {text}
        </option>
      ))}
    </>
  )
}
