import { Notice } from '@/app/components/notice'

/** New recovery codes, which are shown this once. */
export function RecoveryCodeList({ codes }: { codes: readonly string[] }) {
  return (
    <Notice meaning="warn" title="Keep these recovery codes">
      <p>Each works once, in place of the app or the passkey. They are not shown again.</p>
      <ul className="codes">
        {codes.map((code) => (
          <li key={code}>
            <code>{code}</code>
          </li>
        ))}
      </ul>
    </Notice>
  )
}
