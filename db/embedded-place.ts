import { access, constants, readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { dataFolderOf } from './embedded-folder'
import { canReach, type ServerUser, substituteFolder } from './embedded-user'
import { exists } from './exists'
import { writeKept } from './kept-file'

/**
 * Where a cluster lies. Permissions, and the path that a substitute is named by, may change between two starts; a
 * database must not. So the first start that succeeds notes the place, and no later one begins an empty database because
 * it cannot find or reach that.
 */
export interface Place {
  folder: string
  /** Whether the server's user may enter it, or could once it is made. */
  isReachable: boolean
  hasData: boolean
  /** Another folder whose database this is, by both their notes. */
  takenBy?: string | undefined
}

export interface Places {
  /** The folder that was asked for. */
  wanted: Place
  /** What is used for one that the server's user cannot reach; undefined where that is the caller. */
  substitute: Place | undefined
  /** What an earlier start has noted; undefined before the first success, and where an older version ran last. */
  remembered: Place | undefined
}

/** In the folder asked for: where its cluster is. `.` is the folder itself, which may be moved with it. */
const placeNote = 'kept-in'
/** In a substitute: the folder that was asked for. */
const ownerNote = 'kept-for'

/** @throws Error in words for the operator when the cluster is not to be had */
export async function findPlace(wanted: string, user: ServerUser | undefined): Promise<string> {
  const remembered = await rememberedPlace(wanted)
  return choosePlace({
    wanted: await look(wanted, wanted, user),
    substitute: user && (await look(substituteFolder(wanted), wanted, user)),
    remembered: remembered === undefined ? undefined : await look(remembered, wanted, user),
  })
}

/** Notes where a cluster is, once it has been there. */
export async function rememberPlace(wanted: string, folder: string): Promise<void> {
  const isItself = folder === resolve(wanted)
  await writeKept(join(wanted, placeNote), `${isItself ? '.' : folder}\n`)
  if (!isItself) await writeKept(join(folder, ownerNote), `${resolve(wanted)}\n`)
}

/** The place of a cluster among those that come into question. Pure. */
export function choosePlace({ wanted, substitute, remembered }: Places): string {
  const usual = substitute === undefined || wanted.isReachable ? wanted : substitute
  const other = usual === wanted ? substitute : wanted
  const isInOther = !usual.hasData && other?.hasData === true && other.takenBy === undefined
  const place = remembered ?? (isInOther ? other : usual)
  const kept = `The database of ${wanted.folder} is kept in ${place.folder}`
  const instead = place.folder === usual.folder ? '' : ` No empty one was begun in ${usual.folder} instead.`
  if (place.takenBy !== undefined) {
    throw new Error(
      `${kept}, and so is that of ${place.takenBy}. Where one is a copy of the other, set DATA_DIR to a new folder.`,
    )
  }
  if (!place.isReachable) {
    throw new Error(
      `${kept}, which the user of the server cannot reach any more.${instead} ` +
        'Start as the user who did before, and let others pass through the folders above it (chmod o+x).',
    )
  }
  if (remembered && !remembered.hasData) {
    throw new Error(
      `${kept}, and its data are not there any more.${instead} ` +
        `Bring them back; or, for an empty database, delete ${join(wanted.folder, placeNote)}.`,
    )
  }
  return place.folder
}

async function look(path: string, wanted: string, user: ServerUser | undefined): Promise<Place> {
  const folder = resolve(path)
  const isItself = folder === resolve(wanted)
  return {
    folder,
    isReachable: user ? await canReachOrMake(folder, user) : isItself || (await canWrite(folder)),
    hasData: await exists(dataFolderOf(folder)),
    takenBy: isItself ? undefined : await otherOwner(folder, resolve(wanted)),
  }
}

async function canReachOrMake(folder: string, user: ServerUser): Promise<boolean> {
  return !(await exists(folder)) || canReach(folder, user)
}

async function canWrite(folder: string): Promise<boolean> {
  return access(folder, constants.W_OK).then(
    () => true,
    () => false,
  )
}

async function otherOwner(folder: string, wanted: string): Promise<string | undefined> {
  const owner = await readNote(folder, ownerNote)
  if (owner === undefined || owner === wanted) return undefined
  // One that was moved or deleted keeps nothing any more.
  return (await rememberedPlace(owner)) === folder ? owner : undefined
}

async function rememberedPlace(wanted: string): Promise<string | undefined> {
  const note = await readNote(wanted, placeNote)
  return note === undefined ? undefined : resolve(wanted, note)
}

/** A note that was never written, or never finished, says nothing; nor does one in a folder that is closed to us. */
async function readNote(folder: string, name: string): Promise<string | undefined> {
  const text = await readFile(join(folder, name), 'utf8').catch(() => '')
  return text.trim() || undefined
}
