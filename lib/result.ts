/** What came of an action: its value, or the code of the rule that stood against it. */
export type Result<Value, Code extends string> = { ok: true; value: Value } | { ok: false; code: Code }
