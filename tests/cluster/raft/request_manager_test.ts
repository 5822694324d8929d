import { assertEquals } from "@std/assert";
import { RequestManager } from "../../../cluster/raft/request_manager.ts";
import { SeededRandom } from "../../support/manual_env.ts";

function manager(...servers: number[]) {
  return new RequestManager({
    bootstrapServers: servers.map((id) => ({ id, host: `h${id}`, port: 1 })),
    retryBackoffMs: 20,
    requestTimeoutMs: 2000,
    random: new SeededRandom(1),
  });
}

Deno.test("a node is busy until it has answered, or its time is over", () => {
  const requests = manager();
  const id = requests.sent(2, 100);
  assertEquals([requests.readyAt(2, 100), requests.inFlightUntil(100)], [2100, 2100]);
  assertEquals([requests.isExpected(2, id), requests.isExpected(2, id + 1)], [true, false]);
  requests.answered(2, id, true, 150);
  assertEquals([requests.readyAt(2, 150), requests.isExpected(2, id)], [150, false]);
  requests.sent(2, 200);
  assertEquals([requests.hasTimedOut(2, 2199), requests.hasTimedOut(2, 2200)], [false, true]);
  assertEquals(requests.readyAt(2, 2200), 2200);
});

Deno.test("a node that has failed is left alone for a while", () => {
  const requests = manager();
  requests.answered(2, requests.sent(2, 100), false, 150);
  assertEquals([requests.readyAt(2, 150), requests.isBackingOff(2, 169)], [170, true]);
  assertEquals([requests.isBackingOff(2, 170), requests.inFlightUntil(150)], [false, undefined]);
  // A late answer is none.
  requests.backOff(3, 100);
  requests.answered(3, 0, true, 101);
  assertEquals(requests.readyAt(3, 101), 120);
});

Deno.test("of the bootstrap servers one is asked that can be", () => {
  const requests = manager(-2, -3);
  const first = requests.readyBootstrapServer(0)!;
  requests.sent(first.id, 0);
  const second = requests.readyBootstrapServer(0)!;
  assertEquals(new Set([first.id, second.id]), new Set([-2, -3]));
  requests.answered(second.id, requests.sent(second.id, 0), false, 5);
  assertEquals([requests.readyBootstrapServer(5), requests.bootstrapReadyAt(5)], [undefined, 25]);
  assertEquals(manager().bootstrapReadyAt(0), Infinity);
  requests.resetAll();
  assertEquals(requests.bootstrapReadyAt(5), 5);
});
