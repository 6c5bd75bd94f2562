export { type AuditDifference, describeDifference, differingRow } from './difference'
export { readAuditsUnderWay, requestFullAudit } from './request'
export { readAuditRuns, readAuditState } from './runs'
export { runAudit } from './run-audit'
