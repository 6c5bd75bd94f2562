import { notFound } from '@/app/web/not-found'

/** Any address that nothing else answers. */
export function loader() {
  throw notFound()
}

export function action() {
  throw notFound()
}

export default function Unknown() {
  return null
}
