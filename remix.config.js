/**
 * Remix's options. Vite's Remix plugin does not read this file by itself: `vite.config.ts` imports it.
 *
 * @type {import('@remix-run/dev').VitePluginConfig}
 */
export default {
  appDirectory: 'app',
  buildDirectory: 'build',
  serverModuleFormat: 'esm',
  future: {
    v3_fetcherPersist: true,
    // A browser gets the map of all routes at once, 3 KB that it keeps. Asked for piecemeal, at an address of its own, it costs
    // the server a search of all routes for each link on a page, and one request could ask about thousands.
    v3_lazyRouteDiscovery: false,
    v3_relativeSplatPath: true,
    v3_routeConfig: true,
    v3_singleFetch: true,
    v3_throwAbortReason: true,
  },
}
