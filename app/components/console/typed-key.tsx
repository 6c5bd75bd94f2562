/** A long key in groups of four, as people type it. There are gaps to see, but no spaces to copy. */
export function TypedKey({ secret }: { secret: string }) {
  const groups = secret.match(/.{1,4}/g) ?? []
  return (
    <code className="typed-key">
      {groups.map((group, index) => (
        <span key={index}>{group}</span>
      ))}
    </code>
  )
}
