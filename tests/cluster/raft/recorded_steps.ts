/** What the parts of a metadata log tell the replica, kept instead of done. */

import type { ReplicaSteps, UntimedInput } from "../../../cluster/raft/raft_io.ts";

export class RecordedSteps implements ReplicaSteps {
  isStopped = false;
  readonly inputs: UntimedInput[] = [];
  readonly failures: unknown[] = [];

  step(input: UntimedInput): void {
    this.inputs.push(input);
  }

  tryStep(input: UntimedInput): void {
    this.inputs.push(input);
  }

  fail(error: unknown): void {
    this.failures.push(error);
  }
}
