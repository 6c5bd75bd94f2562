import type { Owner } from './owner'

/** A city's GA chain ends one row too early, so that its next row cannot be written. */
export async function spoil(owner: Owner, cityId: string): Promise<void> {
  await owner.query(
    `update inventory set last_sequence = last_sequence - 1 where city_id = $1 and tier = 'ga'`,
    [cityId],
  )
}
