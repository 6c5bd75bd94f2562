import { Link } from '@remix-run/react'
import { Icon } from '@/app/components/icon'
import type { AttentionItem } from '@/app/presenters/console/attention-list'

/** What needs a person, first on the page. */
export function AttentionList({ items }: { items: readonly AttentionItem[] }) {
  return (
    <section aria-labelledby="attention" className="stack stack--tight">
      <h2 id="attention">Needs attention</h2>
      {items.length === 0 ? (
        <p className="attention__none">
          <Icon name="good" />
          Nothing. Payments, queues, alerts and the audit are in order.
        </p>
      ) : (
        <ul className="attention">
          {items.map(({ key, meaning, title, text, to, linkText }) => (
            <li key={key} className={`attention__item attention__item--${meaning}`}>
              <Icon name={meaning} />
              <div className="attention__words">
                <strong>{title}</strong>
                <span className="muted">{text}</span>
              </div>
              <Link to={to} className="attention__link">
                {linkText}
              </Link>
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}
