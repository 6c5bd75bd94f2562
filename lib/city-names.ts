import { type Connection, database } from '@/lib/database'
import { isStorableText } from '@/lib/outside-text'

/** The names of these cities, archived ones too, by id. Ids that are no city's have none. */
export async function readCityNames(
  ids: readonly string[],
  connection: Connection = database(),
): Promise<Map<string, string>> {
  const known = [...new Set(ids)].filter((id) => isStorableText(id))
  if (known.length === 0) return new Map()
  // The primary key.
  const rows = await connection.selectFrom('cities').select(['id', 'name']).where('id', 'in', known).execute()
  return new Map(rows.map(({ id, name }) => [id, name]))
}
