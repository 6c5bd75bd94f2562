export type FormValue = string | FormValue[] | { [key: string]: FormValue }
export type Form = { [key: string]: FormValue }

const MAX_DEPTH = 8

/**
 * Parses Stripe's bracket form: `a=1&b[c]=2&d[0][e]=3&f[]=4`. Keys that are all 0, 1, 2 … make a list.
 * Deeper than eight levels is cut off.
 */
export function parseForm(text: string): Form {
  const root = emptyNode()
  for (const [name, value] of new URLSearchParams(text)) insert(root, pathOf(name), value)
  return asForm(root)
}

/** The name that Stripe gives a nested parameter, such as `line_items[0][quantity]`. */
export function paramName(path: readonly PropertyKey[]): string {
  const [first, ...rest] = path.map(String)
  return [first ?? '', ...rest.map((part) => `[${part}]`)].join('')
}

// A Map, so that a parameter called `__proto__` is nothing special.
type Node = Map<string, Node | string>

function emptyNode(): Node {
  return new Map()
}

function pathOf(name: string): string[] {
  const bracket = name.indexOf('[')
  if (bracket < 1) return [name]
  const inner = [...name.slice(bracket).matchAll(/\[([^\]]*)\]/g)].map((match) => match[1] ?? '')
  return [name.slice(0, bracket), ...inner].slice(0, MAX_DEPTH)
}

function insert(node: Node, path: readonly string[], value: string): void {
  const [head, ...rest] = path
  const key = head === '' ? String(node.size) : (head ?? '')
  if (rest.length === 0) {
    node.set(key, value)
    return
  }
  const known = node.get(key)
  const child = known instanceof Map ? known : emptyNode()
  node.set(key, child)
  insert(child, rest, value)
}

function asForm(node: Node): Form {
  return Object.fromEntries([...node].map(([key, child]) => [key, asValue(child)]))
}

function asValue(child: Node | string): FormValue {
  if (typeof child === 'string') return child
  const keys = [...child.keys()]
  if (keys.every((key, index) => key === String(index))) return [...child.values()].map(asValue)
  return asForm(child)
}
