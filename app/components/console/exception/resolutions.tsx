import { Assign } from './assign'
import { Dismiss } from './dismiss'
import { Expand } from './expand'
import { Refund } from './refund'
import { RefundOnItsWay } from './refund-on-its-way'
import type { ResolutionProps } from './resolution-props'
import { Restock } from './restock'

/** What can be done about an exception, each with what it would change. */
export function Resolutions(props: ResolutionProps) {
  const { resolutions, expand, isRefunding } = props.page
  if (isRefunding) return <RefundOnItsWay isSending={props.isSending} />
  return (
    <section className="stack" aria-labelledby="resolve">
      <h2 id="resolve">What to do</h2>
      {resolutions.includes('expand') && expand && <Expand {...props} />}
      {resolutions.includes('assign') && <Assign {...props} />}
      {resolutions.includes('refund') && <Refund {...props} />}
      {resolutions.includes('restock') && <Restock {...props} />}
      {resolutions.includes('dismiss') && <Dismiss {...props} />}
    </section>
  )
}
