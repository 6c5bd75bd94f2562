import type { BulkOperation, BulkRun } from '@/app/bulk/bulk-form'
import { FormKey } from '../form-key'

/** What a run carries from page to page. */
export function OperationFields({
  operation,
  targets,
  results,
  formKey,
}: { operation: BulkOperation; formKey: string } & Pick<BulkRun, 'targets' | 'results'>) {
  return (
    <>
      <input type="hidden" name="form" value="run" />
      <FormKey value={formKey} />
      <input type="hidden" name="operation" value={operation.operation} />
      <input type="hidden" name="reason" value={operation.reason} />
      {operation.operation === 'expand' && (
        <>
          <input type="hidden" name="tier" value={operation.tier} />
          <input type="hidden" name="additionalSpots" value={operation.additionalSpots} />
        </>
      )}
      <input type="hidden" name="targets" value={JSON.stringify(targets)} />
      <input type="hidden" name="results" value={JSON.stringify(results)} />
    </>
  )
}
