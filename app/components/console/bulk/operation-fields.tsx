import type { BulkOperation, BulkRun } from '@/app/bulk/bulk-form'

/** What a run carries from page to page. */
export function OperationFields({
  operation,
  targets,
  results,
}: { operation: BulkOperation } & Pick<BulkRun, 'targets' | 'results'>) {
  return (
    <>
      <input type="hidden" name="form" value="run" />
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
