import { stat } from 'node:fs/promises'

/** Whether there is a file or folder of this name. One that is closed to us counts as none. */
export async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}
