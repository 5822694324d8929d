import { assert, assertEquals, assertRejects } from "@std/assert";
import { BrokerLink } from "../../../client/network/broker_link.ts";
import { MemoryTransport } from "../../../client/network/memory_transport.ts";
import { type Address, NetworkError } from "../../../client/network/transport.ts";
import { describeCluster } from "../../../client/protocol/messages/describe_cluster.ts";
import { TestBroker } from "../../../cluster/testing/test_broker.ts";

async function open() {
  const transport = new MemoryTransport();
  const broker = await TestBroker.start({ transport, port: 9092 });
  const { address } = broker.broker;
  const at: { address: Address | undefined } = { address };
  const asked: number[] = [];
  const link = new BrokerLink({
    transport,
    clock: { now: () => 0, monotonic: () => 0, sleep: () => new Promise(() => {}) },
    address: () => at.address,
    clientId: "link",
    requestTimeoutMs: () => 1000,
    setupTimeoutMs: (failures) => {
      asked.push(failures);
      return 1000;
    },
  });
  const ask = () => link.send(describeCluster, {});
  return {
    ...{ transport, broker, at, link, ask, asked },
    async [Symbol.asyncDispose]() {
      link.close();
      await broker[Symbol.asyncDispose]();
    },
  };
}

Deno.test("a link connects when something is to be sent, once, whoever else sends meanwhile", async () => {
  await using open_ = await open();
  const { link, ask } = open_;
  const [first, second] = await Promise.all([ask(), ask()]);
  assertEquals(first.brokers, second.brokers);
  const connection = await link.connection();
  assert(connection === await link.connection());
});

Deno.test("a link that has broken is made again", async () => {
  await using open_ = await open();
  const { link, ask } = open_;
  const connection = await link.connection();
  connection.close();
  assertEquals((await ask()).errorCode, 0);
  assert(connection !== await link.connection());
});

Deno.test("a broker that is elsewhere is followed, and one that is nowhere cannot be reached", async () => {
  await using open_ = await open();
  const { at, link, ask } = open_;
  const connection = await link.connection();
  at.address = { host: at.address!.host, port: 9999 };
  await assertRejects(ask, NetworkError);
  assert(!connection.isOpen);
  at.address = undefined;
  const error = await assertRejects(ask, NetworkError);
  assertEquals(error.message, "Cannot connect: nobody knows where the broker is");
});

Deno.test("where a broker was is not waited for any more while it is connected to", async () => {
  await using open_ = await open();
  const { transport, at, link, ask } = open_;
  const there = at.address!;
  at.address = { host: there.host, port: 9999 };
  const connect = transport.connect.bind(transport);
  transport.connect = (to, signal) =>
    to.port === 9999
      ? new Promise((_, reject) => signal?.addEventListener("abort", () => reject(signal.reason)))
      : connect(to, signal);
  const lost = assertRejects(() => link.connection(), NetworkError, "elsewhere");
  at.address = there;
  assertEquals((await ask()).errorCode, 0);
  await lost;
});

Deno.test("the time to connect goes by the attempts that have failed since there was a connection", async () => {
  await using open_ = await open();
  const { at, link, ask, asked } = open_;
  const { address } = at;
  at.address = { host: "localhost", port: 9999 };
  for (let i = 0; i < 3; i++) await assertRejects(ask, NetworkError);
  at.address = address;
  (await link.connection()).close();
  await ask();
  assertEquals(asked, [0, 1, 2, 3, 0]);
});

Deno.test("a link that is closed fails who waits, and makes no connection any more", async () => {
  await using open_ = await open();
  const { link, ask } = open_;
  await ask();
  const waiting = ask();
  link.close();
  await assertRejects(() => waiting);
  await assertRejects(ask, NetworkError, "The link has been closed");
});

Deno.test("closed while it connects, a link leaves no connection behind", async () => {
  await using open_ = await open();
  const { link, ask } = open_;
  const waiting = ask();
  link.close();
  await assertRejects(() => waiting);
});

Deno.test("who has given up sends nothing", async () => {
  await using open_ = await open();
  const { link } = open_;
  const signal = AbortSignal.abort(new Error("given up"));
  await assertRejects(() => link.send(describeCluster, {}, { signal }), Error, "given up");
});
