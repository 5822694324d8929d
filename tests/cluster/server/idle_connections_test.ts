import { assertEquals } from "@std/assert";
import { IdleConnections } from "../../../cluster/server/idle_connections.ts";
import { manualEnv } from "../../support/manual_env.ts";

function connection(isHandling = false) {
  return {
    isHandling,
    expired: 0,
    expire() {
      this.expired++;
    },
  };
}

Deno.test("a connection without a sign of life is ended when its time is up", async () => {
  const { clock } = manualEnv();
  const idle = new IdleConnections(clock, () => 1000);
  const [quiet, lively] = [connection(), connection()];
  idle.touch(quiet);
  idle.touch(lively);
  await clock.advance(600);
  idle.touch(lively);
  await clock.advance(399);
  assertEquals([quiet.expired, lively.expired], [0, 0]);
  await clock.advance(2);
  assertEquals([quiet.expired, lively.expired], [1, 0]);
  await clock.advance(600);
  assertEquals([quiet.expired, lively.expired], [1, 1]);
  idle.stop();
  assertEquals(clock.sleeping, 0);
});

Deno.test("one that waits for the broker is not idle", async () => {
  const { clock } = manualEnv();
  const idle = new IdleConnections(clock, () => 1000);
  const busy = connection(true);
  idle.touch(busy);
  await clock.advance(5000);
  assertEquals(busy.expired, 0);
  busy.isHandling = false;
  await clock.advance(2001);
  assertEquals(busy.expired, 1);
  idle.stop();
});

Deno.test("without connections nothing is waited for", async () => {
  const { clock } = manualEnv();
  const idle = new IdleConnections(clock, () => 1000);
  const gone = connection();
  idle.touch(gone);
  idle.delete(gone);
  await Promise.resolve();
  await Promise.resolve();
  assertEquals(clock.sleeping, 0);
  idle.touch(gone);
  await clock.advance(1001);
  assertEquals(gone.expired, 1);
  idle.stop();
});

Deno.test("the one that was quiet longest can be told, and ended whatever it does", async () => {
  const { clock } = manualEnv();
  const idle = new IdleConnections(clock, () => -1);
  assertEquals(idle.oldest, undefined);
  idle.expireOldest();
  const [first, second] = [connection(true), connection()];
  idle.touch(first);
  await clock.advance(10);
  idle.touch(second);
  assertEquals(idle.oldest, 0);
  idle.expireOldest();
  assertEquals([first.expired, second.expired, idle.oldest], [1, 0, 10]);
  idle.stop();
});
