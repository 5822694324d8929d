/** Brokers that copy from each other in one world, and a controller that grants every change of an ISR. */

import type { AlterPartitionRequest } from "../../client/protocol/messages/alter_partition.ts";
import type { AlterPartition } from "../../cluster/replication/alter_partition_manager.ts";
import { AppendEntry } from "../../cluster/replication/append.ts";
import type { AssignedPartition } from "../../cluster/replication/metadata_view.ts";
import { RemoteLeaderEndPoint } from "../../cluster/replication/remote_leader_end_point.ts";
import type { AnyApiHandler } from "../../cluster/server/api_handler.ts";
import { ZERO_UUID } from "../../storage/bytes/uuid.ts";
import type { Draft } from "../../storage/message/message_codec.ts";
import { DirectLink, leaderHandlers } from "./direct_link.ts";
import { manualEnv } from "./manual_env.ts";
import {
  assigned,
  BROKER_EPOCH,
  openReplicas,
  type TestReplicas,
  type TestReplicasOptions,
} from "./replicas.ts";

/** See the file's comment. */
export interface ReplicaBrokers extends AsyncDisposable {
  readonly env: ReturnType<typeof manualEnv>;
  /** The brokers, by id. */
  readonly brokers: ReadonlyMap<number, TestReplicas>;
  /** What leaders have asked the controller for. */
  readonly alterations: Draft<AlterPartitionRequest>[];
  /** The fetchers of a broker: `1/0` is the first that copies from broker 1. */
  fetchersOf(brokerId: number): string[];
  /** Brokers that cannot be reached. */
  readonly unreachable: Set<number>;
  /** Has all brokers told what the metadata says of topic `t`, partition 0, from now on. */
  assign(partial: Partial<AssignedPartition>): void;
}

/** Has a broker append a batch to topic `t` as its leader, for nobody who waits. */
export function writeTo({ replicaManager }: TestReplicas, batch: Uint8Array): void {
  void replicaManager.append({
    requiredAcks: 1,
    timeoutMs: 1000,
    internalTopicsAllowed: false,
    entries: [new AppendEntry({ topic: "t", partition: 0 }, ZERO_UUID, batch)],
    transactionalId: null,
    supportsEpochBump: false,
    supportsAbortableError: false,
  });
}

/** Opens brokers from 1 on, of which 1 leads topic `t`. */
export async function openReplicaBrokers(
  count: number,
  partial: Partial<AssignedPartition> = {},
  options: Pick<TestReplicasOptions<never>, "configs" | "topicConfigs"> = {},
): Promise<ReplicaBrokers> {
  const env = manualEnv();
  const ids = Array.from({ length: count }, (_, i) => i + 1);
  const brokers = new Map<number, TestReplicas>();
  const handlers = new Map<number, ReadonlyMap<number, AnyApiHandler>>();
  const alterations: Draft<AlterPartitionRequest>[] = [];
  const unreachable = new Set<number>();
  const fetchers: { readonly id: number; readonly name: string; readonly link: DirectLink }[] = [];
  const fetchersOf = (brokerId: number) =>
    fetchers.filter(({ id, link }) => id === brokerId && !link.isClosed).map(({ name }) => name);
  let now = assigned({ replicas: ids, ...partial });
  const assign = (partial: Partial<AssignedPartition>) => {
    now = { ...now, partitionEpoch: now.partitionEpoch + 1, ...partial };
    for (const { metadata, apply } of brokers.values()) {
      metadata.set("t", [now]);
      apply("t");
    }
  };
  const alterPartition: AlterPartition = (request) => {
    alterations.push(request);
    const [asked] = request.topics![0]!.partitions!;
    now = {
      ...now,
      isr: asked!.newIsrWithEpochs!.map(({ brokerId }) => brokerId!),
      partitionEpoch: now.partitionEpoch + 1,
    };
    const { isr, leaderEpoch, partitionEpoch, leader: leaderId } = now;
    const partition = { partitionIndex: 0, errorCode: 0, leaderRecoveryState: 0 };
    return Promise.resolve({
      ...{ throttleTimeMs: 0, errorCode: 0 },
      topics: request.topics!.map(({ topicId }) => ({
        topicId: topicId!,
        partitions: [{ ...partition, isr, leaderEpoch, partitionEpoch, leaderId }],
      })),
    });
  };
  for (const id of ids) {
    const replicas = await openReplicas({
      env,
      logDirs: [`/broker${id}`],
      topics: {},
      ...options,
      manager: {
        brokerId: id,
        peers: {
          brokerEpoch: () => BROKER_EPOCH,
          alterPartition,
          leaderEndPoint: (leaderId, fetcherId) => {
            const link = new DirectLink(() => {
              if (unreachable.has(leaderId) || unreachable.has(id)) throw new Error("cut off");
              return handlers.get(leaderId)!;
            });
            fetchers.push({ id, name: `${leaderId}/${fetcherId}`, link });
            return new RemoteLeaderEndPoint(leaderId, link, id);
          },
        },
      },
    });
    for (const other of ids) {
      const rack = `rack${other}`;
      replicas.metadata.brokers.set(other, { nodeId: other, host: "h", port: 9092 + other, rack });
    }
    brokers.set(id, replicas);
    handlers.set(id, leaderHandlers(env, replicas.replicaManager));
  }
  assign({ partitionEpoch: 0 });
  return {
    ...{ env, brokers, alterations, unreachable, fetchersOf, assign },
    async [Symbol.asyncDispose]() {
      for (const replicas of brokers.values()) await replicas[Symbol.asyncDispose]();
    },
  };
}
