import { assertEquals, assertRejects } from "@std/assert";
import { AdminResults } from "../../../client/admin/admin_results.ts";
import type { ReplicaLogDirInfo, TopicPartitionReplica } from "../../../client/admin/log_dirs.ts";
import type { Admin } from "../../../client/cli/admin_session.ts";
import { JavaException } from "../../../client/cli/java_exception.ts";
import {
  currentLogDirs,
  findLogDirMoves,
  logDirMoveText,
  startLogDirMoves,
} from "../../../client/cli/log_dir_moves.ts";
import { replicaMap } from "../../../client/cli/reassignment_json.ts";
import { type ErrorName, KafkaError } from "../../../client/protocol/error_codes.ts";
import { LineOutput } from "../../../storage/cli/tool.ts";
import { manualEnv } from "../../support/manual_env.ts";

const replica = (partition: number, brokerId = 1) => ({ topic: "foo", partition, brokerId });

function info(current: string | null, future: string | null = null): ReplicaLogDirInfo {
  return {
    currentReplicaLogDir: current,
    currentReplicaOffsetLag: 0,
    futureReplicaLogDir: future,
    futureReplicaOffsetLag: -1,
  };
}

/** Tells where replicas are; moves those that are there. */
function fakeAdmin(
  places: Iterable<readonly [TopicPartitionReplica, ReplicaLogDirInfo]>,
  refusals: (ErrorName | undefined)[] = [],
): Admin {
  const known = replicaMap(places);
  const fake: Partial<Admin> = {
    describeReplicaLogDirs: (asked) =>
      Promise.resolve(
        new AdminResults(
          replicaMap(Array.from(asked, (key) => [key, { value: known.get(key)! }])),
        ),
      ),
    alterReplicaLogDirs: (asked) => {
      const code = refusals.shift();
      const outcome = code === undefined
        ? { value: undefined }
        : { error: new KafkaError(code, "no") };
      return Promise.resolve(
        new AdminResults(replicaMap(Array.from(asked, ([key]) => [key, outcome]))),
      );
    },
  };
  return fake as Admin;
}

Deno.test("a move is completed, cancelled, under way, or of a replica that is nowhere", async () => {
  const admin = fakeAdmin([
    [replica(0), info("/two")],
    [replica(1), info("/one")],
    [replica(2), info("/one", "/two")],
    [replica(3), info("/one", "/three")],
    [replica(4), info(null)],
  ]);
  const targets = replicaMap([4, 3, 2, 1, 0].map((partition) => [replica(partition), "/two"]));
  const moves = await findLogDirMoves(admin, targets);
  assertEquals(moves.map(([key, move]) => logDirMoveText(key, move)), [
    "Reassignment of replica foo-0-1 completed successfully.",
    "Partition foo-1 on broker 1 is not being moved from log dir /one to /two.",
    "Reassignment of replica foo-2-1 is still in progress.",
    "Partition foo-3 on broker 1 is being moved to log dir /three instead of /two.",
    "Partition foo-4 is not found in any live log dir on broker 1. There is likely an offline log directory on the broker.",
  ]);
});

Deno.test("only brokers that are there are asked where their replicas are", async () => {
  const node = (id: number, host: string) => ({ id, host, port: 9092, rack: null });
  const admin = fakeAdmin([[replica(0), info("/one")]]);
  const nodes = [node(1, "localhost"), node(2, "")];
  const dirs = await currentLogDirs(admin, [[{ topic: "foo", partition: 0 }, nodes]]);
  assertEquals([...dirs], [[replica(0), "/one"]]);
});

Deno.test("a replica that has not come yet is asked to move again; another error ends all", async () => {
  const env = manualEnv();
  const lines: string[] = [];
  const output = new LineOutput({ env, stdout: (text) => void lines.push(text), stderr: () => {} });
  const targets = replicaMap([[replica(0), "/two"]]);
  const admin = fakeAdmin([], ["REPLICA_NOT_AVAILABLE", undefined]);
  const moving = startLogDirMoves(admin, targets, 1000, env.clock, output);
  await env.clock.advance(100);
  await moving;
  output.flush();
  assertEquals(lines, [
    "Successfully started moving log directory to /two for replica foo-0 with broker 1 ",
  ]);
  await assertRejects(
    () => startLogDirMoves(fakeAdmin([], ["LOG_DIR_NOT_FOUND"]), targets, 1000, env.clock, output),
    JavaException,
    "Failed to alter dir for foo-0-1",
  );
});
