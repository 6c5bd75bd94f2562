const paths = {
  good: 'M4 12.5l5 5L20 6.5',
  warn: 'M12 8v5M12 17h.01M10.3 3.9 2 18.3A2 2 0 0 0 3.7 21h16.6a2 2 0 0 0 1.7-2.7L13.7 3.9a2 2 0 0 0-3.4 0z',
  bad: 'M12 8v5M12 16.5h.01M12 2.5a9.5 9.5 0 1 0 0 19 9.5 9.5 0 0 0 0-19z',
  info: 'M12 11v6M12 7.5h.01M12 2.5a9.5 9.5 0 1 0 0 19 9.5 9.5 0 0 0 0-19z',
  down: 'M6 9.5l6 6 6-6',
  clock: 'M12 7v5l3.5 2M12 2.5a9.5 9.5 0 1 0 0 19 9.5 9.5 0 0 0 0-19z',
} as const

export type IconName = keyof typeof paths

/** A small drawing beside a word; never a meaning of its own. */
export function Icon({ name }: { name: IconName }) {
  return (
    <svg className="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={paths[name]} />
    </svg>
  )
}
