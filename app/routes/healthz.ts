import { success } from '@/app/web/envelope'

/** Alive: the process answers. Says nothing about what it depends on. */
export function loader() {
  return success({ status: 'alive' })
}
