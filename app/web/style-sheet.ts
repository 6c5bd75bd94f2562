import type { ServerBuild } from '@remix-run/node'

/** The address of the style sheet that all pages of a build link to, for a page that Remix does not write. */
export function styleSheetOf({ routes }: ServerBuild): string | undefined {
  const links = routes.root?.module.links?.() ?? []
  return links.flatMap((link) => ('href' in link && link.rel === 'stylesheet' ? [link.href ?? ''] : []))[0]
}
