const roles = [
  ['viewer', 'Viewer: sees everything'],
  ['operator', 'Operator: changes stock, resolves payments'],
  ['owner', 'Owner: resets, settings, accounts'],
] as const

/** The choices of a role, with what each may do. */
export function RoleOptions() {
  return (
    <>
      {roles.map(([role, text]) => (
        <option key={role} value={role}>
          {text}
        </option>
      ))}
    </>
  )
}
