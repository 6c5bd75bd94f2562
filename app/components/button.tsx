import { Link, type LinkProps } from '@remix-run/react'
import type { ButtonHTMLAttributes } from 'react'

type Look = 'primary' | 'quiet' | 'danger'

export interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  look?: Look
  /** Its work is under way: it keeps its focus and ignores further presses. */
  isBusy?: boolean
}

/** Does something. The text says what happens: "Hold 2 seats and pay". */
export function Button({ look = 'primary', isBusy = false, className = '', onClick, ...rest }: ButtonProps) {
  return (
    <button
      type="submit"
      {...rest}
      className={`button button--${look} ${className}`.trim()}
      aria-disabled={isBusy || undefined}
      onClick={isBusy ? (event) => event.preventDefault() : onClick}
    />
  )
}

/** Goes somewhere, and looks like a button because it is the page's next step. */
export function ButtonLink({ look = 'primary', ...rest }: LinkProps & { look?: Look }) {
  return <Link {...rest} className={`button button--${look}`} />
}
