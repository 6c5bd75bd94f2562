import type { ServerBuild } from '@remix-run/node'
import { constantRoutes } from './constant-routes'

/** The product's Remix build with the routes it is measured against; stands where `build/web.js` looks for the former. */

const product = (await import(new URL('../../server/index.js', import.meta.url).href)) as ServerBuild

export const { assetsBuildDirectory, basename, entry, future, isSpaMode, mode, publicPath } = product

export const routes: ServerBuild['routes'] = { ...product.routes, ...constantRoutes }

export const assets: ServerBuild['assets'] = {
  ...product.assets,
  routes: {
    ...product.assets.routes,
    ...Object.fromEntries(Object.values(constantRoutes).flatMap((route) => (route ? [entryOf(route)] : []))),
  },
}

/** What a page tells its browser of the route: no browser comes. */
function entryOf({ id, path, parentId, module }: NonNullable<ServerBuild['routes'][string]>) {
  const described: ServerBuild['assets']['routes'][string] = {
    id,
    path,
    parentId,
    hasAction: module.action !== undefined,
    hasLoader: module.loader !== undefined,
    hasClientAction: false,
    hasClientLoader: false,
    hasErrorBoundary: false,
    imports: [],
    module: '/assets/bench.js',
  }
  return [id, described] as const
}
