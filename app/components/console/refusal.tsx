import { ErrorSummary } from '@/app/components/error-summary'
import type { FormRefusal } from '@/app/forms/form-refusal'

/** Why a form of the page did nothing; nothing where none was refused. */
export function Refusal({
  refused,
  title = 'Nothing was changed',
}: {
  refused: Pick<FormRefusal, 'title' | 'problems'> | undefined
  /** What did not happen, where the refusal itself does not say it. */
  title?: string
}) {
  return refused && <ErrorSummary title={refused.title ?? title} problems={refused.problems} />
}
