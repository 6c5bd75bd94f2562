import type { ExceptionPageModel } from '@/app/presenters/console/exception-page'
import type { FormRefusal } from '@/app/forms/form-refusal'

/** What each way to resolve an exception is shown with. */
export interface ResolutionProps {
  page: ExceptionPageModel
  /** Goes with a decision, so that it is made once. */
  formKey: string
  refused: FormRefusal | undefined
  isSending: boolean
}
