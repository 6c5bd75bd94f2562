import { createConnection } from './connection'

/**
 * The role that sessions of a connection string have. Only the server knows: the user may come from `PGUSER`, and the
 * user name that a pooler wants is none of the server's roles.
 *
 * @throws when it cannot connect
 */
export async function connectedRole(connectionString: string): Promise<string> {
  const client = createConnection({ connectionString, applicationName: '6fb-release' })
  await client.connect()
  try {
    const { rows } = await client.query<{ role: string }>('SELECT current_user::text AS role')
    if (!rows[0]) throw new Error('current_user has no row')
    return rows[0].role
  } finally {
    await client.end()
  }
}
