import type { FormRefusal } from '@/app/forms/form-refusal'

/** What to say beside a field. A field's id is its form's name and its own. */
export function problemAt(
  refused: Pick<FormRefusal, 'problems'> | undefined,
  fieldId: string,
): string | undefined {
  return refused?.problems.find((problem) => problem.fieldId === fieldId)?.message
}
