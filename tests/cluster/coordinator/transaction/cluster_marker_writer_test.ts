import { assert, assertEquals } from "@std/assert";
import { errorCode, type ErrorName } from "../../../../client/protocol/error_codes.ts";
import type {
  WriteTxnMarkersRequest,
  WriteTxnMarkersResponse,
} from "../../../../client/protocol/messages/write_txn_markers.ts";
import type { EndOfTransaction } from "../../../../cluster/coordinator/partition_writer.ts";
import { clusterMarkerWriter } from "../../../../cluster/coordinator/transaction/cluster_marker_writer.ts";
import type { TopicPartition } from "../../../../storage/file/file_names.ts";
import { manualEnv } from "../../../support/manual_env.ts";

const END: EndOfTransaction = {
  producerId: 9,
  producerEpoch: 6,
  coordinatorEpoch: 7,
  committed: true,
  transactionVersion: 2,
};
const SELF = 1;
/** Partition 0 of each is led by broker 1, partition 1 by broker 2, and so on; 9 has no leader. */
const at = (topic: string, partition: number): TopicPartition => ({ topic, partition });

/** A writer whose leaders answer as they are told. */
function setUp(answer: (brokerId: number, name: string, index: number) => ErrorName | undefined) {
  const sent: unknown[] = [];
  const here: unknown[] = [];
  const write = clusterMarkerWriter({
    brokerId: SELF,
    logger: manualEnv().logger,
    leaderOf: ({ partition }) => partition === 9 ? undefined : partition + 1,
    local: (_end, partitions) => {
      here.push(partitions.map(({ topic, partition }) => `${topic}-${partition}`));
      return partitions.map(({ partition }) => partition === 9 ? "NOT_LEADER_OR_FOLLOWER" : "NONE");
    },
    send: (brokerId, request): Promise<WriteTxnMarkersResponse> => {
      const { markers } = request as WriteTxnMarkersRequest;
      sent.push([brokerId, markers]);
      return Promise.resolve({
        markers: markers.map(({ producerId, topics }) => ({
          producerId,
          topics: topics.map(({ name, partitionIndexes }) => ({
            name,
            partitions: partitionIndexes.flatMap((partitionIndex) => {
              const error = answer(brokerId, name, partitionIndex);
              return error === undefined ? [] : [{ partitionIndex, errorCode: errorCode(error) }];
            }),
          })),
        })),
      });
    },
  });
  return { write, sent, here };
}

Deno.test("where all partitions are led here nobody is asked, and the answer is there at once", () => {
  const { write, sent } = setUp(() => "NONE");
  assertEquals(write(END, [at("a", 0), at("b", 0)]), ["NONE", "NONE"]);
  assertEquals(sent, []);
});

Deno.test("every leader is asked once for its partitions, and each partition has its error", async () => {
  const { write, sent, here } = setUp((brokerId, name) =>
    brokerId === 3 && name === "b" ? "INVALID_PRODUCER_EPOCH" : "NONE"
  );
  const partitions = [at("a", 1), at("a", 0), at("b", 2), at("b", 1), at("a", 2), at("a", 9)];
  assertEquals(await write(END, partitions), [
    ...["NONE", "NONE", "INVALID_PRODUCER_EPOCH", "NONE", "NONE"] as const,
    "NOT_LEADER_OR_FOLLOWER",
  ]);
  assertEquals(here, [["a-0", "a-9"]]);
  const end = {
    ...{ producerId: 9, producerEpoch: 6, coordinatorEpoch: 7, transactionVersion: 2 },
    transactionResult: true,
  };
  const topic = (name: string, ...partitionIndexes: number[]) => ({ name, partitionIndexes });
  assertEquals(sent, [
    [2, [{ ...end, topics: [topic("a", 1), topic("b", 1)] }]],
    [3, [{ ...end, topics: [topic("b", 2), topic("a", 2)] }]],
  ]);
});

Deno.test("a leader that cannot be asked, or leaves a partition out, is looked for again", async () => {
  const silent = setUp(() => undefined);
  assertEquals(await silent.write(END, [at("a", 1)]), ["NOT_LEADER_OR_FOLLOWER"]);
  const away = clusterMarkerWriter({
    brokerId: SELF,
    logger: manualEnv().logger,
    leaderOf: ({ partition }) => partition + 1,
    local: (_end, partitions) => Promise.resolve(partitions.map(() => "NONE" as const)),
    send: () => Promise.reject(new Error("no route")),
  });
  const written = away(END, [at("a", 0), at("a", 1)]);
  assert(written instanceof Promise);
  assertEquals(await written, ["NONE", "NOT_LEADER_OR_FOLLOWER"]);
});
