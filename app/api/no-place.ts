import type { Failure } from '@/app/web/envelope'

/** A cursor that the list it was given for did not write. */
export function noPlace(field: 'cursor' | 'expansionsCursor'): Failure {
  return { code: 'invalid', message: `${field} is no place in this list`, data: { field } }
}
