import { text } from 'node:stream/consumers'

/**
 * The password for a new account: from stdin, or asked twice on a terminal without showing it.
 *
 * @returns undefined when one should be made: nothing was typed, or there is nobody to ask
 * @throws Error when the two differ, or stdin holds none
 */
export async function passwordFrom(source: 'stdin' | 'terminal'): Promise<string | undefined> {
  if (source === 'stdin') {
    const password = (await text(process.stdin)).replace(/\r?\n$/, '')
    if (password === '') throw new Error('--password-stdin: stdin holds no password.')
    return password
  }
  if (!process.stdin.isTTY) return undefined
  const password = await ask('Password (Enter makes one): ')
  if (password === '') return undefined
  if ((await ask('The same again: ')) !== password) throw new Error('The two passwords differ.')
  return password
}

async function ask(question: string): Promise<string> {
  const { stdin, stderr } = process
  stderr.write(question)
  stdin.setRawMode(true)
  stdin.setEncoding('utf8')
  let typed = ''
  try {
    for await (const chunk of stdin.iterator({ destroyOnReturn: false })) {
      for (const key of String(chunk)) {
        if (key === '\r' || key === '\n') return typed
        if (key === keys.interrupt || key === keys.endOfInput) process.exit(130)
        typed = after(typed, key)
      }
    }
    return typed
  } finally {
    stdin.setRawMode(false)
    stdin.pause()
    stderr.write('\n')
  }
}

const keys = { interrupt: '\x03', endOfInput: '\x04', backspace: '\x7f', otherBackspace: '\b', clear: '\x15' }

function after(typed: string, key: string): string {
  if (key === keys.backspace || key === keys.otherBackspace) return [...typed].slice(0, -1).join('')
  if (key === keys.clear) return ''
  return key < ' ' ? typed : typed + key
}
