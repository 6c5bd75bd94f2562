const roles = [
  ['viewer', 'Viewer: sees everything'],
  ['operator', 'Operator: stock, payments'],
  ['owner', 'Owner: everything'],
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
