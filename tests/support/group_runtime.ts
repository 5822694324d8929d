/** A runtime of groups with one partition, on the {@linkcode GroupHarness}: for tests of handlers. */

import { type ErrorName, KafkaError } from "../../client/protocol/error_codes.ts";
import type { GroupCoordinatorShard } from "../../cluster/coordinator/group_coordinator_shard.ts";
import type {
  GroupRuntime,
  GroupRuntimeOperation,
} from "../../cluster/coordinator/group_runtime.ts";
import { GroupHarness } from "./group_harness.ts";

/** Groups whose partition a test may take away. */
export class TestGroupRuntime implements GroupRuntime {
  readonly groups: GroupHarness;
  isLoading = false;
  /** Why nothing can be run. */
  refusal: ErrorName | undefined;

  constructor(groups: GroupHarness = new GroupHarness()) {
    this.groups = groups;
  }

  partitionFor(): number {
    return 0;
  }

  run<R>(_partition: number, operation: GroupRuntimeOperation<R>): R | Promise<R> {
    if (this.refusal !== undefined) throw new KafkaError(this.refusal);
    const pending = this.groups.harness.run<R>(operation);
    return pending.isDone ? pending.response : pending.promise;
  }

  *shards(): Generator<GroupCoordinatorShard> {
    yield this.groups.shard;
  }
}
