import { methods } from '@/app/web/methods'
import { notFound } from '@/app/web/not-found'

/** Any address that nothing else answers, by whatever method. */
export const loader = Object.assign(
  () => {
    throw notFound()
  },
  { methods },
)

export const action = loader

export default function Unknown() {
  return null
}
