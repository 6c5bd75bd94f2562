import { RemixBrowser } from '@remix-run/react'
import { startTransition, StrictMode } from 'react'
import { hydrateRoot } from 'react-dom/client'
import { RenderContextProvider } from './components/render-context'

// An error page carries the id of the request that failed, and every page whom to write to; the first render here must
// say the same.
const requestId = document.querySelector('[data-request-id]')?.textContent ?? null
const supportEmail = document.body.dataset.supportEmail ?? null

startTransition(() => {
  hydrateRoot(
    document,
    <StrictMode>
      <RenderContextProvider.Provider value={{ nonce: '', requestId, supportEmail }}>
        <RemixBrowser />
      </RenderContextProvider.Provider>
    </StrictMode>,
  )
})
