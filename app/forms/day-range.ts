import { z } from 'zod'

/** Why a filter cannot be read, at which of its fields. */
export interface FilterProblem {
  fieldId: string
  message: string
}

const day = z
  .string()
  .refine((text) => text === '' || z.iso.date().safeParse(text).success, 'Write a date as 2026-01-31')

/** The first and the last day of a filter, as `2026-01-31`; empty where it has none. */
export const dayRange = z
  .object({ from: day, until: day })
  .refine(({ from, until }) => from === '' || until === '' || from <= until, {
    path: ['until'],
    message: 'The last day is before the first',
  })

/** What is wrong with the fields that a filter's form has. */
export function filterProblems({ issues }: z.ZodError): FilterProblem[] {
  return issues.map(({ path, message }) => ({ fieldId: path.join('-'), message }))
}
