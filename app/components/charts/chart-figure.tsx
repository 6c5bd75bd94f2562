import { type ReactNode, useId } from 'react'

/** The numbers behind a picture. */
export interface ChartTable {
  /** The first one names the rows. */
  columns: readonly string[]
  rows: readonly (readonly string[])[]
}

/** A picture of numbers: what it shows, in a sentence, and the numbers themselves for whoever cannot or will not see it. */
export function ChartFigure({
  title,
  summary,
  table,
  children,
}: {
  title: string
  summary: string
  table: ChartTable
  children: ReactNode
}) {
  const id = useId()
  return (
    <figure className="chart" aria-labelledby={id}>
      <figcaption className="stack stack--tight">
        <h3 id={id}>{title}</h3>
        <p className="small muted figures">{summary}</p>
      </figcaption>
      <div role="img" aria-label={`${title}. ${summary}`}>
        {children}
      </div>
      <details className="disclosure">
        <summary>Numbers as a table</summary>
        <div className="scroll" tabIndex={0} role="region" aria-label={`${title}, table`}>
          <table className="plain-table">
            <thead>
              <tr>
                {table.columns.map((column) => (
                  <th key={column} scope="col">
                    {column}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {table.rows.map(([name, ...cells], index) => (
                <tr key={index}>
                  <th scope="row">{name}</th>
                  {cells.map((cell, column) => (
                    <td key={column}>{cell}</td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </details>
    </figure>
  )
}
