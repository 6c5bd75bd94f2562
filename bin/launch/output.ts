/** What `npm start` shows: progress, and the log lines of its processes in a form that people read. */

/** One step that takes time, or a sentence about it. */
export function progress(message: string): void {
  write(message.endsWith('.') ? message : `${message} …`)
}

export function say(message: string): void {
  write(message)
}

/** How the lines of a process are shown: as they are, or (`readable`) its JSON log lines put into words. */
export type LogStyle = 'raw' | 'readable'

/** Passes a stream on, line by line, under the process's name. */
export function passOn(name: string, stream: NodeJS.ReadableStream, style: LogStyle): void {
  let rest = ''
  stream.setEncoding('utf8')
  stream.on('data', (text: string) => {
    const lines = (rest + text).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) write(style === 'raw' ? line : readableLine(name, line))
  })
  stream.on('end', () => {
    if (rest) write(style === 'raw' ? rest : readableLine(name, rest))
  })
}

/**
 * @example readableLine('web', '{"level":"warn","time":"2026-01-02T10:00:00.000Z","msg":"late","ms":9}')
 *   // '10:00:00 web       warn   late  ms=9'
 */
export function readableLine(name: string, line: string): string {
  const entry = parseEntry(line)
  if (!entry) return `         ${name.padEnd(9)} ${line}`
  const { level, time, msg, err, ...fields } = entry
  const details = Object.entries(fields).map(([key, value]) => `${key}=${plain(value)}`)
  const words = [plain(msg ?? ''), ...details, ...errorLines(err)].filter(Boolean).join('  ')
  return `${String(time).slice(11, 19)} ${name.padEnd(9)} ${String(level).padEnd(6)} ${words}`
}

function parseEntry(line: string): Record<string, unknown> | undefined {
  if (!line.startsWith('{')) return undefined
  try {
    const entry: unknown = JSON.parse(line)
    return typeof entry === 'object' && entry !== null && 'level' in entry ? { ...entry } : undefined
  } catch {
    return undefined
  }
}

function errorLines(error: unknown): string[] {
  const stacks = stacksOf(error)
  return stacks.length > 0 ? [`\n${stacks.join('\ncaused by: ')}`] : []
}

/** An error's own, and those of what caused it. */
function stacksOf(error: unknown): string[] {
  if (typeof error !== 'object' || error === null || !('stack' in error)) return []
  const inner: unknown[] = 'errors' in error && Array.isArray(error.errors) ? error.errors : []
  const causes = 'cause' in error ? [error.cause, ...inner] : inner
  return [String(error.stack), ...causes.flatMap(stacksOf)]
}

function plain(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

function write(line: string): void {
  process.stdout.write(`${line}\n`)
}
