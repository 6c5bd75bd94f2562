/** Every method that a request may have here. */
export const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const

/** Whether a method, which can be any text that a client writes, is one of them. */
export function isMethod(text: string): boolean {
  return methods.some((method) => method === text)
}
