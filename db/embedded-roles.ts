/** The roles of an embedded cluster: its superuser, the owner of the schema, and the role of web and worker. */
export const roleNames = { superuser: 'postgres', owner: 'sixfb_owner', app: 'sixfb_app' } as const

export type EmbeddedRole = keyof typeof roleNames

/** The connection string of a role. */
export function addressOf(role: EmbeddedRole, password: string, port: number, database: string): string {
  return `postgres://${roleNames[role]}:${password}@127.0.0.1:${port}/${database}`
}
