import type { ReactNode } from 'react'

export interface Column<Row> {
  text: string
  /** Figures stand on the right. */
  isNumber?: boolean
  cell: (row: Row) => ReactNode
}

/** What a cell shows where there is nothing to show; the card of a narrow page leaves its line out. */
export const nothing = '–'

/**
 * A table of records. On a narrow page each row becomes a card, which takes the table's meaning away from browsers;
 * so the roles are written out. The first column names the record.
 */
export function Records<Row>({
  label,
  columns,
  rows,
  keyOf,
}: {
  label: string
  columns: readonly Column<Row>[]
  rows: readonly Row[]
  keyOf: (row: Row) => string | number
}) {
  return (
    <table className="records" role="table" aria-label={label}>
      <thead role="rowgroup">
        <tr role="row">
          {columns.map(({ text, isNumber }) => (
            <th key={text} scope="col" role="columnheader" className={isNumber ? 'number' : undefined}>
              {text}
            </th>
          ))}
        </tr>
      </thead>
      <tbody role="rowgroup">
        {rows.map((row) => (
          <tr key={keyOf(row)} role="row">
            {columns.map(({ text, isNumber, cell }, index) =>
              index === 0 ? (
                <th key={text} scope="row" role="rowheader" className="records__name">
                  {cell(row)}
                </th>
              ) : (
                <Cell key={text} text={text} isNumber={isNumber} content={cell(row)} />
              ),
            )}
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function Cell({
  text,
  isNumber,
  content,
}: {
  text: string
  isNumber?: boolean | undefined
  content: ReactNode
}) {
  return (
    <td
      role="cell"
      data-label={text}
      data-empty={content === nothing ? '' : undefined}
      className={isNumber ? 'number' : undefined}
    >
      <span className={content === nothing ? 'muted' : undefined}>{content}</span>
    </td>
  )
}
