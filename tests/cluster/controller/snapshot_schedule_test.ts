import { assertEquals } from "@std/assert";
import { SnapshotSchedule } from "../../../cluster/controller/snapshot_schedule.ts";
import { manualEnv } from "../../support/manual_env.ts";

function schedule(options: { readonly maxBytes?: number; readonly maxIntervalMs?: number } = {}) {
  const env = manualEnv();
  const written: (() => void)[] = [];
  let refuses = false;
  const snapshots = new SnapshotSchedule({
    env,
    maxBytes: () => options.maxBytes ?? 100,
    maxIntervalMs: () => options.maxIntervalMs ?? 0,
    write: () => refuses ? undefined : new Promise<void>((resolve) => written.push(resolve)),
  });
  return { env, snapshots, written, refuse: (value: boolean) => refuses = value };
}

Deno.test("a snapshot is written when enough was committed since the last one", async () => {
  const { snapshots, written, env } = schedule();
  snapshots.committed(99);
  assertEquals(written.length, 0);
  snapshots.committed(1);
  assertEquals(written.length, 1);
  snapshots.committed(100);
  assertEquals(written.length, 1, "one at a time");
  written[0]!();
  await env.clock.advance(0);
  assertEquals(written.length, 2);
  written[1]!();
  await snapshots.shutdown();
});

Deno.test("what was committed is in a snapshot after the interval, also when nothing is committed any more", async () => {
  const { snapshots, written, env } = schedule({ maxIntervalMs: 1000 });
  await env.clock.advance(5000);
  assertEquals(written.length, 0, "there is nothing to write");
  snapshots.committed(1);
  assertEquals(written.length, 1, "the last one is old enough");
  written[0]!();
  await env.clock.advance(1);
  snapshots.committed(1);
  await env.clock.advance(998);
  assertEquals(written.length, 1);
  await env.clock.advance(1);
  assertEquals(written.length, 2);
  written[1]!();
  await snapshots.shutdown();
});

Deno.test("when it is no time for a snapshot, the next commit asks again", async () => {
  const { snapshots, written, refuse } = schedule();
  refuse(true);
  snapshots.committed(100);
  refuse(false);
  snapshots.committed(1);
  assertEquals(written.length, 1);
  written[0]!();
  await snapshots.shutdown();
});

Deno.test("what is in a snapshot that was loaded is not written again", async () => {
  const { snapshots, written } = schedule();
  snapshots.committed(99);
  snapshots.reset();
  snapshots.committed(99);
  assertEquals(written.length, 0);
  await snapshots.shutdown();
});

Deno.test("the end waits for the snapshot under way, and begins no other", async () => {
  const { snapshots, written, env } = schedule({ maxIntervalMs: 1000 });
  snapshots.committed(100);
  snapshots.committed(100);
  let ended = false;
  const end = snapshots.shutdown().then(() => ended = true);
  await env.clock.advance(5000);
  assertEquals([ended, written.length], [false, 1]);
  written[0]!();
  await end;
  assertEquals([written.length, env.clock.sleeping], [1, 0]);
});
