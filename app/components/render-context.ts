import { createContext, useContext } from 'react'

/** What the server knows while it renders, and components need. */
export interface RenderContext {
  /** Empty in the browser, which hides nonces from scripts anyway. */
  nonce: string
  /** Null in the browser, unless the server put it on the page. */
  requestId: string | null
  /** Where customers may write to; null where nobody is named. */
  supportEmail: string | null
}

export const RenderContextProvider = createContext<RenderContext>({
  nonce: '',
  requestId: null,
  supportEmail: null,
})

export function useRenderContext(): RenderContext {
  return useContext(RenderContextProvider)
}
