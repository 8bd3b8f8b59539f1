import { killUnderLoad } from "./re-01-kill.ts";
import { powerCut, powerCutControl } from "./re-02-power-cut.ts";
import { ackAfterSync } from "./re-03-ack-after-sync.ts";
import { nthDiskFault } from "./re-04-nth-fault.ts";
import { diskFull } from "./re-05-disk-full.ts";
import { readOnlyDisk } from "./re-06-read-only-disk.ts";
import { databaseLocked, slowSync } from "./re-07-locked-or-slow.ts";
import { clockJumps } from "./re-13-clock-jumps.ts";
import { backupUnderLoad } from "./re-15-backup.ts";
import { damagedDatabase } from "./re-18-damaged.ts";
import { slowClients } from "./re-20-slow-clients.ts";
import type { Scenario } from "./scenario.ts";

/** Every scenario, in the order in which they are played. */
export const scenarios: readonly Scenario[] = [
  killUnderLoad,
  powerCut,
  powerCutControl,
  ackAfterSync,
  nthDiskFault,
  diskFull,
  readOnlyDisk,
  clockJumps,
  damagedDatabase,
  databaseLocked,
  slowSync,
  backupUnderLoad,
  slowClients,
];
