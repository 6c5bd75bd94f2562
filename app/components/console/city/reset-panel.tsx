import { changePath } from '@/app/changes/change'
import { ButtonLink } from '@/app/components/button'

/** Beginning anew, and taking that back. For owners. */
export function ResetPanel({ cityId, canUndo }: { cityId: string; canUndo: boolean }) {
  return (
    <section className="panel panel--row" aria-labelledby="reset">
      <div className="stack stack--tight">
        <h2 id="reset">Reset</h2>
        <p className="small muted">Begins the count of this city anew. Asked once more, with the numbers.</p>
      </div>
      <div className="row">
        {canUndo && (
          <ButtonLink to={changePath(cityId, 'undo-reset')} look="quiet">
            Undo the last reset
          </ButtonLink>
        )}
        <ButtonLink to={changePath(cityId, 'reset')} look="danger">
          Reset this city
        </ButtonLink>
      </div>
    </section>
  )
}
