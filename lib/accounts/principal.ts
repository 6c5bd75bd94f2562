import type { Role, Scope } from '@/db/tables/accounts'

export type { Role, Scope }

/** The least that a page or call asks for. */
export type Deed = 'see' | 'operate' | 'own'

/** Who a request comes from. */
export type Principal =
  | { kind: 'nobody' }
  | { kind: 'admin'; accountId: string; email: string; role: Role }
  | { kind: 'token'; tokenId: string; name: string; role: Role }

export const roles = ['viewer', 'operator', 'owner'] as const satisfies readonly Role[]
export const scopes = ['read', 'operate', 'own'] as const satisfies readonly Scope[]

/** Whether this caller may do such a thing. */
export function may(principal: Principal, deed: Deed): boolean {
  switch (principal.kind) {
    case 'nobody':
      return false
    case 'admin':
    case 'token':
      return rank[principal.role] >= rank[roleOfDeed[deed]]
  }
}

/** The least that a deed takes: of an admin, and of a token. */
export function leastFor(deed: Deed): { role: Role; scope: Scope } {
  return { role: roleOfDeed[deed], scope: scopeOfDeed[deed] }
}

/** Whether a role may more than another. */
export function isHigher(role: Role, than: Role): boolean {
  return rank[role] > rank[than]
}

/** Who was signed in, as the ledger names them. */
export function actorName(principal: Principal): string | null {
  switch (principal.kind) {
    case 'nobody':
      return null
    case 'admin':
      return principal.email
    case 'token':
      return `token ${principal.name}`
  }
}

/** The role that a token's scope stands for. */
export function roleOfScope(scope: Scope): Role {
  return roleByScope[scope]
}

const rank: Record<Role, number> = { viewer: 1, operator: 2, owner: 3 }
const roleOfDeed: Record<Deed, Role> = { see: 'viewer', operate: 'operator', own: 'owner' }
const scopeOfDeed: Record<Deed, Scope> = { see: 'read', operate: 'operate', own: 'own' }
const roleByScope: Record<Scope, Role> = { read: 'viewer', operate: 'operator', own: 'owner' }
