import { type ExceptionFilter, exceptionFilters } from '@/lib/payments/exception-filter'

/** Reads the filter of the exceptions from an address; a state that there is not is the first one. */
export function readExceptionQuery(query: URLSearchParams): Required<ExceptionFilter> {
  return {
    state: exceptionFilters.find((state) => state === query.get('state')) ?? exceptionFilters[0],
    search: query.get('search')?.trim() ?? '',
  }
}
