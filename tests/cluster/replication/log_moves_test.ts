import { assert, assertEquals, assertThrows } from "@std/assert";
import { KafkaError } from "../../../client/protocol/error_codes.ts";
import { LogMoves } from "../../../cluster/replication/log_moves.ts";
import { batchOf } from "../../support/partition_log.ts";
import { faultyEnv, offsetsOf } from "../../support/log_manager.ts";
import type { ManualEnv } from "../../support/manual_env.ts";
import { openReplicas } from "../../support/replicas.ts";

async function open<E extends ManualEnv<never>>(env?: E) {
  const replicas = await openReplicas({
    logDirs: ["/disk1", "/disk2", "/disk3"],
    ...(env === undefined ? {} : { env: env as never }),
  });
  const { logManager, replicaManager } = replicas;
  replicas.log().appendAsLeader(batchOf(["a", "b"]), 0);
  const moved: string[] = [];
  const moves = new LogMoves({
    env: replicas.env,
    logManager,
    getPartition: replicaManager.getPartition,
    quota: { isExceeded: () => false, record: () => {} },
    onMoved: (_, log) => moved.push(log.directory),
  });
  const partition = replicaManager.getPartition("t", 0);
  assert(typeof partition === "object");
  const free = ["/disk1", "/disk2", "/disk3"].filter((path) =>
    !replicas.log().directory.startsWith(path)
  );
  return {
    ...replicas,
    moves,
    moved,
    partition,
    free,
    [Symbol.asyncDispose]: async () => {
      await moves.shutdown();
      await replicas[Symbol.asyncDispose]();
    },
  };
}

Deno.test("a move is begun at once and done in its own time", async () => {
  await using one = await open();
  const before = one.log().directory;
  one.moves.alter({ topic: "t", partition: 0 }, one.free[0]!);
  assertEquals([one.moves.size, one.log().directory, one.moved], [1, before, []]);
  await one.env.clock.advance(5);
  assertEquals([one.moves.size, one.moved], [0, [`${one.free[0]}/t-0`]]);
  assertEquals(offsetsOf(one.log()), [0, 1]);
});

Deno.test("asked for the directory that it is on the way to, a log goes on; asked for its own, it stays", async () => {
  await using one = await open();
  const own = one.log().directory.slice(0, 6);
  one.moves.start(one.partition, one.free[0]!);
  one.moves.start(one.partition, one.free[0]!);
  await one.env.clock.advance(5);
  assertEquals(one.moved.length, 1);
  one.moves.start(one.partition, one.free[1]!);
  one.moves.start(one.partition, one.free[0]!);
  await one.env.clock.advance(5);
  assertEquals([one.moved.length, one.log().directory], [1, `${one.free[0]}/t-0`]);
  assertEquals(one.logManager.getLog({ topic: "t", partition: 0 }, true), undefined);
  one.moves.start(one.partition, own);
  await one.env.clock.advance(5);
  assertEquals(one.log().directory, `${own}/t-0`);
});

Deno.test("a move that was stopped can begin anew", async () => {
  await using one = await open();
  one.moves.start(one.partition, one.free[0]!);
  one.moves.stop({ topic: "t", partition: 0 });
  one.moves.start(one.partition, one.free[0]!);
  await one.env.clock.advance(5);
  assertEquals(one.log().directory, `${one.free[0]}/t-0`);
});

Deno.test("a move that fails is told in the log, and the log serves where it was", async () => {
  const env = faultyEnv();
  await using one = await open(env as never);
  const before = one.log().directory;
  env.fileSystem.inject({ code: "EIO", kinds: ["create"], path: new RegExp(`^${one.free[0]}`) });
  one.moves.start(one.partition, one.free[0]!);
  await one.env.clock.advance(5);
  assertEquals([one.log().directory, one.moves.size], [before, 0]);
  assertEquals(env.logger.matching("Failed to move a log").length, 1);
  assertEquals(one.logManager.offlineLogDirs, [one.free[0]!]);
});

Deno.test("a shutdown ends the moves, and lets none begin", async () => {
  await using one = await open();
  one.moves.start(one.partition, one.free[0]!);
  await one.moves.shutdown();
  one.moves.start(one.partition, one.free[1]!);
  assertEquals([one.moves.size, one.moved], [0, []]);
});

Deno.test("a directory must be one of ours", async () => {
  await using one = await open();
  const error = assertThrows(() => one.moves.alter({ topic: "t", partition: 0 }, "/x"), KafkaError);
  assertEquals(error.code, "LOG_DIR_NOT_FOUND");
});
