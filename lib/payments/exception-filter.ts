/** In the order in which pages offer them. `waiting`: open ones and those that somebody is resolving. Browsers load this file. */
export const exceptionFilters = ['waiting', 'resolved', 'all'] as const

/** Which exceptions. */
export interface ExceptionFilter {
  /** `waiting` by default. */
  state?: (typeof exceptionFilters)[number] | undefined
  /** Only those of the payments that it fits, as `selectFoundIds` has it. */
  search?: string | undefined
}
