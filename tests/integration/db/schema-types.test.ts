import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Insertable, Selectable } from 'kysely'
import { afterAll, expect, expectTypeOf, test } from 'vitest'
import { root } from '@/bin/root'
import type { Database } from '@/db/schema'
import type { DB } from '@/db/types.generated'
import { createTestDatabase } from '@/tests/support/database'

/** `db/schema.ts` and `db/tables` are written by hand, with narrower types than a generator knows; these hold it to the database. */

const database = await createTestDatabase()
afterAll(() => database.drop())

test('db/types.generated.ts is what the migrations make (npm run db:types)', async () => {
  const args = ['--config-file', 'db/codegen.json', '--url', database.ownerUrl, '--verify']
  const command = join(root, 'node_modules', '.bin', 'kysely-codegen')
  await expect(promisify(execFile)(command, args, { cwd: root })).resolves.toBeDefined()
})

test('db/schema.ts has the same tables, columns, nulls and defaults', () => {
  expectTypeOf<keyof Database>().toEqualTypeOf<keyof DB>()
  expectTypeOf<Shape<Database>>().toEqualTypeOf<Shape<DB>>()
})

/** For each column whether it may be null, and whether an insert may leave it out. */
type Shape<Tables> = {
  [Table in keyof Tables]: {
    [Column in keyof Selectable<Tables[Table]>]: {
      nullable: null extends Selectable<Tables[Table]>[Column] ? true : false
      optional: Column extends keyof OptionalColumns<Insertable<Tables[Table]>> ? true : false
    }
  }
}

type OptionalColumns<Row> = { [Column in keyof Row as undefined extends Row[Column] ? Column : never]: true }
