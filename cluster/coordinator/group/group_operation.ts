/**
 * What operations on groups have in common.
 *
 * @module
 */

import type { Logger, Random } from "../../../storage/env.ts";
import type { Moment, Output } from "../coordinator_shard.ts";
import type { GroupConfig } from "../group_config.ts";
import type { GroupRecord } from "../group_records.ts";
import type { GroupStore } from "./group_store.ts";

/** What an operation on groups works with. */
export interface GroupOperation {
  /** The groups. */
  readonly groups: GroupStore;
  /** The configs in force. */
  readonly config: GroupConfig;
  /** Makes the ids of members. */
  readonly random: Random;
  /** Receives what there is to tell an operator. */
  readonly logger: Logger;
  /** Takes what comes of it. */
  readonly out: Output<GroupRecord>;
  /** The time. */
  readonly now: Moment;
}
