import { assertEquals, assertRejects } from "@std/assert";
import {
  type ReceivedRequest,
  receivedRequest,
} from "../../../cluster/testing/received_request.ts";
import { RequestLog } from "../../../cluster/testing/request_log.ts";
import { requestContext } from "../../support/replicas.ts";

function received(clientId: string, topic = "orders"): ReceivedRequest {
  return receivedRequest({}, { ...requestContext(9, clientId), apiKey: 0 }, () => [topic]);
}

const clients = (requests: Iterable<ReceivedRequest>) =>
  [...requests].map(({ clientId }) => clientId);

Deno.test("requests are kept in their order, and found", () => {
  const log = new RequestLog();
  log.add(received("a"), 10);
  log.add(received("b", "invoices"), 10);
  assertEquals(clients(log.all), ["a", "b"]);
  assertEquals(clients(log.matching({ topic: "invoices" })), ["b"]);
  assertEquals(clients(log.matching(({ clientId }) => clientId === "a")), ["a"]);
  log.clear();
  assertEquals(log.all, []);
});

Deno.test("one waits for a request that has come, or for the next one", async () => {
  const log = new RequestLog();
  log.add(received("a"), 10);
  assertEquals((await log.waitFor({ clientId: "a" })).clientId, "a");
  const later = log.waitFor({ clientId: "c" });
  log.add(received("b"), 10);
  log.add(received("c"), 10);
  assertEquals((await later).clientId, "c");
});

Deno.test("a wait ends with its signal", async () => {
  const log = new RequestLog();
  const controller = new AbortController();
  const waiting = log.waitFor({ clientId: "a" }, { signal: controller.signal });
  controller.abort(new Error("too late"));
  await assertRejects(() => waiting, Error, "too late");
  await assertRejects(
    () => log.waitFor({ clientId: "a" }, { signal: controller.signal }),
    Error,
    "too late",
  );
});

Deno.test("a wait ends when the broker stops", async () => {
  const log = new RequestLog();
  const waiting = log.waitFor({ clientId: "a" });
  log.close();
  await assertRejects(() => waiting, Error, "The broker stopped before such a request came");
});

Deno.test("iterating tells what came and what comes, until the broker stops", async () => {
  const log = new RequestLog();
  log.add(received("a"), 10);
  const seen: (string | null)[] = [];
  const iterating = (async () => {
    for await (const { clientId } of log) {
      seen.push(clientId);
      if (clientId === "a") log.add(received("b"), 10);
      if (clientId === "b") queueMicrotask(() => log.add(received("c"), 10));
      if (clientId === "c") log.close();
    }
  })();
  await iterating;
  assertEquals(seen, ["a", "b", "c"]);
});

Deno.test("old requests go, so that a log takes bounded memory", async () => {
  const log = new RequestLog({ maxRequests: 3, maxBytes: 100 });
  const iterator = log[Symbol.asyncIterator]();
  for (const client of ["a", "b", "c", "d"]) log.add(received(client), 10);
  assertEquals(clients(log.all), ["b", "c", "d"]);
  log.add(received("e"), 85);
  assertEquals(clients(log.all), ["d", "e"]);
  log.add(received("f"), 1000);
  assertEquals(clients(log.all), []);
  log.add(received("g"), 10);
  assertEquals((await iterator.next()).value?.clientId, "g");
  await iterator.return?.();
});
