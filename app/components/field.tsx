import type { InputHTMLAttributes, ReactNode, SelectHTMLAttributes, TextareaHTMLAttributes } from 'react'
import { Icon } from './icon'

interface FieldProps {
  id: string
  label: string
  hint?: string
  error?: string | undefined
  /** What has become of its value meanwhile. */
  news?: string | undefined
}

/** All fields look alike: what differs about one is a property of its own. */
type Plain<Attributes> = Omit<Attributes, 'className'>

interface NumberProps {
  /** A whole number: the field is short, and a phone offers digits. */
  isNumber?: boolean
}

/** A labelled text input with its hint and its error. */
export function TextField(props: FieldProps & NumberProps & Plain<InputHTMLAttributes<HTMLInputElement>>) {
  const { id, label, hint, error, news, isNumber = false, ...input } = props
  return (
    <Field id={id} label={label} hint={hint} error={error} news={news}>
      <input
        inputMode={isNumber ? 'numeric' : undefined}
        {...input}
        {...describe({ id, hint, error, news })}
        className={isNumber ? 'input input--number' : 'input'}
      />
    </Field>
  )
}

/** The same for text of several lines. */
export function TextAreaField(props: FieldProps & Plain<TextareaHTMLAttributes<HTMLTextAreaElement>>) {
  const { id, label, hint, error, news, ...area } = props
  return (
    <Field id={id} label={label} hint={hint} error={error} news={news}>
      <textarea {...area} {...describe({ id, hint, error, news })} className="input" />
    </Field>
  )
}

/** A labelled choice from a short list. */
export function SelectField(props: FieldProps & Plain<SelectHTMLAttributes<HTMLSelectElement>>) {
  const { id, label, hint, error, news, ...select } = props
  return (
    <Field id={id} label={label} hint={hint} error={error} news={news}>
      <span className="select">
        <select {...select} {...describe({ id, hint, error, news })} className="input" />
        <Icon name="down" />
      </span>
    </Field>
  )
}

/** The error below a field, with a word and an icon beside its colour. */
export function FieldError({ id, children }: { id?: string; children: ReactNode }) {
  return (
    <p className="field__error" id={id}>
      <Icon name="bad" />
      {children}
    </p>
  )
}

/** What somebody else has made of a field while it was open here. */
export function FieldNews({ id, children }: { id?: string; children: ReactNode }) {
  return (
    <p className="field__news" id={id}>
      <Icon name="info" />
      {children}
    </p>
  )
}

function Field({ id, label, hint, error, news, children }: FieldProps & { children: ReactNode }) {
  return (
    <div className="field">
      <label className="field__label" htmlFor={id}>
        {label}
      </label>
      {hint && (
        <p className="field__hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {news && <FieldNews id={`${id}-news`}>{news}</FieldNews>}
      {error && <FieldError id={`${id}-error`}>{error}</FieldError>}
      {children}
    </div>
  )
}

function describe({ id, hint, error, news }: Omit<FieldProps, 'label'>) {
  const describedBy = [hint && `${id}-hint`, news && `${id}-news`, error && `${id}-error`]
    .filter(Boolean)
    .join(' ')
  return { id, 'aria-describedby': describedBy || undefined, 'aria-invalid': error ? true : undefined }
}
