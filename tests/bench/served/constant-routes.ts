import type { ActionFunctionArgs, ServerBuild } from '@remix-run/node'
import { useParams } from '@remix-run/react'
import { sql } from 'kysely'
import { createElement } from 'react'
import { database } from '@/lib/database'
import { constantAnswer } from './constants'

/** Under `/api`, so that the server treats them like the product's endpoints. */
export const constantRoutes: ServerBuild['routes'] = {
  'bench/constant': {
    id: 'bench/constant',
    parentId: 'root',
    path: 'api/bench/constant',
    module: { loader: () => Response.json(constantAnswer), default: undefined },
  },
  'bench/insert': {
    id: 'bench/insert',
    parentId: 'root',
    path: 'api/bench/insert',
    module: { action: insertOne, default: undefined },
  },
  'bench/page': {
    id: 'bench/page',
    parentId: 'root',
    path: 'bench/page/:paragraphs',
    module: { default: StaticPage },
  },
}

async function insertOne({ request }: ActionFunctionArgs) {
  const body = await request.text()
  await sql`insert into bench_inserts (body) values (${body})`.execute(database())
  return Response.json(constantAnswer)
}

/** As many paragraphs as the address says. */
function StaticPage() {
  const count = Number(useParams().paragraphs)
  return Array.from({ length: count }, (_, key) => createElement('p', { key }, paragraph))
}

const paragraph = 'A line of text that says nothing and is as long as many a line of a page.'
