import type { Migration } from 'kysely/migration'
import type { LiveIndex } from '../live-indexes'
import * as initial from './0001-initial'
import * as accounts from './0002-accounts'
import * as doors from './0003-doors'
import * as salesOverTime from './0004-sales-over-time'
import * as privateLinks from './0005-private-links'
import * as distinctIndexes from './0006-distinct-indexes'
import * as paymentsWrittenOnce from './0007-payments-written-once'
import * as leanerPayments from './0008-leaner-payments'
import * as emailsByDay from './0009-emails-by-day'
import * as knownZones from './0010-known-zones'
import * as whatAlertsAreAbout from './0011-what-alerts-are-about'
import * as verifiedStays from './0012-verified-stays'
import * as eventsThatWait from './0013-events-that-wait'
import * as paymentsThatWait from './0014-payments-that-wait'
import * as worstDisputes from './0015-worst-disputes'
import * as keptByChanging from './0016-kept-by-changing'
import * as seatsOfLostDisputes from './0017-seats-of-lost-disputes'
import * as openDisputes from './0018-open-disputes'
import * as seatsByPool from './0019-seats-by-pool'
import * as seatsPaid from './0020-seats-paid'
import * as salesTakenBack from './0021-sales-taken-back'
import * as pagesLeftOpen from './0022-pages-left-open'
import * as paymentsByTime from './0023-payments-by-time'
import * as refundsAtTheBank from './0024-refunds-at-the-bank'

interface ReleasedMigration extends Migration {
  /** What a release builds beside a running shop before it migrates; the migration itself does so in an empty database. */
  liveIndexes?: readonly LiveIndex[]
}

/** All migrations in order of name. They only go forward; what a released one makes of a database never changes. */
export const migrations: Record<string, ReleasedMigration> = {
  '0001-initial': initial,
  '0002-accounts': accounts,
  '0003-doors': doors,
  '0004-sales-over-time': salesOverTime,
  '0005-private-links': privateLinks,
  '0006-distinct-indexes': distinctIndexes,
  '0007-payments-written-once': paymentsWrittenOnce,
  '0008-leaner-payments': leanerPayments,
  '0009-emails-by-day': emailsByDay,
  '0010-known-zones': knownZones,
  '0011-what-alerts-are-about': whatAlertsAreAbout,
  '0012-verified-stays': verifiedStays,
  '0013-events-that-wait': eventsThatWait,
  '0014-payments-that-wait': paymentsThatWait,
  '0015-worst-disputes': worstDisputes,
  '0016-kept-by-changing': keptByChanging,
  '0017-seats-of-lost-disputes': seatsOfLostDisputes,
  '0018-open-disputes': openDisputes,
  '0019-seats-by-pool': seatsByPool,
  '0020-seats-paid': seatsPaid,
  '0021-sales-taken-back': salesTakenBack,
  '0022-pages-left-open': pagesLeftOpen,
  '0023-payments-by-time': paymentsByTime,
  '0024-refunds-at-the-bank': refundsAtTheBank,
}
