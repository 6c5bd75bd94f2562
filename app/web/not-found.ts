/** Thrown by a page's loader or action: the error page says 404. */
export function notFound(): Response {
  return new Response(null, { status: 404 })
}
