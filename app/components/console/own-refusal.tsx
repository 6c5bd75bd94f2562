import { ErrorSummary } from '@/app/components/error-summary'
import type { SecurityProblem } from '@/app/forms/security-answers'

/** Why an admin's change of their own account was not made; nothing where none was refused. */
export function OwnRefusal({ refused }: { refused: SecurityProblem | undefined }) {
  if (!refused) return null
  const { title = 'Nothing was changed', problem, fieldId } = refused
  return <ErrorSummary title={title} problems={[{ message: problem, fieldId }]} answer={refused} />
}
