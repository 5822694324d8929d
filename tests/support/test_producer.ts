import type { LogAppendInfo } from "../../storage/log/append/log_append_info.ts";
import type { PartitionLog } from "../../storage/log/partition_log.ts";
import { batchOf, endMarker } from "./partition_log.ts";

/** One producer that writes in order. */
export class TestProducer {
  sequence = 0;

  constructor(
    readonly log: PartitionLog,
    readonly producerId: number,
    public producerEpoch = 0,
  ) {}

  batch(count: number, isTransactional = true): Uint8Array {
    const batch = batchOf(Array.from({ length: count }, (_, i) => `p${this.producerId}-${i}`), {
      producerId: this.producerId,
      producerEpoch: this.producerEpoch,
      baseSequence: this.sequence,
      isTransactional,
    });
    this.sequence += count;
    return batch;
  }

  write(count: number, isTransactional = true): LogAppendInfo {
    return this.log.appendAsLeader(this.batch(count, isTransactional), 0);
  }

  end(type: "COMMIT" | "ABORT", coordinatorEpoch = 0): LogAppendInfo {
    return this.log.appendAsLeader(
      endMarker(this.producerId, this.producerEpoch, type, { coordinatorEpoch }),
      0,
      { origin: "coordinator", transactionVersion: 1 },
    );
  }
}
