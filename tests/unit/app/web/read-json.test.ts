import { expect, it } from 'vitest'
import { readJsonText } from '@/app/web/read-json'

const read = (encoding: Record<string, string>) =>
  readJsonText(
    new Request('http://localhost/', {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...encoding },
      body: '{"quantity":1}',
    }),
  )

it.each(['gzip', 'br', 'identity, gzip', 'unheard-of'])(
  'refuses a body in %s, which it would take for text',
  async (encoding) => {
    expect(await read({ 'content-encoding': encoding })).toMatchObject({
      ok: false,
      failure: { code: 'unsupported_media_type', headers: { 'Accept-Encoding': 'identity' } },
    })
  },
)

it.each<Record<string, string>>([{}, { 'content-encoding': 'identity' }, { 'content-encoding': 'Identity' }])(
  'reads a body that is as it is: %j',
  async (encoding) => {
    expect(await read(encoding)).toEqual({ ok: true, value: '{"quantity":1}' })
  },
)
