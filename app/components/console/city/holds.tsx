import { HoldRecords } from '@/app/components/console/hold-records'
import { OlderLink } from '@/app/components/console/older-link'
import type { CityPage } from '@/app/presenters/console/city-page'

/** Seats in somebody's checkout, those that end first come first. */
export function Holds({ holds, mayOperate }: { holds: CityPage['holds']; mayOperate: boolean }) {
  const { rows, total, isFirst, nextCursor } = holds
  return (
    <section className="stack" aria-labelledby="holds">
      <h2 id="holds">In checkouts now</h2>
      {rows.length > 0 ? (
        <HoldRecords label="In checkouts now" rows={rows} mayOperate={mayOperate} />
      ) : (
        <p className="muted">{isFirst ? 'Nobody is buying at the moment.' : 'No more of them now.'}</p>
      )}
      {total > rows.length && (
        <p className="small muted">
          These are {rows.length} of {total}. Those that end first come first.
        </p>
      )}
      <OlderLink cursor={nextCursor} words={{ first: 'First', next: 'Later' }} anchor="holds" />
    </section>
  )
}
