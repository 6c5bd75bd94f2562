/** Hidden in a form that makes something: sent twice with the same key, it makes one. */
export function FormKey({ value }: { value: string }) {
  return <input type="hidden" name="key" value={value} />
}
