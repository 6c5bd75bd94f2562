/** Thrown by a page's loader or action: the error page says 403. */
export function notAllowed(): Response {
  return new Response(null, { status: 403 })
}
