import '@remix-run/server-runtime'
import type { RequestContext } from './web/request-context'

declare module '@remix-run/server-runtime' {
  /** What loaders and actions get as `context`. */
  interface AppLoadContext extends RequestContext {}

  /** Loader data keeps its types on the way to components: dates stay dates. */
  interface Future {
    v3_singleFetch: true
  }
}
