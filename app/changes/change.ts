import type { FormRefusal } from '@/app/forms/form-refusal'
import type { Deed } from '@/lib/accounts/principal'
import type { CityFigures } from '@/lib/analytics/cities'
import type { AdminAuthority, AdminRefusal } from '@/lib/inventory/admin'
import type { ChangedSetting } from '@/lib/inventory/execute'
import type { Tier } from '@/lib/tier'

/**
 * Something that an admin changes in a city. It is asked once, on a page of its own that says in numbers what will
 * change and works without scripts; then done, and reported on the city's page.
 */
export interface Change {
  /** Who may. The server asks for it again when the form comes. */
  deed: Exclude<Deed, 'see'>
  /** How the audit log names it. */
  action: string
  /** Also in an archived city: what buyers still hold is released there, and its sale made ready for when it is back. */
  fitsArchived?: true
  ask(city: CityFigures, query: URLSearchParams): Promise<Question> | Question
  perform(request: ChangeRequest): Promise<Performed>
  /**
   * For the audit log, where the ledger has no row that says it.
   *
   * @param setting what was really changed, where it is a setting
   */
  facts?(request: Pick<ChangeRequest, 'query' | 'form'>, setting?: ChangedSetting): AuditFacts
}

export interface AuditFacts {
  before: Record<string, unknown>
  after: Record<string, unknown>
}

export interface ChangeRequest {
  cityId: string
  cityName: string
  /** What the address says: the same that was asked about. */
  query: URLSearchParams
  /** What was typed, and what the admin saw when it was asked. */
  form: URLSearchParams
  authority: AdminAuthority
}

export type Performed = { ok: true; done: Done } | Refused

/** Nothing was changed. What has to be typed otherwise is said of each field. */
export type Refused = AdminRefusal & { problems?: FormRefusal['problems'] }

/** What was done, for the admin. */
export interface Done {
  title: string
  text: string
  /** How to take it back, where that is possible. */
  undo?: { to: string; text: string } | undefined
}

export type Question = InputQuestion | ConfirmQuestion | BlockedQuestion

interface BaseQuestion {
  title: string
  lead: string
  /** The numbers now, and after the change where it is known. */
  effects: Effect[]
}

export interface Effect {
  name: string
  before: string
  after?: string
}

/** A number is missing before the consequences can be told: asked by an ordinary GET form to the same page. */
export interface InputQuestion extends BaseQuestion {
  kind: 'input'
  field: NumberField
  /** Why the number given does not do. */
  problem?: string | undefined
}

/** Everything is known: asked once. */
export interface ConfirmQuestion extends BaseQuestion {
  kind: 'confirm'
  warnings: string[]
  /** Typed on this page, besides who authorizes it and why. */
  fields: Field[]
  isReasonNeeded: boolean
  /** What the admin sees; sent along, so that a change meanwhile is noticed. */
  expected: string
  button: string
  look: 'primary' | 'danger'
}

/** It cannot be done now. */
export interface BlockedQuestion extends BaseQuestion {
  kind: 'blocked'
  reason: string
}

export type Field = NumberField | TextField

export interface NumberField {
  kind: 'number'
  name: string
  /** Which tier's number it is. */
  tier: Tier
  label: string
  hint?: string
  value: string
  min: number
  max: number
}

export interface TextField {
  kind: 'text'
  name: string
  label: string
  hint?: string
  value: string
}

/** Where a change is asked. */
export function changePath(cityId: string, change: string, query: Record<string, string> = {}): string {
  const search = new URLSearchParams(query).toString()
  return `/admin/cities/${cityId}/${change}${search && `?${search}`}`
}
